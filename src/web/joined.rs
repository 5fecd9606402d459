//! Forms in which one name may stand several times: ticked boxes of one list.

use std::pin::Pin;

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Form};
use serde::de::DeserializeOwned;

use crate::error::Error;

/// The lists of boxes there are. Any other name that stands twice is a form nobody was shown, and is refused.
const LISTS: [&str; 4] = ["groups", "organization", "membership", "tags"];

/// A form whose ticked boxes arrive as one field a list, their values separated by a space.
#[derive(Debug)]
pub(crate) struct Joined<T>(pub(crate) T);

impl<T: DeserializeOwned + 'static> FromRequest for Joined<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let pairs = Form::<Vec<(String, String)>>::from_request(request, payload);
        Box::pin(async move { Ok(Self(read(pairs.await?.into_inner())?)) })
    }
}

fn read<T: DeserializeOwned>(pairs: Vec<(String, String)>) -> Result<T, Error> {
    let unreadable = |_| Error::Malformed("The form could not be read.".into());
    let joined = serde_urlencoded::to_string(join(pairs)).map_err(unreadable_out)?;
    serde_urlencoded::from_str(&joined).map_err(unreadable)
}

fn unreadable_out(error: serde_urlencoded::ser::Error) -> Error {
    Error::Internal(error.into())
}

fn join(pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut joined: Vec<(String, String)> = Vec::with_capacity(pairs.len());
    for (name, value) in pairs {
        match joined.iter_mut().find(|(known, _)| *known == name && LISTS.contains(&name.as_str())) {
            Some((_, values)) => {
                values.push(' ');
                values.push_str(&value);
            }
            None => joined.push((name, value)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn what_is_repeated_becomes_one_field() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let joined = join(vec![pair("groups", "a"), pair("q", "x"), pair("groups", "b"), pair("q", "y")]);
        assert_eq!(joined, [pair("groups", "a b"), pair("q", "x"), pair("q", "y")]);
    }
}
