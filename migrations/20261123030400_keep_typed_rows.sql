-- Rows that were typed into the grid and are not created yet (S233: what is typed is never wiped). As the drafts of the wizard
-- they belong to the person, one set beneath each organization; what is sent by the page is kept as it is.
create table typed_rows (
  user_id    uuid not null,
  parent_id  uuid not null,
  cells      jsonb not null,
  updated_at timestamptz not null,
  expires_at timestamptz not null,
  constraint typed_rows_pkey primary key (user_id, parent_id),
  constraint typed_rows_user_id_fkey foreign key (user_id) references users (id),
  constraint typed_rows_parent_id_fkey foreign key (parent_id) references organizations (id)
);
create index typed_rows_parent_id_idx on typed_rows (parent_id);
create index typed_rows_expires_at_idx on typed_rows (expires_at);

alter table typed_rows enable row level security;
alter table typed_rows force row level security;
create policy typed_rows_scope on typed_rows
  using ((select app_system()) or (user_id = (select app_user_id()) and parent_id = (select app_organization_id())))
  with check ((select app_system()) or (user_id = (select app_user_id()) and parent_id = (select app_organization_id())));
