//! The question before an import is taken back, and the beginning of it (N1).

use actix_session::Session;
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use askama::Template;

use super::{Head, ImportPath, import_path, placed, words};
use crate::{
    app::App,
    error::{Error, Result},
    imports::{self, Import, Outcome, State},
    scope::Scope,
    web::{
        frame::{Frame, flash},
        page, see_other,
    },
};

#[derive(Template)]
#[template(path = "imports/undo.html")]
struct UndoPage {
    frame: Frame,
    head: Head,
    /// Nothing where none was created.
    created: Option<String>,
    updated: Option<String>,
}

/// Whether there is something to take back.
pub(super) fn is_possible(import: &Import) -> bool {
    let ended = matches!(import.state, State::Done | State::Cancelled | State::Stopped);
    ended && import.has_rows && import.outcomes.of(Outcome::Created) + import.outcomes.of(Outcome::Updated) > 0
}

pub(super) async fn new(app: Data<App>, scope: Scope, frame: Frame, path: ImportPath) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let import = app.read(&scope, async |db| imports::find(db, &scope, id).await).await?;
    if !is_possible(&import) {
        return Err(Error::Refused("There is nothing of this import that could be undone now".into()));
    }
    let some = |outcome| Some(import.outcomes.of(outcome)).filter(|count| *count > 0).map(words::organizations);
    page(
        StatusCode::OK,
        UndoPage {
            frame: placed(frame, &scope, &import),
            head: Head::new(&import, &scope),
            created: some(Outcome::Created),
            updated: some(Outcome::Updated),
        },
    )
}

pub(super) async fn create(app: Data<App>, scope: Scope, session: Session, path: ImportPath) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    imports::undo(&app, &scope, id).await?;
    let import = app.read(&scope, async |db| imports::find(db, &scope, id).await).await?;
    if import.state == State::Undone {
        flash(&session, "ok", "The import is undone. Each row says what became of it")?;
    }
    see_other(import_path(&scope, id))
}
