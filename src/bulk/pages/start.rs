//! What is done to a bulk change: asked for, said more about, begun, cancelled, tried again, taken back.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    web::{Data, Form},
};
use serde::Deserialize;

use super::{RunPath, run_path, show, words};
use crate::{
    app::App,
    bulk::{self, Action, Asks, ParametersForm, Selection},
    error::{Error, FieldErrors, Result},
    organizations::Filter,
    scope::Scope,
    web::{
        frame::{Frame, flash},
        see_other,
    },
};

/// The form of a list: `action`, and `id` for each organization or `all` with the list's `query`.
pub(super) async fn create(
    app: Data<App>,
    scope: Scope,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let asked = pairs.iter().find(|(name, _)| name == "action").map_or("", |(_, action)| action.as_str());
    let selection = Selection::of(&pairs);
    if asked == "export" {
        return see_other(export(&scope, &selection));
    }
    let action = Action::parse(asked)
        .ok_or_else(|| Error::Malformed("Choose what is to be done with the organizations".into()))?;
    let id = app.write(&scope, async |db| bulk::create(db, &scope, action, &selection).await).await?;
    see_other(run_path(&scope, id))
}

/// Taking organizations away changes nothing, so it needs no dry run: its page says how many they are.
fn export(scope: &Scope, selection: &Selection) -> String {
    let query = match selection {
        Selection::Matching(filter) => Filter::to_query(filter),
        Selection::Named(keys) => {
            let pairs: Vec<(&str, &str)> = keys.iter().map(|key| ("id", key.as_str())).collect();
            serde_urlencoded::to_string(pairs).unwrap_or_default()
        }
    };
    format!("/o/{}/organizations/export?{query}", scope.organization.key)
}

/// What the action asks; then everything is judged.
pub(super) async fn parameters(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    path: RunPath,
    Form(form): Form<ParametersForm>,
) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let run = app.read(&scope, async |db| bulk::find(db, &scope, id).await).await?;
    scope.require(run.action.permission())?;
    let saved = match form.parse(run.action, &scope) {
        Ok(said) => app.write(&scope, async |db| bulk::set_parameters(db, &scope, id, said).await).await,
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match saved {
        Ok(()) => see_other(run_path(&scope, id)),
        Err(Error::Invalid(errors)) => show::ask(&app, &scope, frame, &run, form, errors).await,
        Err(error) => Err(error),
    }
}

/// Judges everything anew.
pub(super) async fn check(app: Data<App>, scope: Scope, path: RunPath) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    app.write(&scope, async |db| bulk::check(db, &scope, id).await).await?;
    see_other(run_path(&scope, id))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct StartForm {
    confirm: String,
}

/// Begins. What is archived is confirmed by typing how many organizations that is.
pub(super) async fn start(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    path: RunPath,
    Form(form): Form<StartForm>,
) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let run = app.read(&scope, async |db| bulk::find(db, &scope, id).await).await?;
    let wanted = words::confirmation(run.plan.change);
    if run.action == Action::Archive && run.judged_at.is_some() && form.confirm.trim().to_lowercase() != wanted {
        scope.require(run.action.permission())?;
        let errors = FieldErrors::on("confirm", format!("Type “{wanted}” to confirm"));
        return show::plan(&app, &scope, frame, run, &show::ShowQuery::default(), form.confirm, errors).await;
    }
    app.write(&scope, async |db| bulk::start(db, &scope, id).await).await?;
    see_other(run_path(&scope, id))
}

pub(super) async fn cancel(app: Data<App>, scope: Scope, session: Session, path: RunPath) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let run = app.write(&scope, async |db| bulk::cancel(db, &scope, id).await).await?;
    if run.state == bulk::State::Checking {
        flash(&session, "info", "Cancelled. Nothing was changed")?;
    } else if run.state == bulk::State::Running {
        let kept = words::organizations(run.result.change);
        flash(&session, "info", format!("Cancelled. What was done is kept: {kept} changed"))?;
    }
    see_other(run_path(&scope, id))
}

pub(super) async fn retry(app: Data<App>, scope: Scope, path: RunPath) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let again = app.write(&scope, async |db| bulk::retry(db, &scope, id).await).await?;
    see_other(run_path(&scope, again))
}

pub(super) async fn undo(app: Data<App>, scope: Scope, session: Session, path: RunPath) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let (undo, begun) = app
        .write(&scope, async |db| {
            let undo = bulk::undo(db, &scope, id).await?;
            Ok((undo, bulk::find(db, &scope, undo).await?))
        })
        .await?;
    if begun.state.has_ended() {
        flash(&session, "ok", format!("Undone: {} changed", words::organizations(begun.result.change)))?;
    } else if matches!(begun.action.asks(), Asks::Suspension | Asks::Archiving) {
        flash(&session, "info", "Say what is asked here, then look at what the undo changes")?;
    }
    see_other(run_path(&scope, undo))
}
