-- Why an organization is out of use, since when and by whom: a row beside each organization that was ever suspended or
-- archived. The state itself stays on the organization, which every list reads; it decides, this explains. Names are kept
-- as they were at the time.
create table lifecycles (
  organization_id  uuid not null,
  suspended_at     timestamptz,
  suspended_by     text,
  -- Shown to the organization's own people; the note is for those above alone.
  reason           text,
  note             text,
  archived_at      timestamptz,
  archived_by      text,
  archive_reason   text,
  -- What it was before: restoring makes it that again.
  status_before    text,
  -- One act of archiving: what went together can come back together.
  batch_id         uuid,
  constraint lifecycles_pkey primary key (organization_id),
  constraint lifecycles_organization_id_fkey foreign key (organization_id) references organizations (id),
  constraint lifecycles_status_before_check check (status_before in ('active', 'suspended'))
);
create index lifecycles_batch_id_idx on lifecycles (batch_id) where batch_id is not null;

alter table lifecycles enable row level security;
alter table lifecycles force row level security;
create policy lifecycles_scope on lifecycles
  using ((select app_system()) or exists (select 1 from organizations o where o.id = organization_id))
  with check ((select app_system()) or exists (select 1 from organizations o where o.id = organization_id));

-- Why an organization is out of use, as every request that meets one asks. Called with every row in sight.
create function halt_of(organization uuid) returns json language sql stable as $$
  select json_build_object(
    'status', o.status,
    'since', extract(epoch from coalesce(case o.status when 'archived' then l.archived_at else l.suspended_at end,
                                         o.updated_at))::bigint,
    'by', coalesce(case o.status when 'archived' then l.archived_by else l.suspended_by end, ''),
    'reason', coalesce(case o.status when 'archived' then l.archive_reason else l.reason end, ''),
    'purge_on', o.purge_on)
  from organizations o left join lifecycles l on l.organization_id = o.id where o.id = organization
$$;

-- The nightly purge asks for what is due.
create index organizations_purge_on_idx on organizations (purge_on) where purge_on is not null;

-- What happened outlives the organization it happened to: events are append-only and chained, so a purge leaves them in
-- place, where no page shows them any more, because their policy asks for the organization's row.
alter table events drop constraint events_organization_id_fkey;
