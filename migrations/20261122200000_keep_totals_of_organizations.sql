-- How many organizations a partner has beneath and how many licences they have, kept instead of counted: both stand on its
-- first pages, and counting ten thousand costs fifty times what the page does. Eight rows a partner, of which each connection
-- changes one, so that those who create organizations at the same time do not wait for each other. Archived ones are not in it.
create table organization_totals (
  parent_id     uuid not null,
  part          smallint not null,
  organizations bigint not null,
  licenses      bigint not null,
  constraint organization_totals_pkey primary key (parent_id, part)
);
alter table organization_totals enable row level security;
alter table organization_totals force row level security;
create policy organization_totals_scope on organization_totals
  using ((select app_system()) or ((select app_groups()) is null
         and (parent_id = (select app_organization_id())
              or exists (select 1 from organizations o where o.id = organization_totals.parent_id))))
  with check ((select app_system()));

create function add_to_organization_totals(changes organization_totals[]) returns void language sql as $$
  insert into organization_totals as t (parent_id, part, organizations, licenses)
    select c.parent_id, pg_backend_pid() % 8, sum(c.organizations), sum(c.licenses) from unnest(changes) c
    group by 1 having sum(c.organizations) <> 0 or sum(c.licenses) <> 0 order by 1
  on conflict (parent_id, part) do update
    set organizations = t.organizations + excluded.organizations, licenses = t.licenses + excluded.licenses
$$;

create function keep_organization_totals() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
  changes organization_totals[];
begin
  perform set_config('app.system', 'keep totals', true);
  if tg_op = 'INSERT' then
    select array_agg(row(parent_id, 0, 1, licenses)::organization_totals) into changes
      from new_rows where parent_id is not null and status <> 'archived';
  elsif tg_op = 'DELETE' then
    select array_agg(row(parent_id, 0, -1, -licenses)::organization_totals) into changes
      from old_rows where parent_id is not null and status <> 'archived';
  else
    select array_agg(row(parent_id, 0, one, one * licenses)::organization_totals) into changes from (
      select o.parent_id, -1 as one, o.licenses, o.status from old_rows o join new_rows n using (id)
        where (o.parent_id, o.licenses, o.status) is distinct from (n.parent_id, n.licenses, n.status)
      union all
      select n.parent_id, 1, n.licenses, n.status from old_rows o join new_rows n using (id)
        where (o.parent_id, o.licenses, o.status) is distinct from (n.parent_id, n.licenses, n.status)) changed
      where parent_id is not null and status <> 'archived';
  end if;
  if changes is not null then
    perform add_to_organization_totals(changes);
  end if;
  perform set_config('app.system', before, true);
  return null;
end $$;
create trigger organizations_total_added after insert on organizations
  referencing new table as new_rows for each statement execute function keep_organization_totals();
create trigger organizations_total_removed after delete on organizations
  referencing old table as old_rows for each statement execute function keep_organization_totals();
create trigger organizations_total_changed after update on organizations
  referencing old table as old_rows new table as new_rows for each statement execute function keep_organization_totals();

select set_config('app.system', 'fill totals', true);
insert into organization_totals (parent_id, part, organizations, licenses)
  select parent_id, 0, count(*), sum(licenses) from organizations
  where parent_id is not null and status <> 'archived' group by parent_id;
select set_config('app.system', '', true);
