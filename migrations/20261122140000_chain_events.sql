-- Events are chained, so that one that was removed, altered, added from outside or put elsewhere is found (QUALITY 51):
-- within an organization each link's hash is SHA-256 over the hash before it and the bytes of its event, and the head
-- holds how many links there are and the last hash, so that a tail cut off is missed too. `tenantry audit verify` walks
-- all of it and computes every hash itself.
--
-- Links are made when the transaction commits, not when an event is written: heads are then locked for an instant, all of
-- a transaction's at once and in one order, so that writers of one organization wait briefly and never for each other in
-- a circle, whatever organizations a transaction has written about.
create table event_links (
  organization_id uuid not null,
  number          bigint not null,
  event_id        uuid not null,
  hash            bytea not null,
  constraint event_links_pkey primary key (organization_id, number)
);
create table event_heads (
  organization_id uuid not null,
  events          bigint not null default 0,
  hash            bytea not null default '',
  constraint event_heads_pkey primary key (organization_id)
);
-- What a transaction has written and not yet chained: one row a statement, gone before the commit.
create unlogged table event_batches (
  event_ids uuid[] not null
);

alter table event_links enable row level security;
alter table event_links force row level security;
create policy event_links_system on event_links using (app_system()) with check (app_system());
alter table event_heads enable row level security;
alter table event_heads force row level security;
create policy event_heads_system on event_heads using (app_system()) with check (app_system());
alter table event_batches enable row level security;
alter table event_batches force row level security;
create policy event_batches_system on event_batches using (app_system()) with check (app_system());

-- A part with its length before it: no two rows give the same bytes. Written so that the planner puts it in place: a call
-- a column would make a large import slow.
create function event_part(value text) returns text language sql immutable as
  $$ select coalesce(octet_length(value)::text || ':' || value, '-') || ',' $$;

-- Every column, in this order; src/audit/chain.rs writes the same. Times are whole microseconds since 1970.
create function event_bytes(e events) returns bytea language sql stable as $$
  select convert_to(
    event_part(e.id::text) || event_part(e.organization_id::text) || event_part(e.parent_id::text)
    || event_part((extract(epoch from e.at) * 1000000)::bigint::text) || event_part(e.actor_user_id::text)
    || event_part(e.actor_name) || event_part(e.kind) || event_part(e.subject_id::text) || event_part(e.subject_name)
    || event_part(e.before::text) || event_part(e.after::text) || event_part(e.channel)
    || event_part(e.request_id::text), 'UTF8')
$$;

create function event_hash(state bytea, head bytea, bytes bytea) returns bytea language plpgsql immutable as
  $$ begin return sha256(coalesce(state, head) || bytes); end $$;
create aggregate event_chain(head bytea, bytes bytea) (sfunc = event_hash, stype = bytea);

create function link_events(event_ids uuid[]) returns void language plpgsql as $$
begin
  insert into event_heads (organization_id)
    select distinct e.organization_id from unnest(event_ids) as new(id) join events e on e.id = new.id order by 1
    on conflict do nothing;
  perform 1 from event_heads
    where organization_id in (select e.organization_id from unnest(event_ids) as new(id) join events e on e.id = new.id)
    order by organization_id for update;
  with links as (
    insert into event_links (organization_id, number, event_id, hash)
      select e.organization_id, h.events + row_number() over chain, e.id,
             event_chain(h.hash, event_bytes(e)) over chain
      from unnest(event_ids) as new(id) join events e on e.id = new.id
      join event_heads h on h.organization_id = e.organization_id
      window chain as (partition by e.organization_id order by e.id)
      returning organization_id, number, hash)
  update event_heads h set events = last.number, hash = last.hash
    from (select distinct on (organization_id) * from links order by organization_id, number desc) last
    where h.organization_id = last.organization_id;
end $$;

-- Those that are there already.
do $$ begin
  perform set_config('app.system', 'chain the events there are', true);
  perform link_events(array_agg(id)) from events having count(*) > 0;
  perform set_config('app.system', '', true);
end $$;

create function queue_events() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
begin
  perform set_config('app.system', 'queue events', true);
  insert into event_batches (event_ids) select array_agg(id) from new_rows having count(*) > 0;
  perform set_config('app.system', before, true);
  return null;
end $$;
create trigger events_are_queued after insert on events
  referencing new table as new_rows for each statement execute function queue_events();

-- The first batch takes all others of the transaction along; for those nothing is left to do.
create function chain_events() returns trigger language plpgsql as $$
declare
  before text := coalesce(current_setting('app.system', true), '');
  ids uuid[];
begin
  perform set_config('app.system', 'chain events', true);
  with taken as (delete from event_batches returning event_ids)
    select array_agg(id) into ids from taken, unnest(taken.event_ids) as id;
  if ids is not null then
    perform link_events(ids);
  end if;
  perform set_config('app.system', before, true);
  return null;
end $$;
create constraint trigger event_batches_are_chained after insert on event_batches
  deferrable initially deferred for each row execute function chain_events();

create trigger event_links_are_append_only before update or delete or truncate on event_links
  for each statement execute function refuse_change();
