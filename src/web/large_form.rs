//! Forms with thousands of fields, such as a grid of rows: more bytes than other forms may have, as pairs in their order.

use std::pin::Pin;

use actix_web::{
    FromRequest, HttpRequest,
    dev::{Payload, UrlEncoded},
};

use crate::error::Error;

/// 200 rows of 17 fields in a script that takes nine bytes a letter when sent come to about one; with room to spare.
const BYTES: usize = 4 * 1024 * 1024;
/// 200 rows of 17 fields and 30 of the partner's own, and a choice for each, with room to spare.
const FIELDS: usize = 10_000;

/// Names and values as they were sent.
#[derive(Debug)]
pub(crate) struct LargeForm(pub(crate) Vec<(String, String)>);

impl FromRequest for LargeForm {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let pairs = UrlEncoded::<Vec<(String, String)>>::new(request, payload).limit(BYTES);
        Box::pin(async move {
            match pairs.await {
                Ok(pairs) if pairs.len() <= FIELDS => Ok(Self(pairs)),
                Ok(_) => Err(Error::Malformed("The form has more fields than any page of ours".into()).into()),
                Err(error) => {
                    tracing::debug!(%error, "form could not be read");
                    Err(Error::Malformed("What was sent could not be read".into()).into())
                }
            }
        })
    }
}
