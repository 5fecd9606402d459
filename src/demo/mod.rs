//! The demo: a believable reseller, so that a newcomer sees the product alive in a minute. It goes through the same doors
//! as a person would: the set-up, then `organizations::create`.

mod rows;
mod team;

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use self::rows::Row;
use crate::{
    app::App,
    billing::BillingForm,
    custom_fields::Filled,
    error::{Error, Result},
    memberships,
    organizations::{self, Channel, DetailsForm, NewAdministrator, NewOrganization},
    roles::Permission,
    scope::{RowScope, Scope},
    settings::{self, PricesForm, SupportForm},
    setup::{self, SetupForm},
    subscriptions::SubscriptionForm,
    types::{AccountKind, AddressLine, City, OpaqueToken, OrgKey, PostalCode},
};

const EMAIL: &str = "ingrid@nordlicht.example";

/// Sets an untouched installation up and fills it; says how to sign in. `customers` beyond the table repeat it with
/// branches of the same companies.
///
/// # Errors
/// [`Error::Refused`] when the installation is already in use: real data is never mixed with samples.
pub async fn fill(app: &App, customers: u32) -> Result<String> {
    let Some(link) = setup::first_run_link(app).await? else {
        return Err(Error::Refused(
            "this installation is in use already. The demo fills only a new one: name an empty folder in \
             TENANTRY_DATA_DIR, or an empty database in DATABASE_URL"
                .into(),
        ));
    };
    let password = OpaqueToken::generate().as_str()[..20].to_owned();
    let key = set_up(app, &link, &password).await?;
    let now = app.clock.now();
    let mut scope = administrator(app, &key, now).await?;
    app.write(&scope, async |db| prices_and_support(db, &scope).await).await?;
    let wanted = usize::try_from(customers).unwrap_or(usize::MAX);
    let mut sample: Vec<(usize, Row)> = rows::rows().cycle().take(wanted).enumerate().collect();
    // Trials last: they are the youngest, so that some of them still run.
    sample.sort_by_key(|(number, row)| (row.plan == "trial", *number));
    for (place, (number, row)) in sample.into_iter().enumerate() {
        scope.now = created_at(now, place, wanted);
        let new = organization(&row, number)?;
        app.write(&scope, async |db| organizations::create(db, &scope, new).await).await?;
    }
    scope.now = now;
    let others = team::assemble(app, &scope, &password).await?.join(", ");
    Ok(format!(
        "{customers} sample organizations are in place. Start with `tenantry serve`, then sign in at {}/sign-in\n\
         as {EMAIL} with the password {password}\n\
         The same password signs in those who see their own groups only: {others}",
        app.settings.base_url()
    ))
}

/// Through the set-up page's own form.
async fn set_up(app: &App, link: &str, password: &str) -> Result<OrgKey> {
    let token = link.rsplit('/').next().unwrap_or_default();
    let token = OpaqueToken::parse(token).map_err(|error| anyhow::anyhow!("the set-up link: {error}"))?;
    let form = SetupForm {
        company: "Nordlicht Cloud GmbH".into(),
        country: "DE".into(),
        currency: "EUR".into(),
        zone: "Europe/Berlin".into(),
        given_name: "Ingrid".into(),
        family_name: "Sørensen".into(),
        email: EMAIL.into(),
        password: password.to_owned().into(),
    };
    let (_, key) = setup::create(app, &token, form.parse()?, Uuid::now_v7()).await?;
    Ok(key)
}

/// The scope the administrator would have on a page of the operator's.
async fn administrator(app: &App, key: &OrgKey, now: OffsetDateTime) -> Result<Scope> {
    app.read(RowScope::System("find the administrator of the demo"), async |db| {
        let account = crate::users::find_by_email(db, &email()?).await?.ok_or(Error::NotFound)?;
        let (actor, _) = memberships::person(db, account.id).await?.ok_or(Error::NotFound)?;
        let access = memberships::access(db, account.id, key).await?.ok_or(Error::NotFound)?;
        let scope = access.scope(actor, now, Uuid::now_v7());
        scope.require(Permission::CreateOrganizations)?;
        Ok(scope)
    })
    .await
}

