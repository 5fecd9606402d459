-- Realistic at size: an operator, 50 partners, one of them with nine tenths of all organizations. `many` says how many.
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
set fill.first = 1;
set fill.last = :many;
select array_agg(md5('partner ' || case when n % 10 = 0 then 1 + n / 10 else 1 end)::uuid) as partners
from generate_series(1, 490) n \gset
set fill.partners = :'partners';
\ir fill.sql
insert into events (id, organization_id, parent_id, at, actor_name, kind)
select gen_random_uuid(), id, parent_id, created_at, 'Import', 'organization.created' from organizations;
set session_replication_role = origin;
vacuum analyze;
