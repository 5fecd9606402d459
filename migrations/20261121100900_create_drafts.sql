-- The unfinished wizard. Part of the person's server-side session, not of the domain: nothing here is an organization
-- until the final submit. Kept by person so that "save and finish later" outlives a sign-out.
create table drafts (
  id              uuid not null,
  user_id         uuid not null,
  parent_id       uuid not null,
  version         integer not null default 1,
  step            text not null,
  data            jsonb not null,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  expires_at      timestamptz not null,
  organization_id uuid,
  constraint drafts_pkey primary key (id),
  constraint drafts_user_id_fkey foreign key (user_id) references users (id),
  constraint drafts_parent_id_fkey foreign key (parent_id) references organizations (id),
  constraint drafts_organization_id_fkey foreign key (organization_id) references organizations (id)
);
create index drafts_user_id_idx on drafts (user_id, updated_at desc);
create index drafts_expires_at_idx on drafts (expires_at);

-- Codes of the verification step: one live code a draft, bound to the address it was sent to (QUALITY T-22).
create table verification_codes (
  draft_id   uuid not null,
  email_key  text not null,
  code_hash  bytea not null,
  sent_at    timestamptz not null,
  expires_at timestamptz not null,
  tries_left smallint not null,
  used_at    timestamptz,
  constraint verification_codes_pkey primary key (draft_id),
  constraint verification_codes_draft_id_fkey foreign key (draft_id) references drafts (id) on delete cascade,
  constraint verification_codes_tries_left_check check (tries_left >= 0)
);

alter table drafts enable row level security;
alter table drafts force row level security;
create policy drafts_scope on drafts
  using (app_system() or user_id = app_user_id()) with check (app_system() or user_id = app_user_id());
alter table verification_codes enable row level security;
alter table verification_codes force row level security;
create policy verification_codes_scope on verification_codes
  using (app_system() or exists (select 1 from drafts d where d.id = draft_id))
  with check (app_system() or exists (select 1 from drafts d where d.id = draft_id));
