-- An organization is also handed from one group of its partner to another (N10): the same question, answered by the people of
-- the other group, and taken back within 14 days. Both sides are then one partner, and the names are those of the groups.
alter table transfers
  add column from_group_id uuid,
  add column to_group_id uuid,
  add constraint transfers_from_group_id_fkey foreign key (from_group_id) references groups (id) on delete cascade,
  add constraint transfers_to_group_id_fkey foreign key (to_group_id) references groups (id) on delete cascade,
  drop constraint transfers_sides_check,
  add constraint transfers_sides_check check (
    case when from_group_id is null and to_group_id is null then from_id <> to_id
         else from_id = to_id and from_group_id is not null and to_group_id is not null and from_group_id <> to_group_id
    end);
create index transfers_from_group_id_idx on transfers (from_group_id) where from_group_id is not null;
create index transfers_to_group_id_idx on transfers (to_group_id) where to_group_id is not null;

-- Whoever is kept to groups sees what their own groups give and are asked to take, and no other (S262).
drop policy transfers_scope on transfers;
create policy transfers_scope on transfers
  using ((select app_system()) or (((select app_groups()) is null
         or from_group_id = any ((select app_groups())::uuid[]) or to_group_id = any ((select app_groups())::uuid[]))
         and exists (select 1 from organizations o where o.id in (from_id, to_id))))
  with check ((select app_system()) or ((select app_groups()) is null
         and exists (select 1 from organizations o where o.id in (from_id, to_id))));
