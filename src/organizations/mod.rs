//! Organizations: THE record. Every channel creates through [`create`] (SPEC section 2).

mod administrator;
mod child;
mod details;
mod fields;
mod form;
mod groups;
mod list;
mod many;
mod matching;
mod model;
mod name_key;
mod operator;
pub(crate) mod pages;
mod payer;
mod store;
mod typed;

use anyhow::anyhow;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    child::{Child, child},
    details::Details,
    fields::{Entry, FIELDS, Field, FieldInfo},
    form::{DetailsForm, Note, OrganizationForm, Parsed, Rules},
    list::{
        COUNTED, Counted, Cursor, Figures, Filter, ListRow, Mark, Names, OwnField, OwnFilter, Page, PageSize, Sort,
        SortBy, Status, TRIALS, count, ending, figures, list, names, walk,
    },
    many::{Batch, BatchRow, Choice, Entered, MAX_ROWS, Made, Obstacles, cell, enter},
    matching::{Candidate, Match, MatchKey, Taken, Twin, matches, matching},
    model::{Channel, Created, NewAdministrator, NewOrganization, Organization},
    name_key::name_key,
    operator::{NewOperator, Operator, create_operator, operator},
    payer::name_of_payer,
    typed::{Typed, forget_typed, keep_typed, typed},
};
use crate::{
    billing, custom_fields,
    error::{Error, FieldErrors, OnViolation, Result},
    events::{self, EventKind, NewEvent},
    roles::Permission,
    scope::{Scope, Standing},
    settings, subscriptions,
    types::{AccountKind, EmailAddress, OrgKey},
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
    store::parent::hold(db, scope.organization.id).await?;
    // A primary has an account of its own from the start, be its address known or not (S308).
    let billing_account_id = (!draws_from_pool(&scope.organization)).then(Uuid::now_v7);
    let details = completed(&new);
    let created = insert(db, scope, &new, &details, billing_account_id).await?;
    if created.already {
        return Ok(created);
    }
    if let Some(id) = billing_account_id {
        billing::create(db, scope, id, created.id, new.billing.as_ref()).await?;
    }
    let mut told = details.as_json();
    told.extend(new.custom.told.clone());
    let event = NewEvent {
        after: Some(Value::Object(told)),
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

/// The administrator is who notices go to and whom to call, where nobody else was named (D8).
fn completed(new: &NewOrganization) -> Details {
    let mut details = new.details.clone();
    let email: Option<&EmailAddress> = new.administrator.email();
    details.contact_email = details.contact_email.or(email.cloned());
    details.notification_email = details.notification_email.or(email.cloned());
    details
}

/// Adds the row itself. It yields to any row that is in its way, then says which one that was: the same command, a
/// sibling with the same domain or customer number, or, never seen, the same key.
async fn insert(
    db: &mut PgConnection,
    scope: &Scope,
    new: &NewOrganization,
    details: &Details,
    billing_account_id: Option<Uuid>,
) -> Result<Created> {
    let id = Uuid::now_v7();
    for _ in 0..KEY_DRAWS {
        let key = OrgKey::generate();
        if store::insert(db, scope, (id, &key), new, details, billing_account_id).await? {
            return Ok(Created { id, key, name: details.name.to_string(), already: false });
        }
        if let Some(created) = store::find_by_command(db, scope.organization.id, new.command_id).await? {
            return Ok(created);
        }
        let taken = matching(db, scope, details.domain.as_ref(), details.customer_number.as_ref()).await?;
        if !taken.is_empty() {
            return Err(Taken::errors(&taken).into());
        }
    }
    Err(Error::Internal(anyhow!("no free key after {KEY_DRAWS} draws, or the command belongs to another organization")))
}

/// What a channel demands of what is created beneath the scope's organization, and what holds where a record is silent.
///
/// # Errors
/// Where the person may neither list nor create organizations.
pub async fn rules(db: &mut PgConnection, scope: &Scope, channel: Channel) -> Result<Rules> {
    let settings = settings::in_force(db, scope).await?;
    let more: Vec<Field> = settings.required_fields.iter().filter_map(|name| Field::named(name)).collect();
    let rules = Rules::of(channel, &scope.organization, settings.currency).tightened(&more);
    Ok(Rules { custom: custom_fields::list(db, scope).await?, ..rules })
}

/// What an edit of the scope's own organization demands.
///
/// # Errors
/// The database's.
pub async fn rules_of_edit(db: &mut PgConnection, scope: &Scope) -> Result<Rules> {
    let currency = settings::above(db, scope).await?.currency;
    Ok(Rules::edit(&scope.organization, currency))
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

/// Names and keys of those of these organizations the person sees, by name.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn named(db: &mut PgConnection, scope: &Scope, keys: &[OrgKey]) -> Result<Vec<(String, OrgKey)>> {
    scope.require(Permission::ListOrganizations)?;
    store::many::named(db, scope.organization.id, scope.sight().groups(), keys).await
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
    let (before, after) = changed(before.details.as_json(), new.as_json());
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
