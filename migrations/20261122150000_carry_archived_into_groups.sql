-- The list of whoever is kept to groups walks along the groups' own sorted index and reads the organizations of one page
-- only (QUALITY section 1). What decides whether an organization is listed at all is therefore carried beside its name.
alter table group_organizations add column archived boolean not null default false;
select set_config('app.system', 'carry archived into groups', true);
update group_organizations go set archived = true
  from organizations o where o.id = go.organization_id and o.status = 'archived';
drop index group_organizations_sorted_idx;
create index group_organizations_sorted_idx on group_organizations (group_id, sort_name, organization_id)
  include (partner_id) where not archived;

-- The counter of a group says how many are listed, so that the list need not count them.
update groups g set organizations = (
  select count(*) from group_organizations go where go.group_id = g.id and not go.archived);
select set_config('app.system', '', true);

drop trigger organizations_carry_sort_name on organizations;
drop function carry_group_sort_name();
create function carry_into_groups() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
  leaves boolean := new.status = 'archived' and old.status <> 'archived';
  returns boolean := new.status <> 'archived' and old.status = 'archived';
begin
  perform set_config('app.system', 'carry names', true);
  update group_organizations set sort_name = new.sort_name, archived = new.status = 'archived'
    where organization_id = new.id;
  if leaves or returns then
    update groups g set organizations = g.organizations + case when returns then 1 else -1 end
      from group_organizations go where go.organization_id = new.id and g.id = go.group_id;
  end if;
  perform set_config('app.system', before, true);
  return null;
end $$;
create trigger organizations_carry_into_groups after update of name, status on organizations
  for each row when (old.name is distinct from new.name or old.status is distinct from new.status)
  execute function carry_into_groups();

create or replace function add_to_groups() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
begin
  perform set_config('app.system', 'carry groups', true);
  update organizations o set group_ids = o.group_ids || added.group_ids
    from (select organization_id, array_agg(group_id) as group_ids from added_rows group by 1) added
    where o.id = added.organization_id and not o.group_ids @> added.group_ids;
  update groups g set organizations = g.organizations + added.count
    from (select group_id, count(*) from added_rows where not archived group by 1) added where g.id = added.group_id;
  perform set_config('app.system', before, true);
  return null;
end $$;

create or replace function take_from_groups() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
begin
  perform set_config('app.system', 'carry groups', true);
  update organizations o
    set group_ids = array(select unnest(o.group_ids) except select unnest(removed.group_ids))
    from (select organization_id, array_agg(group_id) as group_ids from removed_rows group by 1) removed
    where o.id = removed.organization_id;
  update groups g set organizations = g.organizations - removed.count
    from (select group_id, count(*) from removed_rows where not archived group by 1) removed
    where g.id = removed.group_id;
  perform set_config('app.system', before, true);
  return null;
end $$;

-- What a search finds, said once for every list: words within the name, or how a domain or customer number begins. Plain
-- SQL, which the planner puts in place of the call.
create function organization_matches(sort_name text, domain text, customer_number text, words text, as_domain text)
returns boolean language sql immutable parallel safe
  return words = '' or strpos(sort_name, words) > 0 or strpos(domain, as_domain) = 1
         or strpos(lower(customer_number), words) = 1;
