//! Support visits: staff of a partner without rights of their own in an organization beneath it come in with a reason and
//! for a limited time. The organization's log names them and whoever asked for it; its administrators get a mail, see every
//! visit and end it when they like (N9). What ends a visit is asked on each request, so it is over on the next one.

mod form;
mod model;
pub(crate) mod pages;
mod store;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use self::store::{Administrator, Candidate};
pub use self::{
    form::VisitForm,
    model::{Length, NewVisit, PERMISSIONS, Target, Visit},
};
use crate::{
    app::App,
    credentials,
    error::{Error, FieldErrors, Result},
    events::{self, EventKind, NewEvent},
    mail::{self, Sender, SupportVisitStarted},
    memberships::{self, Access},
    roles::{Permission, Reach, Role},
    scope::{Grant, RowScope, Scope},
    types::{EmailAddress, OrgKey, TimeZone},
};

/// The one answer to an organization that is elsewhere and to one that does not exist (QUALITY 27).
const UNKNOWN: &str = "No organization beneath yours has exactly this Org Key, primary domain or customer number";

/// Opens a visit to an organization beneath the scope's partner. Somebody who is in already gets the visit they have.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] on `target` when there is no such organization beneath the partner, when the
/// words mean several, or when the person reaches it without a visit.
pub async fn open(app: &App, scope: &Scope, new: &NewVisit) -> Result<Visit> {
    scope.require(Permission::EnterForSupport)?;
    app.write(RowScope::System("open a support visit"), async |db| {
        let to = find_target(db, scope, &new.target).await?;
        let open = store::list_open(db, scope.actor.user_id, scope.now).await?;
        if let Some(visit) = open.into_iter().find(|visit| visit.organization_id == to.id) {
            return Ok(visit);
        }
        let visit = begin(scope, &to, new);
        store::insert(db, &visit).await?;
        note_start(db, scope, &visit).await?;
        tell_administrators(db, &visit, &to, scope.now).await?;
        Ok(visit)
    })
    .await
}

async fn find_target(db: &mut PgConnection, scope: &Scope, target: &Target) -> Result<Candidate> {
    let mut found = store::find_candidates(db, scope.organization.id, target).await?;
    let refused = |message: String| Err(FieldErrors::on("target", message).into());
    match (found.pop(), found.is_empty()) {
        (None, _) => refused(UNKNOWN.to_owned()),
        (Some(_), false) => refused("Several organizations have this. Enter the Org Key".to_owned()),
        (Some(one), true) if memberships::access(db, scope.actor.user_id, &one.key).await?.is_some() => {
            refused(format!("You reach {} without a visit. Open it from your list of organizations", one.name))
        }
        (Some(one), true) => Ok(one),
    }
}

fn begin(scope: &Scope, to: &Candidate, new: &NewVisit) -> Visit {
    let partner = &scope.organization;
    Visit {
        id: Uuid::now_v7(),
        organization_id: to.id,
        organization_key: to.key.clone(),
        organization_name: to.name.clone(),
        partner_id: partner.id,
        partner_key: partner.key.clone(),
        partner_name: partner.name.clone(),
        user_id: scope.actor.user_id,
        visitor_name: scope.actor.display_name.clone(),
        reason: new.reason.to_string(),
        requested_by: new.requested_by.to_string(),
        started_at: scope.now,
        ends_at: scope.now + new.length.duration(),
        ended_at: None,
        ended_by_name: None,
    }
}

/// Both names stand in the organization's log: who came, and who asked for it.
async fn note_start(db: &mut PgConnection, scope: &Scope, visit: &Visit) -> Result<()> {
    let asked = format!("asked for by {}", visit.requested_by);
    let event = NewEvent {
        subject_id: Some(visit.id),
        subject_name: Some(&asked),
        after: Some(serde_json::json!({
            "reason": visit.reason,
            "requested_by": visit.requested_by,
            "ends_at": visit.ends_at.unix_timestamp(),
        })),
        ..NewEvent::new(visit.organization_id, EventKind::SupportVisitStarted)
    };
    let (who, request) = (Some(visit.user_id), Some(scope.request_id));
    events::record_as(db, who, &visit.signature(), scope.now, request, event).await
}

