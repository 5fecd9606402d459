-- A membership gives one user one role in one organization.
create table memberships (
  id              uuid not null,
  user_id         uuid not null,
  organization_id uuid not null,
  role            text not null,
  created_at      timestamptz not null,
  constraint memberships_pkey primary key (id),
  constraint memberships_user_id_organization_id_key unique (user_id, organization_id),
  constraint memberships_user_id_fkey foreign key (user_id) references users (id),
  constraint memberships_organization_id_fkey foreign key (organization_id) references organizations (id)
);
create index memberships_organization_id_idx on memberships (organization_id);

-- A row of another table is visible exactly when its organization is: the subselect is itself under the policy of
-- organizations.
alter table memberships enable row level security;
alter table memberships force row level security;
create policy memberships_scope on memberships
  using (app_system() or user_id = app_user_id()
         or exists (select 1 from organizations o where o.id = organization_id))
  with check (app_system() or exists (select 1 from organizations o where o.id = organization_id));

-- People are seen by themselves and by whoever sees an organization they belong to; they are changed by themselves.
alter table users enable row level security;
alter table users force row level security;
create policy users_read on users for select
  using (app_system() or id = app_user_id() or exists (select 1 from memberships m where m.user_id = users.id));
create policy users_insert on users for insert
  with check (app_system() or app_user_id() is not null);
create policy users_update on users for update
  using (app_system() or id = app_user_id()) with check (app_system() or id = app_user_id());
