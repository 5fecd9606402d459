-- Invitations into an organization. The token stands only in the mail: it is made when the mail is sent, and only its
-- hash is kept (QUALITY T-18, T-19). "sending" counts the mails, so that the job of an older one makes no token.
create table invitations (
  id              uuid not null,
  organization_id uuid not null,
  email           text not null,
  email_key       text not null,
  name            text,
  role            text not null,
  custom_role_id  uuid,
  invited_by      uuid not null,
  created_at      timestamptz not null,
  sending         integer not null default 1,
  token_hash      bytea,
  expires_at      timestamptz not null,
  accepted_at     timestamptz,
  accepted_by     uuid,
  revoked_at      timestamptz,
  constraint invitations_pkey primary key (id),
  constraint invitations_token_hash_key unique (token_hash),
  constraint invitations_organization_id_fkey foreign key (organization_id) references organizations (id),
  constraint invitations_custom_role_fkey foreign key (organization_id, custom_role_id)
    references custom_roles (organization_id, id),
  constraint invitations_invited_by_fkey foreign key (invited_by) references users (id),
  constraint invitations_accepted_by_fkey foreign key (accepted_by) references users (id),
  -- What is over has no token any more.
  constraint invitations_token_hash_check check (token_hash is null or (accepted_at is null and revoked_at is null))
);
-- One open invitation an address and organization, however many people press the button at once (T-46).
create unique index invitations_organization_id_email_key_key on invitations (organization_id, email_key)
  where accepted_at is null and revoked_at is null;

alter table invitations enable row level security;
alter table invitations force row level security;
create policy invitations_scope on invitations
  using (app_system() or exists (select 1 from organizations o where o.id = organization_id))
  with check (app_system() or exists (select 1 from organizations o where o.id = organization_id));

-- The users page: who belongs to an organization and who is invited, in one order. The view asks with the rights of
-- whoever reads it, so the policies of its tables hold.
create view organization_people with (security_invoker = true) as
  select m.id, m.organization_id, m.user_id, u.display_name as name, u.email, m.role, m.custom_role_id,
         coalesce(m.custom_role_id::text, m.role) as role_value,
         case when m.suspended_at is null then 'active' else 'suspended' end as state,
         u.last_signed_in_at, null::timestamptz as expires_at, lower(u.display_name) as sort_name
  from memberships m join users u on u.id = m.user_id
  union all
  select i.id, i.organization_id, null, coalesce(i.name, i.email), i.email, i.role, i.custom_role_id,
         coalesce(i.custom_role_id::text, i.role), 'invited', null, i.expires_at, lower(coalesce(i.name, i.email))
  from invitations i where i.accepted_at is null and i.revoked_at is null;
