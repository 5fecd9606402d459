//! The pages of the transfers: asking, with what it changes; and the list of a partner, where they are answered.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path, Query},
};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use super::{Impact, State, Target, Transfer, TransferForm, accept, list, preview, refuse, request, reverse, targets};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    roles::Permission,
    scope::Scope,
    types::OrgKey,
    web::{
        Access,
        frame::{Frame, flash},
        page,
        route::Route,
        see_other,
        when::When,
        words::capped,
    },
};

pub(crate) fn routes() -> Vec<Route> {
    let transfer = Access::Organization(Permission::TransferOrganizations);
    vec![
        Route::get("/o/{org_key}/transfer", transfer, new).fresh(),
        Route::post("/o/{org_key}/transfer", transfer, create).fresh(),
        Route::get("/o/{org_key}/transfers", transfer, index),
        Route::post("/o/{org_key}/transfers/{id}/acceptance", transfer, accepted).fresh(),
        Route::post("/o/{org_key}/transfers/{id}/refusal", transfer, refused),
        Route::post("/o/{org_key}/transfers/{id}/reversal", transfer, reversed).fresh(),
    ]
}

/// To whom, once that is chosen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Chosen {
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

async fn new(app: Data<App>, scope: Scope, frame: Frame, Query(chosen): Query<Chosen>) -> Result<HttpResponse> {
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

async fn create(
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

#[derive(Template)]
#[template(path = "transfers/index.html")]
struct IndexPage {
    frame: Frame,
    base: String,
    name: String,
    rows: Vec<Row>,
}

struct Row {
    id: Uuid,
    /// The organization; with its address where this partner has it now.
    organization: String,
    href: Option<String>,
    key: String,
    from: String,
    to: String,
    by: String,
    requested: When,
    message: String,
    status: (&'static str, String),
    accepts: bool,
    /// "Decline" or "Withdraw".
    refuses: Option<&'static str>,
    reverses: bool,
}

impl Row {
    fn new(transfer: Transfer, scope: &Scope) -> Self {
        let zone = scope.actor.zone();
        let taking = transfer.to_id == scope.organization.id;
        let state = transfer.state_at(scope.now);
        let reverses = transfer.is_reversible(scope.now);
        let by = transfer.answered_by_name.clone().map(|name| format!(" by {name}")).unwrap_or_default();
        let status = match state {
            State::Waiting => ("info half", format!("Waits for an answer until {}", zone.date(transfer.expires_at))),
            State::Declined => ("off", format!("Declined{by}")),
            State::Withdrawn => ("off", format!("Withdrawn{by}")),
            State::Expired => ("off", "Nobody answered in time".to_owned()),
            State::Reversed => {
                ("off", format!("Taken back by {}", transfer.reversed_by_name.as_deref().unwrap_or("somebody")))
            }
            State::Done => match transfer.reversible_until.filter(|_| reverses) {
                Some(until) => ("ok", format!("Transferred{by}, can be taken back until {}", zone.format(until))),
                None => ("ok", format!("Transferred{by}")),
            },
        };
        let here = if state == State::Done { taking } else { !taking };
        let waits = state == State::Waiting;
        Self {
            href: here.then(|| format!("/o/{}", transfer.organization_key)),
            key: transfer.organization_key.to_string(),
            organization: transfer.organization_name,
            from: transfer.from_name,
            to: transfer.to_name,
            by: transfer.requested_by_name,
            requested: When::relative(&zone, transfer.requested_at, scope.now),
            message: transfer.message.unwrap_or_default(),
            accepts: waits && taking,
            refuses: waits.then_some(if taking { "Decline" } else { "Withdraw" }),
            id: transfer.id,
            status,
            reverses,
        }
    }
}

async fn index(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let rows = app.read(&scope, async |db| list(db, &scope).await).await?;
    page(
        StatusCode::OK,
        IndexPage {
            frame: frame.at("Transfers").crumb("Transfers", None),
            base: format!("/o/{}", scope.organization.key),
            name: scope.organization.name.clone(),
            rows: rows.into_iter().map(|row| Row::new(row, &scope)).collect(),
        },
    )
}

type Address = Path<(String, Uuid)>;

fn back(scope: &Scope, session: &Session, words: String) -> Result<HttpResponse> {
    flash(session, "ok", words)?;
    see_other(format!("/o/{}/transfers", scope.organization.key))
}

async fn accepted(app: Data<App>, scope: Scope, session: Session, address: Address) -> Result<HttpResponse> {
    let transfer = accept(&app, &scope, address.1).await?;
    back(&scope, &session, format!("{} is yours now", transfer.organization_name))
}

async fn refused(app: Data<App>, scope: Scope, session: Session, address: Address) -> Result<HttpResponse> {
    let transfer = refuse(&app, &scope, address.1).await?;
    back(&scope, &session, format!("{} stays where it is", transfer.organization_name))
}

async fn reversed(app: Data<App>, scope: Scope, session: Session, address: Address) -> Result<HttpResponse> {
    let transfer = reverse(&app, &scope, address.1).await?;
    back(&scope, &session, format!("{} is with {} again", transfer.organization_name, transfer.from_name))
}
