-- Realistic at size: an operator, 50 partners, one of them with nine tenths of all customers and two groups, one of 5,000
-- and one of half of these.
set session_replication_role = replica;
insert into organizations (id, key, name, kind, parent_id, path, billing_account_id, license_pool_owner_id, country,
                           channel, command_id, created_at, updated_at)
values (md5('operator')::uuid, 'org_operator', 'Operator Ltd', 'partner', null, array[md5('operator')::uuid],
        md5('operator')::uuid, md5('operator')::uuid, 'DE', 'wizard', gen_random_uuid(), now(), now());
insert into organizations (id, key, name, kind, parent_id, path, billing_account_id, license_pool_owner_id, country,
                           channel, command_id, created_at, updated_at)
select id, 'org_partner_' || n, 'Partner ' || n, 'partner', md5('operator')::uuid, array[md5('operator')::uuid, id],
       id, id, 'DE', 'wizard', gen_random_uuid(), now(), now()
from (select n, md5('partner ' || n)::uuid as id from generate_series(1, 50) n) p;
insert into organizations (id, key, name, kind, parent_id, path, billing_account_id, license_pool_owner_id, country,
                           domain, customer_number, channel, command_id, created_at, updated_at, licenses, trial_ends_at,
                           group_ids)
select id, 'org_' || lpad(n::text, 12, '0'),
       (array['Bäckerei', 'Stadtwerke', 'Kowalczyk', 'Sørensen', 'Meridian', 'Praxis', 'Autohaus', 'Öresund'])[1 + n % 8]
         || ' ' || substr(md5(n::text), 1, 8), 'customer', parent,
       array[md5('operator')::uuid, parent, id], id, id, 'DE', 'c' || n || '.example', 'K-' || n, 'import',
       gen_random_uuid(), now(), now(), n % 500, case when n % 40 = 0 then now() + n % 30 * interval '1 day' end,
       case when n <= 900000 and n % 360 = 0 then array[md5('group')::uuid, md5('group 2')::uuid]
            when n <= 900000 and n % 180 = 0 then array[md5('group')::uuid] else '{}' end
from (select n, md5('customer ' || n)::uuid as id,
             md5('partner ' || case when n <= :many * 0.9 then 1 else 2 + n % 49 end)::uuid as parent
      from generate_series(1, :many) n) c;
insert into groups (id, partner_id, name, created_at, updated_at, organizations)
values (md5('group')::uuid, md5('partner 1')::uuid, 'North', now(), now(), 5000),
       (md5('group 2')::uuid, md5('partner 1')::uuid, 'South', now(), now(), 2500);
insert into group_organizations (group_id, organization_id, partner_id, sort_name, added_at)
select unnest(group_ids), id, parent_id, sort_name, now() from organizations where group_ids <> '{}';
insert into events (id, organization_id, parent_id, at, actor_name, kind)
select gen_random_uuid(), id, parent_id, created_at, 'Import', 'organization.created' from organizations;
-- What triggers keep.
insert into organization_terms (parent_id, term, sort_name, organization_id)
select o.parent_id, term, o.sort_name, o.id from organizations o cross join organization_terms_of(o.search_text) term
where o.parent_id is not null and o.status <> 'archived' order by 1, 2, 3;
insert into organization_totals (parent_id, part, organizations, licenses)
select parent_id, 0, count(*), sum(licenses) from organizations where parent_id is not null group by 1;
set session_replication_role = origin;
vacuum analyze;
