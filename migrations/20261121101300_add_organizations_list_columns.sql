-- What the list and a partner's home show stands on the row itself, so that one index walk finds a page of it.
-- sort_name is a column, not an expression: lower() is not leak-proof, and under row-level security only leak-proof
-- comparisons may use an index (DATABASE.md). licenses and trial_ends_at are kept by the transaction that adds a
-- subscription; trial_ends_at is set while every subscription the organization ever had is a trial.
alter table organizations
  add column sort_name     text generated always as (lower(name)) stored,
  add column licenses      bigint not null default 0,
  add column trial_ends_at timestamptz;

drop index organizations_parent_id_name_idx;
create index organizations_parent_id_sort_name_idx on organizations (parent_id, sort_name, id);
create index organizations_parent_id_trial_ends_at_idx on organizations (parent_id, trial_ends_at)
  where trial_ends_at is not null;
