-- Sessions live here, not in a process: any instance serves any request, and an ended session is ended everywhere on the
-- next request. The cookie holds the key, this table only its SHA-256.
create table sessions (
  id            uuid not null,
  key_hash      bytea not null,
  user_id       uuid,
  state         jsonb not null,
  created_at    timestamptz not null,
  seen_at       timestamptz not null,
  expires_at    timestamptz not null,
  stay_signed_in boolean not null default false,
  address       text,
  user_agent    text,
  constraint sessions_pkey primary key (id),
  constraint sessions_key_hash_key unique (key_hash),
  constraint sessions_user_id_fkey foreign key (user_id) references users (id)
);
create index sessions_user_id_idx on sessions (user_id);
create index sessions_expires_at_idx on sessions (expires_at);

alter table sessions enable row level security;
alter table sessions force row level security;
create policy sessions_scope on sessions
  using (app_system() or user_id = app_user_id()) with check (app_system() or user_id = app_user_id());

-- Links that let a person choose a password: by request, or as the instructions of S415. Only the hash is kept.
create table password_links (
  token_hash bytea not null,
  user_id    uuid not null,
  purpose    text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at    timestamptz,
  constraint password_links_pkey primary key (token_hash),
  constraint password_links_user_id_fkey foreign key (user_id) references users (id),
  constraint password_links_purpose_check check (purpose in ('reset', 'instructions'))
);
create index password_links_user_id_idx on password_links (user_id);

alter table password_links enable row level security;
alter table password_links force row level security;
create policy password_links_scope on password_links using (app_system()) with check (app_system());

-- All limits on guessing, in one place that holds across instances and parallel tries (QUALITY 22, 29-33). Keys are
-- hashes: the table does not tell whose address was tried.
create table limits (
  key        bytea not null,
  used       integer not null,
  resets_at  timestamptz not null,
  constraint limits_pkey primary key (key)
);
create index limits_resets_at_idx on limits (resets_at);
alter table limits enable row level security;
alter table limits force row level security;
create policy limits_scope on limits using (app_system()) with check (app_system());
