//! Moving an organization to another group of its partner, with who loses and who gains sight of it.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Query},
};
use askama::Template;

use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    scope::Scope,
    transfers::{MoveForm, MoveImpact, Moves, move_impact, moves, request_move},
    types::OrgKey,
    web::{
        child::Child,
        fields::SelectOption,
        frame::{Frame, flash},
        page, see_other,
        words::capped,
    },
};

#[derive(Template)]
#[template(path = "transfers/group.html")]
struct GroupPage<'a> {
    frame: Frame,
    /// The address of this page, and of the organization.
    base: String,
    back: String,
    name: String,
    form: &'a MoveForm,
    errors: FieldErrors,
    from: Vec<SelectOption>,
    to: Vec<String>,
    /// The groups chosen, and what follows.
    chosen: Option<Choice>,
}

/// What follows from a choice.
struct Choice {
    impact: MoveImpact,
    lose: String,
    gain: String,
}

pub(super) async fn new(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    Child(key): Child,
    Query(mut form): Query<MoveForm>,
) -> Result<HttpResponse> {
    let moves = moves(&app, &scope, &key).await?;
    let mut errors = FieldErrors::default();
    if let ([(only, _)], true) = (moves.from.as_slice(), form.from.is_empty()) {
        form.from = only.to_string();
    }
    let mut chosen = None;
    if !form.to.trim().is_empty() {
        match chosen_impact(&app, &scope, &key, &form).await {
            Ok(impact) => chosen = Some(impact),
            Err(Error::Invalid(found)) => errors = found,
            Err(error) => return Err(error),
        }
    }
    show(&scope, frame, &key, moves, &form, (chosen, errors))
}

async fn chosen_impact(app: &App, scope: &Scope, key: &OrgKey, form: &MoveForm) -> Result<Choice> {
    let impact = move_impact(app, scope, key, &form.parse()?).await?;
    let (lose, gain) = (capped(impact.lose.1), capped(impact.gain.1));
    Ok(Choice { impact, lose, gain })
}

fn show(
    scope: &Scope,
    frame: Frame,
    key: &OrgKey,
    moves: Moves,
    form: &MoveForm,
    (chosen, errors): (Option<Choice>, FieldErrors),
) -> Result<HttpResponse> {
    let list = format!("/o/{}/organizations", scope.organization.key);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let option = |(id, name): &(uuid::Uuid, String)| SelectOption::new(id.to_string(), name, &form.from);
    let view = GroupPage {
        frame: frame
            .at("Organizations")
            .crumb("Organizations", Some(list.clone()))
            .crumb(moves.organization.clone(), Some(format!("/o/{key}")))
            .crumb("Move to another group", None),
        base: format!("{list}/{key}/group"),
        back: format!("/o/{key}"),
        from: moves.from.iter().map(option).collect(),
        to: moves.to,
        name: moves.organization,
        form,
        errors,
        chosen,
    };
    page(status, view)
}

pub(super) async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Child(key): Child,
    Form(form): Form<MoveForm>,
) -> Result<HttpResponse> {
    let moves = moves(&app, &scope, &key).await?;
    let asked = match form.parse() {
        Ok(new) => request_move(&app, &scope, &key, &new).await,
        Err(errors) => Err(errors.into()),
    };
    let (name, to) = (&moves.organization, form.to.trim());
    let words = match asked {
        Ok((_, true)) => format!("{name} is in {to} now. It can be taken back within 14 days"),
        Ok((_, false)) => format!("The people of {to} were asked to take {name}"),
        Err(Error::Invalid(errors)) => {
            // What follows stays in sight while the message is mended.
            let chosen = chosen_impact(&app, &scope, &key, &MoveForm { message: String::new(), ..form.clone() }).await;
            return show(&scope, frame, &key, moves, &form, (chosen.ok(), errors));
        }
        Err(error) => return Err(error),
    };
    flash(&session, "ok", words)?;
    see_other(format!("/o/{}/group-transfers", scope.organization.key))
}
