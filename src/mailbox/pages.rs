//! The pages of the mailbox. Mails hold codes and links, so every page asks again whether it may exist.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Path},
};
use askama::Template;
use uuid::Uuid;

use crate::{
    app::App,
    config::is_loopback,
    error::{Error, Result},
    mail::{self, Kept},
    types::TimeZone,
    web::{Access, frame::Frame, headers::MAIL_POLICY, page, route::Route},
};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/dev/mailbox", Access::Public, index),
        Route::get("/dev/mailbox/{id}", Access::Public, show),
        Route::get("/dev/mailbox/{id}/html", Access::Public, show_html),
    ]
}

#[derive(Template)]
#[template(path = "mailbox/index.html")]
struct IndexPage {
    frame: Frame,
    mails: Vec<Row>,
}

struct Row {
    id: Uuid,
    to: String,
    subject: String,
    at: String,
}

#[derive(Template)]
#[template(path = "mailbox/show.html")]
struct ShowPage {
    frame: Frame,
    mail: Kept,
    to: String,
    at: String,
    message_id: String,
}

async fn index(app: Data<App>, request: HttpRequest, frame: Frame) -> Result<HttpResponse> {
    refuse_strangers(&app, &request)?;
    let zone = TimeZone::utc();
    let mails = mail::kept(&app).await?;
    let rows = mails.into_iter().map(|mail| Row {
        id: mail.id,
        to: recipient(&mail),
        at: zone.format(mail.created_at),
        subject: mail.subject,
    });
    page(StatusCode::OK, IndexPage { frame: frame.crumb("Mailbox", None), mails: rows.collect() })
}

async fn show(app: Data<App>, request: HttpRequest, id: Path<Uuid>, frame: Frame) -> Result<HttpResponse> {
    refuse_strangers(&app, &request)?;
    let mail = mail::find_kept(&app, *id).await?;
    let frame = frame.crumb("Mailbox", Some("/dev/mailbox".into())).crumb(mail.subject.clone(), None);
    let shown = ShowPage {
        frame,
        to: recipient(&mail),
        at: TimeZone::utc().format(mail.created_at),
        message_id: mail::message_id(mail.id, &app.settings.base_url()),
        mail,
    };
    page(StatusCode::OK, shown)
}

/// The HTML part as it is, under a policy of its own: it may style itself, and do nothing else.
async fn show_html(app: Data<App>, request: HttpRequest, id: Path<Uuid>) -> Result<HttpResponse> {
    refuse_strangers(&app, &request)?;
    let mail = mail::find_kept(&app, *id).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_SECURITY_POLICY, MAIL_POLICY))
        .content_type("text/html; charset=utf-8")
        .body(mail.html_body))
}

/// The address of the connection counts, not what a header claims; and the name must be this computer's, so that a page
/// from elsewhere cannot read mails by pointing its own name here.
fn refuse_strangers(app: &App, request: &HttpRequest) -> Result<()> {
    let near = request.peer_addr().is_some_and(|peer| peer.ip().is_loopback());
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let named = host.is_some_and(is_loopback);
    if app.settings.has_mailbox() && near && named { Ok(()) } else { Err(Error::NotFound) }
}

fn recipient(mail: &Kept) -> String {
    match &mail.to_name {
        Some(name) => format!("{name} <{}>", mail.to_address),
        None => mail.to_address.clone(),
    }
}
