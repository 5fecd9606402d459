//! Inviting one person or a pasted list, and what becomes of an open invitation.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use askama::Template;
use uuid::Uuid;

use crate::{
    app::App,
    custom_roles,
    error::{Error, FieldErrors, Result},
    invitations::{self, BulkForm, InviteForm},
    scope::Scope,
    web::{
        fields::SelectOption,
        frame::{Frame, flash},
        page, refusals, see_other,
    },
};

#[derive(Template)]
#[template(path = "invitations/new.html")]
struct NewPage<'a> {
    frame: Frame,
    base: String,
    place: &'a str,
    form: &'a InviteForm,
    roles: Vec<SelectOption>,
    errors: &'a FieldErrors,
}

#[derive(Template)]
#[template(path = "invitations/list.html")]
struct ListPage<'a> {
    frame: Frame,
    base: String,
    place: &'a str,
    form: &'a BulkForm,
    roles: Vec<SelectOption>,
    errors: &'a FieldErrors,
    /// Number and message of every line that is wrong.
    lines: Vec<(&'a str, &'a str)>,
    /// The message beside the field: its own, or that lines are wrong.
    people_error: Option<String>,
}

pub(super) async fn new(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    render(&app, &scope, frame, &InviteForm::default(), &FieldErrors::default()).await
}

pub(super) async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Form(form): Form<InviteForm>,
) -> Result<HttpResponse> {
    let invited = match form.parse() {
        Ok(people) => invitations::invite(&app, &scope, &form.role, &people).await,
        Err(errors) => Err(errors.into()),
    };
    match invited {
        Ok(()) => {
            flash(&session, "ok", format!("{} is invited. The link in the mail works for 7 days", form.email.trim()))?;
            see_other(list_of(&scope))
        }
        Err(Error::Invalid(errors)) => refusals::marked(render(&app, &scope, frame, &form, &errors).await?, &errors),
        Err(error) => Err(error),
    }
}

pub(super) async fn new_list(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    render_list(&app, &scope, frame, &BulkForm::default(), &FieldErrors::default()).await
}

pub(super) async fn create_list(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Form(form): Form<BulkForm>,
) -> Result<HttpResponse> {
    let people = form.parse();
    let count = people.as_ref().map_or(0, Vec::len);
    let invited = match people {
        Ok(people) => invitations::invite(&app, &scope, &form.role, &people).await,
        Err(errors) => Err(errors.into()),
    };
    match invited {
        Ok(()) => {
            let people = if count == 1 { "1 person is".to_owned() } else { format!("{count} people are") };
            flash(&session, "ok", format!("{people} invited. The links in the mails work for 7 days"))?;
            see_other(list_of(&scope))
        }
        Err(Error::Invalid(errors)) => {
            refusals::marked(render_list(&app, &scope, frame, &form, &errors).await?, &errors)
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn resend(
    app: Data<App>,
    scope: Scope,
    session: Session,
    path: Path<(String, Uuid)>,
) -> Result<HttpResponse> {
    let pending = invitations::resend(&app, &scope, path.1).await?;
    let text = format!("{} gets a new link. The one sent before works no more", pending.email);
    flash(&session, "ok", text)?;
    see_other(list_of(&scope))
}

pub(super) async fn revoke(
    app: Data<App>,
    scope: Scope,
    session: Session,
    path: Path<(String, Uuid)>,
) -> Result<HttpResponse> {
    let pending = app.write(&scope, async |db| invitations::revoke(db, &scope, path.1).await).await?;
    flash(&session, "ok", format!("The invitation of {} is taken back. Its link works no more", pending.email))?;
    see_other(list_of(&scope))
}

fn base_of(scope: &Scope) -> String {
    format!("/o/{}", scope.organization.key)
}

/// The address of the list of users.
fn list_of(scope: &Scope) -> String {
    format!("{}/users", base_of(scope))
}

fn placed(frame: Frame, base: &str, label: &str) -> Frame {
    frame.at("Users").crumb("Users", Some(format!("{base}/users"))).crumb(label, None)
}

fn status(errors: &FieldErrors) -> StatusCode {
    if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// The roles the person may give, the least one first: it is what most people need.
async fn roles(app: &App, scope: &Scope, present: &str) -> Result<Vec<SelectOption>> {
    let roles = app.read(scope, async |db| custom_roles::grantable(db, scope).await).await?;
    Ok(roles.into_iter().rev().map(|role| SelectOption::new(role.value(), role.label, present)).collect())
}

async fn render(
    app: &App,
    scope: &Scope,
    frame: Frame,
    form: &InviteForm,
    errors: &FieldErrors,
) -> Result<HttpResponse> {
    let base = base_of(scope);
    let (frame, place) = (placed(frame, &base, "Add user"), &scope.organization.name);
    let roles = roles(app, scope, &form.role).await?;
    page(status(errors), NewPage { frame, base, place, form, roles, errors })
}

async fn render_list(
    app: &App,
    scope: &Scope,
    frame: Frame,
    form: &BulkForm,
    errors: &FieldErrors,
) -> Result<HttpResponse> {
    let base = base_of(scope);
    let (frame, place) = (placed(frame, &base, "Add several users"), &scope.organization.name);
    let roles = roles(app, scope, &form.role).await?;
    let lines: Vec<_> =
        errors.iter().filter_map(|(field, message)| Some((field.strip_prefix("line-")?, message))).collect();
    let wrong = match lines.len() {
        0 => None,
        1 => Some("One line cannot be used. Nobody has been invited yet".to_owned()),
        count => Some(format!("{count} lines cannot be used. Nobody has been invited yet")),
    };
    let people_error = errors.get("people").map(str::to_owned).or(wrong);
    page(status(errors), ListPage { frame, base, place, form, roles, errors, lines, people_error })
}
