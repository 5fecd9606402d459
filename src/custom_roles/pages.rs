//! The roles of an organization: the table, and making, changing and deleting roles of its own.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use askama::Template;
use uuid::Uuid;

use super::{CustomRole, CustomRoleForm, HeldRole, Saved};
use crate::{
    app::App,
    custom_roles,
    error::{Error, FieldErrors, Result},
    roles::{Permission, Reach, Role},
    scope::Scope,
    web::{
        Access,
        conflict::{Conflict, refuse_stale},
        fields::SelectOption,
        frame::{Frame, flash},
        page, refusals,
        route::Route,
        see_other,
    },
};

pub(crate) fn routes() -> Vec<Route> {
    let view = Access::Organization(Permission::ViewUsers);
    let manage = Access::Organization(Permission::ManageRoles);
    vec![
        Route::get("/o/{org_key}/roles", view, index),
        Route::get("/o/{org_key}/roles/new", manage, new).fresh(),
        Route::post("/o/{org_key}/roles/new", manage, create).fresh(),
        Route::get("/o/{org_key}/roles/{id}", manage, edit).fresh(),
        Route::post("/o/{org_key}/roles/{id}", manage, update).fresh(),
        Route::get("/o/{org_key}/roles/{id}/deletion", manage, confirm_deletion).fresh(),
        Route::post("/o/{org_key}/roles/{id}/deletion", manage, destroy).fresh(),
    ]
}

#[derive(Template)]
#[template(path = "roles/index.html")]
struct IndexPage {
    frame: Frame,
    name: String,
    base: String,
    roles: Vec<Column>,
    /// Each permission that this kind of organization has, and which roles include it, in the order of the columns.
    permissions: Vec<(&'static str, Vec<bool>)>,
    own: Vec<Own>,
    may_manage: bool,
}

struct Column {
    label: String,
    purpose: String,
    reach: &'static str,
    custom: bool,
}

struct Own {
    id: Uuid,
    label: String,
    base: &'static str,
    permissions: String,
    may_change: bool,
}

#[derive(Template)]
#[template(path = "roles/edit.html")]
struct EditPage<'a> {
    frame: Frame,
    base: String,
    /// Where it is posted.
    action: String,
    /// The role that is changed; none while one is made.
    present: Option<&'a str>,
    form: &'a CustomRoleForm,
    bases: Vec<SelectOption>,
    base_label: &'static str,
    /// Name, words and state of every box.
    boxes: Vec<(&'static str, &'static str, bool)>,
    errors: &'a FieldErrors,
}

#[derive(Template)]
#[template(path = "roles/deletion.html")]
struct DeletionPage<'a> {
    frame: Frame,
    base: String,
    id: Uuid,
    label: &'a str,
    users: Vec<String>,
}

async fn index(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let (roles, own) = app
        .read(&scope, async |db| Ok((custom_roles::all(db, &scope).await?, custom_roles::list(db, &scope).await?)))
        .await?;
    let has = |permission: Permission| {
        let included = roles.iter().map(|role| role.permissions.has(permission)).collect();
        (permission.label(), included)
    };
    let table = IndexPage {
        frame: frame.at("Users").crumb("Roles", None),
        name: scope.organization.name.clone(),
        base: base_of(&scope),
        permissions: of_this_kind(&scope).map(has).collect(),
        own: own.iter().map(|role| Own::new(role, &scope)).collect(),
        roles: roles.iter().map(|role| Column::new(role, &scope)).collect(),
        may_manage: scope.may(Permission::ManageRoles),
    };
    page(StatusCode::OK, table)
}

impl Column {
    fn new(role: &HeldRole, scope: &Scope) -> Self {
        let purpose = role.role.row().purpose;
        let custom = role.custom_role_id.is_some();
        Self {
            label: role.label.clone(),
            purpose: if custom { format!("Made from {}.", role.role.label()) } else { purpose.to_owned() },
            reach: match role.role.reach_in(scope.organization.kind) {
                Reach::Organization => "This organization",
                Reach::Groups => "This organization, and those of own groups",
                Reach::Subtree => "This organization and all beneath",
            },
            custom,
        }
    }
}

impl Own {
    fn new(role: &CustomRole, scope: &Scope) -> Self {
        let labels: Vec<_> = role.held.permissions.iter().map(Permission::label).collect();
        Self {
            id: role.id,
            label: role.held.label.clone(),
            base: role.held.role.label(),
            permissions: labels.join(", "),
            may_change: scope.may(Permission::ManageRoles) && role.held.lacking(scope).is_none(),
        }
    }
}

async fn new(scope: Scope, frame: Frame) -> Result<HttpResponse> {
    render(&scope, frame, None, &CustomRoleForm::default(), &FieldErrors::default())
}

