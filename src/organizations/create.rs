//! Creating: one organization with everything that belongs to it, or many at once that are all alike but for their details.
//! Both write the same record in the same way (SPEC section 2).

use std::collections::HashSet;

use anyhow::anyhow;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Details, NewOrganization, Taken, administrator, draws_from_pool, groups, kinds_under, matching,
    model::Created,
    store::{self, NewRow},
};
use crate::{
    billing,
    error::{Error, FieldErrors, Result},
    events::{self, EventKind, NewEvent},
    roles::Permission,
    scope::{Scope, Standing},
    subscriptions,
    types::{EmailAddress, OrgKey},
};

/// How often a new key is drawn before giving up: two draws meet once in 2^60.
const KEY_DRAWS: usize = 5;

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
    let created = insert(db, scope, &new).await?;
    if created.already {
        return Ok(created);
    }
    groups::join(db, scope, std::slice::from_ref(&created), &new.groups).await?;
    if let Some(subscription) = &new.subscription {
        subscriptions::create(db, scope, created.id, subscription).await?;
    }
    administrator::add(db, scope, &created, &new).await?;
    Ok(created)
}

/// What became of one of many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It exists now, or the same command made it before.
    Created(Created),
    /// A sibling has its domain or customer number; nothing was written for it.
    Taken,
}

/// Creates many organizations that came through one channel into the same groups and have neither administrator nor
/// subscription yet, in a few statements whatever their number. What became of each comes back in the order given. Their
/// notification addresses are told where `tell` is set.
///
/// # Errors
/// Without [`Permission::CreateOrganizations`]; [`Error::Invalid`] on `kind` and `groups` as [`create`].
pub async fn create_many(
    db: &mut PgConnection,
    scope: &Scope,
    new: &[NewOrganization],
    tell: bool,
) -> Result<Vec<Fate>> {
    scope.require(Permission::CreateOrganizations)?;
    let Some(first) = new.first() else { return Ok(Vec::new()) };
    for one in new {
        check(&scope.organization, one)?;
    }
    groups::check(db, scope, &first.groups).await?;
    store::parent::hold(db, scope.organization.id).await?;
    let rows: Vec<NewRow<'_>> = new.iter().map(|one| row(scope, one)).collect();
    let written: HashSet<Uuid> = write(db, scope, &rows).await?.into_iter().collect();
    let created: Vec<Created> = rows.iter().filter(|row| written.contains(&row.id)).map(made).collect();
    groups::join(db, scope, &created, &first.groups).await?;
    if tell {
        administrator::notify_many(db, scope, &rows, &written).await?;
    }
    fates(db, scope, &rows, &written).await
}

/// What is in the way of a row that was not written is the same command, or a sibling.
async fn fates(
    db: &mut PgConnection,
    scope: &Scope,
    rows: &[NewRow<'_>],
    written: &HashSet<Uuid>,
) -> Result<Vec<Fate>> {
    let commands: Vec<Uuid> =
        rows.iter().filter(|row| !written.contains(&row.id)).map(|row| row.new.command_id).collect();
    let before = match commands.is_empty() {
        true => Vec::new(),
        false => store::many::made_by(db, scope.organization.id, &commands).await?,
    };
    let fate = |row: &NewRow<'_>| {
        if written.contains(&row.id) {
            return Fate::Created(made(row));
        }
        let found = before.iter().find(|(command, _)| *command == row.new.command_id);
        found.map_or(Fate::Taken, |(_, created)| Fate::Created(created.clone()))
    };
    Ok(rows.iter().map(fate).collect())
}

fn made(row: &NewRow<'_>) -> Created {
    Created { id: row.id, key: row.key.clone(), name: row.details.name.to_string(), already: false }
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

/// A primary has an account of its own from the start, be its address known or not (S308).
fn row<'a>(scope: &Scope, new: &'a NewOrganization) -> NewRow<'a> {
    NewRow {
        id: Uuid::now_v7(),
        key: OrgKey::generate(),
        billing_account_id: (!draws_from_pool(&scope.organization)).then(Uuid::now_v7),
        new,
        details: completed(new),
    }
}

/// The administrator is who notices go to and whom to call, where nobody else was named (D8).
fn completed(new: &NewOrganization) -> Details {
    let mut details = new.details.clone();
    let email: Option<&EmailAddress> = new.administrator.email();
    details.contact_email = details.contact_email.or(email.cloned());
    details.notification_email = details.notification_email.or(email.cloned());
    details
}

/// Writes the rows that nothing stands in the way of, with billing account and first event. Returns their ids.
async fn write(db: &mut PgConnection, scope: &Scope, rows: &[NewRow<'_>]) -> Result<Vec<Uuid>> {
    let ids = store::insert(db, scope, rows).await?;
    let all = ids.len() == rows.len();
    let written: HashSet<&Uuid> = ids.iter().collect();
    let rows: Vec<&NewRow<'_>> = rows.iter().filter(|row| all || written.contains(&row.id)).collect();
    let accounts: Vec<_> = rows
        .iter()
        .filter_map(|row| row.billing_account_id.map(|account| (account, row.id, row.new.billing.as_ref())))
        .collect();
    billing::create(db, scope, &accounts).await?;
    let events: Vec<NewEvent<'_>> = rows.iter().map(|row| told(row)).collect();
    events::record_all(db, scope, &events).await?;
    Ok(ids)
}

/// What the log says of a new organization: everything that was entered about it.
fn told<'a>(row: &NewRow<'a>) -> NewEvent<'a> {
    let mut after = row.details.as_json();
    after.extend(row.new.custom.told.clone());
    NewEvent {
        after: Some(Value::Object(after)),
        channel: Some(row.new.channel.as_str()),
        ..NewEvent::new(row.id, EventKind::OrganizationCreated)
    }
}

/// Adds one row. It yields to any row that is in its way, then says which one that was: the same command, a sibling with
/// the same domain or customer number, or, never seen, the same key.
async fn insert(db: &mut PgConnection, scope: &Scope, new: &NewOrganization) -> Result<Created> {
    for _ in 0..KEY_DRAWS {
        let row = row(scope, new);
        if !write(db, scope, std::slice::from_ref(&row)).await?.is_empty() {
            return Ok(made(&row));
        }
        if let Some(created) = store::find_by_command(db, scope.organization.id, new.command_id).await? {
            return Ok(created);
        }
        let details = &row.details;
        let taken = matching(db, scope, details.domain.as_ref(), details.customer_number.as_ref()).await?;
        if !taken.is_empty() {
            return Err(Taken::errors(&taken).into());
        }
    }
    Err(Error::Internal(anyhow!("no free key after {KEY_DRAWS} draws, or the command belongs to another organization")))
}
