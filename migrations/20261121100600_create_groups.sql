-- Groups: the fourth relation, many to many, an access scope (S254). The composite keys make it impossible to put an
-- organization into the group of a partner that is not its parent's (QUALITY T-04).
alter table organizations add constraint organizations_parent_id_id_key unique (parent_id, id);

create table groups (
  id          uuid not null,
  partner_id  uuid not null,
  name        text not null,
  description text,
  created_at  timestamptz not null,
  constraint groups_pkey primary key (id),
  constraint groups_partner_id_name_key unique (partner_id, name),
  constraint groups_partner_id_id_key unique (partner_id, id),
  constraint groups_partner_id_fkey foreign key (partner_id) references organizations (id)
);

create table group_organizations (
  group_id        uuid not null,
  organization_id uuid not null,
  partner_id      uuid not null,
  constraint group_organizations_pkey primary key (group_id, organization_id),
  constraint group_organizations_group_fkey foreign key (partner_id, group_id) references groups (partner_id, id),
  constraint group_organizations_organization_fkey foreign key (partner_id, organization_id)
    references organizations (parent_id, id)
);
create index group_organizations_organization_id_idx on group_organizations (organization_id);

create table group_members (
  group_id      uuid not null,
  membership_id uuid not null,
  constraint group_members_pkey primary key (group_id, membership_id),
  constraint group_members_group_id_fkey foreign key (group_id) references groups (id),
  constraint group_members_membership_id_fkey foreign key (membership_id) references memberships (id)
);

alter table groups enable row level security;
alter table groups force row level security;
create policy groups_scope on groups
  using (app_system() or exists (select 1 from organizations o where o.id = partner_id))
  with check (app_system() or exists (select 1 from organizations o where o.id = partner_id));
alter table group_organizations enable row level security;
alter table group_organizations force row level security;
create policy group_organizations_scope on group_organizations
  using (app_system() or exists (select 1 from organizations o where o.id = partner_id))
  with check (app_system() or exists (select 1 from organizations o where o.id = partner_id));
alter table group_members enable row level security;
alter table group_members force row level security;
create policy group_members_scope on group_members
  using (app_system() or exists (select 1 from groups g where g.id = group_id))
  with check (app_system() or exists (select 1 from groups g where g.id = group_id));
