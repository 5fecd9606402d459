-- Who looks after an organization reads what happened in all of them, newest first, in one index walk: the parent at the
-- time of the event stands beside it.
alter table events add column parent_id uuid;
create index events_parent_id_idx on events (parent_id, id desc) where parent_id is not null;
