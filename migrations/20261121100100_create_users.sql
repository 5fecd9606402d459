-- Users are global: one person, one address, one password (SPEC section 2). email_key is the address folded so that
-- case and Unicode twins are one account (QUALITY T-26).
create table users (
  id                  uuid not null,
  email               text not null,
  email_key           text not null,
  given_name          text,
  family_name         text,
  display_name        text not null,
  password_hash       text,
  password_changed_at timestamptz,
  time_zone           text not null default 'UTC',
  theme               text,
  created_at          timestamptz not null,
  last_signed_in_at   timestamptz,
  disabled_at         timestamptz,
  constraint users_pkey primary key (id),
  constraint users_email_key_key unique (email_key),
  constraint users_theme_check check (theme in ('light', 'dark'))
);
