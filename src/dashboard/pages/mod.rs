//! Pages of the dashboard: HTTP in, HTML out.

mod home;
mod view;

use actix_session::Session;
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use askama::Template;

use self::{
    home::{Attention, DraftRow, HomeFigures},
    view::OverviewView,
};
use super::Action;
use crate::{
    app::App,
    error::{Error, Result},
    lifecycle::Danger,
    memberships, onboarding, organizations,
    roles::Permission,
    scope::Scope,
    types::AccountKind,
    users,
    web::{
        Access,
        frame::{Frame, flash},
        page,
        route::Route,
        see_other,
    },
};

/// Unfinished drafts shown; the page of the wizard lists all.
const DRAFTS: usize = 5;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{org_key}", Access::Organization(Permission::Enter), show),
        Route::post(
            "/o/{org_key}/password-instructions",
            Access::Organization(Permission::ManageUsers),
            send_password_instructions,
        ),
    ]
}

/// A customer's dashboard.
#[derive(Template)]
#[template(path = "dashboard/show.html")]
struct ShowPage {
    frame: Frame,
    o: OverviewView,
    danger: Option<Danger>,
}

/// The page of whoever sees nothing of the organization but its name.
#[derive(Template)]
#[template(path = "dashboard/member.html")]
struct MemberPage {
    frame: Frame,
    name: String,
    role: String,
    /// Names and addresses.
    administrators: Vec<(String, String)>,
}

/// The home of whoever has organizations beneath.
#[derive(Template)]
#[template(path = "dashboard/home.html")]
struct HomePage {
    frame: Frame,
    o: OverviewView,
    danger: Option<Danger>,
    greeting: String,
    today: String,
    base: String,
    /// None for whoever sees no organization beneath.
    figures: Option<HomeFigures>,
    attention: Vec<Attention>,
    drafts: Vec<DraftRow>,
    may_create: bool,
    /// Why nothing beneath is seen, for whoever is kept to groups and in none (S262).
    kept: Option<NoGroup>,
}

/// Names and addresses of those who decide about groups.
struct NoGroup {
    ask: Vec<(String, String)>,
}

async fn no_group(app: &App, scope: &Scope) -> Result<Option<NoGroup>> {
    let without = scope.is_kept_to_groups() && scope.sight().groups().is_some_and(<[_]>::is_empty);
    if !without {
        return Ok(None);
    }
    Ok(Some(NoGroup { ask: memberships::whom_to_ask(app, scope).await? }))
}

async fn show(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    if !scope.may(Permission::ViewOrganization) {
        return member(&app, &scope, frame).await;
    }
    let may_create = scope.may(Permission::CreateOrganizations);
    let read = app.read(&scope, async |db| {
        let drafts = if may_create { onboarding::own_drafts(db, &scope).await? } else { Vec::new() };
        let person = users::profile(db, scope.actor.user_id).await?;
        Ok((super::overview(db, &scope).await?, drafts, person))
    });
    let (overview, drafts, person) = read.await?;
    let payer = match &overview.billing {
        Some(_) => None,
        None => Some(organizations::name_of_payer(&app, overview.organization.billing_account_id).await?),
    };
    let o = OverviewView::new(&overview, payer, &scope);
    if scope.organization.kind == AccountKind::Customer {
        return page(StatusCode::OK, ShowPage { frame: frame.at("Dashboard"), o, danger: Danger::of(&scope) });
    }
    let kept = no_group(&app, &scope).await?;
    let figures = overview.figures.clone().filter(|_| kept.is_none());
    page(
        StatusCode::OK,
        HomePage {
            frame: frame.at("Home").crumb("Home", None),
            o,
            danger: Danger::of(&scope),
            greeting: home::greeting(&scope, person.given_name.as_deref()),
            today: home::today(&scope),
            base: format!("/o/{}", scope.organization.key),
            attention: figures.as_ref().map(|figures| home::attention(figures, &scope)).unwrap_or_default(),
            figures: figures.as_ref().map(HomeFigures::new),
            drafts: drafts.into_iter().take(DRAFTS).map(|draft| DraftRow::new(draft, &scope)).collect(),
            may_create,
            kept,
        },
    )
}

/// The page of somebody who may come in and no more.
async fn member(app: &App, scope: &Scope, frame: Frame) -> Result<HttpResponse> {
    let administrators = app.read(scope, async |db| memberships::administrators(db, scope).await).await?;
    let (name, role) = (scope.organization.name.clone(), scope.role_label().to_owned());
    page(StatusCode::OK, MemberPage { frame, name, role, administrators })
}

async fn send_password_instructions(app: Data<App>, scope: Scope, session: Session) -> Result<HttpResponse> {
    let sent = app.write(&scope, async |db| super::send_password_instructions(db, &scope).await).await;
    match sent {
        Ok(addresses) => {
            flash(&session, "ok", format!("Password instructions are on their way to {}", addresses.join(", ")))?
        }
        Err(Error::Invalid(errors)) => flash(&session, "info", errors.get("").unwrap_or_default())?,
        Err(error) => return Err(error),
    }
    see_other(format!("/o/{}", scope.organization.key))
}
