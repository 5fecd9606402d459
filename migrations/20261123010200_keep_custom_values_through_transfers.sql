-- A transfer takes the values of the giving partner's own fields from the organization, as it takes its tags, and a reversal
-- puts them back.
alter table transfers add column former_custom jsonb not null default '{}';
