-- What a person keeps of the list of organizations (UX 28): searches under a name, for themselves or for everybody in the
-- organization, and how the list looks there.
create table saved_views (
  id              uuid not null,
  organization_id uuid not null,
  user_id         uuid not null,
  name            text not null,
  query           text not null,
  shared          boolean not null default false,
  position        integer not null,
  created_at      timestamptz not null,
  constraint saved_views_pkey primary key (id),
  constraint saved_views_organization_id_fkey foreign key (organization_id) references organizations (id),
  constraint saved_views_user_id_fkey foreign key (user_id) references users (id)
);
create unique index saved_views_name_key on saved_views (organization_id, user_id, lower(name));

create table list_settings (
  organization_id uuid not null,
  user_id         uuid not null,
  columns         text[] not null,
  compact         boolean not null,
  size            smallint not null,
  constraint list_settings_pkey primary key (organization_id, user_id),
  constraint list_settings_organization_id_fkey foreign key (organization_id) references organizations (id),
  constraint list_settings_user_id_fkey foreign key (user_id) references users (id),
  constraint list_settings_size_check check (size in (25, 50, 100, 200))
);

-- One's own, and what others of the organization share. Only the maker changes a view; it is for the application to say
-- who else may delete one.
alter table saved_views enable row level security;
alter table saved_views force row level security;
create policy saved_views_read on saved_views for select
  using ((select app_system()) or (organization_id = (select app_organization_id())
         and (shared or user_id = (select app_user_id()))));
create policy saved_views_add on saved_views for insert
  with check ((select app_system()) or (organization_id = (select app_organization_id())
              and user_id = (select app_user_id())));
create policy saved_views_change on saved_views for update
  using ((select app_system()) or (organization_id = (select app_organization_id())
         and user_id = (select app_user_id())));
create policy saved_views_remove on saved_views for delete
  using ((select app_system()) or (organization_id = (select app_organization_id())
         and (shared or user_id = (select app_user_id()))));
alter table list_settings enable row level security;
alter table list_settings force row level security;
create policy list_settings_scope on list_settings
  using ((select app_system()) or (organization_id = (select app_organization_id())
         and user_id = (select app_user_id())))
  with check ((select app_system()) or (organization_id = (select app_organization_id())
              and user_id = (select app_user_id())));
