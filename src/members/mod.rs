//! The people of an organization: who belongs to it and who is invited, and changing how they stand. An organization
//! always keeps an administrator, and nobody changes somebody who holds more than they do (SPEC section 3).

mod model;
pub(crate) mod pages;
mod store;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

pub use self::model::{Cursor, Filter, Line, Member, NoticeWish, Page, State};
use crate::{
    app::App,
    credentials, custom_roles,
    database::paging::{Cut, Place},
    error::{Error, Result},
    events::{self, EventKind, NewEvent},
    jobs::{self, JobKind, NewJob},
    mail::{self, MembershipChange as Change, MembershipNotice},
    roles::Permission,
    scope::{RowScope, Scope},
    sessions,
    types::EmailAddress,
    users,
};

/// Lines a page.
const PAGE: usize = 50;

/// One page of the organization's people, members and invited ones, by name.
///
/// # Errors
/// Without [`Permission::ViewUsers`].
pub async fn list(db: &mut PgConnection, scope: &Scope, filter: &Filter, cursor: Option<Cursor>) -> Result<Page> {
    scope.require(Permission::ViewUsers)?;
    let here = scope.organization.id;
    let place = match cursor.map(Cursor::parts) {
        Some((id, direction)) => Place::beside(store::position(db, here, id).await?, direction),
        None => Place::start(),
    };
    let lines = store::list(db, here, &place, filter, PAGE as i64 + 1).await?; // one more shows whether a page follows
    let first = place.is_start();
    let Cut { rows: lines, has_next, has_previous } = Cut::new(lines, PAGE, place.direction, first);
    let count = match (first, has_next) {
        (true, true) => Some(store::count(db, here, filter).await?),
        (true, false) => i64::try_from(lines.len()).ok(),
        (false, _) => None,
    };
    Ok(Page { lines, has_next, has_previous, count })
}

/// One person of the organization.
///
/// # Errors
/// Without [`Permission::ViewUsers`]; [`Error::NotFound`] for whoever does not belong to it.
pub async fn find(db: &mut PgConnection, scope: &Scope, user_id: Uuid) -> Result<Member> {
    scope.require(Permission::ViewUsers)?;
    store::find(db, scope.organization.id, user_id).await
}

/// The names of the groups that a member loses with the membership.
///
/// # Errors
/// The database's.
pub async fn groups(db: &mut PgConnection, member: &Member) -> Result<Vec<String>> {
    store::groups(db, member.membership_id).await
}

/// Why the person of the scope may not change a member; `None` when they may.
pub fn obstacle(scope: &Scope, member: &Member) -> Option<String> {
    let missing = member.role.lacking(scope)?;
    Some(format!("{} holds more here than you do ({})", member.name, missing.label()))
}

/// Gives a member another role. It holds from the next request on.
///
/// # Errors
/// [`Error::Invalid`] on `role` for one the person cannot give; [`Error::Denied`] when the member holds more than they do,
/// or is the last administrator and would be none; [`Error::Refused`] when they were changed meanwhile.
pub async fn change_role(
    db: &mut PgConnection,
    scope: &Scope,
    user_id: Uuid,
    version: i32,
    role: &str,
) -> Result<Member> {
    let member = manage(db, scope, user_id).await?;
    let role = custom_roles::choose(db, scope, role).await?;
    if member.version != version {
        let changed = format!("{} was changed in another window or by somebody else. Open the page again", member.name);
        return Err(Error::Refused(changed.into()));
    }
    if role == member.role {
        return Ok(member);
    }
    if !role.administers() {
        keep_an_administrator(db, scope, &member).await?;
    }
    store::update_role(db, member.membership_id, &role, scope.now).await?;
    let event = NewEvent {
        before: Some(serde_json::json!({ "role": member.role.label })),
        after: Some(serde_json::json!({ "role": role.label })),
        ..about(scope, &member, EventKind::UserRoleChanged)
    };
    events::record(db, scope, event).await?;
    let change = Change::Role { before: member.role.label.clone(), after: role.label };
    tell(db, scope, &member, change).await?;
    Ok(member)
}

/// Closes the way in for the time being, from the next request on. The person stays on the list.
///
/// # Errors
/// As [`change_role`]; nobody suspends themselves.
pub async fn suspend(db: &mut PgConnection, scope: &Scope, user_id: Uuid) -> Result<Member> {
    let member = manage(db, scope, user_id).await?;
    if user_id == scope.actor.user_id {
        return Err(Error::Refused("Nobody can suspend themselves. Another administrator can suspend you".into()));
    }
    if member.suspended_at.is_some() {
        return Ok(member);
    }
    keep_an_administrator(db, scope, &member).await?;
    set_suspension(db, scope, &member, Some(scope.now)).await?;
    Ok(member)
}

/// Opens the way in again.
///
/// # Errors
/// As [`change_role`].
pub async fn resume(db: &mut PgConnection, scope: &Scope, user_id: Uuid) -> Result<Member> {
    let member = manage(db, scope, user_id).await?;
    if member.suspended_at.is_some() {
        set_suspension(db, scope, &member, None).await?;
    }
    Ok(member)
}

