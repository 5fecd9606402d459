//! The page behind the link of an invitation: for somebody with an account a button, for anybody else name and password.

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use askama::Template;

use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    invitations::{self, NewcomerForm, Offer},
    sessions,
    types::{EmailAddress, OpaqueToken, TimeZone},
    web::{
        access::Visitor,
        client::device,
        frame::{Frame, flash},
        page, see_other,
    },
};

/// What the reader can do with the invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Signed in with the address: accept.
    Accept,
    /// Signed in with another address.
    SomebodyElse,
    /// The address has an account: sign in first.
    SignIn,
    /// It has none, or one without a password.
    Join,
}

#[derive(Template)]
#[template(path = "invitations/show.html")]
struct ShowPage<'a> {
    frame: Frame,
    token: &'a str,
    offer: &'a Offer,
    expires: String,
    way: Way,
    reader: Option<&'a str>,
    display_name: &'a str,
    errors: &'a FieldErrors,
}

#[derive(Template)]
#[template(path = "invitations/gone.html")]
struct GonePage {
    frame: Frame,
}

pub(super) async fn show(
    app: Data<App>,
    frame: Frame,
    visitor: Option<Visitor>,
    token: Path<String>,
) -> Result<HttpResponse> {
    match find(&app, &token).await? {
        Some((_, offer)) => {
            let name = offer.name.clone().unwrap_or_default();
            render(frame, &token, &offer, visitor.as_ref(), &name, &FieldErrors::default())
        }
        None => gone(frame),
    }
}

pub(super) async fn update(
    app: Data<App>,
    frame: Frame,
    visitor: Option<Visitor>,
    request: HttpRequest,
    session: Session,
    token: Path<String>,
    Form(form): Form<NewcomerForm>,
) -> Result<HttpResponse> {
    let Some((opened, offer)) = find(&app, &token).await? else { return gone(frame) };
    let done = match (way(&offer, visitor.as_ref()), &visitor) {
        (Way::Accept, Some(visitor)) => invitations::accept(&app, &opened, visitor.actor.user_id).await,
        (Way::Join, _) => match form.parse(&offer.email) {
            Ok(new) => match invitations::register(&app, &opened, &offer, &new).await {
                Ok(user_id) => sessions::start(&session, user_id, device(&request, false)),
                Err(error) => Err(error),
            },
            Err(errors) => return render(frame, &token, &offer, None, &form.display_name, &errors),
        },
        _ => return see_other(format!("/invitations/{}", opened.as_str())),
    };
    match done {
        Ok(()) => {
            flash(&session, "ok", format!("You belong to {} now", offer.organization_name))?;
            see_other(format!("/o/{}", offer.organization_key))
        }
        // Of two at once the second finds the account made, or the token used.
        Err(Error::NotFound | Error::Invalid(_)) => gone(frame),
        Err(error) => Err(error),
    }
}

async fn find(app: &App, token: &str) -> Result<Option<(OpaqueToken, Offer)>> {
    let Ok(token) = OpaqueToken::parse(token) else { return Ok(None) };
    Ok(invitations::open(app, &token).await?.map(|offer| (token, offer)))
}

fn way(offer: &Offer, visitor: Option<&Visitor>) -> Way {
    let key = |email: &str| EmailAddress::parse(email).map(|email| email.key()).ok();
    match visitor {
        Some(visitor) if key(&visitor.actor.email) == key(&offer.email) => Way::Accept,
        Some(_) => Way::SomebodyElse,
        None if offer.has_password() => Way::SignIn,
        None => Way::Join,
    }
}

fn gone(frame: Frame) -> Result<HttpResponse> {
    page(StatusCode::NOT_FOUND, GonePage { frame })
}

fn render(
    frame: Frame,
    token: &str,
    offer: &Offer,
    visitor: Option<&Visitor>,
    display_name: &str,
    errors: &FieldErrors,
) -> Result<HttpResponse> {
    let zone = visitor.map_or_else(
        || TimeZone::parse(&offer.time_zone).unwrap_or_else(|_| TimeZone::utc()),
        |visitor| visitor.actor.zone(),
    );
    let show = ShowPage {
        frame,
        token,
        offer,
        expires: zone.format(offer.expires_at),
        way: way(offer, visitor),
        reader: visitor.map(|visitor| visitor.actor.email.as_str()),
        display_name,
        errors,
    };
    page(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, show)
}
