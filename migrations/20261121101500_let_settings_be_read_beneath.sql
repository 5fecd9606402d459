-- Prices and the support contact of a partner hold for everything beneath it, so everything beneath it may read them;
-- only the partner and who stands above it may change them.
create policy partner_settings_read on partner_settings for select
  using (exists (select 1 from organizations o
                 where o.id = app_organization_id() and partner_settings.organization_id = any (o.path)));
