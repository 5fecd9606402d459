//! The two tenants of the probe and their people. A later probe takes those of an earlier one, so that an installation
//! that is probed every day does not fill with them.

use sqlx::PgConnection;
use uuid::Uuid;

use super::store;
use crate::{
    app::App,
    custom_fields::Filled,
    error::{Error, Result},
    memberships::{self, NewMembership},
    organizations::{self, Channel, DetailsForm, NewAdministrator, NewOrganization},
    passwords::PasswordHash,
    roles::{ROLES, Role},
    scope::{RowScope, Scope},
    types::{DisplayName, EmailAddress, NewPassword, OpaqueToken, OrgKey, TimeZone},
    users::{self, NewUser},
};

/// One of the two.
#[derive(Debug)]
pub(super) struct Tenant {
    pub(super) id: Uuid,
    pub(super) key: OrgKey,
    /// An organization beneath it.
    pub(super) child: OrgKey,
    /// Stands in the names of everything it has.
    pub(super) word: &'static str,
}

/// What the walk needs.
#[derive(Debug)]
pub(super) struct World {
    pub(super) own: Tenant,
    pub(super) foreign: Tenant,
    /// Role and address of the people of the own tenant.
    pub(super) people: Vec<(Role, String)>,
    pub(super) password: String,
}

/// Makes both, or takes those of an earlier probe.
pub(super) async fn make(app: &App) -> anyhow::Result<World> {
    let password = OpaqueToken::generate().as_str().to_owned();
    let hash = app.passwords.hash(&NewPassword::parse(&password)?).await?;
    let now = app.clock.now();
    let scope = app
        .read(RowScope::System("find who may create the tenants of the probe"), async |db| {
            let (user_id, key) = store::administrator(db).await?.ok_or(Error::NotFound)?;
            let (actor, _) = memberships::person(db, user_id).await?.ok_or(Error::NotFound)?;
            let access = memberships::access(db, user_id, &key).await?.ok_or(Error::NotFound)?;
            Ok(access.scope(actor, now, Uuid::now_v7()))
        })
        .await
        .map_err(|_| anyhow::anyhow!("the installation is not set up yet: there is nothing to probe"))?;
    let own = tenant(app, &scope, "Probewalk").await?;
    let foreign = tenant(app, &scope, "Probestill").await?;
    let mut people = Vec::new();
    for row in ROLES.iter().filter(|row| row.partner_only) {
        people.push((row.role, person(app, &own, row.role, &hash).await?));
    }
    person(app, &foreign, Role::ResellerAdmin, &hash).await?;
    Ok(World { own, foreign, people, password })
}

/// Takes people and tenants out of use.
pub(super) async fn retire(app: &App, world: &World) -> Result<()> {
    let (tenants, now) = ([world.own.id, world.foreign.id], app.clock.now());
    app.write(RowScope::System("retire the probe"), async |db| store::retire(db, &tenants, now).await).await
}

async fn tenant(app: &App, operator: &Scope, word: &'static str) -> anyhow::Result<Tenant> {
    let number = format!("probe-{}", word.to_lowercase());
    let revived = app
        .write(RowScope::System("take a tenant of an earlier probe"), async |db| {
            let Some((id, key)) = store::revive(db, &number).await? else { return Ok(None) };
            Ok(store::child(db, id).await?.map(|child| Tenant { id, key, child, word }))
        })
        .await?;
    if let Some(tenant) = revived {
        return Ok(tenant);
    }
    let new = organization("partner", word, &number)?;
    let made = app.write(operator, async |db| organizations::create(db, operator, new).await).await?;
    let inside = app
        .read(RowScope::System("stand in the tenant of the probe"), async |db| {
            let access = memberships::access(db, operator.actor.user_id, &made.key).await?.ok_or(Error::NotFound)?;
            Ok(access.scope(operator.actor.clone(), operator.now, operator.request_id))
        })
        .await?;
    let new = organization("customer", word, &format!("{number}-child"))?;
    let child = app.write(&inside, async |db| organizations::create(db, &inside, new).await).await?;
    Ok(Tenant { id: made.id, key: made.key, child: child.key, word })
}

fn organization(kind: &str, word: &str, number: &str) -> anyhow::Result<NewOrganization> {
    let details = DetailsForm {
        kind: kind.into(),
        company: format!("{word} {kind} (isolation probe)"),
        given_name: word.into(),
        family_name: "Probe".into(),
        phone: "+49 30 901820".into(),
        size: "1-10".into(),
        country: "DE".into(),
        state: "BE".into(),
        customer_number: number.into(),
        ..DetailsForm::default()
    };
    Ok(NewOrganization {
        command_id: Uuid::now_v7(),
        channel: Channel::Wizard,
        details: details.parse(crate::types::AccountKind::ALL).map_err(Error::from)?,
        administrator: NewAdministrator::Later { email: None },
        subscription: None,
        billing: None,
        groups: Vec::new(),
        custom: Filled::default(),
    })
}

async fn person(app: &App, tenant: &Tenant, role: Role, hash: &PasswordHash) -> anyhow::Result<String> {
    let name = format!("{}-{}", tenant.word.to_lowercase(), role.row().name.replace('_', "-"));
    let email = EmailAddress::parse(&format!("{name}@probe.invalid"))?;
    let (now, display_name) = (app.clock.now(), DisplayName::parse(&format!("{} {}", tenant.word, role.row().label))?);
    app.write(RowScope::System("let the people of the probe in"), async |db: &mut PgConnection| {
        if store::admit(db, &email.key(), hash.as_str()).await? {
            return Ok(());
        }
        let user = NewUser {
            id: Uuid::now_v7(),
            email: email.clone(),
            given_name: None,
            family_name: None,
            display_name,
            password: Some(PasswordHash::stored(hash.as_str().to_owned())),
            time_zone: TimeZone::utc(),
        };
        users::create(db, &user, now).await?;
        let membership = NewMembership { user_id: user.id, organization_id: tenant.id, role };
        memberships::add(db, &membership, now).await
    })
    .await?;
    Ok(email.to_string())
}
