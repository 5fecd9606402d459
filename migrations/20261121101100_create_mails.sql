-- The outbox: a mail is written in the transaction of the change that causes it and sent by a job. What is kept until then
-- are the facts of the message, not its text: links are made when it is sent, from the configured address alone
-- (QUALITY 39). Facts and text hold codes and links, so they are emptied once the mail is sent or refused; only without
-- a mail server the text stays, for the mailbox page.
create table mails (
  id              uuid not null,
  organization_id uuid,
  kind            text not null,
  message         jsonb,
  to_address      text not null,
  to_name         text,
  subject         text not null default '',
  text_body       text not null default '',
  html_body       text not null default '',
  created_at      timestamptz not null,
  sent_at         timestamptz,
  refused_at      timestamptz,
  last_error      text,
  constraint mails_pkey primary key (id),
  constraint mails_organization_id_fkey foreign key (organization_id) references organizations (id),
  constraint mails_outcome_check check (sent_at is null or refused_at is null),
  constraint mails_message_check check ((message is null) = (sent_at is not null or refused_at is not null))
);
create index mails_created_at_idx on mails (created_at desc);
create index mails_refused_at_idx on mails (refused_at desc) where refused_at is not null;

alter table mails enable row level security;
alter table mails force row level security;
create policy mails_system on mails using (app_system()) with check (app_system());
create policy mails_write on mails for insert with check (app_user_id() is not null);