/// The administrators of the organization, each with the time of their own zone; where it has none, the address it named
/// for notifications, whose zone nobody knows.
async fn tell_administrators(db: &mut PgConnection, visit: &Visit, to: &Candidate, now: OffsetDateTime) -> Result<()> {
    let mut people = store::administrators(db, visit.organization_id).await?;
    if people.is_empty() {
        let unnamed = |email| Administrator { name: String::new(), email, time_zone: TimeZone::utc().to_string() };
        people.extend(to.notification_email.clone().map(unnamed));
    }
    let sender = credentials::sender_of(db, visit.organization_id).await?;
    let message = SupportVisitStarted {
        sender: sender.map_or_else(|| Sender::named(visit.partner_name.clone()), |(_, sender)| sender),
        organization_name: visit.organization_name.clone(),
        org_key: visit.organization_key.to_string(),
        visitor_name: visit.visitor_name.clone(),
        partner_name: visit.partner_name.clone(),
        reason: visit.reason.clone(),
        requested_by: visit.requested_by.clone(),
        until: String::new(),
    };
    for Administrator { name, email, time_zone } in people {
        let Ok(email) = EmailAddress::parse(&email) else { continue };
        let zone = TimeZone::parse(&time_zone).unwrap_or_else(|_| TimeZone::utc());
        let message = SupportVisitStarted { until: zone.format(visit.ends_at), ..message.clone() };
        mail::enqueue(db, Some(visit.organization_id), &email, Some(&name), message, now).await?;
    }
    Ok(())
}

/// What an open visit gives the person in this organization, asked anew on each request: it has not ended, the organization
/// still stands beneath the partner, and the person's role there still allows it. Needs a transaction of the system.
///
/// # Errors
/// The database's.
pub async fn access(
    db: &mut PgConnection,
    user_id: Uuid,
    key: &OrgKey,
    now: OffsetDateTime,
) -> Result<Option<(Access, Visit)>> {
    let open = store::list_open(db, user_id, now).await?;
    let Some(visit) = open.into_iter().find(|visit| visit.organization_key == *key) else { return Ok(None) };
    let Some(standing) = store::standing(db, visit.organization_id).await? else { return Ok(None) };
    let Some(partner) = memberships::access(db, user_id, &visit.partner_key).await? else { return Ok(None) };
    let may = partner.grants.iter().any(|grant| grant.permissions.has(Permission::EnterForSupport));
    if !may || !standing.path.contains(&visit.partner_id) {
        return Ok(None);
    }
    let grant = Grant {
        role: Role::SupportAgent,
        label: "Support".to_owned(),
        permissions: PERMISSIONS,
        through: standing.id,
        reach: Reach::Organization,
        groups: [].into(),
    };
    let lacks_factor = partner.lacks_factor;
    Ok(Some((Access { standing, grants: vec![grant], lacks_factor }, visit)))
}

/// The newest open visit of the person, for the bar on pages outside the organization.
///
/// # Errors
/// The database's.
pub async fn newest_open(db: &mut PgConnection, user_id: Uuid, now: OffsetDateTime) -> Result<Option<Visit>> {
    Ok(store::list_open(db, user_id, now).await?.into_iter().next())
}

/// The person's own visits from the scope's partner, newest first.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn own(db: &mut PgConnection, scope: &Scope) -> Result<Vec<Visit>> {
    scope.require(Permission::EnterForSupport)?;
    store::list_of_visitor(db, scope.actor.user_id, scope.organization.id).await
}

/// The visits to the scope's organization, newest first.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn list(db: &mut PgConnection, scope: &Scope) -> Result<Vec<Visit>> {
    scope.require(Permission::ViewAuditLog)?;
    store::list_of_organization(db, scope.organization.id).await
}

/// Ends a visit to the scope's organization: by the organization, or by the visitor.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`] for a visit elsewhere and for one that has ended.
pub async fn end(db: &mut PgConnection, scope: &Scope, id: Uuid) -> Result<Visit> {
    scope.require(Permission::ManageUsers)?;
    let by = &scope.actor.display_name;
    let visit = store::end(db, scope.organization.id, id, by, scope.now).await?.ok_or(Error::NotFound)?;
    let visitor = visit.signature();
    let event = NewEvent {
        subject_id: Some(visit.id),
        subject_name: Some(&visitor),
        ..NewEvent::new(visit.organization_id, EventKind::SupportVisitEnded)
    };
    events::record(db, scope, event).await?;
    Ok(visit)
}
