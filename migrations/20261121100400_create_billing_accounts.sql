-- Who is billed. A primary organization has an account of its own; a secondary points at its primary's (S304, S308).
create table billing_accounts (
  id              uuid not null,
  organization_id uuid not null,
  given_name      text,
  family_name     text,
  line1           text,
  line2           text,
  city            text,
  state           text,
  postal_code     text,
  country         text,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  version         integer not null default 1,
  constraint billing_accounts_pkey primary key (id),
  constraint billing_accounts_organization_id_key unique (organization_id),
  constraint billing_accounts_organization_id_fkey foreign key (organization_id) references organizations (id)
);
-- The organization and its account name each other and are written in one transaction.
alter table organizations add constraint organizations_billing_account_id_fkey
  foreign key (billing_account_id) references billing_accounts (id) deferrable initially deferred;

alter table billing_accounts enable row level security;
alter table billing_accounts force row level security;
create policy billing_accounts_scope on billing_accounts
  using (app_system() or exists (select 1 from organizations o where o.id = organization_id))
  with check (app_system() or exists (select 1 from organizations o where o.id = organization_id));
