//! The pages of support visits: going in, and what the organization sees of it.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use askama::Template;
use uuid::Uuid;

use super::{Length, Visit, VisitForm, end, list, open, own};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    roles::Permission,
    scope::Scope,
    web::{
        Access,
        access::note_visit,
        fields::SelectOption,
        frame::{Frame, flash},
        page,
        route::Route,
        see_other,
        tabs::{SettingsTabs, Tab},
    },
};

pub(crate) fn routes() -> Vec<Route> {
    let enter = Access::Organization(Permission::EnterForSupport);
    vec![
        Route::get("/o/{org_key}/support", enter, new).fresh(),
        Route::post("/o/{org_key}/support", enter, create).fresh(),
        Route::get("/o/{org_key}/support-access", Access::Organization(Permission::ViewAuditLog), index),
        Route::post("/o/{org_key}/support-access/{id}/end", Access::Organization(Permission::ManageUsers), destroy),
    ]
}

/// A visit as a list shows it.
struct Row {
    id: Uuid,
    key: String,
    organization: String,
    visitor: String,
    partner: String,
    reason: String,
    requested_by: String,
    started: String,
    /// Until when it is open, or how it ended.
    until: String,
    open: bool,
}

impl Row {
    fn new(visit: Visit, scope: &Scope) -> Self {
        let zone = scope.actor.zone();
        let open = visit.is_open(scope.now);
        let until = match (visit.ended_at, &visit.ended_by_name) {
            (Some(at), Some(by)) => format!("Ended {} by {by}", zone.format(at)),
            _ if open => format!("Open until {}", zone.format(visit.ends_at)),
            _ => format!("Ended by itself {}", zone.format(visit.ends_at)),
        };
        Self {
            id: visit.id,
            key: visit.organization_key.to_string(),
            organization: visit.organization_name,
            visitor: visit.visitor_name,
            partner: visit.partner_name,
            reason: visit.reason,
            requested_by: visit.requested_by,
            started: zone.format(visit.started_at),
            until,
            open,
        }
    }
}

#[derive(Template)]
#[template(path = "support_visits/new.html")]
struct NewPage<'a> {
    frame: Frame,
    base: String,
    form: &'a VisitForm,
    lengths: Vec<SelectOption>,
    visits: Vec<Row>,
    errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "support_visits/index.html")]
struct IndexPage {
    frame: Frame,
    tabs: SettingsTabs,
    visits: Vec<Row>,
    may_end: bool,
}

async fn new(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let form = VisitForm { hours: Length::One.name().to_owned(), ..VisitForm::default() };
    render(&app, &scope, frame, &form, FieldErrors::default()).await
}

async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Form(form): Form<VisitForm>,
) -> Result<HttpResponse> {
    let opened = match form.parse() {
        Ok(new) => open(&app, &scope, &new).await,
        Err(errors) => Err(errors.into()),
    };
    match opened {
        Ok(visit) => {
            note_visit(&session)?;
            see_other(format!("/o/{}", visit.organization_key))
        }
        Err(Error::Invalid(errors)) => render(&app, &scope, frame, &form, errors).await,
        Err(error) => Err(error),
    }
}

async fn render(app: &App, scope: &Scope, frame: Frame, form: &VisitForm, errors: FieldErrors) -> Result<HttpResponse> {
    let visits = app.read(scope, async |db| own(db, scope).await).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page(
        status,
        NewPage {
            frame: frame.at("Support").crumb("Support", None),
            base: format!("/o/{}", scope.organization.key),
            form,
            lengths: Length::ALL.map(|it| SelectOption::new(it.name(), it.label(), &form.hours)).into(),
            visits: visits.into_iter().map(|visit| Row::new(visit, scope)).collect(),
            errors,
        },
    )
}

async fn index(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let visits = app.read(&scope, async |db| list(db, &scope).await).await?;
    let visits = visits.into_iter().map(|visit| Row::new(visit, &scope)).collect();
    let (frame, tabs) =
        (frame.at("Settings").crumb("Support access", None), SettingsTabs::new(&scope, Tab::SupportAccess));
    page(StatusCode::OK, IndexPage { frame, tabs, visits, may_end: scope.may(Permission::ManageUsers) })
}

/// The visitor goes back to where they came from, the organization to its list.
async fn destroy(
    app: Data<App>,
    scope: Scope,
    session: Session,
    address: Path<(String, Uuid)>,
) -> Result<HttpResponse> {
    let visit = app.write(&scope, async |db| end(db, &scope, address.1).await).await?;
    if visit.user_id == scope.actor.user_id {
        flash(&session, "ok", format!("Your visit to {} has ended", visit.organization_name))?;
        return see_other(format!("/o/{}/support", visit.partner_key));
    }
    flash(&session, "ok", format!("The visit of {} has ended", visit.visitor_name))?;
    see_other(format!("/o/{}/support-access", scope.organization.key))
}
