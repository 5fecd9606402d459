//! The profile pages.

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Form, Path},
};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use super::{browser, form::ProfileForm};
use crate::{
    app::App,
    credentials::{self, NewPasswordForm},
    error::{Error, FieldErrors, Result},
    scope::Actor,
    sessions,
    types::{EmailAddress, TimeZone},
    users::{self, Profile, Theme},
    web::{
        Access,
        access::Visitor,
        client::client_network,
        fields::SelectOption,
        frame::{Frame, flash},
        page,
        route::Route,
        see_other,
    },
};

/// The one answer to a wrong present password.
const WRONG: &str = "This is not your present password. Forgotten it? Sign out and ask for a link";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/profile", Access::SignedIn, edit),
        Route::post("/profile", Access::SignedIn, update),
        Route::post("/profile/theme", Access::SignedIn, update_theme),
        Route::get("/profile/password", Access::SignedIn, edit_password).fresh_code(),
        Route::post("/profile/password", Access::SignedIn, update_password).fresh_code(),
        Route::get("/profile/sessions", Access::SignedIn, index_sessions),
        Route::post("/profile/sessions/others/end", Access::SignedIn, end_other_sessions),
        Route::post("/profile/sessions/{id}/end", Access::SignedIn, end_session),
    ]
}

#[derive(Template)]
#[template(path = "profile/edit.html")]
struct EditPage<'a> {
    frame: Frame,
    email: &'a str,
    password_changed: Option<String>,
    zones: Vec<SelectOption>,
    form: &'a ProfileForm,
    errors: &'a FieldErrors,
}

async fn edit(app: Data<App>, frame: Frame, visitor: Visitor) -> Result<HttpResponse> {
    let profile = find(&app, &visitor.actor).await?;
    render(&app, frame, StatusCode::OK, &profile, &ProfileForm::from(&profile), &FieldErrors::default())
}

async fn update(
    app: Data<App>,
    frame: Frame,
    visitor: Visitor,
    session: Session,
    Form(form): Form<ProfileForm>,
) -> Result<HttpResponse> {
    let changes = match form.parse() {
        Ok(changes) => changes,
        Err(errors) => {
            let profile = find(&app, &visitor.actor).await?;
            return render(&app, frame, StatusCode::UNPROCESSABLE_ENTITY, &profile, &form, &errors);
        }
    };
    let user_id = visitor.actor.user_id;
    app.write(&visitor.actor, async |db| users::change_profile(db, user_id, &changes).await).await?;
    flash(&session, "ok", "Profile saved")?;
    see_other("/profile")
}

async fn find(app: &App, actor: &Actor) -> Result<Profile> {
    app.read(actor, async |db| users::profile(db, actor.user_id).await).await
}

fn render(
    app: &App,
    frame: Frame,
    status: StatusCode,
    profile: &Profile,
    form: &ProfileForm,
    errors: &FieldErrors,
) -> Result<HttpResponse> {
    let zone = zone_of(&profile.time_zone);
    let zones = TimeZone::all(app.clock.now());
    page(
        status,
        EditPage {
            frame: frame.at("Profile").crumb("Profile", None),
            email: &profile.email,
            password_changed: profile.password_changed_at.map(|at| zone.date(at)),
            zones: zones.into_iter().map(|it| SelectOption::new(it.name, it.label, &form.zone)).collect(),
            form,
            errors,
        },
    )
}

fn zone_of(name: &str) -> TimeZone {
    TimeZone::parse(name).unwrap_or_else(|_| TimeZone::utc())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ThemeForm {
    theme: String,
}

/// Back to the page it was switched on; a script that has switched it already wants no page.
async fn update_theme(
    app: Data<App>,
    visitor: Visitor,
    request: HttpRequest,
    Form(form): Form<ThemeForm>,
) -> Result<HttpResponse> {
    let (user_id, theme) = (visitor.actor.user_id, Theme::from_name(&form.theme));
    app.write(&visitor.actor, async |db| users::set_theme(db, user_id, theme).await).await?;
    let text = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    if text(header::HeaderName::from_static("sec-fetch-mode")).is_some_and(|mode| mode != "navigate") {
        return Ok(HttpResponse::NoContent().finish());
    }
    let base = app.settings.base_url();
    let back = text(header::REFERER).and_then(|from| from.strip_prefix(base.as_str())).unwrap_or("/profile");
    see_other(sessions::own_path(back))
}

#[derive(Template)]
#[template(path = "profile/password.html")]
struct PasswordPage<'a> {
    frame: Frame,
    person: &'a str,
    email: &'a str,
    errors: &'a FieldErrors,
}

