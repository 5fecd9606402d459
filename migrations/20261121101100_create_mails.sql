-- The outbox: a mail is written in the transaction of the change that causes it and sent by a job. The bodies hold codes
-- and links, so they are emptied once the mail is sent.
create table mails (
  id              uuid not null,
  organization_id uuid,
  to_address      text not null,
  to_name         text,
  subject         text not null,
  text_body       text not null,
  html_body       text not null,
  message_id      text not null,
  created_at      timestamptz not null,
  sent_at         timestamptz,
  refused_at      timestamptz,
  last_error      text,
  constraint mails_pkey primary key (id),
  constraint mails_message_id_key unique (message_id),
  constraint mails_organization_id_fkey foreign key (organization_id) references organizations (id)
);
create index mails_created_at_idx on mails (created_at desc);

alter table mails enable row level security;
alter table mails force row level security;
create policy mails_system on mails using (app_system()) with check (app_system());
create policy mails_write on mails for insert with check (app_user_id() is not null);
