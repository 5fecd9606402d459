//! The first run: a link that works once opens the page that makes the operator and its first administrator; and the
//! secret that all instances share.

mod checks;
mod form;
pub(crate) mod pages;
mod store;

use sqlx::PgConnection;
use uuid::Uuid;

pub use self::form::{NewInstallation, SetupForm};
use crate::{
    app::App,
    error::{Error, Result},
    memberships::{self, NewMembership},
    organizations::{self, NewOperator, Operator},
    passwords::PasswordHash,
    roles::Role,
    scope::RowScope,
    types::{OpaqueToken, OrgKey},
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
pub async fn create(app: &App, token: &OpaqueToken, new: NewInstallation) -> Result<(Uuid, OrgKey)> {
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

/// The operator, to be named on pages nobody is signed in on; `None` before the set-up.
///
/// # Errors
/// The database's.
pub async fn operator(app: &App) -> Result<Option<Operator>> {
    app.read(RowScope::System("name the operator"), async |db| organizations::operator(db).await).await
}
