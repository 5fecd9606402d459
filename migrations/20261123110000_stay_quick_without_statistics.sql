-- Behind a bulk load nothing is known yet about the rows that came: a plan made then may walk all terms of a partner, or the
-- whole table, for each row that is removed. Each term is looked for by the whole key, whatever is known.
create or replace function remove_organization_terms() returns trigger language plpgsql
  set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
begin
  perform set_config('app.system', 'carry terms', true);
  delete from organization_terms t
    using (select o.parent_id, found.word, o.sort_name, o.id
           from removed_rows o cross join organization_terms_of(o.search_text) as found(word)
           order by 1, 2, 3 offset 0) as gone
    where t.parent_id = gone.parent_id and t.term = gone.word and t.sort_name = gone.sort_name
      and t.organization_id = gone.id;
  perform set_config('app.system', before, true);
  return null;
end $$;

-- Whether anything stands beneath an organization is asked for each that is deleted. Where one partner has nearly all there
-- are, every parent is thought to have many, and the whole table is read to find that there are none.
create function delete_organizations(ids uuid[]) returns void language plpgsql set enable_seqscan = off as $$
begin
  delete from organizations where id = any (ids);
end $$;

-- The organizations beneath a parent that have something in common with candidates (N3): four look-ups by index for each. A
-- plan for many is made when they come. One that was kept from a time when there were few organizations may walk all of them
-- for each candidate, and that is how a file is imported a second time.
create function match_organizations(parent uuid, places int[], numbers text[], domains text[], registrations text[],
                                    names text[], groups uuid[])
  returns table (place int, by text, key text, name text) language plpgsql stable set plan_cache_mode = auto as $$
begin
  perform set_config('plan_cache_mode',
    case when cardinality(places) > 50 then 'force_custom_plan' else 'force_generic_plan' end, true);
  return query
    select c.place, found.by, found.key, found.name
    from unnest(places, numbers, domains, registrations, names) as c (place, number, domain, registration, name)
    cross join lateral (
      (select 'customer_number' as by, o.key, o.name from organizations o
       where o.parent_id = parent and o.customer_number = c.number and (groups is null or o.group_ids && groups))
      union all
      (select 'domain', o.key, o.name from organizations o
       where o.parent_id = parent and o.domain = c.domain and (groups is null or o.group_ids && groups))
      union all
      (select 'registration_number', o.key, o.name from organizations o
       where o.parent_id = parent and o.registration_key = c.registration
         and (groups is null or o.group_ids && groups) limit 3)
      union all
      (select 'name', o.key, o.name from organizations o
       where o.parent_id = parent and o.name_key = c.name and (groups is null or o.group_ids && groups) limit 3)
    ) found;
end $$;
