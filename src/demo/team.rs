//! The people of the sample reseller who are kept to groups, and their groups: so that a newcomer can sign in as an account
//! manager and see less.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    app::App,
    error::{Error, Result},
    groups::{self, FilterForm, GroupForm},
    memberships::{self, NewMembership},
    roles::Role,
    scope::{RowScope, Scope},
    types::{DisplayName, EmailAddress, NewPassword, TimeZone},
    users::{self, NewUser},
};

/// Name, description and the countries whose organizations are in it.
const GROUPS: &[(&str, &str, &[&str])] = &[
    ("DACH", "Germany, Austria and Switzerland", &["DE", "AT", "CH"]),
    ("Nordics", "Denmark, Finland, Iceland, Norway and Sweden", &["DK", "FI", "IS", "NO", "SE"]),
    ("Rest of the world", "Everything that is in no other group", &[]),
];

/// Name, address, role and groups.
const PEOPLE: &[(&str, &str, Role, &[&str])] = &[
    ("Lena Baumgärtner", "lena@nordlicht.example", Role::KeyAccountManager, &["DACH", "Nordics"]),
    ("Tomáš Krejčí", "tomas@nordlicht.example", Role::SalesAgent, &["Rest of the world"]),
    ("Sipho Adebayo", "sipho@nordlicht.example", Role::KeyAccountViewer, &["DACH"]),
];

/// Makes the groups and the people, all with the same password. Returns who there is: "lena@… (Key Account Manager)".
pub(super) async fn assemble(app: &App, scope: &Scope, password: &str) -> Result<Vec<String>> {
    let password = NewPassword::parse(password).map_err(|error| anyhow::anyhow!("the demo's password: {error}"))?;
    let hash = app.passwords.hash(&password).await?;
    let people: Vec<NewUser> =
        PEOPLE.iter().map(|(name, email, ..)| person(name, email, hash.clone())).collect::<Result<_>>()?;
    app.write(RowScope::System("add the people of the demo"), async |db| {
        for (user, (_, _, role, _)) in people.iter().zip(PEOPLE) {
            users::create(db, user, scope.now).await?;
            let new = NewMembership { user_id: user.id, organization_id: scope.organization.id, role: *role };
            memberships::add(db, &new, scope.now).await?;
        }
        Ok(())
    })
    .await?;
    app.write(scope, async |db| {
        for group in GROUPS {
            fill(db, scope, group).await?;
        }
        Ok(())
    })
    .await?;
    Ok(PEOPLE.iter().map(|(_, email, role, _)| format!("{email} ({})", role.label())).collect())
}

fn person(name: &str, email: &str, password: crate::passwords::PasswordHash) -> Result<NewUser> {
    let wrong = |error: crate::types::Invalid| Error::Internal(anyhow::anyhow!("a person of the demo: {error}"));
    Ok(NewUser {
        id: Uuid::now_v7(),
        email: EmailAddress::parse(email).map_err(wrong)?,
        given_name: None,
        family_name: None,
        display_name: DisplayName::parse(name).map_err(wrong)?,
        password: Some(password),
        time_zone: TimeZone::parse("Europe/Berlin").unwrap_or_else(|_| TimeZone::utc()),
    })
}

async fn fill(
    db: &mut PgConnection,
    scope: &Scope,
    (name, description, countries): &(&str, &str, &[&str]),
) -> Result<()> {
    let form = GroupForm { name: (*name).into(), description: (*description).into() };
    let id = groups::create(db, scope, &form.parse()?).await?;
    if countries.is_empty() {
        let form = FilterForm { ungrouped: "true".into(), ..FilterForm::default() };
        groups::add_matching(db, scope, id, &form.parse()?).await?;
    }
    for country in *countries {
        let form = FilterForm { country: (*country).into(), ..FilterForm::default() };
        groups::add_matching(db, scope, id, &form.parse()?).await?;
    }
    let wanted = |email: &str| PEOPLE.iter().any(|(_, address, _, groups)| *address == email && groups.contains(name));
    let people = groups::assignable(db, scope, id).await?;
    let ids: Vec<Uuid> =
        people.iter().filter(|person| wanted(&person.email)).map(|person| person.membership_id).collect();
    groups::assign(db, scope, id, &ids).await?;
    Ok(())
}
