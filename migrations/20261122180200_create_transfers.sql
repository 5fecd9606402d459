-- Transfers of an organization from one partner to another (N10): asked for by the one that gives, accepted by the one that
-- takes, and for 14 days taken back by either. Names and keys are kept as they were: neither side sees more of the other
-- than these, and the taking side nothing more of the organization until it is there.
create table transfers (
  id                uuid not null,
  organization_id   uuid not null,
  organization_key  text not null,
  organization_name text not null,
  from_id           uuid not null,
  from_key          text not null,
  from_name         text not null,
  to_id             uuid not null,
  to_key            text not null,
  to_name           text not null,
  message           text,
  requested_at      timestamptz not null,
  requested_by      uuid not null,
  requested_by_name text not null,
  expires_at        timestamptz not null,
  state             text not null default 'waiting',
  answered_at       timestamptz,
  answered_by_name  text,
  reversible_until  timestamptz,
  reversed_at       timestamptz,
  reversed_by_name  text,
  -- What it left, so that a reversal puts it back where it still exists.
  former_groups     uuid[] not null default '{}',
  former_tags       uuid[] not null default '{}',
  constraint transfers_pkey primary key (id),
  constraint transfers_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint transfers_requested_by_fkey foreign key (requested_by) references users (id),
  constraint transfers_sides_check check (from_id <> to_id),
  constraint transfers_state_check check (
    state in ('waiting', 'declined', 'withdrawn', 'expired', 'done', 'reversed')),
  constraint transfers_answer_check check ((state in ('waiting', 'expired')) = (answered_at is null))
);
-- One open question an organization, however many ask at once.
create unique index transfers_waiting_key on transfers (organization_id) where state = 'waiting';
create index transfers_from_id_idx on transfers (from_id, id desc);
create index transfers_to_id_idx on transfers (to_id, id desc);

-- Each side sees its own, and so does whoever stands above it. Whoever is kept to groups sees none: a transfer names
-- organizations that may be in no group of theirs (S262).
alter table transfers enable row level security;
alter table transfers force row level security;
create policy transfers_scope on transfers
  using ((select app_system()) or ((select app_groups()) is null
         and exists (select 1 from organizations o where o.id in (from_id, to_id))))
  with check ((select app_system()) or ((select app_groups()) is null
         and exists (select 1 from organizations o where o.id in (from_id, to_id))));

-- For the same reason whoever is kept to groups reads neither what happened to transfers nor the names of what was purged.
create policy events_of_others on events as restrictive for select
  using ((select app_system()) or (select app_groups()) is null
         or (kind not like 'transfer.%' and kind <> 'organization.purged'));
