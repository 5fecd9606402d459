-- Statements are planned once a connection, for tables as large as they were then, and anew when the planner's figures
-- change. A file that is imported makes tables a thousand times as large within a minute, after which the server itself
-- would look: whoever makes them grow asks for it. Not often, since every connection plans its statements anew each time.
-- Tables that somebody else is looking at are passed over.
--
-- Only the owner of a table may have it analyzed. The function reads and returns no row, and takes nothing from its caller.
create function analyze_grown_tables() returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  grown regclass;
begin
  for grown in
    select oid from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r'
      and pg_relation_size(oid) / current_setting('block_size')::int > 16 * greatest(relpages, 2)
  loop
    execute format('analyze (skip_locked) %s', grown);
  end loop;
end $$;
