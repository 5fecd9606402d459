//! Restoring an organization, with a decision for each conflict (N14).

use actix_session::Session;
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use askama::Template;
use uuid::Uuid;

use super::organizations;
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    lifecycle::{self, DecisionForm, Restoring},
    scope::Scope,
    web::{
        fields::Card,
        frame::{Frame, flash},
        joined::Joined,
        page, see_other,
    },
};

#[derive(Template)]
#[template(path = "lifecycle/restore.html")]
struct RestorePage<'a> {
    frame: Frame,
    base: String,
    name: String,
    form: &'a DecisionForm,
    errors: FieldErrors,
    found: Restoring,
    naming: Vec<Card>,
    /// Id, name and state of the box of each group.
    groups: Vec<(Uuid, String, bool)>,
    together: String,
}

pub(super) async fn edit(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let found = conflicts(&app, &scope).await?;
    show(&scope, frame, &DecisionForm::new(&found), found, FieldErrors::default())
}

async fn conflicts(app: &App, scope: &Scope) -> Result<Restoring> {
    app.read(lifecycle::rows(scope), async |db| lifecycle::conflicts(db, scope).await).await
}

fn show(
    scope: &Scope,
    frame: Frame,
    form: &DecisionForm,
    found: Restoring,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let ticked = form.group_ids();
    let box_of = |(id, name): &(Uuid, String)| (*id, name.clone(), ticked.contains(id));
    page(
        status,
        RestorePage {
            frame: frame.crumb("Restore", None),
            base: format!("/o/{}", scope.organization.key),
            name: scope.organization.name.clone(),
            naming: naming(form),
            groups: found.groups.iter().map(box_of).collect(),
            together: organizations(usize::try_from(found.together).unwrap_or_default()),
            form,
            found,
            errors,
        },
    )
}

fn naming(form: &DecisionForm) -> Vec<Card> {
    let card = |value: &str, label: &str, text: &str| Card {
        value: value.into(),
        label: label.into(),
        text: text.into(),
        checked: form.naming == value,
        ..Card::default()
    };
    vec![
        card("rename", "Give this one another name", "Enter it below."),
        card("keep", "Keep both names", "Two organizations here are called the same; their Org Keys differ."),
    ]
}

pub(super) async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Joined(form): Joined<DecisionForm>,
) -> Result<HttpResponse> {
    let restored = app.write(lifecycle::rows(&scope), async |db| lifecycle::restore_one(db, &scope, &form).await).await;
    match restored {
        Ok(outcomes) => {
            let done = outcomes.iter().filter(|outcome| outcome.is_done()).count();
            let name = outcomes.first().map(|outcome| outcome.name.clone()).unwrap_or_default();
            let others =
                if done > 1 { format!(", with {} beneath it", organizations(done - 1)) } else { String::new() };
            flash(&session, "ok", format!("{name} is restored{others}"))?;
            if done < outcomes.len() {
                let left = organizations(outcomes.len() - done);
                flash(&session, "warn", format!("{left} beneath it stay archived: open each and decide"))?;
            }
            see_other(format!("/o/{}", scope.organization.key))
        }
        Err(Error::Invalid(errors)) => {
            let found = conflicts(&app, &scope).await?;
            show(&scope, frame, &form, found, errors)
        }
        Err(error) => Err(error),
    }
}
