-- The settings of a transaction are the same for every row of a statement. Asked in a subselect they are read and parsed once
-- a statement instead of once a row: the list of an account manager in a partner of a million looks at thousands of rows.
drop policy organizations_scope on organizations;
create policy organizations_scope on organizations
  using ((select app_system()) or ((select app_organization_id()) = any (path)
         and ((select app_groups()) is null or id = (select app_organization_id())
              or group_ids && (select app_groups()))))
  with check ((select app_system()) or ((select app_organization_id()) = any (path)
         and ((select app_groups()) is null or id = (select app_organization_id())
              or group_ids && (select app_groups()))));

drop policy group_organizations_scope on group_organizations;
create policy group_organizations_scope on group_organizations
  using ((select app_system()) or (((select app_groups()) is null or group_id = any ((select app_groups())::uuid[]))
         and (partner_id = (select app_organization_id()) or exists (select 1 from organizations o where o.id = partner_id))))
  with check ((select app_system()) or (((select app_groups()) is null or group_id = any ((select app_groups())::uuid[]))
         and (partner_id = (select app_organization_id()) or exists (select 1 from organizations o where o.id = partner_id))));
