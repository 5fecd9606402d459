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
    roles::Permission,
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
    /// Whether they may invite people into it (S140, S424).
    may_add_users: bool,
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
    let inside = inside(&app, &scope, &created).await?;
    let page_of = Page {
        frame: in_place(frame, &scope, "Created"),
        actor: scope.actor.display_name.clone(),
        actor_role: scope.role_label().to_owned(),
        parent: scope.organization.name.clone(),
        sign_in: format!("{}/{id}/sign-in", list_path(&scope)),
        another: list_path(&scope),
        created,
        reaches: inside.is_some(),
        may_add_users: inside.is_some_and(|inside| inside.may(Permission::ManageUsers)),
        support,
    };
    page(StatusCode::OK, page_of)
}

/// The person's scope in the new organization, where one of their memberships opens it: their role in the parent reaches
/// down, or they were made its administrator.
async fn inside(app: &App, scope: &Scope, created: &CreatedWords) -> Result<Option<Scope>> {
    let user_id = scope.actor.user_id;
    let way_in = app.read(scope, async |db| memberships::access(db, user_id, &created.key).await).await?;
    Ok(way_in.map(|way_in| way_in.scope(scope.actor.clone(), scope.now, scope.request_id)))
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
    if inside(&app, &scope, &created).await?.is_some() {
        let words = format!("You are signed in to {} as {}.", created.name, scope.actor.display_name);
        frame::flash(&session, "ok", words)?;
        return see_other(home);
    }
    session.purge();
    let next = serde_urlencoded::to_string([("next", home)]).unwrap_or_default();
    see_other(format!("/sign-in?{next}"))
}
