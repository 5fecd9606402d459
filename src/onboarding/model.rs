//! The unfinished organization: its steps, what was answered so far, and what has been proved.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    form::{AdministratorForm, BillingForm, Choice, DetailsForm, StepForm},
    step::Step,
};
use crate::{
    scope::Standing,
    subscriptions::SubscriptionForm,
    types::{AccountKind, EmailAddress, OrgKey, Plan},
};

/// How long a draft is kept after the last change.
pub const KEPT_FOR: Duration = Duration::days(30);

/// What was typed so far, exactly as typed, and what follows from it. This is the `data` of the draft's row.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Answers {
    pub(super) details: Option<DetailsForm>,
    pub(super) administrator: Option<AdministratorForm>,
    pub(super) subscription: Option<SubscriptionForm>,
    pub(super) billing: Option<BillingForm>,
    /// The steps that were continued from with acceptable answers.
    submitted: BTreeSet<Step>,
    /// The version of the draft at which each step was last written: what a tab is compared with (UX 8).
    changed: BTreeMap<Step, i32>,
    pub(super) proof: Option<Proof>,
    pub(super) created: Option<CreatedWords>,
}

/// That the future administrator's mailbox was proved with a code. Holds for one address only (QUALITY T-22).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Proof {
    /// The proved address, folded.
    pub(super) email_key: String,
    /// How the administrator will sign in; `None` until the second half of the step is done.
    pub(super) access: Option<ProvedAccess>,
}

/// How the administrator of a proved address will sign in.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProvedAccess {
    /// With a password chosen here: its hash, never the password.
    Password {
        /// PHC string.
        hash: String,
        /// How strong it is, in a word.
        strength: String,
    },
    /// With the password of the account the address already has, which was given here (D1).
    Account(Uuid),
}

impl fmt::Debug for ProvedAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password { .. } => f.write_str("Password(hidden)"),
            Self::Account(user_id) => write!(f, "Account({user_id})"),
        }
    }
}

/// What the confirmation says after a reload; the answers themselves are emptied once the organization exists.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreatedWords {
    /// The public key.
    pub key: OrgKey,
    /// The name.
    pub name: String,
    /// One sentence about licences and their term.
    pub licenses: String,
    /// The administrator's address, where there is an administrator.
    pub administrator: Option<String>,
    /// Whether that person chose a password in the wizard or has one: they can sign in at once.
    pub can_sign_in: bool,
    /// Who got which mail, in words.
    pub mails: Vec<String>,
    /// `trial` or `purchased`; none where it draws from a pool.
    pub plan: Option<Plan>,
}

impl CreatedWords {
    /// The heading of the confirmation (S133).
    pub fn headline(&self) -> &'static str {
        match self.plan {
            Some(Plan::Trial) => "The trial has begun",
            Some(Plan::Purchased) => "The subscription is active",
            None => "The organization is created",
        }
    }
}

/// A draft as it is stored.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Also the id of the command that creates the organization: one draft, one organization (QUALITY 19).
    pub id: Uuid,
    /// Counts the writes.
    pub version: i32,
    /// When it was last written.
    pub updated_at: OffsetDateTime,
    /// The organization, once created.
    pub organization_id: Option<Uuid>,
    pub(super) answers: Answers,
}

/// An unfinished draft in a list.
#[derive(Debug, Clone)]
pub struct DraftSummary {
    /// The draft.
    pub id: Uuid,
    /// The company's name as typed, or words that say there is none yet.
    pub name: String,
    /// Where its owner goes on.
    pub step: Step,
    /// When it was last written.
    pub updated_at: OffsetDateTime,
    /// The address of that step's page.
    pub path: String,
}

impl Draft {
    /// The first step that is not done: how far one may go.
    pub fn first_open(&self, parent: &Standing) -> Step {
        if self.organization_id.is_some() {
            return Step::Confirmation;
        }
        let open = Step::ALL.into_iter().find(|step| !self.is_done(*step, parent));
        open.unwrap_or(Step::Review).min(Step::Review)
    }

    /// Whether a step has acceptable answers; the rules are asked again, so that a change elsewhere reopens a step.
    pub fn is_done(&self, step: Step, parent: &Standing) -> bool {
        match step {
            Step::Details => self.accepted::<DetailsForm>(parent),
            Step::AdminUser => self.accepted::<AdministratorForm>(parent),
            Step::Verification => !self.needs_verification() || self.proved_access().is_some(),
            Step::Subscription => self.accepted::<SubscriptionForm>(parent),
            Step::Billing => self.accepted::<BillingForm>(parent),
            Step::Review | Step::Confirmation => self.organization_id.is_some(),
        }
    }

    fn accepted<F: StepForm>(&self, parent: &Standing) -> bool {
        self.answers.submitted.contains(&F::STEP)
            && F::of(&self.answers).is_some_and(|form| form.errors(parent).is_empty())
    }

    /// Whether the administrator's address is to be proved in this wizard; with instructions by mail or without an
    /// administrator the step is passed over.
    pub fn needs_verification(&self) -> bool {
        self.answers.administrator.as_ref().is_none_or(|form| form.choice() == Some(Choice::Code))
    }

