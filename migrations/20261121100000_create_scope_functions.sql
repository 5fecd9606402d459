-- Row-level security asks these three; the application sets them at the start of each transaction. A setting that was
-- local to an earlier transaction reads as '', hence nullif: a reused connection sees nothing, never an error.
create function app_user_id() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.user_id', true), '')::uuid;

create function app_organization_id() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.organization_id', true), '')::uuid;

create function app_system() returns boolean language sql stable parallel safe
  return coalesce(current_setting('app.system', true), '') <> '';
