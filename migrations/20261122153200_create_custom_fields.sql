-- Custom fields: what a partner wants to know of its organizations beyond the fields every organization has. The values
-- stand in the organization's own row, as text in one canonical form, under the id of the field; so they are read, listed
-- and exported with it.
create table custom_fields (
  id            uuid not null,
  partner_id    uuid not null,
  name          text not null,
  kind          text not null,
  choices       text[] not null default '{}',
  default_value text,
  hint          text,
  mandatory     boolean not null default false,
  customer_sees boolean not null default false,
  position      integer not null,
  archived_at   timestamptz,
  created_at    timestamptz not null,
  version       integer not null default 1,
  constraint custom_fields_pkey primary key (id),
  constraint custom_fields_partner_id_fkey foreign key (partner_id) references organizations (id),
  constraint custom_fields_kind_check check (kind in ('text', 'number', 'date', 'choice'))
);
create unique index custom_fields_partner_id_name_key on custom_fields (partner_id, lower(name)) where archived_at is null;
create index custom_fields_partner_id_position_idx on custom_fields (partner_id, position, id);

alter table organizations add column custom jsonb not null default '{}';

-- Read in the partner, above it, and in everything beneath it, whose pages show the fields; changed in the partner only.
alter table custom_fields enable row level security;
alter table custom_fields force row level security;
create policy custom_fields_read on custom_fields for select
  using ((select app_system()) or partner_id = (select app_organization_id())
         or exists (select 1 from organizations o where o.id = partner_id)
         or exists (select 1 from organizations o where o.id = (select app_organization_id()) and partner_id = any (o.path)));
create policy custom_fields_write on custom_fields
  using ((select app_system()) or partner_id = (select app_organization_id()))
  with check ((select app_system()) or partner_id = (select app_organization_id()));

-- Which of the fields of the house a partner demands beyond those every channel demands (D2).
alter table partner_settings add column required_fields text[] not null default '{}';
