-- The organization: the tenant of all data. Its four relations are kept apart (SPEC section 2): parent_id with the
-- materialised path (management), billing_account_id, license_pool_owner_id; groups are a table of their own.
create table organizations (
  id                    uuid not null,
  key                   text not null,
  name                  text not null,
  kind                  text not null,
  parent_id             uuid,
  path                  uuid[] not null,
  billing_account_id    uuid not null,
  license_pool_owner_id uuid not null,
  allows_secondaries    boolean not null default false,
  is_holding            boolean not null default false,
  status                text not null default 'active',
  purge_on              date,
  contact_given_name    text,
  contact_family_name   text,
  contact_name          text,
  contact_phone         text,
  contact_email         text,
  company_size          text,
  country               text not null,
  state                 text,
  domain                text,
  registration_number   text,
  customer_number       text,
  notification_email    text,
  channel               text not null,
  command_id            uuid not null,
  created_by            uuid,
  created_at            timestamptz not null,
  updated_at            timestamptz not null,
  version               integer not null default 1,
  constraint organizations_pkey primary key (id),
  constraint organizations_key_key unique (key),
  -- One command, one organization: a double click, a refresh or a lost answer cannot make two (QUALITY 5, 19).
  constraint organizations_command_id_key unique (command_id),
  constraint organizations_parent_id_fkey foreign key (parent_id) references organizations (id),
  constraint organizations_license_pool_owner_id_fkey foreign key (license_pool_owner_id) references organizations (id),
  constraint organizations_created_by_fkey foreign key (created_by) references users (id),
  constraint organizations_kind_check check (kind in ('customer', 'partner', 'enterprise')),
  constraint organizations_status_check check (status in ('active', 'suspended', 'archived')),
  constraint organizations_path_check check (
    path[array_length(path, 1)] = id
    and (parent_id is null) = (array_length(path, 1) = 1)
    and (parent_id is null or path[array_length(path, 1) - 1] = parent_id)),
  constraint organizations_holding_check check (not is_holding or billing_account_id is not null)
);
-- There is one operator.
create unique index organizations_operator_key on organizations ((true)) where parent_id is null;
-- Unique per partner, archived ones included, so that a restore always works (SPEC section 2).
create unique index organizations_parent_id_domain_key on organizations (parent_id, domain);
create unique index organizations_parent_id_customer_number_key on organizations (parent_id, customer_number);
-- The list: one index walk a page.
create index organizations_parent_id_name_idx on organizations (parent_id, lower(name), id);

alter table organizations enable row level security;
alter table organizations force row level security;
create policy organizations_scope on organizations
  using (app_system() or app_organization_id() = any (path))
  with check (app_system() or app_organization_id() = any (path));
