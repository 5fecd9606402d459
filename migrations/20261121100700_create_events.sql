-- Append-only facts, written in the transaction of the change: the audit log, the activity feed and later the webhooks
-- are readings of this one table. Ids are version 7, so their order is the order of time.
create table events (
  id              uuid not null,
  organization_id uuid not null,
  at              timestamptz not null,
  actor_user_id   uuid,
  actor_name      text not null,
  kind            text not null,
  subject_id      uuid,
  subject_name    text,
  before          jsonb,
  after           jsonb,
  channel         text,
  request_id      uuid,
  constraint events_pkey primary key (id),
  constraint events_organization_id_fkey foreign key (organization_id) references organizations (id),
  constraint events_actor_user_id_fkey foreign key (actor_user_id) references users (id)
);
create index events_organization_id_idx on events (organization_id, id desc);

alter table events enable row level security;
alter table events force row level security;
create policy events_scope on events
  using (app_system() or exists (select 1 from organizations o where o.id = organization_id))
  with check (app_system() or exists (select 1 from organizations o where o.id = organization_id));

-- The application role has no right to change them (QUALITY 51); this holds even for the owner of the table.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'events are append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger events_are_append_only before update or delete or truncate on events
  for each statement execute function refuse_change();
