-- What an organization has bought or tries; several an organization (S103). Prices are integer minor units.
create table subscriptions (
  id               uuid not null,
  organization_id  uuid not null,
  number           bigint generated always as identity,
  name             text not null,
  plan             text not null,
  commitment       text not null,
  charge_model     text not null,
  licenses         integer not null,
  unit_price_minor bigint,
  currency         text,
  starts_on        date not null,
  trial_ends_at    timestamptz,
  renews_on        date,
  created_at       timestamptz not null,
  constraint subscriptions_pkey primary key (id),
  constraint subscriptions_organization_id_fkey foreign key (organization_id) references organizations (id),
  constraint subscriptions_plan_check check (plan in ('trial', 'purchased')),
  constraint subscriptions_commitment_check check (commitment in ('month_to_month', 'yearly')),
  constraint subscriptions_charge_model_check check (charge_model in ('committed', 'metered')),
  constraint subscriptions_licenses_check check (licenses >= 1),
  constraint subscriptions_price_check check ((unit_price_minor is null) = (currency is null)),
  constraint subscriptions_trial_check check ((plan = 'trial') = (trial_ends_at is not null))
);
create index subscriptions_organization_id_idx on subscriptions (organization_id, created_at);

alter table subscriptions enable row level security;
alter table subscriptions force row level security;
create policy subscriptions_scope on subscriptions
  using (app_system() or exists (select 1 from organizations o where o.id = organization_id))
  with check (app_system() or exists (select 1 from organizations o where o.id = organization_id));
