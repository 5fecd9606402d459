//! Files as they are written: what is sent is never held as a whole.

use std::fs::File;

use futures_util::stream::{Stream, try_unfold};
use tokio::sync::mpsc;

use super::{
    Column, Format, Place, Wanted,
    columns::Record,
    csv, json, portion,
    xlsx::{self, Message},
};
use crate::{
    app::App,
    error::{Error, Result},
    scope::Scope,
};

/// Portions that wait for the writer of a workbook.
const WAITING: usize = 2;

/// What every portion needs.
struct Export {
    app: App,
    scope: Scope,
    wanted: Wanted,
    columns: Vec<Column>,
    format: Format,
}

impl Export {
    async fn read(&self, place: &Place) -> Result<(Vec<Record>, Place)> {
        self.app.read(&self.scope, async |db| portion(db, &self.scope, &self.wanted, place).await).await
    }

    fn write(&self, records: &[Record], first: bool, last: bool) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 * 1024);
        match self.format {
            Format::Json => {
                if first {
                    out.push(b'[');
                }
                for (number, record) in records.iter().enumerate() {
                    json::line(&mut out, &self.columns, record, first && number == 0);
                }
                if last {
                    out.extend_from_slice(b"\n]\n");
                }
            }
            Format::Csv | Format::Xlsx => {
                if first {
                    csv::header(&mut out, &self.columns);
                }
                records.iter().for_each(|record| csv::line(&mut out, &self.columns, record));
            }
        }
        out
    }
}

/// A CSV or JSON file in pieces of a portion each. Dropped, it reads no further: a download that is given up ends the work.
pub fn chunks(
    app: App,
    scope: Scope,
    wanted: Wanted,
    columns: Vec<Column>,
    format: Format,
) -> impl Stream<Item = Result<Vec<u8>>> {
    let export = Export { app, scope, wanted, columns, format };
    try_unfold((export, Place::Start), async |(export, place)| {
        if matches!(place, Place::End) {
            return Ok(None);
        }
        let first = matches!(place, Place::Start);
        let (records, next) = export.read(&place).await?;
        let out = export.write(&records, first, matches!(next, Place::End));
        Ok(Some((out, (export, next))))
    })
}

/// An Excel workbook in a temporary file without a name, at its beginning; it is written beside the requests. It can only
/// be sent when it is whole, so that a download that is given up before is finished for nothing; dropped, the writer ends.
///
/// # Errors
/// [`Error::Refused`] for more organizations than a sheet holds; the database's and the file system's.
pub async fn workbook(app: App, scope: Scope, wanted: Wanted, columns: Vec<Column>) -> Result<File> {
    let (send, receive) = mpsc::channel(WAITING);
    let export = Export { app, scope, wanted, columns: Vec::new(), format: Format::Xlsx };
    let writer = tokio::task::spawn_blocking(move || xlsx::write(&columns, receive));
    let mut place = Place::Start;
    while !matches!(place, Place::End) {
        let (records, next) = export.read(&place).await?;
        if send.send(Message::Rows(records)).await.is_err() {
            break;
        }
        place = next;
    }
    // A writer that has given up says why below.
    let told = send.send(Message::End).await;
    match writer.await?? {
        Some(file) => Ok(file),
        None => Err(Error::Internal(anyhow::anyhow!("the workbook was not finished: {told:?}"))),
    }
}
