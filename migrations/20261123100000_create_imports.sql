-- Files of organizations (S208-S215): what was uploaded, how it is read, every row with what was found about it, and what
-- became of it. Rows are written once, when the file is checked; what became of a row stands in a table of its own, so that
-- a million rows are inserted and never rewritten. The row of the import is locked by every step, and a step moves `done`
-- in the transaction that did the work: whoever is killed or comes second finds each row done exactly once (QUALITY 7-9).
create table imports (
  id           uuid not null,
  -- The organization the rows come to stand beneath.
  partner_id   uuid not null,
  asked_by     uuid not null,
  asked_name   text not null,
  -- 'web' or 'command line'.
  door         text not null,
  file_name    text not null,
  file_bytes   bigint not null,
  file_hash    bytea not null,
  -- How the file is read, see `imports::read::How`.
  how          jsonb not null,
  headings     text[] not null default '{}',
  -- What each column is, see `imports::Columns`.
  columns      jsonb not null default '[]',
  -- What is to be done with which rows, see `imports::Choices`.
  choices      jsonb not null default '{}',
  -- The import whose failed rows these are.
  follows      uuid,
  state        text not null,
  -- Why it was stopped, or cannot be read.
  stopped      text,
  -- What the check found: how many rows of each verdict.
  found        jsonb not null default '{}',
  total        integer not null default 0,
  -- Rows that are through: read while it is checked, imported while it runs, taken back while that is undone.
  done         integer not null default 0,
  -- The last row that is through.
  reached      integer not null default 0,
  -- How many rows came to what.
  outcomes     jsonb not null default '{}',
  -- Whether all rows stand in import_rows: then a check judges these, with what was corrected, and not the file again.
  has_rows     boolean not null default false,
  created_at   timestamptz not null,
  -- When somebody last did something about it: what nobody begins is kept for some days from then on.
  changed_at   timestamptz not null,
  checked_at   timestamptz,
  started_at   timestamptz,
  ended_at     timestamptz,
  -- Who took it back: that is done with their rights, and not with those of whoever imported.
  undone_by    text,
  undone_by_id uuid,
  undone_at    timestamptz,
  -- The state it was in before it was taken back, and comes back to where that is ended halfway.
  before_undo  text,
  constraint imports_pkey primary key (id),
  constraint imports_partner_id_id_key unique (partner_id, id),
  constraint imports_partner_id_fkey foreign key (partner_id) references organizations (id) on delete cascade,
  constraint imports_asked_by_fkey foreign key (asked_by) references users (id),
  constraint imports_undone_by_id_fkey foreign key (undone_by_id) references users (id),
  constraint imports_follows_fkey foreign key (follows) references imports (id) on delete set null,
  constraint imports_state_check check (state in ('uploaded', 'checking', 'unreadable', 'checked', 'running', 'done',
                                                  'cancelled', 'stopped', 'undoing', 'undone'))
);
create index imports_follows_idx on imports (follows) where follows is not null;
-- The same file twice at once: the second is refused and led to the first (QUALITY 8).
create unique index imports_running_file_key on imports (partner_id, file_hash) where state = 'running';
create index imports_file_idx on imports (partner_id, file_hash, id);

-- The file itself, in parts, until it is imported or given up: any instance can go on with it.
create table import_files (
  import_id  uuid not null,
  partner_id uuid not null,
  part       integer not null,
  bytes      bytea not null,
  constraint import_files_pkey primary key (import_id, part),
  constraint import_files_import_fkey foreign key (partner_id, import_id) references imports (partner_id, id)
    on delete cascade
);
-- Workbooks are compressed already, and a text is read more often than its space matters.
alter table import_files alter column bytes set storage external;

create table import_rows (
  import_id       uuid not null,
  partner_id      uuid not null,
  -- As the user's program numbers it.
  row             integer not null,
  -- As they were read, or corrected since; none any more where the organization was purged.
  cells           jsonb not null,
  -- 'new', 'match', 'same', 'likely', 'twice' or 'error'.
  verdict         text not null,
  -- The verdict before the row was found to stand in the file twice, and what was said of it then.
  verdict_alone   text,
  problems_alone  jsonb,
  -- What is wrong, by field: a list of pairs.
  problems        jsonb,
  -- The organization that is the same, or looks like it.
  target_id       uuid,
  -- As they are compared within the file.
  domain          text,
  customer_number text,
  constraint import_rows_pkey primary key (import_id, row),
  constraint import_rows_import_fkey foreign key (partner_id, import_id) references imports (partner_id, id)
    on delete cascade,
  constraint import_rows_verdict_check check (verdict in ('new', 'match', 'same', 'likely', 'twice', 'error'))
);
create index import_rows_verdict_idx on import_rows (import_id, verdict, row);
-- A corrected row is compared with those that say the same as it did or does, and with no others.
create index import_rows_domain_idx on import_rows (import_id, domain, row) where domain is not null;
create index import_rows_customer_number_idx on import_rows (import_id, customer_number, row)
  where customer_number is not null;
