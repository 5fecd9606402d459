-- Changes of many organizations at once: who wanted what for which organizations, what a dry run found of each, and what
-- became of each. The organizations are settled when the change is asked for, so that the dry run and the run speak of the
-- same ones; what is done to one and that it is done are written in one transaction, so that a killed worker leaves each
-- done exactly once.
create table bulk_runs (
  id           uuid not null,
  -- The organization the person stood in.
  partner_id   uuid not null,
  asked_by     uuid not null,
  asked_name   text not null,
  action       text not null,
  -- The group or tag, reasons, the day of the purge.
  parameters   jsonb not null default '{}',
  -- How the organizations were chosen, where they were not named one by one: the query of the list.
  filter       text,
  -- Keys that were named and are not among the person's organizations.
  left_out     text[] not null default '{}',
  undoes       uuid,
  state        text not null,
  -- Why it was stopped.
  stopped      text,
  total        integer not null default 0,
  -- What the dry run found.
  would_change integer not null default 0,
  would_stay   integer not null default 0,
  would_refuse integer not null default 0,
  judged_at    timestamptz,
  -- What became of them.
  changed      integer not null default 0,
  stayed       integer not null default 0,
  refused      integer not null default 0,
  created_at   timestamptz not null,
  started_at   timestamptz,
  ended_at     timestamptz,
  constraint bulk_runs_pkey primary key (id),
  constraint bulk_runs_partner_id_id_key unique (partner_id, id),
  constraint bulk_runs_partner_id_fkey foreign key (partner_id) references organizations (id) on delete cascade,
  constraint bulk_runs_asked_by_fkey foreign key (asked_by) references users (id),
  constraint bulk_runs_undoes_fkey foreign key (undoes) references bulk_runs (id) on delete set null,
  constraint bulk_runs_state_check check (state in ('planned', 'running', 'done', 'cancelled', 'stopped'))
);
create index bulk_runs_partner_id_idx on bulk_runs (partner_id, id);
create index bulk_runs_undoes_idx on bulk_runs (undoes) where undoes is not null;

create table bulk_items (
  run_id          uuid not null,
  partner_id      uuid not null,
  -- The order in which they are done.
  position        integer not null,
  organization_id uuid not null,
  -- What the dry run found: 'change', 'stay' or 'refuse'; none before it.
  verdict         text,
  -- What became of it: 'changed', 'stayed' or 'refused'; none while it waits.
  outcome         text,
  -- Why it stays or is refused.
  reason          text,
  -- When it was changed: an undo takes back only what is as it was left.
  changed_at      timestamptz,
  constraint bulk_items_pkey primary key (run_id, position),
  constraint bulk_items_run_id_organization_id_key unique (run_id, organization_id),
  constraint bulk_items_run_fkey foreign key (partner_id, run_id) references bulk_runs (partner_id, id) on delete cascade,
  constraint bulk_items_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint bulk_items_verdict_check check (verdict in ('change', 'stay', 'refuse')),
  constraint bulk_items_outcome_check check (outcome in ('changed', 'stayed', 'refused'))
);
create index bulk_items_waiting_idx on bulk_items (run_id, position) where outcome is null;
create index bulk_items_organization_id_idx on bulk_items (organization_id);

-- In the organization one stands in; whoever is kept to groups has their own changes only, and of their lines those of
-- organizations they still see.
alter table bulk_runs enable row level security;
alter table bulk_runs force row level security;
create policy bulk_runs_scope on bulk_runs
  using ((select app_system()) or (partner_id = (select app_organization_id())
         and ((select app_groups()) is null or asked_by = (select app_user_id()))))
  with check ((select app_system()) or (partner_id = (select app_organization_id())
         and ((select app_groups()) is null or asked_by = (select app_user_id()))));
alter table bulk_items enable row level security;
alter table bulk_items force row level security;
create policy bulk_items_scope on bulk_items
  using ((select app_system()) or (partner_id = (select app_organization_id())
         and ((select app_groups()) is null or exists (select 1 from organizations o where o.id = organization_id))))
  with check ((select app_system()) or (partner_id = (select app_organization_id())
         and ((select app_groups()) is null or exists (select 1 from organizations o where o.id = organization_id))));
