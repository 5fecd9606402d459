-- Support access that customers can see and end (N9): somebody of a partner comes into an organization beneath it, with a
-- reason and for a limited time. Names and keys are kept as they were: the visitor sees the organization only through an
-- open visit, and the list of visits outlives people and names.
create table support_visits (
  id                uuid not null,
  organization_id   uuid not null,
  organization_key  text not null,
  organization_name text not null,
  partner_id        uuid not null,
  partner_key       text not null,
  partner_name      text not null,
  user_id           uuid not null,
  visitor_name      text not null,
  reason            text not null,
  requested_by      text not null,
  started_at        timestamptz not null,
  ends_at           timestamptz not null,
  ended_at          timestamptz,
  ended_by_name     text,
  constraint support_visits_pkey primary key (id),
  constraint support_visits_organization_id_fkey foreign key (organization_id) references organizations (id),
  constraint support_visits_partner_id_fkey foreign key (partner_id) references organizations (id),
  constraint support_visits_user_id_fkey foreign key (user_id) references users (id),
  constraint support_visits_time_check check (ends_at > started_at and ends_at <= started_at + interval '8 hours'),
  constraint support_visits_words_check check (reason <> '' and requested_by <> '')
);
-- The list of the organization, newest first; and the question of every request of a visitor.
create index support_visits_organization_id_idx on support_visits (organization_id, id desc);
create index support_visits_user_id_idx on support_visits (user_id, id desc);

alter table support_visits enable row level security;
alter table support_visits force row level security;
create policy support_visits_scope on support_visits
  using (app_system() or user_id = app_user_id() or exists (select 1 from organizations o where o.id = organization_id))
  with check (app_system() or exists (select 1 from organizations o where o.id = organization_id));

-- A visitor names an organization anywhere beneath the partner by its exact domain or customer number.
create index organizations_domain_idx on organizations (domain) where domain is not null;
create index organizations_customer_number_idx on organizations (customer_number) where customer_number is not null;