async fn set_suspension(
    db: &mut PgConnection,
    scope: &Scope,
    member: &Member,
    suspended_at: Option<OffsetDateTime>,
) -> Result<()> {
    let (kind, change) = match suspended_at {
        Some(_) => (EventKind::UserSuspended, Change::Suspended),
        None => (EventKind::UserResumed, Change::Resumed),
    };
    let state = |suspended: bool| if suspended { State::Suspended } else { State::Active }.name();
    store::update_suspension(db, member.membership_id, suspended_at, scope.now).await?;
    let event = NewEvent {
        before: Some(serde_json::json!({ "state": state(member.suspended_at.is_some()) })),
        after: Some(serde_json::json!({ "state": state(suspended_at.is_some()) })),
        ..about(scope, member, kind)
    };
    events::record(db, scope, event).await?;
    tell(db, scope, member, change).await
}

/// Takes a person out of the organization and its groups. Their account and other organizations stay.
///
/// # Errors
/// As [`change_role`].
pub async fn remove(db: &mut PgConnection, scope: &Scope, user_id: Uuid) -> Result<Member> {
    let member = manage(db, scope, user_id).await?;
    keep_an_administrator(db, scope, &member).await?;
    let groups = store::groups(db, member.membership_id).await?;
    store::delete(db, member.membership_id).await?;
    let event = NewEvent {
        before: Some(serde_json::json!({ "role": member.role.label, "groups": groups })),
        ..about(scope, &member, EventKind::UserRemoved)
    };
    events::record(db, scope, event).await?;
    tell(db, scope, &member, Change::Removed).await?;
    Ok(member)
}

/// Ends every session of a person who belongs to the organization, wherever they are signed in; their own stay, for the
/// profile ends those.
///
/// # Errors
/// As [`change_role`].
pub async fn sign_out(app: &App, scope: &Scope, user_id: Uuid) -> Result<Member> {
    let member = app.write(scope, async |db| manage(db, scope, user_id).await).await?;
    if user_id == scope.actor.user_id {
        return Err(Error::Refused("Your own sessions are on your profile: end them there".into()));
    }
    // Sessions belong to the person alone, so no organization's scope sees them.
    app.write(RowScope::System("end the sessions of a member"), async |db| {
        let ended = sessions::end_others(db, user_id, None).await?;
        let event = NewEvent {
            after: Some(serde_json::json!({ "sessions": ended })),
            ..about(scope, &member, EventKind::UserSignedOut)
        };
        events::record(db, scope, event).await?;
        tell(db, scope, &member, Change::SignedOut).await
    })
    .await?;
    Ok(member)
}

/// The member, with the organization's row locked: whoever comes second sees what the first one did.
async fn manage(db: &mut PgConnection, scope: &Scope, user_id: Uuid) -> Result<Member> {
    scope.require(Permission::ManageUsers)?;
    store::lock_organization(db, scope.organization.id).await?;
    let member = store::find(db, scope.organization.id, user_id).await?;
    match obstacle(scope, &member) {
        None => Ok(member),
        Some(why) => {
            let reason = format!("{why}. Somebody who holds as much can change that").into();
            Err(Error::Denied { what: format!("change how {} stands", member.name), reason })
        }
    }
}

async fn keep_an_administrator(db: &mut PgConnection, scope: &Scope, member: &Member) -> Result<()> {
    let here = &scope.organization;
    if !member.administers() || store::has_other_administrator(db, here.id, member.user_id).await? {
        return Ok(());
    }
    let (name, place) = (&member.name, &here.name);
    let why = format!("{name} is the last administrator of {place}. Make somebody else an administrator of it first");
    Err(Error::Denied { what: format!("take away the last administrator, {name},"), reason: why.into() })
}

fn about<'a>(scope: &Scope, member: &'a Member, kind: EventKind) -> NewEvent<'a> {
    NewEvent {
        subject_id: Some(member.user_id),
        subject_name: Some(&member.name),
        ..NewEvent::new(scope.organization.id, kind)
    }
}

/// The person hears of it by mail; whoever changed their own standing knows already.
async fn tell(db: &mut PgConnection, scope: &Scope, member: &Member, change: Change) -> Result<()> {
    if member.user_id == scope.actor.user_id {
        return Ok(());
    }
    let wish = NoticeWish {
        user_id: member.user_id,
        organization_id: scope.organization.id,
        actor: scope.actor.display_name.clone(),
        change,
    };
    let payload = serde_json::to_value(wish).map_err(anyhow::Error::from)?;
    jobs::enqueue(db, NewJob::new(JobKind::SendMembershipNotice, payload, scope.now)).await
}

/// Mails a notice; the job's part of every change.
///
/// # Errors
/// The database's.
pub async fn send_notice(db: &mut PgConnection, wish: &NoticeWish, now: OffsetDateTime) -> Result<()> {
    let account = users::find(db, wish.user_id).await?.filter(|account| !account.disabled);
    let organization = credentials::sender_of(db, wish.organization_id).await?;
    let (Some(account), Some((organization_name, sender))) = (account, organization) else { return Ok(()) };
    let message = MembershipNotice {
        sender,
        recipient_name: account.display_name.clone(),
        organization_name,
        actor_name: wish.actor.clone(),
        change: wish.change.clone(),
    };
    let to = EmailAddress::parse(&account.email).map_err(|error| anyhow::anyhow!("stored address: {error}"))?;
    mail::enqueue(db, Some(wish.organization_id), &to, Some(&account.display_name), message, now).await?;
    Ok(())
}
