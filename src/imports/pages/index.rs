//! The upload (S208-S211), and beneath it the history.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Payload, Query},
};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    ask_for_group, at_list, import_path, list_path,
    upload::{self, Brought},
    words,
};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    imports::{self, Door, Import, Outcome},
    roles::Permission,
    scope::Scope,
    types::grouped,
    web::{frame::Frame, page, see_other, when::When},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct IndexQuery {
    before: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "imports/index.html")]
struct IndexPage {
    frame: Frame,
    base: String,
    organizations: String,
    may: bool,
    ask: Option<String>,
    /// The most bytes of a file; pages say it in megabytes.
    bytes: u64,
    limits: String,
    errors: FieldErrors,
    rows: Vec<Row>,
    first: bool,
    older: Option<String>,
}

struct Row {
    href: String,
    file: String,
    status: (&'static str, String),
    since: Option<&'static str>,
    created: String,
    updated: String,
    failed: String,
    /// The three in words, for a narrow window.
    counts: String,
    by: String,
    when: When,
}

impl Row {
    fn new(import: &Import, scope: &Scope) -> Self {
        let [created, updated, failed] =
            [Outcome::Created, Outcome::Updated, Outcome::Failed].map(|outcome| import.outcomes.of(outcome));
        let counts = [(created, "created"), (updated, "updated"), (failed, "failed")];
        Self {
            href: import_path(scope, import.id),
            file: import.file_name.clone(),
            status: words::status(import),
            since: words::since(import),
            created: words::number(created),
            updated: words::number(updated),
            failed: words::number(failed),
            counts: words::listed(&counts, ""),
            by: import.asked_name.clone(),
            when: When::relative(&scope.actor.zone(), import.created_at, scope.now),
        }
    }
}

pub(super) async fn index(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    Query(query): Query<IndexQuery>,
) -> Result<HttpResponse> {
    list(&app, &scope, frame, query.before, FieldErrors::default()).await
}

async fn list(
    app: &App,
    scope: &Scope,
    frame: Frame,
    before: Option<Uuid>,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let (found, more) = app.read(scope, async |db| imports::list(db, scope, before).await).await?;
    let base = list_path(scope);
    let limits = app.settings.import_limits();
    page(
        if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY },
        IndexPage {
            frame: at_list(frame, scope).crumb("Imports", None),
            organizations: format!("/o/{}/organizations", scope.organization.key),
            may: scope.may(Permission::CreateOrganizations),
            ask: ask_for_group(scope),
            bytes: limits.bytes,
            limits: format!("{} MB and {} rows", grouped(limits.bytes >> 20), grouped(u64::from(limits.rows))),
            errors,
            rows: found.iter().map(|import| Row::new(import, scope)).collect(),
            first: before.is_none(),
            older: found.last().filter(|_| more).map(|import| format!("{base}?before={}", import.id)),
            base,
        },
    )
}

/// Reads a file; nothing is imported by that (S211).
pub(super) async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse> {
    let most = app.settings.import_limits().bytes;
    let why = match upload::take(&request, payload, most).await? {
        Brought::Nothing => "Choose a file".to_owned(),
        Brought::TooLarge => {
            format!("The file has more than {} MB. Divide it into several files", grouped(most >> 20))
        }
        Brought::File(_, file) if file.bytes() == 0 => {
            "The file is empty. Save it once more in the program it comes from".to_owned()
        }
        Brought::File(name, file) => match imports::upload(&app, &scope, Door::Web, &name, file).await {
            Ok(id) => return see_other(import_path(&scope, id)),
            Err(Error::Refused(why)) => why.into_owned(),
            Err(error) => return Err(error),
        },
    };
    list(&app, &scope, frame, None, FieldErrors::on("file", why)).await
}
