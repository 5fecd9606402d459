-- Background work, enqueued in the transaction that makes it necessary. A worker leases a job; a lease that ran out is
-- taken over by another worker, so a killed process loses nothing. Jobs of one queue run one after another.
create table jobs (
  id           bigint generated always as identity,
  kind         text not null,
  payload      jsonb not null,
  queue        text,
  unique_key   text,
  run_at       timestamptz not null,
  attempts     integer not null default 0,
  max_attempts integer not null,
  leased_until timestamptz,
  lease        uuid,
  last_error   text,
  created_at   timestamptz not null,
  finished_at  timestamptz,
  failed_at    timestamptz,
  constraint jobs_pkey primary key (id)
);
create index jobs_waiting_idx on jobs (run_at, id) where finished_at is null and failed_at is null;
create index jobs_queue_idx on jobs (queue, id) where finished_at is null and failed_at is null and queue is not null;
create unique index jobs_unique_key_key on jobs (unique_key) where finished_at is null and failed_at is null;

alter table jobs enable row level security;
alter table jobs force row level security;
-- Anybody signed in may enqueue as part of a change; only the worker and the operator's page read them.
create policy jobs_system on jobs using (app_system()) with check (app_system());
create policy jobs_enqueue on jobs for insert with check (app_user_id() is not null);
