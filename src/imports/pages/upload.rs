//! A file as a form brings it: taken in piece by piece, so that neither its size nor what it says about itself costs memory
//! (QUALITY 41).

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{
    HttpRequest,
    http::header::{self, ContentDisposition, HeaderMap, HeaderValue},
    web::Payload,
};
use futures_util::TryStreamExt;

use crate::{
    error::{Error, Result},
    imports::Incoming,
};

/// What came.
pub(super) enum Brought {
    /// A file with its name.
    File(String, Incoming),
    /// No file was chosen.
    Nothing,
    /// More bytes than are taken.
    TooLarge,
}

/// Takes the file of the field "file" in, `most` bytes at most.
///
/// # Errors
/// [`Error::Malformed`] where the upload broke off; the disk's.
pub(super) async fn take(request: &HttpRequest, payload: Payload, most: u64) -> Result<Brought> {
    let mut form = Multipart::new(&as_parts(request.headers()), payload);
    let mut brought = Brought::Nothing;
    loop {
        let mut field = match form.try_next().await {
            Ok(Some(field)) => field,
            Ok(None) => return Ok(brought),
            Err(error) if is_no_file(&error) => return Ok(Brought::Nothing),
            Err(error) => return Err(broken(&error)),
        };
        let name = file_name(&field).filter(|name| !name.is_empty() && matches!(brought, Brought::Nothing));
        match (read(&mut field, Incoming::new(), most).await?, name) {
            (Some(incoming), Some(name)) => brought = Brought::File(name, incoming),
            (Some(_), None) => {}
            (None, _) => return Ok(Brought::TooLarge),
        }
    }
}

/// What the request says about its body, as parts that may be called anything: of a form every name has to be UTF-8, and
/// the file of a program that writes another encoding would be refused for its name.
fn as_parts(head: &HeaderMap) -> HeaderMap {
    let said = head.get(header::CONTENT_TYPE).and_then(|said| said.to_str().ok());
    let parts = said.map(|said| said.replacen("multipart/form-data", "multipart/mixed", 1));
    let parts = parts.and_then(|parts| HeaderValue::from_str(&parts).ok());
    parts.map(|parts| (header::CONTENT_TYPE, parts)).into_iter().collect()
}

/// The name of the file in the field "file"; nothing for any other field. Letters that are no UTF-8 are lost.
fn file_name(field: &Field) -> Option<String> {
    let said = field.headers().get(header::CONTENT_DISPOSITION)?;
    let said = HeaderValue::from_str(&String::from_utf8_lossy(said.as_bytes())).ok()?;
    let said = ContentDisposition::from_raw(&said).ok().filter(ContentDisposition::is_form_data)?;
    let name = said.get_filename().filter(|_| said.get_name() == Some("file"))?;
    // So browsers write these three, and no others.
    Some(name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"))
}

/// The bytes of a field; none where they are too many. A browser shows the answer only when it has sent everything, so that
/// what is not kept is read as well and forgotten: as much again of a file that is too large, and all of one there is no
/// room for.
async fn read(field: &mut Field, empty: Result<Incoming>, most: u64) -> Result<Option<Incoming>> {
    let (mut kept, mut bytes) = (empty, 0);
    while let Some(piece) = field.try_next().await.map_err(|error| broken(&error))? {
        bytes += piece.len() as u64;
        if bytes <= most {
            kept = kept.and_then(|mut incoming| incoming.write(&piece).map(|()| incoming));
        } else if bytes > most.saturating_mul(2) {
            break;
        }
    }
    if bytes > most { Ok(None) } else { kept.map(Some) }
}

/// Whether a form that carries no files was sent.
fn is_no_file(error: &MultipartError) -> bool {
    matches!(
        error,
        MultipartError::ContentTypeMissing
            | MultipartError::ContentTypeParse
            | MultipartError::ContentTypeIncompatible
            | MultipartError::BoundaryMissing
    )
}

fn broken(error: &MultipartError) -> Error {
    tracing::debug!(%error, "an upload broke off");
    Error::Malformed("The file did not arrive whole. Upload it again".into())
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, iter::once, rc::Rc};

    use actix_web::{error::PayloadError, web::Bytes};
    use futures_util::stream;

    use super::*;

    /// A form with a file of so many pieces of a kilobyte, and how many of all its pieces were asked for.
    fn form(pieces: usize) -> (Multipart, Rc<Cell<usize>>) {
        let asked = Rc::new(Cell::new(0));
        let head = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n";
        let inside = (0..pieces).map(|_| Bytes::from(vec![b'a'; 1024]));
        let all = once(Bytes::from(head)).chain(inside).chain(once(Bytes::from("\r\n--edge--\r\n")));
        let count = Rc::clone(&asked);
        let all = all.map(move |piece| {
            count.set(count.get() + 1);
            Ok::<_, PayloadError>(piece)
        });
        let kind = HeaderValue::from_static("multipart/form-data; boundary=edge");
        let head: HeaderMap = once((header::CONTENT_TYPE, kind)).collect();
        (Multipart::new(&as_parts(&head), stream::iter(all)), asked)
    }

    /// What comes of a file of a thousand kilobytes, and how many pieces were asked for.
    async fn taken(empty: Result<Incoming>, most: u64) -> (Result<Option<Incoming>>, usize) {
        let (mut form, asked) = form(1_000);
        let mut field = form.try_next().await.expect("a form").expect("a field");
        assert_eq!(file_name(&field).as_deref(), Some("a.csv"));
        let read = read(&mut field, empty, most).await;
        (read, asked.get())
    }

    /// Who is told before everything was sent sees that the connection was lost, and not why.
    #[actix_web::test]
    async fn a_file_without_room_is_read_to_its_end() {
        let (read, asked) = taken(Ok(Incoming::without_room()), 2 << 20).await;
        assert!(matches!(read, Err(Error::Unavailable(_))), "{read:?}");
        assert_eq!(asked, 1_002);
        let nowhere = Error::disk(std::io::ErrorKind::StorageFull.into(), "no place");
        let (read, asked) = taken(Err(nowhere), 2 << 20).await;
        assert!(matches!(read, Err(Error::Unavailable(_))), "{read:?}");
        assert_eq!(asked, 1_002);
    }

    #[actix_web::test]
    async fn of_a_file_that_is_too_large_as_much_again_is_read() {
        let (read, asked) = taken(Incoming::new(), 999 << 10).await;
        assert!(matches!(read, Ok(None)), "{read:?}");
        assert_eq!(asked, 1_002);
        let (read, asked) = taken(Incoming::new(), 100 << 10).await;
        assert!(matches!(read, Ok(None)) && (200..400).contains(&asked), "{asked}: {read:?}");
        let (read, _) = taken(Incoming::new(), 1_000 << 10).await;
        assert!(matches!(read, Ok(Some(incoming)) if incoming.bytes() == 1_000 << 10));
    }
}
