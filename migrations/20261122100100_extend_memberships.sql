-- A role made of a part of a built-in one, per organization: nobody grants what they do not hold.
create table custom_roles (
  id              uuid not null,
  organization_id uuid not null,
  name            text not null,
  base            text not null,
  permissions     text[] not null,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  version         integer not null default 1,
  constraint custom_roles_pkey primary key (id),
  constraint custom_roles_organization_id_id_key unique (organization_id, id),
  constraint custom_roles_organization_id_fkey foreign key (organization_id) references organizations (id)
);
create unique index custom_roles_organization_id_name_key on custom_roles (organization_id, lower(name));

alter table custom_roles enable row level security;
alter table custom_roles force row level security;
create policy custom_roles_scope on custom_roles
  using (app_system() or exists (select 1 from organizations o where o.id = organization_id))
  with check (app_system() or exists (select 1 from organizations o where o.id = organization_id));

-- Suspended people stay on the list and get in nowhere through this membership. The role column keeps the built-in role a
-- custom one is made from; the composite key keeps a custom role in its own organization.
alter table memberships
  add column custom_role_id uuid,
  add column suspended_at timestamptz,
  add column updated_at timestamptz,
  add column version integer not null default 1,
  add constraint memberships_custom_role_fkey foreign key (organization_id, custom_role_id)
    references custom_roles (organization_id, id),
  add constraint memberships_organization_id_id_key unique (organization_id, id);

-- Only people of the partner itself are in its groups; who leaves the organization leaves its groups.
alter table group_members
  add column partner_id uuid not null,
  drop constraint group_members_group_id_fkey,
  drop constraint group_members_membership_id_fkey,
  add constraint group_members_group_fkey foreign key (partner_id, group_id) references groups (partner_id, id),
  add constraint group_members_membership_fkey foreign key (partner_id, membership_id)
    references memberships (organization_id, id) on delete cascade;
create index group_members_membership_id_idx on group_members (membership_id);