async fn edit_password(frame: Frame, visitor: Visitor) -> Result<HttpResponse> {
    render_password(frame, StatusCode::OK, &visitor.actor, &FieldErrors::default())
}

async fn update_password(
    app: Data<App>,
    frame: Frame,
    visitor: Visitor,
    request: HttpRequest,
    session: Session,
    Form(form): Form<NewPasswordForm>,
) -> Result<HttpResponse> {
    match change_password(&app, &visitor.actor, &request, &session, &form).await {
        Ok(()) => {
            flash(&session, "ok", "Password changed. All your other sessions have ended.")?;
            see_other("/profile")
        }
        Err(Error::Invalid(errors)) => {
            render_password(frame, StatusCode::UNPROCESSABLE_ENTITY, &visitor.actor, &errors)
        }
        Err(error) => Err(error),
    }
}

/// The present password is asked for, so that an unattended screen is not enough; the session gets a new id (T-35).
async fn change_password(
    app: &App,
    actor: &Actor,
    request: &HttpRequest,
    session: &Session,
    form: &NewPasswordForm,
) -> Result<()> {
    let (present, new) = form.parse_both(&[&actor.display_name, &actor.email])?;
    let email = EmailAddress::parse(&actor.email).map_err(|error| anyhow::anyhow!("stored address: {error}"))?;
    let right = users::check_password(app, &email, &present, &client_network(request)).await?;
    if right.is_none() {
        return Err(FieldErrors::on("current", WRONG).into());
    }
    let here = sessions::current(session).ok_or(Error::SignInRequired)?;
    credentials::change(app, actor, here.id, &new).await?;
    sessions::start(session, actor.user_id, here.device)
}

fn render_password(frame: Frame, status: StatusCode, actor: &Actor, errors: &FieldErrors) -> Result<HttpResponse> {
    let frame = frame.at("Profile").crumb("Profile", Some("/profile".to_owned())).crumb("Password", None);
    page(status, PasswordPage { frame, person: &actor.display_name, email: &actor.email, errors })
}

#[derive(Template)]
#[template(path = "profile/sessions.html")]
struct SessionsPage {
    frame: Frame,
    zone: String,
    sessions: Vec<Row>,
}

struct Row {
    id: Uuid,
    browser: String,
    address: String,
    here: bool,
    stays: bool,
    signed_in: String,
    seen: String,
    seen_exactly: String,
    seen_machine: String,
    ends: String,
}

async fn index_sessions(app: Data<App>, frame: Frame, visitor: Visitor, session: Session) -> Result<HttpResponse> {
    let actor = &visitor.actor;
    let here = sessions::current(&session).map(|current| current.id);
    let found = app.read(actor, async |db| sessions::list(db, &app, actor.user_id).await).await?;
    let (zone, now) = (zone_of(&actor.time_zone), app.clock.now());
    let row = |it: sessions::Session| Row {
        id: it.id,
        browser: browser::in_words(it.user_agent.as_deref()),
        address: it.address.unwrap_or_default(),
        here: Some(it.id) == here,
        stays: it.stay_signed_in,
        signed_in: zone.format(it.created_at),
        seen: zone.relative(it.seen_at, now),
        seen_exactly: zone.format(it.seen_at),
        seen_machine: it.seen_at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default(),
        ends: zone.format(it.expires_at),
    };
    let sessions = found.into_iter().map(row).collect();
    let frame = frame.at("Profile").crumb("Profile", Some("/profile".to_owned())).crumb("Sessions", None);
    page(StatusCode::OK, SessionsPage { frame, zone: zone.to_string(), sessions })
}

/// Ends a session of one's own; this one too, which is signing out.
async fn end_session(app: Data<App>, visitor: Visitor, session: Session, id: Path<Uuid>) -> Result<HttpResponse> {
    let actor = &visitor.actor;
    app.write(actor, async |db| sessions::end(db, actor.user_id, *id).await).await?;
    if sessions::current(&session).is_some_and(|current| current.id == *id) {
        session.purge();
        return see_other("/sign-in");
    }
    flash(&session, "ok", "Session ended")?;
    see_other("/profile/sessions")
}

async fn end_other_sessions(app: Data<App>, visitor: Visitor, session: Session) -> Result<HttpResponse> {
    let actor = &visitor.actor;
    let here = sessions::current(&session).ok_or(Error::SignInRequired)?.id;
    let ended = app.write(actor, async |db| sessions::end_others(db, actor.user_id, Some(here)).await).await?;
    let words = match ended {
        0 => "There was no other session".to_owned(),
        1 => "One other session ended".to_owned(),
        many => format!("{many} other sessions ended"),
    };
    flash(&session, "ok", words)?;
    see_other("/profile/sessions")
}
