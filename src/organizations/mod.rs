//! Organizations: THE record. Every channel creates through [`create`] (SPEC section 2).

mod administrator;
mod form;
mod groups;
mod list;
mod model;
mod operator;
pub(crate) mod pages;
mod payer;
mod store;

use anyhow::anyhow;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    form::DetailsForm,
    list::{
        COUNTED, Counted, Cursor, Figures, Filter, ListRow, Mark, Names, Page, PageSize, Sort, SortBy, Status, count,
        ending, figures, list, names, walk,
    },
    model::{Channel, Created, Details, NewAdministrator, NewOrganization, Organization, Taken, Twin},
    operator::{NewOperator, Operator, create_operator, operator},
    payer::name_of_payer,
};
use crate::{
    billing,
    error::{Error, FieldErrors, OnViolation, Result},
    events::{self, EventKind, NewEvent},
    memberships,
    roles::Permission,
    scope::{Scope, Standing},
    subscriptions,
    types::{AccountKind, CustomerNumber, DomainName, OrgKey},
};

/// How often a new key is drawn before giving up: two draws meet once in 2^60.
const KEY_DRAWS: usize = 5;

/// The account types an organization may have created beneath it (S405-S407). Beneath an enterprise stand its
/// sub-organizations, which draw from its licences.
pub fn kinds_under(parent: &Standing) -> &'static [AccountKind] {
    match parent.kind {
        AccountKind::Partner => &[AccountKind::Customer, AccountKind::Partner, AccountKind::Enterprise],
        AccountKind::Enterprise => &[AccountKind::Customer],
        AccountKind::Customer => &[],
    }
}

/// Whether what is created beneath this organization has neither subscription nor billing of its own, because it draws
/// from the enterprise's licences and is billed to its account (S407).
pub fn draws_from_pool(parent: &Standing) -> bool {
    parent.kind == AccountKind::Enterprise
}

/// Creates an organization beneath the scope's, with everything that belongs to it, in the caller's transaction: place
/// in the tree, billing account, licence pool, administrator, subscription, events and mails; or nothing. Carrying out
/// a command again writes nothing and returns what it made (QUALITY 5, 19).
///
/// # Errors
/// Without [`Permission::CreateOrganizations`]; [`Error::Invalid`] on `kind`, on `domain` or `customer_number` that a
/// sibling has, on `groups` that are not the person's to choose (S263-S264), and on `email` of a user who exists;
/// [`Error::Refused`] for a subscription beneath an enterprise.
pub async fn create(db: &mut PgConnection, scope: &Scope, new: NewOrganization) -> Result<Created> {
    scope.require(Permission::CreateOrganizations)?;
    check(&scope.organization, &new)?;
    groups::check(db, scope, &new.groups).await?;
    let billing_account_id = new.billing.as_ref().map(|_| Uuid::now_v7());
    let created = insert(db, scope, &new, billing_account_id).await?;
    if created.already {
        return Ok(created);
    }
    if let Some(id) = billing_account_id {
        billing::create(db, scope, id, created.id, new.billing.as_ref()).await?;
    }
    let event = NewEvent {
        after: Some(Value::Object(new.details.as_json())),
        channel: Some(new.channel.as_str()),
        ..NewEvent::new(created.id, EventKind::OrganizationCreated)
    };
    events::record(db, scope, event).await?;
    groups::join(db, scope, &created, &new.groups).await?;
    if let Some(subscription) = &new.subscription {
        subscriptions::create(db, scope, created.id, subscription).await?;
    }
    administrator::add(db, scope, &created, &new).await?;
    Ok(created)
}

fn check(parent: &Standing, new: &NewOrganization) -> Result<()> {
    if !kinds_under(parent).contains(&new.details.kind) {
        return Err(FieldErrors::on("kind", "This account type cannot be created here").into());
    }
    if draws_from_pool(parent) && (new.subscription.is_some() || new.billing.is_some()) {
        return Err(Error::Refused(
            "An organization beneath an enterprise draws from its licences and is billed to its account.".into(),
        ));
    }
    Ok(())
}

/// Adds the row itself. It yields to any row that is in its way, then says which one that was: the same command, a
/// sibling with the same domain or customer number, or, never seen, the same key.
async fn insert(
    db: &mut PgConnection,
    scope: &Scope,
    new: &NewOrganization,
    billing_account_id: Option<Uuid>,
) -> Result<Created> {
    let id = Uuid::now_v7();
    for _ in 0..KEY_DRAWS {
        let key = OrgKey::generate();
        if store::insert(db, scope, id, &key, new, billing_account_id).await? {
            return Ok(Created { id, key, name: new.details.name.to_string(), already: false });
        }
        if let Some(created) = store::find_by_command(db, scope.organization.id, new.command_id).await? {
            return Ok(created);
        }
        let taken = matching(db, scope, new.details.domain.as_ref(), new.details.customer_number.as_ref()).await?;
        if !taken.is_empty() {
            return Err(Taken::errors(&taken).into());
        }
    }
    Err(Error::Internal(anyhow!("no free key after {KEY_DRAWS} draws, or the command belongs to another organization")))
}

