//! Archiving an organization: what it means, confirmed by typing its name.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;

use super::{only, organizations, people};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    lifecycle::{self, ArchivingForm, Consequences},
    roles::Permission,
    scope::Scope,
    subscriptions::{self, Subscription},
    web::{
        frame::{Frame, flash},
        page, see_other,
        words::capped,
    },
};

#[derive(Template)]
#[template(path = "lifecycle/archive.html")]
struct ArchivePage<'a> {
    frame: Frame,
    base: String,
    name: String,
    form: &'a ArchivingForm,
    errors: FieldErrors,
    people: String,
    /// "Lindner, 12 licences at EUR 4.50".
    subscriptions: Vec<String>,
    beneath: Vec<String>,
    beneath_count: i64,
    beneath_words: String,
    groups: Vec<String>,
    /// "lindner.example", "customer number K-1": what stays reserved.
    reserved: Vec<String>,
    billed_to_it: i64,
    billed_words: String,
}

/// What the page is made from.
struct Facts {
    found: Consequences,
    subscriptions: Vec<Subscription>,
}

async fn facts(app: &App, scope: &Scope) -> Result<Facts> {
    if scope.organization.is_archived() {
        return Err(Error::Refused("The organization is archived already.".into()));
    }
    app.read(lifecycle::rows(scope), async |db| {
        let (found, _) = lifecycle::consequences(db, scope).await?;
        Ok(Facts { found, subscriptions: subscriptions::list(db, scope.organization.id).await? })
    })
    .await
}

pub(super) async fn edit(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    let facts = facts(&app, &scope).await?;
    show(&scope, frame, &ArchivingForm::new(), facts, FieldErrors::default())
}

fn show(scope: &Scope, frame: Frame, form: &ArchivingForm, facts: Facts, errors: FieldErrors) -> Result<HttpResponse> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let Facts { found, subscriptions } = facts;
    let prices = scope.may(Permission::ViewBilling);
    let number = found.customer_number.as_ref().map(|number| format!("customer number {number}"));
    page(
        status,
        ArchivePage {
            frame: frame.crumb("Archive", None),
            base: format!("/o/{}", scope.organization.key),
            name: scope.organization.name.clone(),
            people: people(&found),
            subscriptions: subscriptions.iter().map(|one| in_words(one, prices)).collect(),
            beneath_words: format!("{} stand beneath it and are not archived", capped(found.beneath_count)),
            beneath_count: found.beneath_count,
            beneath: found.beneath,
            groups: found.groups,
            reserved: found.domain.into_iter().chain(number).collect(),
            billed_words: organizations(usize::try_from(found.billed_to_it).unwrap_or_default()),
            billed_to_it: found.billed_to_it,
            form,
            errors,
        },
    )
}

fn in_words(subscription: &Subscription, prices: bool) -> String {
    let (name, licenses) = (&subscription.name, subscription.licenses.get());
    let word = if licenses == 1 { "licence" } else { "licences" };
    match subscription.unit_price.filter(|_| prices) {
        Some(price) => format!("{name}: {licenses} {word} at {price}"),
        None => format!("{name}: {licenses} {word}"),
    }
}

pub(super) async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Form(form): Form<ArchivingForm>,
) -> Result<HttpResponse> {
    let (id, name) = (scope.organization.id, scope.organization.name.clone());
    let facts = facts(&app, &scope).await?;
    let archived = match form.parse(&name, scope.now) {
        Ok(new) if !new.with_beneath && facts.found.beneath_count > 0 => {
            Err(FieldErrors::on("with_beneath", "Tick this, or archive what stands beneath it first").into())
        }
        Ok(new) => {
            app.write(lifecycle::rows(&scope), async |db| {
                let outcomes = lifecycle::archive(db, &scope, &[id], &new).await?;
                only(&outcomes)?;
                Ok(outcomes.iter().filter(|outcome| outcome.is_done()).count())
            })
            .await
        }
        Err(errors) => Err(errors.into()),
    };
    match archived {
        Ok(many) => {
            let others =
                if many > 1 { format!(", with {} beneath it", organizations(many - 1)) } else { String::new() };
            flash(&session, "ok", format!("{name} is archived{others}"))?;
            see_other(format!("/o/{}", scope.organization.key))
        }
        Err(Error::Invalid(errors)) => show(&scope, frame, &form, facts, errors),
        Err(error) => Err(error),
    }
}
