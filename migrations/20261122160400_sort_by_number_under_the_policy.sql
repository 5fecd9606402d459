-- The order by customer number is walked from a place in it. coalesce() is not counted as leak-proof, so under row-level
-- security its comparison used no index; a case expression is.
drop index organizations_parent_id_number_idx;
create index organizations_parent_id_number_idx on organizations
  (parent_id, (case when customer_number is null then '' else customer_number end), id);