-- The organization comes first, so that the rows of all imports about one that is purged are found, too.
create index import_rows_target_id_idx on import_rows (target_id, import_id, row) where target_id is not null;

create table import_results (
  import_id       uuid not null,
  partner_id      uuid not null,
  row             integer not null,
  -- 'created', 'updated', 'same', 'skipped' or 'failed'.
  outcome         text not null,
  -- Why it was skipped or failed.
  reason          text,
  organization_id uuid,
  -- The organization's version as the import left it.
  version         integer,
  -- What an update changed, as it was (N1).
  before          jsonb,
  -- What undoing came to: 'reversed', 'kept' or 'impossible', and why.
  undone          text,
  undone_reason   text,
  constraint import_results_pkey primary key (import_id, row),
  constraint import_results_import_fkey foreign key (partner_id, import_id) references imports (partner_id, id)
    on delete cascade,
  constraint import_results_outcome_check check (outcome in ('created', 'updated', 'same', 'skipped', 'failed')),
  constraint import_results_undone_check check (undone in ('reversed', 'kept', 'impossible'))
);
create index import_results_outcome_idx on import_results (import_id, outcome, row);
-- Whether a row before it has changed the same organization, and what imports say of one that is purged. New organizations
-- have ids in the order of time, so that this index grows at its end.
create index import_results_organization_id_idx on import_results (organization_id, import_id)
  where organization_id is not null;

-- What a heading of the partner's files was said to mean.
create table import_headings (
  partner_id uuid not null,
  heading    text not null,
  meaning    text not null,
  constraint import_headings_pkey primary key (partner_id, heading),
  constraint import_headings_partner_id_fkey foreign key (partner_id) references organizations (id) on delete cascade
);

alter table imports enable row level security;
alter table imports force row level security;
alter table import_files enable row level security;
alter table import_files force row level security;
alter table import_rows enable row level security;
alter table import_rows force row level security;
alter table import_results enable row level security;
alter table import_results force row level security;
alter table import_headings enable row level security;
alter table import_headings force row level security;

-- Whoever is kept to groups sees their own imports and no others: a file may speak of organizations they do not see.
create policy imports_scope on imports
  using ((select app_system()) or (partner_id = (select app_organization_id())
         and ((select app_groups()) is null or asked_by = (select app_user_id()))))
  with check ((select app_system()) or (partner_id = (select app_organization_id())
         and ((select app_groups()) is null or asked_by = (select app_user_id()))));
create policy import_files_scope on import_files
  using ((select app_system()) or (partner_id = (select app_organization_id())
         and ((select app_groups()) is null or exists (select 1 from imports i where i.id = import_files.import_id))))
  with check ((select app_system()) or (partner_id = (select app_organization_id())
         and ((select app_groups()) is null or exists (select 1 from imports i where i.id = import_files.import_id))));
create policy import_rows_scope on import_rows
  using ((select app_system()) or (partner_id = (select app_organization_id())
         and ((select app_groups()) is null or exists (select 1 from imports i where i.id = import_rows.import_id))))
  with check ((select app_system()) or (partner_id = (select app_organization_id())
         and ((select app_groups()) is null or exists (select 1 from imports i where i.id = import_rows.import_id))));
create policy import_results_scope on import_results
  using ((select app_system()) or (partner_id = (select app_organization_id())
         and ((select app_groups()) is null or exists (select 1 from imports i where i.id = import_results.import_id))))
  with check ((select app_system()) or (partner_id = (select app_organization_id())
         and ((select app_groups()) is null or exists (select 1 from imports i where i.id = import_results.import_id))));
create policy import_headings_scope on import_headings
  using ((select app_system()) or partner_id = (select app_organization_id()))
  with check ((select app_system()) or partner_id = (select app_organization_id()));

-- What is deleted is looked for in every table that may name it.
create index organizations_license_pool_owner_id_idx on organizations (license_pool_owner_id);
create index organizations_billing_account_id_idx on organizations (billing_account_id);
create index mails_organization_id_idx on mails (organization_id);
create index transfers_organization_id_idx on transfers (organization_id);
