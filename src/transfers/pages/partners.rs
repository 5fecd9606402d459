//! Asking for a transfer to another partner, with what it changes.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Query},
};
use askama::Template;
use serde::Deserialize;

use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    scope::Scope,
    transfers::{Impact, Target, TransferForm, preview, request, targets},
    types::OrgKey,
    web::{
        frame::{Frame, flash},
        page, see_other,
        words::capped,
    },
};

/// To whom, once that is chosen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    to: String,
}

#[derive(Template)]
#[template(path = "transfers/new.html")]
struct NewPage<'a> {
    frame: Frame,
    base: String,
    name: String,
    form: &'a TransferForm,
    errors: FieldErrors,
    targets: Vec<Target>,
    /// The partner chosen, and what follows.
    chosen: Option<Choice>,
}

/// What follows from a choice.
struct Choice {
    to: Target,
    impact: Impact,
    beneath: String,
    lose: String,
    gain: String,
    /// Whether the reader answers for the other side, too.
    both: bool,
}

impl Choice {
    fn new((to, impact, both): (Target, Impact, bool)) -> Self {
        Self {
            beneath: capped(impact.beneath),
            lose: capped(impact.lose_count),
            gain: capped(impact.gain_count),
            to,
            impact,
            both,
        }
    }
}

pub(super) async fn new(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    Query(chosen): Query<Chosen>,
) -> Result<HttpResponse> {
    let form = TransferForm { to: chosen.to, ..TransferForm::default() };
    show(&app, &scope, frame, &form, FieldErrors::default()).await
}

/// The choice of a partner, or, once there is one, what would follow.
async fn show(
    app: &App,
    scope: &Scope,
    frame: Frame,
    form: &TransferForm,
    mut errors: FieldErrors,
) -> Result<HttpResponse> {
    let targets = targets(app, scope).await?;
    let mut chosen = None;
    if !form.to.trim().is_empty() && errors.get("to").is_none() {
        let found = match OrgKey::parse(&form.to) {
            Ok(key) => preview(app, scope, &key).await,
            Err(error) => Err(FieldErrors::on("to", error.to_string()).into()),
        };
        match found {
            Ok(found) => chosen = Some(Choice::new(found)),
            Err(Error::Invalid(found)) => errors = found,
            Err(error) => return Err(error),
        }
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page(
        status,
        NewPage {
            frame: frame.crumb("Transfer", None),
            base: format!("/o/{}", scope.organization.key),
            name: scope.organization.name.clone(),
            form,
            errors,
            targets,
            chosen,
        },
    )
}

pub(super) async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Form(form): Form<TransferForm>,
) -> Result<HttpResponse> {
    // Whether it is theirs to give is asked before what was typed is read.
    targets(&app, &scope).await?;
    let asked = match form.parse() {
        Ok(new) => request(&app, &scope, &new).await,
        Err(errors) => Err(errors.into()),
    };
    let name = &scope.organization.name;
    match asked {
        Ok((_, true)) => {
            flash(&session, "ok", format!("{name} is transferred. It can be taken back within 14 days"))?;
            see_other(format!("/o/{}", scope.organization.key))
        }
        Ok((_, false)) => {
            flash(&session, "ok", format!("The other partner was asked to take {name}"))?;
            see_other(format!("/o/{}", scope.organization.key))
        }
        Err(Error::Invalid(errors)) => show(&app, &scope, frame, &form, errors).await,
        Err(error) => Err(error),
    }
}
