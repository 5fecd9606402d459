-- What happened to a group names organizations and people of that group, so only those who see the group read it; in the
-- partner's own row alone it would be in sight of every account manager (S262).
create policy events_of_groups on events as restrictive for select
  using (app_system() or app_groups() is null or kind not like 'group.%' or subject_id = any (app_groups()));

-- Standing in the partner, the usual case, needs no look at its row for each line of a group: the first page of an account
-- manager reads thousands of such lines when it counts.
drop policy group_organizations_scope on group_organizations;
create policy group_organizations_scope on group_organizations
  using (app_system() or ((app_groups() is null or group_id = any (app_groups()))
         and (partner_id = app_organization_id() or exists (select 1 from organizations o where o.id = partner_id))))
  with check (app_system() or ((app_groups() is null or group_id = any (app_groups()))
         and (partner_id = app_organization_id() or exists (select 1 from organizations o where o.id = partner_id))));

-- Two organizations of a partner cannot share a domain or customer number. Who creates must be told so even where the other
-- one is out of their sight, and be told no more than that: which of the two is taken, never by whom. Asks only about the
-- organization the transaction stands in.
create function taken_out_of_sight(wanted_domain text, wanted_number text)
returns table (by_domain boolean) language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
  here uuid := app_organization_id();
begin
  perform set_config('app.system', 'say that a value is taken', true);
  return query
    select true from organizations where parent_id = here and domain = wanted_domain
    union all
    select false from organizations where parent_id = here and customer_number = wanted_number;
  perform set_config('app.system', before, true);
end $$;
