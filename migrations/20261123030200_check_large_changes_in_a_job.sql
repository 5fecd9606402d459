-- Everything a list shows can be a hundred thousand organizations: which they are, and what a change would do to each, is found
-- out by a job and not by a request. Of two workers on one dry run the later one goes on.
alter table bulk_runs
  add column check_id uuid,
  drop constraint bulk_runs_state_check,
  add constraint bulk_runs_state_check check (
    state in ('planned', 'checking', 'running', 'done', 'cancelled', 'stopped'));

-- When an organization got a tag, so that taking a change back leaves alone what was tagged anew since, as with groups.
alter table organization_tags add column added_at timestamptz not null default now();
