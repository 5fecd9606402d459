//! Step 7: what was made, and where to go from here. A reload shows the same.

use actix_session::Session;
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use askama::Template;

use super::{
    shell::{in_place, list_path, path},
    step::DraftPath,
};
use crate::{
    app::App,
    error::{Error, Result},
    memberships,
    onboarding::{self, CreatedWords},
    scope::Scope,
    settings::{self, Support},
    web::{
        frame::{self, Frame},
        page, see_other,
    },
};

#[derive(Template)]
#[template(path = "onboarding/confirmation.html")]
struct Page {
    frame: Frame,
    created: CreatedWords,
    actor: String,
    actor_role: String,
    parent: String,
    /// Whether the person reading may enter the new organization.
    reaches: bool,
    sign_in: String,
    another: String,
    support: Support,
}

pub(super) async fn show(app: Data<App>, scope: Scope, frame: Frame, address: DraftPath) -> Result<HttpResponse> {
    let id = address.into_inner().1;
    let (draft, support) = app
        .read(&scope, async |db| {
            Ok((onboarding::open(db, &scope, id).await?, settings::in_force(db, &scope).await?.support))
        })
        .await?;
    let Some(created) = draft.created().cloned() else {
        return see_other(path(&scope, id, draft.first_open(&scope.organization)));
    };
    let reaches = reaches(&app, &scope, &created).await?;
    let page_of = Page {
        frame: in_place(frame, &scope, "Created"),
        actor: scope.actor.display_name.clone(),
        actor_role: scope.role_label().to_owned(),
        parent: scope.organization.name.clone(),
        sign_in: format!("{}/{id}/sign-in", list_path(&scope)),
        another: list_path(&scope),
        created,
        reaches,
        support,
    };
    page(StatusCode::OK, page_of)
}

/// Whether one of the person's memberships opens the new organization: their role in the parent reaches down, or they
/// were made its administrator.
async fn reaches(app: &App, scope: &Scope, created: &CreatedWords) -> Result<bool> {
    let user_id = scope.actor.user_id;
    let way_in = app.read(scope, async |db| memberships::access(db, user_id, &created.key).await).await?;
    Ok(way_in.is_some())
}

/// **Sign In** (S134): into the new organization's context. Whoever may enter it stays who they are; anybody else is
/// signed out, so that its administrator can sign in.
pub(super) async fn sign_in(
    app: Data<App>,
    scope: Scope,
    session: Session,
    address: DraftPath,
) -> Result<HttpResponse> {
    let id = address.into_inner().1;
    let draft = app.read(&scope, async |db| onboarding::open(db, &scope, id).await).await?;
    let created = draft.created().cloned().ok_or(Error::NotFound)?;
    let home = format!("/o/{}", created.key.as_str());
    if reaches(&app, &scope, &created).await? {
        let words = format!("You are signed in to {} as {}.", created.name, scope.actor.display_name);
        frame::flash(&session, "ok", words)?;
        return see_other(home);
    }
    session.purge();
    let next = serde_urlencoded::to_string([("next", home)]).unwrap_or_default();
    see_other(format!("/sign-in?{next}"))
}
