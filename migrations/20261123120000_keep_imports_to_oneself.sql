-- A file may speak of organizations that whoever is kept to groups does not see: of what others import they read nothing.
create policy events_of_imports on events as restrictive for select
  using ((select app_system()) or (select app_groups()) is null
         or kind not like 'import.%' or actor_user_id = (select app_user_id()));
