//! The last step: the answers become an organization, once (S130-S132, S421; QUALITY 5, 19).

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    form::Administrator,
    model::{CreatedWords, Draft, ProvedAccess},
    open, open_for_change,
    step::Step,
    store, verification,
};
use crate::{
    app::App,
    custom_fields::{self, CustomField},
    error::{Error, FieldErrors, Result},
    organizations::{self, Channel, Created, Details, NewAdministrator, NewOrganization, draws_from_pool},
    passwords::PasswordHash,
    scope::{Scope, Standing},
    settings, subscriptions,
    types::{DisplayName, EmailAddress, PersonName, Plan, TimeZone, date_in_words},
    users::{self, Account, NewUser},
};

/// What became of **Create Subscription**.
#[derive(Debug)]
pub enum Creation {
    /// The organization exists, from this press of the button or an earlier one.
    Done,
    /// The draft was changed since the page was shown, so that something else would be created than was read.
    Changed,
    /// A step is open, or open again; this one.
    Open(Step),
    /// A value was taken in the meantime.
    Invalid(FieldErrors),
}

/// Creates what the draft describes: organization, administrator, subscription, billing account, events and mails in one
/// transaction. The draft's id is the command's, so any number of presses make one organization.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub async fn create(app: &App, scope: &Scope, id: Uuid, seen: i32) -> Result<Creation> {
    for attempt in 1.. {
        let draft = app.read(scope, async |db| open(db, scope, id).await).await?;
        if let Some(outcome) = refusal(&draft, scope, seen) {
            return Ok(outcome);
        }
        let Some(administrator) = settle(app, scope, &draft).await? else {
            return reopen_verification(app, scope, id).await;
        };
        let made = app.write(scope, async |db| create_now(db, scope, id, seen, administrator).await).await;
        match made {
            // Somebody made an account for the address since it was looked up: look again.
            Err(Error::Invalid(errors)) if errors.get("email").is_some() && attempt == 1 => {}
            Err(Error::Invalid(errors)) => return Ok(Creation::Invalid(errors)),
            other => return other,
        }
    }
    Ok(Creation::Changed)
}

fn refusal(draft: &Draft, scope: &Scope, seen: i32) -> Option<Creation> {
    match draft.first_open(&scope.organization) {
        Step::Confirmation => Some(Creation::Done),
        Step::Review if draft.version == seen => None,
        Step::Review => Some(Creation::Changed),
        open => Some(Creation::Open(open)),
    }
}

/// Who will administer the organization, and whether that person is still to be told how to choose a password.
struct Settled {
    administrator: NewAdministrator,
    invite: Option<Uuid>,
    can_sign_in: bool,
}

/// Looks the address up: one person is one user, whoever creates their second organization (D1). `None` when a proved
/// address no longer is what it was proved to be.
async fn settle(app: &App, scope: &Scope, draft: &Draft) -> Result<Option<Settled>> {
    let form = draft.answers.administrator.as_ref().ok_or(Error::NotFound)?;
    let (email, given_name, family_name, proved) = match form.parse()? {
        Administrator::Later { email } => {
            let administrator = NewAdministrator::Later { email };
            return Ok(Some(Settled { administrator, invite: None, can_sign_in: false }));
        }
        Administrator::Person { email, given_name, family_name, proved } => (email, given_name, family_name, proved),
    };
    let account = verification::account_of(app, &email).await?;
    let access = draft.proved_access().filter(|_| proved);
    let settled = match (account, access) {
        (Some(account), Some(ProvedAccess::Account(id))) if account.id == *id && !account.disabled => {
            Some(existing(account, email))
        }
        (None, Some(ProvedAccess::Password { hash, .. })) => {
            let password = Some(PasswordHash::stored(hash.clone()));
            Some(newcomer(scope, email, given_name, family_name, password)?)
        }
        (Some(account), None) if !proved => Some(existing(account, email)),
        (None, None) if !proved => Some(newcomer(scope, email, given_name, family_name, None)?),
        _ => None,
    };
    Ok(settled)
}

/// Somebody who was invited earlier and has not chosen a password is told again how to.
fn existing(account: Account, email: EmailAddress) -> Settled {
    let has_password = account.password_hash.is_some();
    Settled {
        invite: (!has_password).then_some(account.id),
        can_sign_in: has_password && !account.disabled,
        administrator: NewAdministrator::Existing { user_id: account.id, email, name: account.display_name },
    }
}

fn newcomer(
    scope: &Scope,
    email: EmailAddress,
    given_name: PersonName,
    family_name: PersonName,
    password: Option<PasswordHash>,
) -> Result<Settled> {
    let display_name = DisplayName::parse(&format!("{given_name} {family_name}"))
        .map_err(|error| FieldErrors::on("family_name", error.to_string()))?;
    let can_sign_in = password.is_some();
    let user = NewUser {
        id: Uuid::now_v7(),
        email,
        given_name: Some(given_name),
        family_name: Some(family_name),
        display_name,
        password,
        time_zone: scope.actor.zone(),
    };
    let administrator = NewAdministrator::New { user, send_instructions: !can_sign_in };
    Ok(Settled { administrator, invite: None, can_sign_in })
}

