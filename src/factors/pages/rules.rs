//! The sign-in rules of an organization: which roles need a second factor.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;

use super::super::{self as factors, Rules};
use crate::{
    app::App,
    error::Result,
    roles::Role,
    scope::Scope,
    web::{
        frame::{Frame, flash},
        page, see_other,
        tabs::{SettingsTabs, Tab},
    },
};

/// What stands before the name of a role in the name of its box.
const BOX: &str = "role-";

#[derive(Template)]
#[template(path = "factors/rules.html")]
struct RulesPage {
    frame: Frame,
    tabs: SettingsTabs,
    version: i32,
    roles: Vec<RoleBox>,
    /// Whether somebody else saved rules while these were being chosen.
    stale: bool,
}

struct RoleBox {
    name: String,
    label: &'static str,
    purpose: &'static str,
    checked: bool,
}

pub(super) async fn edit(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let rules = app.read(&scope, async |db| factors::rules(db, &scope).await).await?;
    render(&scope, frame, StatusCode::OK, &rules, false)
}

pub(super) async fn update(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let chosen = parse(&scope, &fields);
    let saved = app.write(&scope, async |db| factors::save_rules(db, &scope, &chosen).await).await?;
    if saved {
        flash(&session, "ok", "The sign-in rules are saved")?;
        return see_other(format!("/o/{}/settings/sign-in", scope.organization.key));
    }
    // What was chosen stays; saving once more puts it in the place of what somebody else has saved meanwhile.
    let now = app.read(&scope, async |db| factors::rules(db, &scope).await).await?;
    let rules = Rules { version: now.version, ..chosen };
    render(&scope, frame, StatusCode::CONFLICT, &rules, true)
}

/// The roles there are here and no others; anything else in the form means nothing (T-11).
fn parse(scope: &Scope, fields: &[(String, String)]) -> Rules {
    let value = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    let factor_roles = Role::in_kind(scope.organization.kind)
        .filter(|role| value(&format!("{BOX}{}", role.name())).is_some_and(|value| !value.is_empty()))
        .collect();
    Rules { factor_roles, version: value("version").and_then(|version| version.parse().ok()).unwrap_or(0) }
}

fn render(scope: &Scope, frame: Frame, status: StatusCode, rules: &Rules, stale: bool) -> Result<HttpResponse> {
    let roles = Role::in_kind(scope.organization.kind).map(|role| RoleBox {
        name: format!("{BOX}{}", role.name()),
        label: role.label(),
        purpose: role.row().purpose,
        checked: rules.factor_roles.contains(&role),
    });
    let (frame, tabs) = (frame.at("Settings").crumb("Settings", None), SettingsTabs::new(scope, Tab::SignIn));
    page(status, RulesPage { frame, tabs, version: rules.version, roles: roles.collect(), stale })
}