    /// The step behind this one that has a page.
    pub fn after(&self, step: Step) -> Step {
        let behind = Step::ALL.into_iter().filter(|other| *other > step);
        let mut asked = behind.filter(|other| *other != Step::Verification || self.needs_verification());
        asked.next().unwrap_or(Step::Confirmation)
    }

    /// The step before this one that has a page.
    pub fn before(&self, step: Step) -> Option<Step> {
        let mut before = Step::ALL.into_iter().rev().filter(|other| *other < step);
        before.find(|other| *other != Step::Verification || self.needs_verification())
    }

    /// The administrator's address, where it can be read.
    pub fn administrator_email(&self) -> Option<EmailAddress> {
        self.answers.administrator.as_ref().and_then(|form| EmailAddress::parse(&form.email).ok())
    }

    /// First and last name of the administrator, as typed.
    pub(super) fn administrator_name(&self) -> String {
        let form = self.answers.administrator.as_ref();
        let names = form.map(|form| [form.given_name.trim(), form.family_name.trim()]).unwrap_or_default();
        names.join(" ").trim().to_owned()
    }

    /// What a guesser of the administrator's password tries first.
    pub(super) fn known_words(&self) -> Vec<String> {
        let email = self.administrator_email().map(|email| email.to_string()).unwrap_or_default();
        vec![self.name().to_owned(), self.administrator_name(), email]
    }

    /// The proof, where it is for the present address.
    pub(super) fn proof(&self) -> Option<&Proof> {
        let key = self.administrator_email()?.key();
        self.answers.proof.as_ref().filter(|proof| proof.email_key == key)
    }

    /// How the proved administrator will sign in.
    pub(super) fn proved_access(&self) -> Option<&ProvedAccess> {
        self.proof().and_then(|proof| proof.access.as_ref())
    }

    /// The name of the organization to be.
    pub fn name(&self) -> &str {
        let typed = self.answers.details.as_ref().map_or("", |form| form.shared.company.trim());
        if typed.is_empty() { "Organization without a name" } else { typed }
    }

    /// The kind of account chosen so far (S416).
    pub fn kind(&self) -> Option<AccountKind> {
        self.answers.details.as_ref().and_then(|form| AccountKind::parse(&form.shared.kind).ok())
    }

    /// Whether someone has written the step since the version a tab has seen, and the tab holds something else.
    pub(super) fn is_stale<F: StepForm>(&self, typed: &F, seen: i32) -> bool {
        let changed = self.answers.changed.get(&F::STEP).copied().unwrap_or(0);
        changed > seen && F::of(&self.answers).is_some_and(|stored| stored != typed)
    }

    /// What was typed in a step so far.
    pub fn answers_to<F: StepForm>(&self) -> Option<&F> {
        F::of(&self.answers)
    }

    /// Whether a code has proved the administrator's present address.
    pub fn is_proved(&self) -> bool {
        self.proof().is_some()
    }

    /// Whether it is settled how the owner of the proved address will sign in.
    pub fn has_access(&self) -> bool {
        self.proved_access().is_some()
    }

    /// Whether the step was continued from.
    pub(super) fn was_submitted(&self, step: Step) -> bool {
        self.answers.submitted.contains(&step)
    }

    /// Takes the answers of one step over. Returns whether anything changed.
    pub(super) fn take<F: StepForm>(&mut self, typed: F, submitted: bool) -> bool {
        let same = F::of(&self.answers) == Some(&typed);
        if same && submitted == self.answers.submitted.contains(&F::STEP) {
            return false;
        }
        if submitted {
            self.answers.submitted.insert(F::STEP);
        } else {
            self.answers.submitted.remove(&F::STEP);
        }
        *F::slot(&mut self.answers) = Some(typed);
        self.version += 1;
        if !same {
            self.answers.changed.insert(F::STEP, self.version);
        }
        true
    }

    /// Notes that the address was proved, or how its owner will sign in.
    pub(super) fn prove(&mut self, proof: Proof) {
        self.answers.proof = Some(proof);
        self.version += 1;
    }

    /// The address stays proved, but its password is to be given again.
    pub(super) fn forget_access(&mut self) {
        if let Some(proof) = &mut self.answers.proof {
            proof.access = None;
            self.version += 1;
        }
    }

    /// Voids a proof that is not for the address that was just submitted, or no longer asked for (T-22).
    pub(super) fn void_outdated_proof(&mut self) {
        if self.proof().is_none() || !self.needs_verification() {
            self.answers.proof = None;
        }
    }

    /// Remembers what the wizard made and forgets everything that was typed or proved.
    pub(super) fn finish(&mut self, organization_id: Uuid, words: CreatedWords) {
        self.organization_id = Some(organization_id);
        self.answers = Answers { created: Some(words), ..Answers::default() };
        self.version += 1;
    }

    /// What the wizard made.
    pub fn created(&self) -> Option<&CreatedWords> {
        self.answers.created.as_ref()
    }
}
