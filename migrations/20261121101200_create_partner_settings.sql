-- What a partner sets for everything beneath it: prices of a licence and whom to ask for help (S141).
create table partner_settings (
  organization_id     uuid not null,
  currency            text not null,
  monthly_price_minor bigint,
  yearly_price_minor  bigint,
  trial_days          integer not null default 30,
  support_email       text,
  support_phone       text,
  support_url         text,
  version             integer not null default 1,
  constraint partner_settings_pkey primary key (organization_id),
  constraint partner_settings_organization_id_fkey foreign key (organization_id) references organizations (id),
  constraint partner_settings_prices_check check (monthly_price_minor >= 0 and yearly_price_minor >= 0),
  constraint partner_settings_trial_days_check check (trial_days between 1 and 365)
);
alter table partner_settings enable row level security;
alter table partner_settings force row level security;
create policy partner_settings_scope on partner_settings
  using (app_system() or exists (select 1 from organizations o where o.id = organization_id))
  with check (app_system() or exists (select 1 from organizations o where o.id = organization_id));

-- The installation itself: one row. The set-up link works once; the secret keys the hashes of short codes.
create table installation (
  only_row         boolean not null default true,
  secret           bytea not null,
  setup_token_hash bytea,
  set_up_at        timestamptz,
  constraint installation_pkey primary key (only_row),
  constraint installation_only_row_check check (only_row)
);
alter table installation enable row level security;
alter table installation force row level security;
create policy installation_system on installation using (app_system()) with check (app_system());