async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Form(form): Form<CustomRoleForm>,
) -> Result<HttpResponse> {
    let made = app
        .write(&scope, async |db| {
            let new = form.parse()?;
            custom_roles::create(db, &scope, &new).await
        })
        .await;
    match made {
        Ok(()) => {
            flash(&session, "ok", format!("The role {} is made. It can be given now", form.name.trim()))?;
            see_other(list_of(&scope))
        }
        Err(Error::Invalid(errors)) => refusals::marked(render(&scope, frame, None, &form, &errors)?, &errors),
        Err(error) => Err(error),
    }
}

async fn edit(app: Data<App>, scope: Scope, frame: Frame, path: Path<(String, Uuid)>) -> Result<HttpResponse> {
    let role = app.read(&scope, async |db| custom_roles::find(db, &scope, path.1).await).await?;
    render(&scope, frame, Some(&role), &CustomRoleForm::of(&role), &FieldErrors::default())
}

async fn update(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    path: Path<(String, Uuid)>,
    Form(mut form): Form<CustomRoleForm>,
) -> Result<HttpResponse> {
    let role = app.read(&scope, async |db| custom_roles::find(db, &scope, path.1).await).await?;
    form.base = role.held.role.name().to_owned();
    let saved = app
        .write(&scope, async |db| {
            let new = form.parse()?;
            custom_roles::change(db, &scope, path.1, form.version, &new).await
        })
        .await;
    match saved {
        Ok(Saved::Yes) => {
            flash(&session, "ok", format!("The role {} is saved. It holds from now on", form.name.trim()))?;
            see_other(list_of(&scope))
        }
        Ok(Saved::Stale(now)) => {
            let path = format!("{}/{}", list_of(&scope), path.1);
            let labels: &[_] = &[("name", "Name"), ("permissions", "Permissions")];
            let conflict = Conflict { what: "The name and permissions", path, version: now.version, labels };
            refuse_stale(&scope, placed(frame, &scope, "Change"), &conflict, &CustomRoleForm::of(&now), &form)
        }
        Err(Error::Invalid(errors)) => refusals::marked(render(&scope, frame, Some(&role), &form, &errors)?, &errors),
        Err(error) => Err(error),
    }
}

async fn confirm_deletion(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    path: Path<(String, Uuid)>,
) -> Result<HttpResponse> {
    let (role, users) = app
        .read(&scope, async |db| {
            let role = custom_roles::find(db, &scope, path.1).await?;
            Ok((role, custom_roles::users(db, &scope, path.1).await?))
        })
        .await?;
    let frame = placed(frame, &scope, "Delete");
    page(StatusCode::OK, DeletionPage { frame, base: base_of(&scope), id: role.id, label: &role.held.label, users })
}

async fn destroy(app: Data<App>, scope: Scope, session: Session, path: Path<(String, Uuid)>) -> Result<HttpResponse> {
    app.write(&scope, async |db| custom_roles::delete(db, &scope, path.1).await).await?;
    flash(&session, "ok", "The role is deleted")?;
    see_other(list_of(&scope))
}

fn base_of(scope: &Scope) -> String {
    format!("/o/{}", scope.organization.key)
}

/// The address of the page of roles.
fn list_of(scope: &Scope) -> String {
    format!("{}/roles", base_of(scope))
}

fn placed(frame: Frame, scope: &Scope, label: &str) -> Frame {
    frame.at("Users").crumb("Roles", Some(list_of(scope))).crumb(label, None)
}

/// The permissions that this kind of organization has at all.
fn of_this_kind(scope: &Scope) -> impl Iterator<Item = Permission> {
    crate::roles::Permissions::ALL.iter().filter(|permission| scope.roles_have(*permission))
}

/// The form; only what the author holds can be ticked.
fn render(
    scope: &Scope,
    frame: Frame,
    role: Option<&CustomRole>,
    form: &CustomRoleForm,
    errors: &FieldErrors,
) -> Result<HttpResponse> {
    let base = base_of(scope);
    let bases = Role::in_kind(scope.organization.kind)
        .map(|role| SelectOption::new(role.name(), role.label(), &form.base))
        .collect();
    // Coming in is part of every role, and there is no box for it.
    let offered = of_this_kind(scope).filter(|one| *one != Permission::Enter && scope.may(*one));
    let edit = EditPage {
        frame: placed(frame, scope, if role.is_some() { "Change" } else { "New role" }),
        action: role.map_or_else(|| format!("{base}/roles/new"), |role| format!("{base}/roles/{}", role.id)),
        present: role.map(|role| role.held.label.as_str()),
        base_label: role.map_or("", |role| role.held.role.label()),
        boxes: offered
            .filter(|one| role.is_none_or(|role| role.held.role.permissions().has(*one)))
            .map(|one| (one.name(), one.label(), form.ticked.has(one)))
            .collect(),
        form,
        bases,
        base,
        errors,
    };
    page(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, edit)
}
