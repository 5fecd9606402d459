//! The second factor on one's profile: set up, new recovery codes, remove.

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form, Query},
};
use askama::Template;
use serde::Deserialize;

use super::super::{self as factors, ConfirmForm, Offer, RecoveryCode, qr};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    sessions::{self, own_path},
    web::{
        access::Visitor,
        client::client_network,
        frame::{Frame, flash},
        page, see_other,
    },
};

const HERE: &str = "/profile/second-factor";

/// Where to go on to once a factor is set up: to the organization that wants one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Next {
    next: String,
}

impl Next {
    /// A page of ours, or nothing.
    fn own(&self) -> String {
        Some(own_path(&self.next)).filter(|path| *path != "/").unwrap_or_default().to_owned()
    }
}

#[derive(Template)]
#[template(path = "factors/show.html")]
struct ShowPage {
    frame: Frame,
    /// When it was set up, and how many recovery codes are unused.
    factor: Option<(String, i64)>,
    next: String,
}

#[derive(Template)]
#[template(path = "factors/new.html")]
struct NewPage {
    frame: Frame,
    secret: String,
    side: usize,
    path: String,
    next: String,
    errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "factors/recovery_codes.html")]
struct RecoveryCodesPage {
    frame: Frame,
    codes: Vec<String>,
    /// Whether the factor was set up just now.
    first: bool,
    next: String,
}

pub(super) async fn show(app: Data<App>, frame: Frame, visitor: Visitor, next: Query<Next>) -> Result<HttpResponse> {
    let actor = &visitor.actor;
    let factor = app.read(actor, async |db| factors::find(db, actor.user_id).await).await?;
    let factor = factor.map(|factor| (actor.zone().date(factor.confirmed_at), factor.codes_left));
    page(StatusCode::OK, ShowPage { frame: placed(frame, None), factor, next: next.own() })
}

fn placed(frame: Frame, step: Option<&str>) -> Frame {
    let frame = frame.at("Profile").crumb("Profile", Some("/profile".to_owned()));
    match step {
        None => frame.crumb("Second factor", None),
        Some(step) => frame.crumb("Second factor", Some(HERE.to_owned())).crumb(step, None),
    }
}

/// Makes a secret and leads to the page that shows it.
pub(super) async fn create(app: Data<App>, visitor: Visitor, Form(form): Form<Next>) -> Result<HttpResponse> {
    factors::begin(&app, &visitor.actor).await?;
    let next = serde_urlencoded::to_string([("next", form.own())]).unwrap_or_default();
    see_other(if form.own().is_empty() { format!("{HERE}/new") } else { format!("{HERE}/new?{next}") })
}

pub(super) async fn new(app: Data<App>, frame: Frame, visitor: Visitor, next: Query<Next>) -> Result<HttpResponse> {
    match factors::offer(&app, &visitor.actor).await? {
        Some(offer) => render(frame, StatusCode::OK, offer, next.own(), FieldErrors::default()),
        None => see_other(HERE),
    }
}

fn render(frame: Frame, status: StatusCode, offer: Offer, next: String, errors: FieldErrors) -> Result<HttpResponse> {
    let drawing = qr::draw(&offer.address)?;
    let frame = placed(frame, Some("Set up"));
    page(status, NewPage { frame, secret: offer.text, side: drawing.side, path: drawing.path, next, errors })
}

/// The answer is a page rather than a redirect: the recovery codes are shown once and kept nowhere.
pub(super) async fn confirm(
    app: Data<App>,
    frame: Frame,
    visitor: Visitor,
    request: HttpRequest,
    session: Session,
    Form(form): Form<ConfirmForm>,
) -> Result<HttpResponse> {
    let next = Next { next: form.next.clone() }.own();
    let Some(offer) = factors::offer(&app, &visitor.actor).await? else { return see_other(HERE) };
    let keep = sessions::current(&session).ok_or(Error::SignInRequired)?.id;
    let confirmed = match form.parse() {
        Ok(code) => factors::confirm(&app, &visitor.actor, keep, &code, &client_network(&request)).await,
        Err(errors) => Err(errors.into()),
    };
    match confirmed {
        Ok(codes) => render_codes(frame, &codes, true, next),
        Err(Error::Invalid(errors)) => render(frame, StatusCode::UNPROCESSABLE_ENTITY, offer, next, errors),
        Err(error) => Err(error),
    }
}

fn render_codes(frame: Frame, codes: &[RecoveryCode], first: bool, next: String) -> Result<HttpResponse> {
    let codes = codes.iter().map(RecoveryCode::grouped).collect();
    page(StatusCode::OK, RecoveryCodesPage { frame: placed(frame, Some("Recovery codes")), codes, first, next })
}

pub(super) async fn renew_recovery_codes(app: Data<App>, frame: Frame, visitor: Visitor) -> Result<HttpResponse> {
    match factors::renew_recovery_codes(&app, &visitor.actor).await {
        Ok(codes) => render_codes(frame, &codes, false, String::new()),
        Err(Error::NotFound) => see_other(HERE),
        Err(error) => Err(error),
    }
}

pub(super) async fn destroy(app: Data<App>, visitor: Visitor, session: Session) -> Result<HttpResponse> {
    let keep = sessions::current(&session).ok_or(Error::SignInRequired)?.id;
    match factors::remove(&app, &visitor.actor, keep).await {
        Ok(()) => flash(&session, "ok", "Authenticator app removed. Signing in takes the password alone")?,
        Err(Error::NotFound) => {}
        Err(error) => return Err(error),
    }
    see_other(HERE)
}
