-- Fills organizations beneath some partners, with everything triggers would keep beside them: for script/plans and
-- script/bench list, as superuser, on data that may be thrown away. Settings say what:
--   fill.first, fill.last   the numbers of the organizations, each once in a database
--   fill.partners           ids as an array: organizations stand beneath them by turns, so who is in it often gets many.
--                           Groups and tags are those of the first
-- As quick as can be: rows go in by COPY with triggers and foreign keys off and no index kept; in the end each index is made
-- anew by sorting the whole. All of it is one transaction, so nobody sees a table without its indexes, and with wal_level
-- minimal the new ones are not logged. `vacuum analyze` afterwards.
--
-- The word a name begins with and the country go by the same number: some words and countries are frequent and never meet.
-- One contact in a hundred is a Vogtmann, one organization in a thousand in Japan; about 5,000 are in the first group of each
-- filling, half of these in its second.
begin;
set local session_replication_role = replica;
set local maintenance_work_mem = '512MB';
-- Without indexes and without statistics a loop is what a plan must not be.
set local enable_nestloop = off;
update pg_index set indisready = false, indisvalid = false
  where indrelid in ('organizations'::regclass, 'organization_terms'::regclass);

create temporary table made on commit drop as
with given as materialized (
  select current_setting('fill.partners')::uuid[] as partners, current_setting('fill.first')::int as first,
         current_setting('fill.last')::int as last)
select n, md5('customer ' || n)::uuid as id, parent, parent = mine as own,
       now() - n % 1500 * interval '1 day' - n * interval '1 second' as at,
       case when parent <> mine or n % every <> 0 then '{}' when n % 2 = 0 then array[group_1, group_2] else array[group_1] end as groups
from given cross join lateral (
       select partners[1] as mine, md5('group ' || last)::uuid as group_1, md5('group 2 ' || last)::uuid as group_2,
              -- Odd, so that a group has all kinds of names.
              1 + 2 * greatest(1, (last - first) / 10000) as every) derived
     cross join lateral (
       select n, partners[1 + n % cardinality(partners)] as parent from generate_series(first, last) n) numbered;
analyze made;

copy (
  select m.id, 'org_' || lpad(n::text, 12, '0'),
         (array['Bäckerei', 'Stadtwerke', 'Kowalczyk', 'Sørensen', 'Meridian', 'Praxis', 'Autohaus', 'Öresund'])[1 + n % 8]
           || ' ' || substr(md5(n::text), 1, 8),
         case n % 40000 when 7 then 'partner' when 20007 then 'enterprise' else 'customer' end, m.parent, p.path || m.id, m.id, m.id,
         case when n % 50 = 3 then 'archived' when n % 33 = 2 then 'suspended' else 'active' end,
         (array['Katharina', 'Ines', 'Ola', 'Marek', 'Søren', 'Amélie', 'Jan'])[1 + n % 7],
         (array['Vogt', 'Berg', 'Lind', 'Stein', 'Kow', 'Sand', 'Holm', 'Wald', 'Nor', 'Bach'])[1 + n / 8 % 10]
           || (array['mann', 'er', 'ström', 'sen', 'ski', 'hauer', 'meier', 'feld', 'quist', 'o'])[1 + n / 80 % 10],
         'office@c' || n || '.example',
         case when n % 1000 = 1 then 'JP' else (array['DE', 'AT', 'DE', 'CH', 'DE', 'FR', 'DE', 'NL', 'DE', 'PL', 'DE', 'SE', 'DE',
           'DK', 'IT', 'ES'])[1 + n % 16] end,
         'c' || n || '.example', 'K-' || n, (array['rows', 'rows', 'rows', 'form', 'form', 'wizard'])[1 + n / 3 % 6],
         md5('command ' || n)::uuid, at, at, n % 500,
         case when n % 40 = 0 then now() + n / 40 % 30 * interval '1 day' + n % 80000 * interval '1 second' end, m.groups,
         array(select md5('tag ' || one)::uuid from unnest(array[1000, 100, 4]) one where own and n % one = one / 2)
  from made m join organizations p on p.id = m.parent
) to program 'cat > fill.copy';
copy organizations (id, key, name, kind, parent_id, path, billing_account_id, license_pool_owner_id, status, contact_given_name,
  contact_family_name, contact_email, country, domain, customer_number, channel, command_id, created_at, updated_at, licenses,
  trial_ends_at, group_ids, tag_ids) from 'fill.copy';
copy (select) to program 'cat > /dev/null; rm fill.copy';

-- What triggers keep.
insert into group_organizations (group_id, organization_id, partner_id, sort_name, added_at, archived)
  select unnest(o.group_ids), o.id, o.parent_id, o.sort_name, o.created_at, o.status = 'archived'
  from made m join organizations o on o.id = m.id where m.groups <> '{}';
insert into groups (id, partner_id, name, created_at, updated_at, organizations)
  select group_id, partner_id, 'Group ' || group_id, now(), now(), count(*) filter (where not archived)
  from group_organizations where group_id in (select unnest(groups) from made) group by 1, 2;
insert into tags (id, partner_id, name, created_at)
  select md5('tag ' || one)::uuid, (current_setting('fill.partners')::uuid[])[1], 'One in ' || one, now()
  from unnest(array[1000, 100, 4]) one on conflict do nothing;
insert into organization_tags (tag_id, organization_id, partner_id, sort_name, archived)
  select unnest(o.tag_ids), o.id, o.parent_id, o.sort_name, o.status = 'archived'
  from made m join organizations o on o.id = m.id where o.tag_ids <> '{}';
with added as materialized (
  select o.parent_id, o.sort_name, o.id, o.search_text from made m join organizations o on o.id = m.id where o.status <> 'archived')
insert into organization_terms (parent_id, term, sort_name, organization_id)
  select parent_id, term, sort_name, id from added cross join organization_terms_of(search_text) term;
delete from organization_totals;
insert into organization_totals (parent_id, part, organizations, licenses)
  select parent_id, 0, count(*), sum(licenses) from organizations where parent_id is not null and status <> 'archived' group by 1;

reindex table organizations;
reindex table organization_terms;
commit;
