-- Second factors: a secret shared with an app that shows codes, and ten codes for the day it is lost. The secret is sealed
-- by the application; a factor counts once a code of it was entered, and a code counts once (the last step is kept).
create table factors (
  user_id      uuid not null,
  secret       bytea not null,
  created_at   timestamptz not null,
  confirmed_at timestamptz,
  last_step    bigint not null default 0,
  constraint factors_pkey primary key (user_id),
  constraint factors_user_id_fkey foreign key (user_id) references users (id)
);
create table recovery_codes (
  user_id   uuid not null,
  code_hash bytea not null,
  used_at   timestamptz,
  constraint recovery_codes_pkey primary key (user_id, code_hash),
  constraint recovery_codes_user_id_fkey foreign key (user_id) references users (id)
);
alter table factors enable row level security;
alter table factors force row level security;
create policy factors_scope on factors
  using (app_system() or user_id = app_user_id()) with check (app_system() or user_id = app_user_id());
alter table recovery_codes enable row level security;
alter table recovery_codes force row level security;
create policy recovery_codes_scope on recovery_codes
  using (app_system() or user_id = app_user_id()) with check (app_system() or user_id = app_user_id());

-- The roles of an organization whose holders need a second factor. A custom role counts as the one it is made from.
create table sign_in_rules (
  organization_id uuid not null,
  factor_roles    text[] not null,
  version         integer not null default 1,
  constraint sign_in_rules_pkey primary key (organization_id),
  constraint sign_in_rules_organization_id_fkey foreign key (organization_id) references organizations (id)
);
alter table sign_in_rules enable row level security;
alter table sign_in_rules force row level security;
create policy sign_in_rules_scope on sign_in_rules
  using (app_system() or exists (select 1 from organizations o where o.id = organization_id))
  with check (app_system() or exists (select 1 from organizations o where o.id = organization_id));