fn email() -> Result<crate::types::EmailAddress> {
    Ok(crate::types::EmailAddress::parse(EMAIL).map_err(|error| anyhow::anyhow!("the demo's address: {error}"))?)
}

async fn prices_and_support(db: &mut PgConnection, scope: &Scope) -> Result<()> {
    let current = settings::in_force(db, scope).await?;
    let prices = PricesForm {
        currency: "EUR".into(),
        monthly_price: "7.50".into(),
        yearly_price: "6.25".into(),
        trial_days: "14".into(),
    };
    settings::save_prices(db, scope, settings::version_of(&current, scope), &prices.parse()?).await?;
    let current = settings::in_force(db, scope).await?;
    let support = SupportForm {
        support_email: "help@nordlicht.example".into(),
        support_phone: "+49 341 2155040".into(),
        support_url: String::new(),
    };
    settings::save_support(db, scope, settings::version_of(&current, scope), &support.parse()?).await?;
    Ok(())
}

/// The oldest 200 days ago, the newest this morning; trials among the latest still run.
fn created_at(now: OffsetDateTime, number: usize, wanted: usize) -> OffsetDateTime {
    let share = f64::from(u32::try_from(wanted - number).unwrap_or(u32::MAX))
        / f64::from(u32::try_from(wanted).unwrap_or(u32::MAX));
    now - Duration::seconds_f64(share * share * 200.0 * 86_400.0 + 3_600.0)
}

fn organization(row: &Row, number: usize) -> Result<NewOrganization> {
    let round = number / rows::rows().count();
    let (name, domain) = if round == 0 {
        (row.name.to_owned(), row.domain.to_owned())
    } else {
        (format!("{} · {} {}", row.name, row.city, round + 1), format!("branch{}.{}", round + 1, row.domain))
    };
    let details = DetailsForm {
        kind: row.kind.into(),
        company: name.clone(),
        given_name: row.given_name.into(),
        family_name: row.family_name.into(),
        phone: row.phone.into(),
        size: row.size.into(),
        country: row.country.into(),
        state: row.region.into(),
        domain: domain.clone(),
        registration_number: String::new(),
        customer_number: format!("K-{}", 20_001 + number),
        notification_email: String::new(),
    };
    let mut details = details.parse(AccountKind::ALL)?;
    details.street = AddressLine::parse(row.street).ok();
    details.city = City::parse(row.city).ok();
    details.postal_code = PostalCode::parse_in(row.postal_code, details.country).ok();
    let subscription = SubscriptionForm {
        name: name.chars().take(100).collect(),
        plan: row.plan.into(),
        licenses: row.licenses.into(),
        commitment: if number.is_multiple_of(3) { "month_to_month".into() } else { "yearly".into() },
    };
    let billing = BillingForm {
        billing_given_name: row.given_name.into(),
        billing_family_name: row.family_name.into(),
        line1: row.street.into(),
        line2: String::new(),
        city: row.city.into(),
        billing_state: row.region.into(),
        postal_code: row.postal_code.into(),
        billing_country: row.country.into(),
    };
    Ok(NewOrganization {
        command_id: Uuid::now_v7(),
        channel: Channel::Demo,
        details,
        administrator: NewAdministrator::Later { email: None },
        subscription: Some(subscription.parse()?),
        billing: Some(billing.parse()?),
        groups: Vec::new(),
        custom: Filled::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::{organization, rows};

    #[test]
    fn every_sample_is_an_organization_the_wizard_would_accept() {
        for (number, row) in rows::rows().enumerate() {
            let made = organization(&row, number);
            assert!(made.is_ok(), "{}: {made:?}", row.name);
        }
    }
}
