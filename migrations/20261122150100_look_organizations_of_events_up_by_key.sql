-- Whether an event's organization is in sight is asked event by event, by its primary key. Without `offset 0` the planner
-- may read all organizations into a table first, because it does not see that a page of a feed ends after a few events: a
-- second for the home page of a partner with 300,000 organizations, instead of a millisecond.
-- The scope itself is asked for once a statement, as in the policies of organizations.
drop policy events_scope on events;
create policy events_scope on events
  using ((select app_system()) or exists (select 1 from organizations o where o.id = organization_id offset 0))
  with check ((select app_system()) or exists (select 1 from organizations o where o.id = organization_id offset 0));
drop policy events_of_groups on events;
create policy events_of_groups on events as restrictive for select
  using ((select app_system()) or (select app_groups()) is null or kind not like 'group.%'
         or subject_id = any ((select app_groups())::uuid[]));
