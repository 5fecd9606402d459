-- The list of organizations finds a page in one walk of an index, whatever it is sorted by and whatever one filter is in use,
-- with a million organizations under one partner (QUALITY section 1). Only leak-proof comparisons use an index under
-- row-level security, so a search is one too: a range of terms.

-- Words of the name and the contact, then address, domain and numbers whole, in lower case, each behind a space: a word of a
-- search is looked for behind one. Words with a sign in them stand there once more without it.
create function organization_text(
  name text, contact text, email text, domain text, customer_number text, registration_number text)
returns text language sql immutable parallel safe
return ' ' || lower(name || coalesce(' ' || contact, '') || coalesce(' ' || email, '') || coalesce(' ' || domain, '')
                    || coalesce(' ' || customer_number, '') || coalesce(' ' || registration_number, ''))
  || case when translate(name || coalesce(contact, ''), '.,;:&+-/()"''’', '') <> name || coalesce(contact, '')
          then ' ' || lower(translate(name || coalesce(' ' || contact, ''), '.,;:&+-/()"''’', '             ')) else '' end;

alter table organizations add column search_text text generated always as (
  organization_text(
    name, coalesce(contact_name, coalesce(contact_given_name, '') || ' ' || coalesce(contact_family_name, '')), contact_email, domain, customer_number, registration_number)) stored;

-- What finds an organization, in the order of the list: who searches walks along it. Archived organizations are not in it. No
-- foreign keys, which would cost an import as much as all terms: triggers keep it.
create table organization_terms (
  parent_id       uuid not null,
  term            text not null,
  sort_name       text not null,
  organization_id uuid not null,
  constraint organization_terms_pkey primary key (parent_id, term, sort_name, organization_id)
);
alter table organization_terms enable row level security;
alter table organization_terms force row level security;
create policy organization_terms_scope on organization_terms
  using ((select app_system()) or ((select app_groups()) is null
         and (parent_id = (select app_organization_id())
              or exists (select 1 from organizations o where o.id = organization_terms.parent_id))))
  with check ((select app_system()) or ((select app_groups()) is null
              and (parent_id = (select app_organization_id())
                   or exists (select 1 from organizations o where o.id = organization_terms.parent_id))));

-- Each word, no longer than a search needs to be told from others; in scripts without spaces between words also each letter
-- with what follows it, so that a search finds a word anywhere.
create function organization_terms_of(search_text text) returns setof text language sql immutable parallel safe rows 10
begin atomic
  select left(word, 40) from string_to_table(search_text, ' ') word
    where word <> '' and word not in ('&', '-', '+', '/', '.', ',')
  union
  select substr(word, at, 40) from string_to_table(search_text, ' ') word cross join generate_series(2, length(word)) at
    where word ~ '[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]';
end;

create function add_organization_terms() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
begin
  perform set_config('app.system', 'carry terms', true);
  insert into organization_terms (parent_id, term, sort_name, organization_id)
    select o.parent_id, term, o.sort_name, o.id from added_rows o cross join organization_terms_of(o.search_text) term
    where o.parent_id is not null and o.status <> 'archived' order by 1, 2, 3;
  perform set_config('app.system', before, true);
  return null;
end $$;
create trigger organizations_add_terms after insert on organizations
  referencing new table as added_rows for each statement execute function add_organization_terms();

create function change_organization_terms() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
begin
  perform set_config('app.system', 'carry terms', true);
  delete from organization_terms t using organization_terms_of(old.search_text) term
    where t.parent_id = old.parent_id and t.term = term and t.sort_name = old.sort_name and t.organization_id = old.id;
  insert into organization_terms (parent_id, term, sort_name, organization_id)
    select new.parent_id, term, new.sort_name, new.id from organization_terms_of(new.search_text) term
    where new.parent_id is not null and new.status <> 'archived';
  perform set_config('app.system', before, true);
  return null;
end $$;
create trigger organizations_change_terms after update on organizations
  for each row when (old.search_text is distinct from new.search_text or old.parent_id is distinct from new.parent_id
                     or (old.status = 'archived') <> (new.status = 'archived'))
  execute function change_organization_terms();

create function remove_organization_terms() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
begin
  perform set_config('app.system', 'carry terms', true);
  delete from organization_terms t using removed_rows o cross join organization_terms_of(o.search_text) term
    where t.parent_id = o.parent_id and t.term = term and t.sort_name = o.sort_name and t.organization_id = o.id;
  perform set_config('app.system', before, true);
  return null;
end $$;
create trigger organizations_remove_terms after delete on organizations
  referencing old table as removed_rows for each statement execute function remove_organization_terms();

select set_config('app.system', 'fill terms', true);
insert into organization_terms (parent_id, term, sort_name, organization_id)
  select o.parent_id, term, o.sort_name, o.id from organizations o cross join organization_terms_of(o.search_text) term
  where o.parent_id is not null and o.status <> 'archived' order by 1, 2, 3;
select set_config('app.system', '', true);

-- The other orders of the list.
create index organizations_parent_id_created_at_idx on organizations (parent_id, created_at, id);
create index organizations_parent_id_licenses_idx on organizations (parent_id, licenses, id);
create index organizations_parent_id_number_idx on organizations (parent_id, (coalesce(customer_number, '')), id);
-- One filter in use: the common values need none, a walk in the order of the list meets them soon.
create index organizations_parent_id_status_idx on organizations (parent_id, status, sort_name, id) where status <> 'active';
create index organizations_parent_id_kind_idx on organizations (parent_id, kind, sort_name, id) where kind <> 'customer';
create index organizations_parent_id_on_trial_idx on organizations (parent_id, sort_name, id) where trial_ends_at is not null;
create index organizations_parent_id_country_idx on organizations (parent_id, country, sort_name, id);
create index organizations_parent_id_channel_idx on organizations (parent_id, channel, sort_name, id);
create index organizations_parent_id_registration_number_idx on organizations (parent_id, registration_number)
  where registration_number is not null;
