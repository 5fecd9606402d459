//! The first run: a link that works once opens the page that makes the operator and its first administrator; and the
//! secret that all instances share.

mod checks;
mod form;
pub(crate) mod pages;
mod store;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

pub use self::form::{NewInstallation, SetupForm};
use crate::{
    app::App,
    credentials::{self, Purpose},
    error::{Error, Result},
    events::{self, EventKind, NewEvent},
    memberships::{self, NewMembership},
    organizations::{self, NewOperator, Operator},
    passwords::PasswordHash,
    roles::Role,
    scope::RowScope,
    types::{DisplayName, EmailAddress, OpaqueToken, OrgKey, TimeZone},
    users::{self, NewUser},
};

/// The link that opens the set-up page: a new one at each start, and `None` once the installation is set up.
///
/// # Errors
/// The database's.
pub async fn first_run_link(app: &App) -> Result<Option<String>> {
    let token = OpaqueToken::generate();
    let kept = app
        .write(RowScope::System("make the set-up link"), async |db| {
            cookie_secret(db).await?;
            store::update_token(db, &token.hash()).await
        })
        .await?;
    Ok(kept.then(|| format!("{}/setup/{}", app.settings.base_url(), token.as_str())))
}

/// The installation's secret: signs session cookies. Made on first use, then the same for all instances. Needs a
/// transaction of the system.
///
/// # Errors
/// The database's; [`Error::Internal`] when the stored secret has another length.
pub async fn cookie_secret(db: &mut PgConnection) -> Result<[u8; 64]> {
    let mut new = [0; 64];
    getrandom::fill(&mut new).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
    let stored = store::secret(db, &new).await?;
    stored.try_into().map_err(|_| Error::Internal(anyhow::anyhow!("installation.secret is not 64 bytes long")))
}

/// Whether the link opens the page.
///
/// # Errors
/// [`Error::NotFound`] for any other link, and for every link once the installation is set up.
pub(crate) async fn require_open(app: &App, token: &str) -> Result<OpaqueToken> {
    let token = OpaqueToken::parse(token).map_err(|_| Error::NotFound)?;
    let open = app.read(RowScope::System("check the set-up link"), async |db| store::is_open(db, &token.hash()).await);
    if open.await? { Ok(token) } else { Err(Error::NotFound) }
}

/// Makes the operator and its first administrator in one transaction, and uses the link up. Whoever comes second, also
/// at the same moment, finds the link gone.
///
/// # Errors
/// [`Error::NotFound`] when the link does not work any more.
pub async fn create(app: &App, token: &OpaqueToken, new: NewInstallation, request_id: Uuid) -> Result<(Uuid, OrgKey)> {
    let password = app.passwords.hash(&new.password).await?;
    let now = app.clock.now();
    let administrator = administrator(&new, password);
    let operator = NewOperator {
        name: new.company,
        country: new.country,
        currency: new.currency,
        administrator: administrator.id,
        given_name: new.given_name,
        family_name: new.family_name,
        email: new.email,
    };
    app.write(RowScope::System("set the installation up"), async |db| {
        if !store::claim(db, &token.hash(), now).await? {
            return Err(Error::NotFound);
        }
        users::create(db, &administrator, now).await?;
        let (organization_id, key) = organizations::create_operator(db, &operator, now).await?;
        let membership = NewMembership { user_id: administrator.id, organization_id, role: Role::ResellerAdmin };
        memberships::add(db, &membership, now).await?;
        users::note_sign_in(db, administrator.id, now).await?;
        let name = administrator.display_name.as_str();
        let event = NewEvent::new(organization_id, EventKind::InstallationSetUp);
        events::record_as(db, Some(administrator.id), name, now, Some(request_id), event).await?;
        Ok((administrator.id, key))
    })
    .await
}

fn administrator(new: &NewInstallation, password: PasswordHash) -> NewUser {
    NewUser {
        id: Uuid::now_v7(),
        email: new.email.clone(),
        given_name: Some(new.given_name.clone()),
        family_name: Some(new.family_name.clone()),
        display_name: new.display_name.clone(),
        password: Some(password),
        time_zone: new.time_zone.clone(),
    }
}

/// Makes a Reseller Admin of the operator, or finds the person with this address, and returns a link through which the
/// password is chosen once within 7 days. For whoever runs the binary: also the way back in when nobody can sign in.
///
/// # Errors
/// When the address or the name is not acceptable, or the installation is not set up yet; in words for the terminal.
pub async fn create_administrator(app: &App, email: &str, name: &str) -> anyhow::Result<String> {
    let email = EmailAddress::parse(email)?;
    let display_name = DisplayName::parse(name)?;
    let now = app.clock.now();
    let token = app
        .write(RowScope::System("create an administrator from the command line"), async |db| {
            let operator = organizations::operator(db).await?.ok_or(Error::NotFound)?;
            let id = match users::find_by_email(db, &email).await? {
                Some(account) => account.id,
                None => insert_administrator(db, &email, &display_name, now).await?,
            };
            let membership = NewMembership { user_id: id, organization_id: operator.id, role: Role::ResellerAdmin };
            memberships::add(db, &membership, now).await?;
            credentials::make_link(db, id, Purpose::Instructions, now).await
        })
        .await;
    match token {
        Ok(token) => Ok(format!("{}{}", app.settings.base_url(), credentials::path(&token))),
        Err(Error::NotFound) => {
            anyhow::bail!(
                "the installation is not set up yet: start it with `tenantry serve` and open the link it prints"
            )
        }
        Err(error) => Err(error.into()),
    }
}

async fn insert_administrator(
    db: &mut PgConnection,
    email: &EmailAddress,
    display_name: &DisplayName,
    now: OffsetDateTime,
) -> Result<Uuid> {
    let new = NewUser {
        id: Uuid::now_v7(),
        email: email.clone(),
        given_name: None,
        family_name: None,
        display_name: display_name.clone(),
        password: None,
        time_zone: TimeZone::utc(),
    };
    users::create(db, &new, now).await?;
    Ok(new.id)
}

/// The operator, to be named on pages nobody is signed in on; `None` before the set-up.
///
/// # Errors
/// The database's.
pub async fn operator(app: &App) -> Result<Option<Operator>> {
    app.read(RowScope::System("name the operator"), async |db| organizations::operator(db).await).await
}
