-- Tags: a partner's own words for its organizations, to find and change them together. Unlike a group a tag gives nobody
-- access. The table that says which organization has which is made as that of the groups: a sorted index of its own for
-- each tag, with name and archived carried along, and a copy of the ids in the organization's row for the lists.
create table tags (
  id          uuid not null,
  partner_id  uuid not null,
  name        text not null,
  sort_name   text generated always as (lower(name)) stored,
  created_at  timestamptz not null,
  constraint tags_pkey primary key (id),
  constraint tags_partner_id_id_key unique (partner_id, id),
  constraint tags_partner_id_fkey foreign key (partner_id) references organizations (id)
);
create unique index tags_partner_id_name_key on tags (partner_id, sort_name);

create table organization_tags (
  tag_id          uuid not null,
  organization_id uuid not null,
  partner_id      uuid not null,
  sort_name       text not null,
  archived        boolean not null default false,
  constraint organization_tags_pkey primary key (tag_id, organization_id),
  constraint organization_tags_tag_fkey foreign key (partner_id, tag_id) references tags (partner_id, id) on delete cascade,
  constraint organization_tags_organization_fkey foreign key (partner_id, organization_id)
    references organizations (parent_id, id)
);
create index organization_tags_organization_id_idx on organization_tags (organization_id);
create index organization_tags_sorted_idx on organization_tags (tag_id, sort_name, organization_id)
  include (partner_id) where not archived;

alter table organizations add column tag_ids uuid[] not null default '{}';

alter table tags enable row level security;
alter table tags force row level security;
create policy tags_scope on tags
  using ((select app_system()) or partner_id = (select app_organization_id())
         or exists (select 1 from organizations o where o.id = partner_id))
  with check ((select app_system()) or partner_id = (select app_organization_id())
         or exists (select 1 from organizations o where o.id = partner_id));
-- Whoever is kept to groups sees the tags of the organizations of these groups only.
alter table organization_tags enable row level security;
alter table organization_tags force row level security;
create policy organization_tags_scope on organization_tags
  using ((select app_system())
         or ((select app_groups()) is null and partner_id = (select app_organization_id()))
         or exists (select 1 from organizations o where o.id = organization_id))
  with check ((select app_system())
         or ((select app_groups()) is null and partner_id = (select app_organization_id()))
         or exists (select 1 from organizations o where o.id = organization_id));

-- As the triggers of the groups: copies stay true whatever the person who causes them may see.
create function carry_tags_of_organizations() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
begin
  perform set_config('app.system', 'carry tags', true);
  update organizations o set tag_ids = array(
      select t.tag_id from organization_tags t where t.organization_id = o.id order by t.tag_id)
    where o.id in (select organization_id from changed_rows);
  perform set_config('app.system', before, true);
  return null;
end $$;
create trigger organization_tags_added after insert on organization_tags
  referencing new table as changed_rows for each statement execute function carry_tags_of_organizations();
create trigger organization_tags_removed after delete on organization_tags
  referencing old table as changed_rows for each statement execute function carry_tags_of_organizations();

create function carry_into_tags() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
begin
  perform set_config('app.system', 'carry names', true);
  update organization_tags set sort_name = new.sort_name, archived = new.status = 'archived'
    where organization_id = new.id;
  perform set_config('app.system', before, true);
  return null;
end $$;
create trigger organizations_carry_into_tags after update of name, status on organizations
  for each row when (new.tag_ids <> '{}' and (old.name is distinct from new.name or old.status is distinct from new.status))
  execute function carry_into_tags();
