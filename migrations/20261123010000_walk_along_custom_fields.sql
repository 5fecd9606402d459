-- The list is filtered by a custom field with a million organizations under one partner (QUALITY section 1): under row-level
-- security only a leak-proof comparison of a column uses an index, and the values stand in one column of the organization's
-- row. Triggers keep them beside it, one row each, in the order of the list.

-- What a filter compares: the first letters whatever their case, and numbers and days by their size.
create function custom_field_key(value text) returns text language sql immutable parallel safe
return lower(left(value, 100));
create function custom_field_rank(value text) returns double precision language sql immutable parallel safe
return case when length(value) <= 40 and value ~ '^-?[0-9]+([.][0-9]+)?$' then value::double precision
            when value ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then replace(value, '-', '')::double precision end;

-- Only values of fields of the partner directly above. No foreign keys, which would cost an import as much as the rows.
create table organization_field_values (
  organization_id uuid not null,
  field_id        uuid not null,
  partner_id      uuid not null,
  key             text not null,
  rank            double precision,
  sort_name       text not null,
  archived        boolean not null,
  constraint organization_field_values_pkey primary key (organization_id, field_id)
);
create index organization_field_values_sorted_idx on organization_field_values
  (field_id, key, archived, sort_name, organization_id) include (partner_id);
create index organization_field_values_rank_idx on organization_field_values (field_id, rank, organization_id)
  include (partner_id) where rank is not null;
-- A wide range is met often in the order of the names, and looked for in the index alone.
create index organization_field_values_named_idx on organization_field_values (field_id, sort_name, organization_id)
  include (rank, archived, partner_id) where rank is not null;

alter table organization_field_values enable row level security;
alter table organization_field_values force row level security;
create policy organization_field_values_scope on organization_field_values
  using ((select app_system())
         or ((select app_groups()) is null and partner_id = (select app_organization_id()))
         or exists (select 1 from organizations o where o.id = organization_id))
  with check ((select app_system())
         or ((select app_groups()) is null and partner_id = (select app_organization_id()))
         or exists (select 1 from organizations o where o.id = organization_id));

create function add_organization_field_values() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
begin
  perform set_config('app.system', 'carry values', true);
  insert into organization_field_values (organization_id, field_id, partner_id, key, rank, sort_name, archived)
    select o.id, f.id, o.parent_id, custom_field_key(v.value), custom_field_rank(v.value), o.sort_name,
           o.status = 'archived'
    from added_rows o join custom_fields f on f.partner_id = o.parent_id
         cross join lateral (select o.custom ->> f.id::text as value) v
    where o.custom <> '{}' and v.value is not null;
  perform set_config('app.system', before, true);
  return null;
end $$;
create trigger organizations_add_field_values after insert on organizations
  referencing new table as added_rows for each statement execute function add_organization_field_values();

create function change_organization_field_values() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
begin
  perform set_config('app.system', 'carry values', true);
  delete from organization_field_values where organization_id = new.id;
  insert into organization_field_values (organization_id, field_id, partner_id, key, rank, sort_name, archived)
    select new.id, f.id, new.parent_id, custom_field_key(v.value), custom_field_rank(v.value), new.sort_name,
           new.status = 'archived'
    from custom_fields f cross join lateral (select new.custom ->> f.id::text as value) v
    where f.partner_id = new.parent_id and v.value is not null;
  perform set_config('app.system', before, true);
  return null;
end $$;
create trigger organizations_change_field_values after update on organizations
  for each row when (old.custom <> new.custom
                     or new.custom <> '{}' and (old.name <> new.name or old.parent_id is distinct from new.parent_id
                                                or (old.status = 'archived') <> (new.status = 'archived')))
  execute function change_organization_field_values();

create function remove_organization_field_values() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
begin
  perform set_config('app.system', 'carry values', true);
  delete from organization_field_values v using removed_rows o where v.organization_id = o.id;
  perform set_config('app.system', before, true);
  return null;
end $$;
create trigger organizations_remove_field_values after delete on organizations
  referencing old table as removed_rows for each statement execute function remove_organization_field_values();

select set_config('app.system', 'fill values', true);
insert into organization_field_values (organization_id, field_id, partner_id, key, rank, sort_name, archived)
  select o.id, f.id, o.parent_id, custom_field_key(v.value), custom_field_rank(v.value), o.sort_name,
         o.status = 'archived'
  from organizations o join custom_fields f on f.partner_id = o.parent_id
       cross join lateral (select o.custom ->> f.id::text as value) v
  where o.custom <> '{}' and v.value is not null;
select set_config('app.system', '', true);
