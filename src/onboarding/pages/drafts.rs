//! Before the first step: when an organization is the right thing, one's own unfinished drafts, and the button.

use actix_session::Session;
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use askama::Template;

use super::{
    shell::{in_place, list_path, path},
    step::DraftPath,
};
use crate::{
    app::App,
    error::Result,
    onboarding::{self, DraftSummary, Step},
    scope::Scope,
    web::{
        access::Visitor,
        frame::{self, Frame, initials, tile},
        page, see_other,
    },
};

#[derive(Template)]
#[template(path = "onboarding/index.html")]
struct IndexPage {
    frame: Frame,
    action: String,
    drafts: Vec<Line>,
    parent_name: String,
    parent_key: String,
}

/// One unfinished draft.
struct Line {
    id: String,
    name: String,
    initials: String,
    tile: &'static str,
    step: String,
    saved: String,
    saved_exactly: String,
    saved_iso: String,
    href: String,
    delete: String,
}

pub(super) async fn index(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let drafts = app.read(&scope, async |db| onboarding::own_drafts(db, &scope).await).await?;
    let page_of = IndexPage {
        frame: in_place(frame, &scope, "New"),
        action: list_path(&scope),
        drafts: drafts.into_iter().map(|draft| line(&scope, draft)).collect(),
        parent_name: scope.organization.name.clone(),
        parent_key: scope.organization.key.as_str().to_owned(),
    };
    page(StatusCode::OK, page_of)
}

fn line(scope: &Scope, draft: DraftSummary) -> Line {
    let zone = scope.actor.zone();
    Line {
        initials: initials(&draft.name),
        tile: tile(&draft.id.to_string()),
        step: format!("Step {} of 7, {}", draft.step.number(), draft.step.label()),
        saved: zone.relative(draft.updated_at, scope.now),
        saved_exactly: zone.format(draft.updated_at),
        saved_iso: iso(draft.updated_at),
        delete: format!("{}/{}/delete", list_path(scope), draft.id),
        id: draft.id.to_string(),
        href: draft.path,
        name: draft.name,
    }
}

/// For the `datetime` of a `<time>`.
fn iso(at: time::OffsetDateTime) -> String {
    at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default()
}

/// **Create New Organization** (S106).
pub(super) async fn create(app: Data<App>, scope: Scope) -> Result<HttpResponse> {
    let id = app.write(&scope, async |db| onboarding::begin(db, &scope).await).await?;
    see_other(path(&scope, id, Step::Details))
}

pub(super) async fn destroy(
    app: Data<App>,
    scope: Scope,
    session: Session,
    address: DraftPath,
) -> Result<HttpResponse> {
    let id = address.into_inner().1;
    app.write(&scope, async |db| onboarding::delete(db, &scope, id).await).await?;
    frame::flash(&session, "ok", "The draft is deleted.")?;
    see_other(list_path(&scope))
}

#[derive(Template)]
#[template(path = "onboarding/organizations_or_subscriptions.html")]
struct HelpPage {
    frame: Frame,
}

/// When to create an organization, and when another subscription is enough (S103).
pub(super) async fn help(frame: Frame, _visitor: Visitor) -> Result<HttpResponse> {
    page(StatusCode::OK, HelpPage { frame: frame.crumb("Organization or subscription", None) })
}