/// An account appeared, changed or went away since the password was given: the step is to be done again. Unless it is
/// the account that another press of the button has just made.
async fn reopen_verification(app: &App, scope: &Scope, id: Uuid) -> Result<Creation> {
    app.write(scope, async |db| {
        let mut draft = open_for_change(db, scope, id).await?;
        if draft.organization_id.is_some() {
            return Ok(Creation::Done);
        }
        draft.forget_access();
        store::save(db, scope, &draft, Step::Verification).await?;
        Ok(Creation::Open(Step::Verification))
    })
    .await
}

async fn create_now(db: &mut PgConnection, scope: &Scope, id: Uuid, seen: i32, settled: Settled) -> Result<Creation> {
    let mut draft = open_for_change(db, scope, id).await?;
    if let Some(outcome) = refusal(&draft, scope, seen) {
        return Ok(outcome);
    }
    let Settled { administrator, invite, can_sign_in } = settled;
    let fields = custom_fields::list(db, scope).await?;
    let new = new_organization(&draft, &scope.organization, administrator, &fields)?;
    let words = Words { email: new.administrator.email().cloned(), can_sign_in, invited: invite.is_some() };
    let licenses = licenses_words(db, scope, &new).await?;
    let mails = words.mails(&new);
    let plan = new.subscription.as_ref().map(|subscription| subscription.plan);
    let has_person = !matches!(new.administrator, NewAdministrator::Later { .. });
    let created = organizations::create(db, scope, new).await?;
    if let Some(user_id) = invite {
        let actor = &scope.actor.display_name;
        users::enqueue_password_instructions(db, user_id, created.id, actor, scope.now).await?;
    }
    let Created { id: organization_id, key, name, .. } = created;
    let administrator = words.email.filter(|_| has_person).map(|email| email.to_string());
    draft.finish(organization_id, CreatedWords { key, name, licenses, administrator, can_sign_in, mails, plan });
    store::finish(db, scope, &draft).await?;
    Ok(Creation::Done)
}

/// The answers, typed. Every step is done, so each of them parses.
fn new_organization(
    draft: &Draft,
    parent: &Standing,
    administrator: NewAdministrator,
    fields: &[CustomField],
) -> Result<NewOrganization> {
    let answers = &draft.answers;
    let form = answers.details.as_ref().ok_or(Error::NotFound)?;
    let details: Details = form.parse(parent)?;
    let pooled = draws_from_pool(parent);
    let subscription = answers.subscription.as_ref().filter(|_| !pooled).map(|form| form.parse()).transpose()?;
    let billing = answers.billing.as_ref().filter(|_| !pooled).map(|form| form.shared.parse()).transpose()?;
    Ok(NewOrganization {
        command_id: draft.id,
        channel: Channel::Wizard,
        details,
        administrator,
        subscription,
        billing,
        groups: form.groups(),
        // A field that became mandatory since the step was done is said on the review.
        custom: custom_fields::fill(fields, &form.own)?,
    })
}

/// "with 120 licences until 20 Nov 2027", for the confirmation.
async fn licenses_words(db: &mut PgConnection, scope: &Scope, new: &NewOrganization) -> Result<String> {
    let Some(subscription) = &new.subscription else {
        return Ok(format!("and draws from the licences of {}", scope.organization.name));
    };
    let zone: TimeZone = scope.actor.zone();
    let prices = settings::in_force(db, scope).await?;
    let quote = subscriptions::quote(&prices, subscription, scope.now, &zone);
    let count = match subscription.licenses.get() {
        1 => "1 licence".to_owned(),
        _ => format!("{} licences", subscription.licenses),
    };
    let end = match subscription.plan {
        Plan::Trial => quote.trial_ends_at.map(|end| format!(" on trial until {}", zone.date(end))),
        Plan::Purchased => quote.renews_on.map(|date| format!("; renews on {}", date_in_words(date))),
    };
    Ok(format!("with {count}{}", end.unwrap_or_default()))
}

/// What the confirmation says about the people.
struct Words {
    email: Option<EmailAddress>,
    can_sign_in: bool,
    invited: bool,
}

impl Words {
    /// Who gets which mail; the same rules by which they are put into the outbox.
    fn mails(&self, new: &NewOrganization) -> Vec<String> {
        let mut mails = Vec::new();
        if let (Some(email), false) = (&self.email, matches!(new.administrator, NewAdministrator::Later { .. })) {
            let what = if self.can_sign_in {
                "welcome"
            } else if self.invited {
                "welcome and password instructions"
            } else {
                "password instructions"
            };
            mails.push(format!("{email} ({what})"));
        }
        if let Some(to) = &new.details.notification_email
            && self.email.as_ref().is_none_or(|email| email.key() != to.key())
        {
            mails.push(format!("{to} (notice of the creation)"));
        }
        mails
    }
}
