//! One user of an organization: how they stand, and what can be changed.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use super::{base_of, index::status};
use crate::{
    app::App,
    custom_roles,
    error::{Error, FieldErrors, Result},
    members::{self, Member, State},
    roles::Permission,
    scope::Scope,
    web::{
        fields::SelectOption,
        frame::{Frame, flash, initials},
        page, refusals, see_other,
        when::When,
    },
};

pub(super) type UserPath = Path<(String, Uuid)>;

/// What the role form posts; nothing else is read (QUALITY 28).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RoleForm {
    role: String,
    version: i32,
}

#[derive(Template)]
#[template(path = "members/show.html")]
struct ShowPage<'a> {
    frame: Frame,
    base: String,
    initials: String,
    member: &'a Member,
    purpose: &'static str,
    status: (&'static str, &'static str),
    joined: When,
    last: Option<When>,
    is_self: bool,
    may_manage: bool,
    /// Why the person may not be changed by the reader.
    obstacle: Option<String>,
    roles: Vec<SelectOption>,
    version: i32,
    errors: &'a FieldErrors,
}

#[derive(Template)]
#[template(path = "members/removal.html")]
struct RemovalPage<'a> {
    frame: Frame,
    base: String,
    place: &'a str,
    member: &'a Member,
    groups: Vec<String>,
    is_self: bool,
}

pub(super) async fn show(app: Data<App>, scope: Scope, frame: Frame, path: UserPath) -> Result<HttpResponse> {
    render(&app, &scope, frame, path.1, None, &FieldErrors::default()).await
}

pub(super) async fn update_role(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    path: UserPath,
    Form(form): Form<RoleForm>,
) -> Result<HttpResponse> {
    let id = path.1;
    let saved =
        app.write(&scope, async |db| members::change_role(db, &scope, id, form.version, &form.role).await).await;
    match saved {
        Ok(member) => {
            flash(&session, "ok", format!("The role of {} is saved. It holds from now on", member.name))?;
            back(&scope, id)
        }
        Err(Error::Invalid(errors)) => {
            refusals::marked(render(&app, &scope, frame, id, Some(&form), &errors).await?, &errors)
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn suspend(app: Data<App>, scope: Scope, session: Session, path: UserPath) -> Result<HttpResponse> {
    let member = app.write(&scope, async |db| members::suspend(db, &scope, path.1).await).await?;
    flash(&session, "ok", format!("{} is suspended and gets in no more until you resume them", member.name))?;
    back(&scope, path.1)
}

pub(super) async fn resume(app: Data<App>, scope: Scope, session: Session, path: UserPath) -> Result<HttpResponse> {
    let member = app.write(&scope, async |db| members::resume(db, &scope, path.1).await).await?;
    flash(&session, "ok", format!("{} gets in again", member.name))?;
    back(&scope, path.1)
}

pub(super) async fn sign_out(app: Data<App>, scope: Scope, session: Session, path: UserPath) -> Result<HttpResponse> {
    let member = members::sign_out(&app, &scope, path.1).await?;
    flash(&session, "ok", format!("{} is signed out everywhere", member.name))?;
    back(&scope, path.1)
}

pub(super) async fn confirm_removal(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    path: UserPath,
) -> Result<HttpResponse> {
    let (member, groups) = app
        .read(&scope, async |db| {
            let member = members::find(db, &scope, path.1).await?;
            let groups = members::groups(db, &member).await?;
            Ok((member, groups))
        })
        .await?;
    let base = base_of(&scope);
    let frame =
        placed(frame, &base).crumb(&member.name, Some(format!("{base}/users/{}", path.1))).crumb("Remove", None);
    let is_self = member.user_id == scope.actor.user_id;
    let place = &scope.organization.name;
    page(StatusCode::OK, RemovalPage { frame, base, place, member: &member, groups, is_self })
}

/// Whoever removed themselves has no list to go back to.
pub(super) async fn remove(app: Data<App>, scope: Scope, session: Session, path: UserPath) -> Result<HttpResponse> {
    let member = app.write(&scope, async |db| members::remove(db, &scope, path.1).await).await?;
    let place = &scope.organization.name;
    if member.user_id == scope.actor.user_id {
        flash(&session, "ok", format!("You no longer belong to {place}"))?;
        return see_other("/organizations");
    }
    flash(&session, "ok", format!("{} no longer belongs to {place}", member.name))?;
    see_other(format!("{}/users", base_of(&scope)))
}

fn back(scope: &Scope, id: Uuid) -> Result<HttpResponse> {
    see_other(format!("{}/users/{id}", base_of(scope)))
}

fn placed(frame: Frame, base: &str) -> Frame {
    frame.at("Users").crumb("Users", Some(format!("{base}/users")))
}

/// The page; `typed` is the form that was refused.
async fn render(
    app: &App,
    scope: &Scope,
    frame: Frame,
    id: Uuid,
    typed: Option<&RoleForm>,
    errors: &FieldErrors,
) -> Result<HttpResponse> {
    let (member, roles) = app
        .read(scope, async |db| Ok((members::find(db, scope, id).await?, custom_roles::grantable(db, scope).await?)))
        .await?;
    let base = base_of(scope);
    let zone = scope.actor.zone();
    let present = typed.map_or_else(|| member.role.value(), |form| form.role.clone());
    let state = if member.suspended_at.is_some() { State::Suspended } else { State::Active };
    let show = ShowPage {
        frame: placed(frame, &base).crumb(&member.name, None),
        initials: initials(&member.name),
        purpose: member.role.role.row().purpose,
        status: status(state),
        joined: When::day(&zone, member.joined_at),
        last: member.last_signed_in_at.map(|at| When::relative(&zone, at, scope.now)),
        is_self: member.user_id == scope.actor.user_id,
        may_manage: scope.may(Permission::ManageUsers),
        obstacle: members::obstacle(scope, &member),
        roles: roles.into_iter().map(|role| SelectOption::new(role.value(), role.label, &present)).collect(),
        version: typed.map_or(member.version, |form| form.version),
        member: &member,
        base,
        errors,
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page(status, show)
}
