//! Pages of the dashboard: HTTP in, HTML out.

mod home;
mod view;

use actix_session::Session;
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use askama::Template;

use self::{
    home::{Attention, HomeFigures},
    view::OverviewView,
};
use super::{Action, Overview};
use crate::{
    app::App,
    error::{Error, Result},
    organizations,
    roles::Permission,
    scope::{RowScope, Scope},
    types::AccountKind,
    web::{
        Access,
        frame::{Frame, flash},
        page,
        route::Route,
        see_other,
    },
};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{org_key}", Access::Organization(Permission::ViewOrganization), show),
        Route::post(
            "/o/{org_key}/password-instructions",
            Access::Organization(Permission::EditOrganization),
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
}

/// The home of whoever has organizations beneath.
#[derive(Template)]
#[template(path = "dashboard/home.html")]
struct HomePage {
    frame: Frame,
    o: OverviewView,
    greeting: String,
    today: String,
    figures: HomeFigures,
    attention: Vec<Attention>,
    may_create: bool,
}

async fn show(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let overview = app.read(&scope, async |db| super::overview(db, &scope).await).await?;
    let payer = payer(&app, &overview).await?;
    let o = OverviewView::new(&overview, payer, &scope);
    if scope.organization.kind == AccountKind::Customer {
        return page(StatusCode::OK, ShowPage { frame: frame.at("Dashboard"), o });
    }
    let figures = overview.figures.clone().unwrap_or_default();
    page(
        StatusCode::OK,
        HomePage {
            frame: frame.at("Home"),
            o,
            greeting: home::greeting(&scope),
            today: home::today(&scope),
            attention: home::attention(&figures, &scope),
            figures: HomeFigures::new(&figures),
            may_create: scope.may(Permission::CreateOrganizations),
        },
    )
}

/// The name of the primary whose account pays. It stands above, out of the organization's own sight.
async fn payer(app: &App, overview: &Overview) -> Result<Option<String>> {
    if overview.billing.is_some() {
        return Ok(None);
    }
    let account = overview.organization.billing_account_id;
    app.read(RowScope::System("name the primary that pays"), async |db| organizations::name_of_payer(db, account).await)
        .await
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
