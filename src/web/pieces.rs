//! A file as it is sent: in pieces, so that memory does not grow with it.

use std::{fs::File, io::Read};

use actix_web::web::Bytes;
use futures_util::stream::{Stream, try_unfold};

use crate::error::Result;

/// How much is read at once.
const PIECE: usize = 64 * 1024;

/// A file in pieces; read beside the requests, because a disk may keep one waiting.
pub(crate) fn pieces(file: File) -> impl Stream<Item = Result<Bytes>> {
    try_unfold(file, async |mut file| {
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = Vec::with_capacity(PIECE);
            (&mut file).take(PIECE as u64).read_to_end(&mut piece).map(|_| (piece, file))
        });
        let (piece, file) = read.await.map_err(anyhow::Error::from)?.map_err(anyhow::Error::from)?;
        Ok((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
    })
}
