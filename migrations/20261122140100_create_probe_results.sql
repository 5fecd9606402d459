-- What `tenantry probe` has found, for the operator's page (SPEC N15).
create table probe_results (
  id     uuid not null,
  at     timestamptz not null,
  report jsonb not null,
  constraint probe_results_pkey primary key (id)
);
create index probe_results_at_idx on probe_results (at desc);

alter table probe_results enable row level security;
alter table probe_results force row level security;
create policy probe_results_system on probe_results using (app_system()) with check (app_system());
-- Only who stands in the operator reads them.
create policy probe_results_read on probe_results for select
  using (exists (select 1 from organizations o where o.id = app_organization_id() and o.parent_id is null));
