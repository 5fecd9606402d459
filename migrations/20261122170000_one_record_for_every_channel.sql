-- The fields S216-S232 that rows, forms, files and interfaces fill in, on the one record all of them make. A limit of
-- approvals is an annual amount in minor units (D11) and keeps the currency it was written in. The two keys are the name
-- and the registration number as they are compared (N3); Rust writes them, because reading a million names by expressions
-- in SQL would cost more than storing them.
alter table organizations
  add column street            text,
  add column postal_code       text,
  add column city              text,
  add column contact_mobile    text,
  add column approval_required boolean not null default false,
  add column approval_limit    bigint,
  add column approval_currency text,
  add column billing_starts_on date,
  add column name_key          text,
  add column registration_key  text,
  add constraint organizations_approval_limit_check check (
    (approval_limit is null) = (approval_currency is null)
    and (approval_limit is null or (approval_limit >= 0 and approval_required)));

create index organizations_parent_id_name_key_idx on organizations (parent_id, name_key) where name_key is not null;
create index organizations_parent_id_registration_key_idx on organizations (parent_id, registration_key)
  where registration_key is not null;

-- Close enough for what is here already; the next edit of an organization writes the key itself.
update organizations set name_key = nullif(regexp_replace(lower(name), '[^[:alnum:]]+', '', 'g'), ''),
  registration_key = nullif(regexp_replace(lower(registration_number), '[^[:alnum:]]+', '', 'g'), '');

-- A whole name is kept where somebody wrote one; first and last name together need no copy (D7).
update organizations set contact_name = null where contact_name = contact_given_name || ' ' || contact_family_name;
