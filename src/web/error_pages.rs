//! The pages of refusals and failures: each says the rule and the way out, and carries the request id (UX 46).

use std::time::Duration;

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use askama::Template;
use uuid::Uuid;

use super::{frame::Frame, page};
use crate::{
    error::{Error, Result},
    roles::{Permission, Permissions, ROLES},
};

/// What a browser is told to wait when the database does not answer.
const UNAVAILABLE_RETRY: Duration = Duration::from_secs(5);
/// The same where somebody has to make room first.
const FULL_RETRY: Duration = Duration::from_mins(2);

#[derive(Template)]
#[template(path = "errors/forbidden.html")]
struct ForbiddenPage {
    frame: Frame,
    request_id: String,
    /// What is missing, as a verb with its object.
    permission: &'static str,
    /// The roles that include it, as a series of words.
    roles: String,
    /// What the person's present role includes, as a series of words.
    included: String,
    /// Names and addresses of those who can change that.
    ask: Vec<(String, String)>,
    /// Whether the role has it, but an organization of this type has nothing of the kind.
    not_here: bool,
    /// Whether the role has it, but does not reach that far here: a Key Account Manager without a group (S262).
    not_so_far: bool,
}

#[derive(Template)]
#[template(path = "errors/not_found.html")]
struct NotFoundPage {
    frame: Frame,
    request_id: String,
}

#[derive(Template)]
#[template(path = "errors/conflict.html")]
struct ConflictPage {
    frame: Frame,
    request_id: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "errors/invalid.html")]
struct InvalidPage {
    frame: Frame,
    request_id: String,
    status: u16,
    heading: String,
    messages: Vec<String>,
}

#[derive(Template)]
#[template(path = "errors/too_many.html")]
struct TooManyPage {
    frame: Frame,
    request_id: String,
    wait: String,
}

#[derive(Template)]
#[template(path = "errors/internal.html")]
struct InternalPage {
    frame: Frame,
    request_id: String,
}

#[derive(Template)]
#[template(path = "errors/unavailable.html")]
struct UnavailablePage {
    frame: Frame,
    request_id: String,
    wait: String,
    /// Whether it is for want of room on a disk.
    full: bool,
}

#[derive(Template)]
#[template(path = "errors/cross_site.html")]
struct CrossSitePage {
    frame: Frame,
    request_id: String,
}

/// The page of an error, with `Retry-After` where waiting helps; `ask` are those who can lift a refusal.
///
/// # Errors
/// When the template cannot be rendered.
pub(super) fn render(
    error: &Error,
    status: StatusCode,
    frame: Frame,
    request_id: Uuid,
    ask: Vec<(String, String)>,
) -> Result<HttpResponse> {
    let request_id = request_id.to_string();
    match error {
        Error::NotFound => page(status, NotFoundPage { frame, request_id }),
        Error::Forbidden(permission) => page(status, forbidden(*permission, frame, request_id, ask)),
        Error::Refused(reason) | Error::Denied { reason, .. } => {
            page(status, ConflictPage { frame, request_id, reason: reason.to_string() })
        }
        Error::CrossSite => page(status, CrossSitePage { frame, request_id }),
        Error::Internal(_) => page(status, InternalPage { frame, request_id }),
        Error::TooMany { retry_after } => {
            let wait = in_words(*retry_after);
            Ok(after(*retry_after, page(status, TooManyPage { frame, request_id, wait })?))
        }
        Error::Unavailable(_) => {
            let full = error.is_full();
            let retry_after = if full { FULL_RETRY } else { UNAVAILABLE_RETRY };
            let wait = in_words(retry_after);
            Ok(after(retry_after, page(status, UnavailablePage { frame, request_id, wait, full })?))
        }
        Error::Invalid(errors) => {
            let messages = errors.iter().map(|(_, message)| message.to_owned()).collect();
            let heading = "What was sent needs a correction".to_owned();
            page(status, InvalidPage { frame, request_id, status: status.as_u16(), heading, messages })
        }
        Error::Malformed(reason) => {
            let (heading, messages) = (reason.to_string(), Vec::new());
            page(status, InvalidPage { frame, request_id, status: status.as_u16(), heading, messages })
        }
        // Answered with the sign-in page before it comes here; a page that leads there is right in any case.
        Error::SignInRequired => page(status, NotFoundPage { frame, request_id }),
    }
}

fn forbidden(missing: Permission, frame: Frame, request_id: String, ask: Vec<(String, String)>) -> ForbiddenPage {
    let own = frame.organization.as_ref().map_or(Permissions::NONE, |here| here.permissions);
    let included: Vec<_> = own.without(Permission::Enter).iter().map(Permission::label).collect();
    let roles: Vec<_> = ROLES.iter().filter(|row| row.permissions.has(missing)).map(|row| row.label).collect();
    let here = frame.organization.as_ref().filter(|here| roles.contains(&here.role.as_str()));
    let not_here = here.is_some_and(|here| !here.offered.has(missing));
    let not_so_far = here.is_some_and(|here| here.offered.has(missing));
    let (included, roles) = (series(&included), series(&roles));
    ForbiddenPage { frame, request_id, permission: missing.label(), roles, included, ask, not_here, not_so_far }
}