/// Whether the person may put a new organization into these groups: whoever is kept to their own chooses exactly one of
/// them, anybody else any number of the partner's, or none (S263-S264). [`create`] asks again.
///
/// # Errors
/// [`Error::Invalid`] on `groups`.
pub async fn check_groups(db: &mut PgConnection, scope: &Scope, groups: &[Uuid]) -> Result<()> {
    groups::check(db, scope, groups).await
}

/// What a command made, if it was carried out: after a lost answer, and for the confirmation page.
///
/// # Errors
/// The database's.
pub async fn find_created_by_command(
    db: &mut PgConnection,
    scope: &Scope,
    command_id: Uuid,
) -> Result<Option<Created>> {
    store::find_by_command(db, scope.organization.id, command_id).await
}

/// Organizations beneath the scope's that have this domain or customer number already: the details step shows them
/// with a link before anything is created. One that is out of the person's sight keeps its name (S262).
///
/// # Errors
/// The database's.
pub async fn matching(
    db: &mut PgConnection,
    scope: &Scope,
    domain: Option<&DomainName>,
    customer_number: Option<&CustomerNumber>,
) -> Result<Vec<Taken>> {
    if domain.is_none() && customer_number.is_none() {
        return Ok(Vec::new());
    }
    let sight = scope.sight();
    let mut taken = store::matching(db, scope.organization.id, domain, customer_number, sight.groups()).await?;
    // In sight of everything there is nothing further to ask.
    if sight.groups().is_some() {
        let seen: Vec<&'static str> = taken.iter().map(|one| one.field).collect();
        let hidden = store::taken_out_of_sight(db, domain, customer_number).await?;
        let hidden: Vec<_> = hidden.into_iter().filter(|(field, _)| !seen.contains(field)).collect();
        if !hidden.is_empty() {
            let ask = whom_to_ask(db, scope).await?;
            taken.extend(hidden.into_iter().map(|(field, value)| Taken { field, value, twin: None, ask: ask.clone() }));
        }
    }
    Ok(taken)
}

/// "Ingrid Sørensen or Maryam Okafor".
async fn whom_to_ask(db: &mut PgConnection, scope: &Scope) -> Result<String> {
    let names: Vec<String> = memberships::administrators(db, scope).await?.into_iter().map(|(name, _)| name).collect();
    Ok(if names.is_empty() { "a Reseller Admin".to_owned() } else { names.join(" or ") })
}

/// The scope's own organization.
///
/// # Errors
/// Without [`Permission::ViewOrganization`].
pub async fn show(db: &mut PgConnection, scope: &Scope) -> Result<Organization> {
    scope.require(Permission::ViewOrganization)?;
    store::find(db, scope.organization.id).await?.ok_or(Error::NotFound)
}

/// The organization with this key, at or beneath the scope's, where the person sees it.
///
/// # Errors
/// [`Error::NotFound`] for any other key.
pub async fn find(db: &mut PgConnection, scope: &Scope, key: &OrgKey) -> Result<Organization> {
    scope.require(Permission::ViewOrganization)?;
    store::find_by_key(db, scope.organization.id, scope.sight().groups(), key).await?.ok_or(Error::NotFound)
}

/// What became of a change of the details.
#[derive(Debug)]
pub enum Saved {
    /// It is saved.
    Yes,
    /// Somebody else saved in the meantime; this is the organization now.
    Stale(Box<Organization>),
}

/// Changes the details of the scope's own organization, if nobody changed them since `version` (QUALITY 21).
///
/// # Errors
/// Without [`Permission::EditOrganization`]; [`Error::Invalid`] on a domain or customer number a sibling has.
pub async fn edit(db: &mut PgConnection, scope: &Scope, version: i32, new: &Details) -> Result<Saved> {
    scope.require(Permission::EditOrganization)?;
    let before = show(db, scope).await?;
    let taken = |field, what: &str| {
        let message = format!("This {what} already belongs to another organization. Use another {what}");
        move || FieldErrors::on(field, message).into()
    };
    let saved = store::update(db, scope, version, new)
        .await
        .on_violation_of("organizations_parent_id_domain_key", taken("domain", "domain"))
        .on_violation_of("organizations_parent_id_customer_number_key", taken("customer_number", "customer number"))?;
    if !saved {
        return Ok(Saved::Stale(Box::new(before)));
    }
    let (before, after) = changed(before.as_json(), new.as_json());
    if !after.is_empty() {
        let event = NewEvent {
            before: Some(Value::Object(before)),
            after: Some(Value::Object(after)),
            ..NewEvent::new(scope.organization.id, EventKind::OrganizationEdited)
        };
        events::record(db, scope, event).await?;
    }
    Ok(Saved::Yes)
}

/// Only the fields that differ.
fn changed(before: Map<String, Value>, after: Map<String, Value>) -> (Map<String, Value>, Map<String, Value>) {
    let differing: Vec<String> =
        after.iter().filter(|(key, value)| before.get(*key) != Some(*value)).map(|(key, _)| key.clone()).collect();
    let only = |fields: Map<String, Value>| fields.into_iter().filter(|(key, _)| differing.contains(key)).collect();
    (only(before), only(after))
}
