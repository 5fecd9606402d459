//! Files that leave: the template (S209, S210), and the rows that could not be imported (N2).

use std::fs::File;

use actix_web::{
    HttpResponse,
    http::header::{
        self, Charset, ContentDisposition, ContentEncoding, DispositionParam, DispositionType, ExtendedValue,
    },
    web::{Data, Path},
};

use super::ImportPath;
use crate::{
    app::App,
    error::{Error, Result},
    imports::{
        self,
        read::FileKind,
        write::{self, Column},
    },
    scope::Scope,
    web::pieces::pieces,
};

/// An empty list with headings, hints, an example and what can be chosen.
pub(super) async fn template(app: Data<App>, scope: Scope, path: Path<(String, String)>) -> Result<HttpResponse> {
    let kind = FileKind::parse(&path.1).filter(|kind| *kind != FileKind::Xls).ok_or(Error::NotFound)?;
    let columns: Vec<Column> = app.read(&scope, async |db| imports::template_columns(db, &scope).await).await?;
    let written = tokio::task::spawn_blocking(move || write::template(kind, &columns));
    let file = written.await?.map_err(|error| Error::disk(error, "a template could not be written"))?;
    Ok(send(file, kind, &format!("organizations-template.{}", kind.as_str())))
}

/// The rows with errors as a file of the kind that was uploaded, with the user's own columns and the reasons.
pub(super) async fn errors(app: Data<App>, scope: Scope, path: ImportPath) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let import = app.read(&scope, async |db| imports::find(db, &scope, id).await).await?;
    let (kind, file) = imports::error_rows(&app, &scope, &import).await?;
    let stem = import.file_name.rsplit_once('.').map_or(import.file_name.as_str(), |(stem, _)| stem);
    Ok(send(file, kind, &format!("{stem}-errors.{}", kind.as_str())))
}

fn send(file: File, kind: FileKind, name: &str) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_DISPOSITION, disposition(name))).content_type(content_type(kind));
    if kind == FileKind::Xlsx {
        // It is compressed already.
        answer.insert_header(ContentEncoding::Identity);
    }
    answer.streaming(pieces(file))
}

/// A name in letters every program knows, and the whole one for those that know more.
fn disposition(name: &str) -> ContentDisposition {
    let plain = |c: char| if c.is_ascii_graphic() && !matches!(c, '"' | '\\') || c == ' ' { c } else { '_' };
    let whole = ExtendedValue { charset: Charset::Ext("UTF-8".into()), language_tag: None, value: name.into() };
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![
            DispositionParam::Filename(name.chars().map(plain).collect()),
            DispositionParam::FilenameExt(whole),
        ],
    }
}

fn content_type(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Csv => "text/csv; charset=utf-8; header=present",
        FileKind::Xml => "application/xml",
        FileKind::Xls | FileKind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
}