/// "a", "a and b", "a, b and c".
fn series(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A wait in words, rounded up so that nobody comes back too early: "42 seconds", "4 minutes", "2 hours".
pub(crate) fn in_words(wait: Duration) -> String {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let (count, unit) = match seconds {
        0..=90 => (seconds.max(1), "second"),
        91..=5_400 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3_600), "hour"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn after(wait: Duration, mut response: HttpResponse) -> HttpResponse {
    let seconds = (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

#[cfg(test)]
mod tests {
    use actix_web::body::{self, MessageBody};

    use super::*;
    use crate::{
        error::FieldErrors,
        web::frame::{FrameOrganization, FramePerson},
    };

    fn frame() -> Frame {
        let organization = FrameOrganization {
            name: "Öresund AB".into(),
            key: "org_9fw3kd7yx2hn".into(),
            initials: "ÖA".into(),
            tile: "",
            role: "Org Admin".into(),
            permissions: Permissions::of(&[
                Permission::ViewOrganization,
                Permission::EditOrganization,
                Permission::ViewBilling,
            ]),
            offered: Permissions::NONE,
        };
        let person = FramePerson { name: "Ingrid Sørensen".into(), initials: "IS".into() };
        Frame { organization: Some(organization), person: Some(person), ..Frame::default() }
    }

    fn shown(error: &Error, status: u16, frame: Frame) -> (HttpResponse, String) {
        let status = StatusCode::from_u16(status).expect("a status");
        let response = render(error, status, frame, Uuid::nil(), Vec::new()).expect("the page renders");
        let (head, content) = response.into_parts();
        let bytes = content.try_into_bytes().unwrap_or_else(|_| panic!("the page is not streamed"));
        let text = String::from_utf8(bytes.to_vec()).expect("the page is text");
        (head.set_body(body::BoxBody::new(())), text)
    }

    #[test]
    fn every_page_names_its_request_and_a_way_out() {
        let errors = [
            (Error::NotFound, 404),
            (Error::Forbidden(Permission::OperateInstallation), 403),
            (Error::Refused("The code was used already.".into()), 409),
            (Error::CrossSite, 403),
            (Error::Invalid(FieldErrors::on("name", "Enter a name")), 422),
            (Error::Malformed("The link is not complete.".into()), 400),
            (Error::TooMany { retry_after: Duration::from_secs(200) }, 429),
            (Error::Unavailable(anyhow::anyhow!("pool at secret.example")), 503),
            (Error::disk(std::io::ErrorKind::StorageFull.into(), "disk of secret.example"), 503),
            (Error::Internal(anyhow::anyhow!("column secret.example")), 500),
        ];
        for (error, status) in errors {
            for frame in [frame(), Frame::default()] {
                let (response, text) = shown(&error, status, frame);
                assert_eq!(response.status().as_u16(), status);
                assert!(text.contains("<code>00000000-0000-0000-0000-000000000000</code>"), "{error}: no request id");
                assert!(text.contains("class=\"btn"), "{error}: no way out");
                assert_eq!(text.matches("<h1>").count(), 1, "{error}");
                assert!(!text.contains("secret.example"), "{error}: the cause is for the log alone");
            }
        }
    }

    #[test]
    fn a_refusal_names_the_permission_the_roles_and_who_can_help() {
        let (_, text) = shown(&Error::Forbidden(Permission::OperateInstallation), 403, frame());
        assert!(text.contains("Missing: operate the installation"));
        assert!(text.contains("Part of Reseller Admin<"));
        assert!(text.contains("Org Admin: view the organization, "));
        assert!(text.contains("A Reseller Admin of <bdi>Öresund AB</bdi>"));
    }

    #[test]
    fn a_refusal_by_the_type_of_the_organization_sends_nobody_to_ask_for_a_role() {
        let (_, text) = shown(&Error::Forbidden(Permission::ListOrganizations), 403, frame());
        assert!(text.contains("Your role has it, but an organization of this type does not"), "{text}");
        assert!(!text.contains("Part of ") && !text.contains("can give you another role"), "{text}");
    }

    #[test]
    fn a_limit_says_how_long_in_words_and_in_the_header() {
        let (response, text) = shown(&Error::TooMany { retry_after: Duration::from_secs(200) }, 429, frame());
        assert_eq!(response.headers().get(header::RETRY_AFTER).expect("set"), "200");
        assert!(text.contains("Try again in 4 minutes"));
        let (response, _) = shown(&Error::Unavailable(anyhow::anyhow!("down")), 503, frame());
        assert_eq!(response.headers().get(header::RETRY_AFTER).expect("set"), "5");
    }

    #[test]
    fn a_full_disk_is_told_with_whom_to_tell() {
        let full = Error::disk(std::io::ErrorKind::StorageFull.into(), "a file could not be kept");
        let (response, text) = shown(&full, 503, frame());
        assert_eq!(response.headers().get(header::RETRY_AFTER).expect("set"), "120");
        for words in ["There is no room left on the server's disk", "Tell whoever runs this portal", "in 2 minutes"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(!text.contains("a few seconds"), "{text}");
        let (_, text) = shown(&Error::Unavailable(anyhow::anyhow!("down")), 503, frame());
        assert!(text.contains("a few seconds") && !text.contains("no room"), "{text}");
    }

    #[test]
    fn waits_are_rounded_up() {
        assert_eq!(in_words(Duration::from_millis(10)), "1 second");
        assert_eq!(in_words(Duration::from_secs(42)), "42 seconds");
        assert_eq!(in_words(Duration::from_secs(121)), "3 minutes");
        assert_eq!(in_words(Duration::from_secs(7_200)), "2 hours");
    }
}
