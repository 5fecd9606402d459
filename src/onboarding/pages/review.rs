//! Step 6: everything once more, and the button that creates it.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;
use uuid::Uuid;

use super::{
    shell::{Shell, in_place, path},
    step::DraftPath,
};
use crate::{
    app::App,
    custom_fields,
    error::{FieldErrors, Result},
    groups,
    onboarding::{self, Creation, Draft, Intent, Section, Step},
    organizations::draws_from_pool,
    scope::Scope,
    settings,
    subscriptions::{self, Quote, SubscriptionForm},
    web::{
        frame::{self, Frame},
        page, see_other,
    },
};

#[derive(Template)]
#[template(path = "onboarding/review.html")]
struct Page {
    frame: Frame,
    shell: Shell,
    errors: FieldErrors,
    sections: Vec<Section>,
    quote: Option<Quote>,
    /// Said when the draft is not what the page before showed.
    changed: bool,
    button: &'static str,
}

impl Page {
    /// Where a value is edited: back to here afterwards (S131).
    fn edit(&self, step: &Step, field: &str) -> String {
        format!("{}/{}?from=review#{field}", self.shell.base, step.slug())
    }

    /// Where a message of the creation is mended.
    fn mend(&self, field: &str) -> String {
        let step = match field {
            "email" => Step::AdminUser,
            _ => Step::Details,
        };
        self.edit(&step, field)
    }
}

pub(super) async fn show(app: Data<App>, scope: Scope, frame: Frame, address: DraftPath) -> Result<HttpResponse> {
    let id = address.into_inner().1;
    let draft = app.read(&scope, async |db| onboarding::open(db, &scope, id).await).await?;
    match draft.first_open(&scope.organization) {
        Step::Review => render(&app, &scope, frame, &draft, StatusCode::OK, FieldErrors::default()).await,
        open => see_other(path(&scope, id, open)),
    }
}

/// **Create Subscription** (S132). Any number of presses lead to one organization and to its confirmation.
pub(super) async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    address: DraftPath,
    intent: Form<Intent>,
) -> Result<HttpResponse> {
    let id = address.into_inner().1;
    match onboarding::create(&app, &scope, id, intent.version()).await? {
        Creation::Done => see_other(path(&scope, id, Step::Confirmation)),
        Creation::Open(step) => {
            frame::flash(&session, "warn", format!("{} is not finished yet. Nothing was created.", step.label()))?;
            see_other(path(&scope, id, step))
        }
        Creation::Changed => again(&app, &scope, frame, id, StatusCode::CONFLICT, FieldErrors::default()).await,
        Creation::Invalid(errors) => again(&app, &scope, frame, id, StatusCode::UNPROCESSABLE_ENTITY, errors).await,
    }
}

async fn again(
    app: &App,
    scope: &Scope,
    frame: Frame,
    id: Uuid,
    status: StatusCode,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let draft = app.read(scope, async |db| onboarding::open(db, scope, id).await).await?;
    match draft.first_open(&scope.organization) {
        Step::Review => render(app, scope, frame, &draft, status, errors).await,
        open => see_other(path(scope, id, open)),
    }
}

async fn render(
    app: &App,
    scope: &Scope,
    frame: Frame,
    draft: &Draft,
    status: StatusCode,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let read = app.read(scope, async |db| {
        let prices = settings::in_force(db, scope).await?;
        Ok((prices, groups::choices(db, scope).await?, custom_fields::list(db, scope).await?))
    });
    let (prices, groups, fields) = read.await?;
    let own = draft.answers_to::<SubscriptionForm>().filter(|_| !draws_from_pool(&scope.organization));
    let new = own.and_then(|form| form.parse().ok());
    let quote = new.as_ref().map(|new| subscriptions::quote(&prices, new, scope.now, &scope.actor.zone()));
    page(
        status,
        Page {
            frame: in_place(frame, scope, "New"),
            shell: Shell::new(scope, draft, Step::Review, false),
            sections: onboarding::sections(draft, scope, &groups, &fields),
            changed: status == StatusCode::CONFLICT,
            button: if new.is_some() { "Create subscription" } else { "Create organization" },
            errors,
            quote,
        },
    )
}
