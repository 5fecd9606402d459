-- Who may assign one group asks a Reseller Admin for more (S265): a person of the partner writes, whoever manages its groups
-- answers. The composite keys keep person and organization within the partner.
create table group_requests (
  id              uuid not null,
  partner_id      uuid not null,
  user_id         uuid not null,
  organization_id uuid,
  group_ids       uuid[] not null default '{}',
  message         text not null,
  created_at      timestamptz not null,
  answered_at     timestamptz,
  answered_by     uuid,
  granted         boolean,
  reply           text,
  constraint group_requests_pkey primary key (id),
  constraint group_requests_partner_id_fkey foreign key (partner_id) references organizations (id),
  constraint group_requests_user_id_fkey foreign key (user_id) references users (id),
  constraint group_requests_organization_fkey foreign key (partner_id, organization_id)
    references organizations (parent_id, id),
  constraint group_requests_answered_by_fkey foreign key (answered_by) references users (id),
  constraint group_requests_answer_check check (
    (answered_at is null) = (granted is null) and (answered_at is null) = (answered_by is null))
);
create index group_requests_partner_id_idx on group_requests (partner_id, id desc);

-- A restricted person sees their own requests; nobody else's are any of their business, and none is theirs to answer.
alter table group_requests enable row level security;
alter table group_requests force row level security;
create policy group_requests_read on group_requests for select
  using (app_system() or ((app_groups() is null or user_id = app_user_id())
         and exists (select 1 from organizations o where o.id = partner_id)));
create policy group_requests_insert on group_requests for insert
  with check (app_system() or (user_id = app_user_id()
         and exists (select 1 from organizations o where o.id = partner_id)));
create policy group_requests_answer on group_requests for update
  using (app_system() or (app_groups() is null and exists (select 1 from organizations o where o.id = partner_id)))
  with check (app_system() or (app_groups() is null and exists (select 1 from organizations o where o.id = partner_id)));
