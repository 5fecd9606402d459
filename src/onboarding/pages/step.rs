//! The walk every step with a form shares: show, save, keep on leaving a field.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path, Query},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    conflict,
    shell::{Shell, in_place, list_path, path},
};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    onboarding::{self, Button, Draft, Kept, Posted, Step, StepForm, Submitted},
    scope::Scope,
    web::{
        choices::CountryRules,
        frame::{self, Frame},
        see_other,
    },
};

/// The address of a draft: organization and draft.
pub(super) type DraftPath = Path<(String, Uuid)>;

/// One step's page.
pub(super) trait StepPage {
    /// What is typed on it.
    type Form: StepForm + 'static;

    /// What the form holds before anything was typed.
    fn first(draft: &Draft, scope: &Scope) -> Self::Form;

    /// Renders it.
    fn render(app: &App, scope: &Scope, view: View<'_, Self::Form>) -> impl Future<Output = Result<HttpResponse>>;

    /// The lists of the country that was just chosen, for the script.
    fn options(_form: &Self::Form, _field: &str) -> Option<CountryRules> {
        None
    }
}

/// What a step's page is made of.
pub(super) struct View<'a, F> {
    pub(super) status: StatusCode,
    pub(super) frame: Frame,
    pub(super) shell: Shell,
    pub(super) draft: &'a Draft,
    pub(super) form: F,
    pub(super) errors: FieldErrors,
}

/// Where a step was opened from.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct From {
    from: String,
}

impl From {
    pub(super) fn review(&self) -> bool {
        self.from == Step::Review.slug()
    }
}

/// Shows a step; one that cannot be taken yet leads to the one that can (S117).
pub(super) async fn show<P: StepPage + 'static>(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    address: DraftPath,
    from: Query<From>,
) -> Result<HttpResponse> {
    let id = address.into_inner().1;
    let step = P::Form::STEP;
    let draft = app.read(&scope, async |db| onboarding::open(db, &scope, id).await).await?;
    let open = draft.first_open(&scope.organization);
    if open == Step::Confirmation || step > open {
        return see_other(path(&scope, id, open));
    }
    let form = draft.answers_to::<P::Form>().cloned().unwrap_or_else(|| P::first(&draft, &scope));
    let view = View {
        status: StatusCode::OK,
        frame: in_place(frame, &scope, "New"),
        shell: Shell::new(&scope, &draft, step, from.review()),
        draft: &draft,
        form,
        errors: FieldErrors::default(),
    };
    P::render(&app, &scope, view).await
}

/// Takes what was typed, by whichever button.
pub(super) async fn save<P: StepPage + 'static>(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    address: DraftPath,
    posted: Form<Posted<P::Form>>,
) -> Result<HttpResponse> {
    let id = address.into_inner().1;
    let posted = posted.into_inner();
    let frame = in_place(frame, &scope, "New");
    match posted.intent.button() {
        Button::Continue => go_on::<P>(&app, &scope, frame, &session, id, posted).await,
        button => stay::<P>(&app, &scope, frame, &session, id, posted, button).await,
    }
}

async fn go_on<P: StepPage>(
    app: &App,
    scope: &Scope,
    frame: Frame,
    session: &Session,
    id: Uuid,
    Posted { form, intent }: Posted<P::Form>,
) -> Result<HttpResponse> {
    let typed = form.clone();
    let outcome = app.write(scope, async |db| onboarding::submit(db, scope, id, typed, &intent).await).await?;
    match outcome {
        Submitted::Next(step) => see_other(path(scope, id, step)),
        Submitted::Elsewhere(step) => {
            if step != Step::Confirmation {
                frame::flash(session, "warn", format!("{} comes first. What you typed is kept.", step.label()))?;
            }
            see_other(path(scope, id, step))
        }
        Submitted::Stale(draft) => {
            let shell = Shell::new(scope, &draft, P::Form::STEP, intent.from_review());
            conflict::page_of(frame, shell, &draft, &form)
        }
        Submitted::Invalid(draft, errors) => {
            let shell = Shell::new(scope, &draft, P::Form::STEP, intent.from_review());
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            P::render(app, scope, View { status, frame, shell, draft: &draft, form, errors }).await
        }
    }
}

/// Keeps what was typed and does not go on.
async fn stay<P: StepPage>(
    app: &App,
    scope: &Scope,
    frame: Frame,
    session: &Session,
    id: Uuid,
    Posted { form, intent }: Posted<P::Form>,
    button: Button,
) -> Result<HttpResponse> {
    let typed = form.clone();
    let kept = app.write(scope, async |db| onboarding::keep(db, scope, id, typed, &intent).await).await?;
    let draft = match kept {
        Kept::Created => return see_other(path(scope, id, Step::Confirmation)),
        Kept::Stale(draft) => {
            let shell = Shell::new(scope, &draft, P::Form::STEP, intent.from_review());
            return conflict::page_of(frame, shell, &draft, &form);
        }
        Kept::Stored(draft) => draft,
    };
    match button {
        Button::Later => {
            let words = format!("{} is saved. It is kept for 30 days.", draft.name());
            frame::flash(session, "ok", words)?;
            see_other(list_path(scope))
        }
        Button::Back => match draft.before(P::Form::STEP) {
            Some(step) => see_other(path(scope, id, step)),
            None => see_other(list_path(scope)),
        },
        Button::Update | Button::Continue => {
            let shell = Shell::new(scope, &draft, P::Form::STEP, intent.from_review());
            let errors = FieldErrors::default();
            P::render(app, scope, View { status: StatusCode::OK, frame, shell, draft: &draft, form, errors }).await
        }
    }
}

/// What the script posts when a field is left: the form, and which field it was.
#[derive(Debug, Deserialize)]
pub(super) struct Left<F> {
    #[serde(flatten)]
    posted: Posted<F>,
    #[serde(default, rename = "_field")]
    field: String,
}

/// The answer to the script.
#[derive(Debug, Default, Serialize)]
pub(super) struct Kept200 {
    /// The version the next save is compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<i32>,
    /// "Saved 10:42".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) saved: Option<String>,
    /// The message of the field that was left; none when it is acceptable.
    pub(super) error: Option<String>,
    /// What was understood differently from what was typed.
    pub(super) note: Option<String>,
    /// The lists of the country, when the country was left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) options: Option<CountryRules>,
}

/// Keeps what was typed when a field is left, and says whether the field is acceptable (UX 6).
pub(super) async fn autosave<P: StepPage + 'static>(
    app: Data<App>,
    scope: Scope,
    address: DraftPath,
    left: Form<Left<P::Form>>,
) -> Result<HttpResponse> {
    let id = address.into_inner().1;
    let Left { posted: Posted { form, intent }, field } = left.into_inner();
    let kept = app
        .write(&scope, async |db| {
            let mut errors = form.errors(&scope.organization);
            for (field, message) in form.taken(db, &scope).await?.iter() {
                errors.add(field.to_owned(), message.to_owned());
            }
            let kept = onboarding::keep(db, &scope, id, form.clone(), &intent).await?;
            Ok((kept, errors))
        })
        .await?;
    let (Kept::Stored(draft), errors) = kept else {
        return Err(Error::Refused("This step was changed in another window.".into()));
    };
    let shell = Shell::new(&scope, &draft, P::Form::STEP, false);
    Ok(HttpResponse::Ok().json(Kept200 {
        version: Some(shell.version),
        saved: Some(shell.saved),
        error: errors.get(&field).map(str::to_owned),
        note: form.note(&field),
        options: P::options(&form, &field),
    }))
}
