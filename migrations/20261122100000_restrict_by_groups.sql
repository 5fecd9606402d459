-- Key account managers and sales agents see the organizations of their own groups and no others (S262). The application
-- says which groups those are; nothing said means nothing is kept back, '{}' means no organization beneath is seen.
create function app_groups() returns uuid[] language sql stable parallel safe
  return nullif(current_setting('app.groups', true), '')::uuid[];

-- The groups an organization is in, carried in its own row so that the policy asks no other table: a policy that reads
-- group_organizations would recurse, and would cost every list a look-up a row.
alter table organizations add column group_ids uuid[] not null default '{}';

drop policy organizations_scope on organizations;
create policy organizations_scope on organizations
  using (app_system() or (app_organization_id() = any (path)
         and (app_groups() is null or id = app_organization_id() or group_ids && app_groups())))
  with check (app_system() or (app_organization_id() = any (path)
         and (app_groups() is null or id = app_organization_id() or group_ids && app_groups())));

-- Archived groups give nobody access; their names are free again.
alter table groups
  add column archived_at timestamptz,
  add column updated_at timestamptz,
  add column version integer not null default 1,
  -- Kept by the trigger below: no list counts thousands of lines.
  add column organizations integer not null default 0,
  add column sort_name text generated always as (lower(name)) stored,
  drop constraint groups_partner_id_name_key;
update groups set updated_at = created_at;
alter table groups alter column updated_at set not null;
create unique index groups_partner_id_name_key on groups (partner_id, lower(name)) where archived_at is null;
create index groups_partner_id_sort_name_idx on groups (partner_id, sort_name, id);

-- Whose groups they are is decided by the partner's row alone; a restricted person sees their own.
drop policy groups_scope on groups;
create policy groups_scope on groups
  using (app_system() or ((app_groups() is null or id = any (app_groups()))
         and exists (select 1 from organizations o where o.id = partner_id)))
  with check (app_system() or (app_groups() is null and exists (select 1 from organizations o where o.id = partner_id)));
drop policy group_organizations_scope on group_organizations;
create policy group_organizations_scope on group_organizations
  using (app_system() or ((app_groups() is null or group_id = any (app_groups()))
         and exists (select 1 from organizations o where o.id = partner_id)))
  with check (app_system() or ((app_groups() is null or group_id = any (app_groups()))
         and exists (select 1 from organizations o where o.id = partner_id)));

-- A group's own sorted index: the first page of an account manager is a walk along it, however many organizations the
-- partner has. The name is carried along.
alter table group_organizations
  add column sort_name text not null,
  add column added_at timestamptz not null,
  add column added_by uuid,
  add constraint group_organizations_added_by_fkey foreign key (added_by) references users (id);
create index group_organizations_sorted_idx on group_organizations (group_id, sort_name, organization_id);

-- The three triggers keep copies true, whatever the person who causes them may see: hence the setting, which ends with
-- the function.
create function carry_group_sort_name() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
begin
  perform set_config('app.system', 'carry names', true);
  update group_organizations set sort_name = new.sort_name where organization_id = new.id;
  perform set_config('app.system', before, true);
  return null;
end $$;
create trigger organizations_carry_sort_name after update of name on organizations
  for each row when (old.name is distinct from new.name) execute function carry_group_sort_name();

create function add_to_groups() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
begin
  perform set_config('app.system', 'carry groups', true);
  update organizations o set group_ids = o.group_ids || added.group_ids
    from (select organization_id, array_agg(group_id) as group_ids from added_rows group by 1) added
    where o.id = added.organization_id and not o.group_ids @> added.group_ids;
  update groups g set organizations = g.organizations + added.count
    from (select group_id, count(*) from added_rows group by 1) added where g.id = added.group_id;
  perform set_config('app.system', before, true);
  return null;
end $$;
create trigger group_organizations_added after insert on group_organizations
  referencing new table as added_rows for each statement execute function add_to_groups();

create function take_from_groups() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
begin
  perform set_config('app.system', 'carry groups', true);
  update organizations o
    set group_ids = array(select unnest(o.group_ids) except select unnest(removed.group_ids))
    from (select organization_id, array_agg(group_id) as group_ids from removed_rows group by 1) removed
    where o.id = removed.organization_id;
  update groups g set organizations = g.organizations - removed.count
    from (select group_id, count(*) from removed_rows group by 1) removed where g.id = removed.group_id;
  perform set_config('app.system', before, true);
  return null;
end $$;
create trigger group_organizations_removed after delete on group_organizations
  referencing old table as removed_rows for each statement execute function take_from_groups();
