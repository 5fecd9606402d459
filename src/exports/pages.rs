//! The page that offers an export, and the download: HTTP in, HTML or a file out.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, ContentEncoding},
    },
    web::{Bytes, Data, Form},
};
use askama::Template;
use futures_util::TryStreamExt;
use serde::Deserialize;

use super::{Format, Wanted, XLSX_ROWS};
use crate::{
    app::App,
    error::{Error, Result},
    exports,
    organizations::Counted,
    roles::Permission,
    scope::Scope,
    types::grouped,
    web::{Access, frame::Frame, page, pieces::pieces, route::Route},
};

const LISTS: Access = Access::Organization(Permission::ListOrganizations);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{org_key}/organizations/export", LISTS, new),
        Route::post("/o/{org_key}/organizations/export", LISTS, create),
    ]
}

#[derive(Template)]
#[template(path = "exports/new.html")]
struct NewPage {
    frame: Frame,
    /// With what is exported, as it stands in the address of the list.
    action: String,
    back: String,
    count: String,
    /// Whether there is nothing to export.
    empty: bool,
    selected: bool,
    narrowed: bool,
    headings: Vec<String>,
    xlsx_rows: String,
}

async fn new(app: Data<App>, scope: Scope, frame: Frame, request: HttpRequest) -> Result<HttpResponse> {
    let wanted = Wanted::parse(request.query_string())?;
    let read = app
        .read(&scope, async |db| Ok((exports::count(db, &scope, &wanted).await?, exports::columns(db, &scope).await?)));
    let (count, columns) = read.await?;
    let base = format!("/o/{}/organizations", scope.organization.key);
    let with = |path: &str, query: &str| if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    page(
        StatusCode::OK,
        NewPage {
            frame: frame.at("Organizations").crumb("Organizations", Some(base.clone())).crumb("Export", None),
            action: with(&format!("{base}/export"), &wanted.to_query()),
            back: with(&base, &wanted.filter.to_query()),
            count: counted(count),
            empty: count == Counted::All(0),
            selected: !wanted.keys.is_empty(),
            narrowed: wanted.filter.narrows(),
            headings: columns.into_iter().map(|column| column.heading).collect(),
            xlsx_rows: grouped(XLSX_ROWS as u64),
        },
    )
}

/// "1 organization", "more than 10,000 organizations".
fn counted(count: Counted) -> String {
    let number = |count: i64| grouped(u64::try_from(count).unwrap_or_default());
    match count {
        Counted::All(1) => "1 organization".to_owned(),
        Counted::All(count) => format!("{} organizations", number(count)),
        Counted::MoreThan(count) => format!("more than {} organizations", number(count)),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choice {
    format: String,
}

/// The file. That it was taken away is an event of its own, and is in the database before the first byte is sent.
async fn create(
    app: Data<App>,
    scope: Scope,
    request: HttpRequest,
    Form(choice): Form<Choice>,
) -> Result<HttpResponse> {
    let wanted = Wanted::parse(request.query_string())?;
    let format = Format::parse(&choice.format)
        .ok_or_else(|| Error::Malformed("Choose CSV, Excel or JSON as the format of the file".into()))?;
    let columns = app
        .write(&scope, async |db| {
            exports::record(db, &scope, &wanted, format).await?;
            exports::columns(db, &scope).await
        })
        .await?;
    let day = scope.actor.zone().day(scope.now);
    let name = format!("attachment; filename=\"organizations-{}-{day}.{}\"", scope.organization.key, format.as_str());
    let app = app.get_ref().clone();
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_DISPOSITION, name)).content_type(content_type(format));
    match format {
        Format::Xlsx => {
            let file = exports::workbook(app, scope, wanted, columns).await?;
            // It is compressed already.
            Ok(answer.insert_header(ContentEncoding::Identity).streaming(pieces(file)))
        }
        Format::Csv | Format::Json => {
            Ok(answer.streaming(exports::chunks(app, scope, wanted, columns, format).map_ok(Bytes::from)))
        }
    }
}

fn content_type(format: Format) -> &'static str {
    match format {
        Format::Csv => "text/csv; charset=utf-8; header=present",
        Format::Json => "application/json",
        Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
}
