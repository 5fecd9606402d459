-- In two of the triggers that keep the terms of an organization "term" was both a column of the table and the name of what the
-- function returns, so every rename, transfer,
-- archiving, restoring and purge failed.
create or replace function change_organization_terms() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
begin
  perform set_config('app.system', 'carry terms', true);
  delete from organization_terms t using organization_terms_of(old.search_text) as gone(word)
    where t.parent_id = old.parent_id and t.term = gone.word and t.sort_name = old.sort_name
      and t.organization_id = old.id;
  insert into organization_terms (parent_id, term, sort_name, organization_id)
    select new.parent_id, added.word, new.sort_name, new.id from organization_terms_of(new.search_text) as added(word)
    where new.parent_id is not null and new.status <> 'archived';
  perform set_config('app.system', before, true);
  return null;
end $$;

create or replace function remove_organization_terms() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
begin
  perform set_config('app.system', 'carry terms', true);
  delete from organization_terms t using removed_rows o cross join organization_terms_of(o.search_text) as gone(word)
    where t.parent_id = o.parent_id and t.term = gone.word and t.sort_name = o.sort_name and t.organization_id = o.id;
  perform set_config('app.system', before, true);
  return null;
end $$;
