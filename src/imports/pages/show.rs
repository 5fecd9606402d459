//! One import: what is asked, found, under way or done, by where it stands.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use askama::Template;
use serde::Deserialize;

use super::{Head, ImportPath, check, columns, import_path, placed, progress, result};
use crate::{
    app::App,
    error::{FieldErrors, Result},
    imports::{self, Import, State},
    roles::Permission,
    scope::Scope,
    web::{frame::Frame, page},
};

/// The state of the page; all of it stands in the address.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct ShowQuery {
    /// A verdict, an outcome, or `all`.
    pub(super) only: String,
    pub(super) after: String,
    /// `columns`: back to what the columns are.
    pub(super) step: String,
}

impl ShowQuery {
    /// The row behind which the page begins.
    pub(super) fn after(&self) -> i32 {
        self.after.trim().parse().unwrap_or(0)
    }
}

#[derive(Template)]
#[template(path = "imports/note.html")]
struct NotePage {
    frame: Frame,
    head: Head,
    /// Why the file cannot be read; nothing while somebody else has to say what its columns are.
    why: Option<String>,
    /// Whether that says nothing about the file: the check itself failed.
    given_up: bool,
    /// The import whose rows these are, where there is no file to be read again.
    earlier: Option<String>,
}

pub(super) async fn show(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    path: ImportPath,
    Query(query): Query<ShowQuery>,
) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let import = app.read(&scope, async |db| imports::find(db, &scope, id).await).await?;
    let may = scope.may(Permission::CreateOrganizations) && import.is_open_to(&scope);
    let back = query.step == "columns" && import.follows.is_none();
    match import.state {
        State::Checking | State::Running | State::Undoing => progress::show(&scope, frame, &import),
        State::Uploaded if may => columns::show(&app, &scope, frame, import).await,
        State::Checked | State::Unreadable if may && back => columns::show(&app, &scope, frame, import).await,
        State::Uploaded | State::Unreadable => note(&scope, frame, &import),
        State::Checked => check::show(&app, &scope, frame, import, &query, FieldErrors::default()).await,
        State::Done | State::Cancelled | State::Stopped | State::Undone => {
            result::show(&app, &scope, frame, import, &query).await
        }
    }
}

fn note(scope: &Scope, frame: Frame, import: &Import) -> Result<HttpResponse> {
    let words = || "It cannot be read".to_owned();
    page(
        StatusCode::OK,
        NotePage {
            frame: placed(frame, scope, import),
            head: Head::new(import, scope),
            why: (import.state == State::Unreadable).then(|| import.stopped.clone().unwrap_or_else(words)),
            given_up: import.was_given_up(),
            earlier: import.follows.map(|id| import_path(scope, id)),
        },
    )
}
