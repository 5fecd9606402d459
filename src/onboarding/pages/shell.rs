//! What surrounds every step: title, stepper, "Saved 10:42", the ways out.

use uuid::Uuid;

use crate::{
    onboarding::{Draft, Step},
    scope::Scope,
    web::frame::Frame,
};

/// The surroundings of one step.
#[derive(Debug, Clone)]
pub(super) struct Shell {
    /// `/o/{org_key}/organizations/new`: the list of own drafts.
    pub(super) list: String,
    /// The address of the draft, without the step.
    pub(super) base: String,
    pub(super) step: Step,
    pub(super) steps: Vec<StepLine>,
    /// "Saved 10:42", in the reader's time zone.
    pub(super) saved: String,
    /// What the page was made from; posted back (UX 8).
    pub(super) version: i32,
    /// Whether the page was opened from the review, and leads back there (S131).
    pub(super) from_review: bool,
    pub(super) parent_name: String,
    pub(super) parent_key: String,
}

/// One line of the stepper.
#[derive(Debug, Clone)]
pub(super) struct StepLine {
    pub(super) number: usize,
    pub(super) label: &'static str,
    /// `done`, `now` or empty: the class.
    pub(super) class: &'static str,
    /// The state in words, for whoever does not see the class.
    pub(super) state: &'static str,
    pub(super) href: Option<String>,
}

/// The address of a step of a draft.
pub(super) fn path(scope: &Scope, id: Uuid, step: Step) -> String {
    format!("/o/{}/organizations/new/{id}/{}", scope.organization.key.as_str(), step.slug())
}

/// The list of own drafts beneath the organization.
pub(super) fn list_path(scope: &Scope) -> String {
    format!("/o/{}/organizations/new", scope.organization.key.as_str())
}

/// The frame of a page of the wizard.
pub(super) fn in_place(frame: Frame, scope: &Scope, last: &str) -> Frame {
    let organizations = format!("/o/{}/organizations", scope.organization.key.as_str());
    frame.at("Organizations").crumb("Organizations", Some(organizations)).crumb(last, None)
}

impl Shell {
    pub(super) fn new(scope: &Scope, draft: &Draft, step: Step, from_review: bool) -> Self {
        let list = list_path(scope);
        let base = format!("{list}/{}", draft.id);
        let open = draft.first_open(&scope.organization);
        let line = |other: Step| step_line(&base, draft, scope, open, step, other);
        Self {
            steps: Step::ALL.into_iter().map(line).collect(),
            saved: format!("Saved {}", scope.actor.zone().time(draft.updated_at)),
            version: draft.version,
            parent_name: scope.organization.name.clone(),
            parent_key: scope.organization.key.as_str().to_owned(),
            list,
            base,
            step,
            from_review,
        }
    }

    /// Where the step's form is sent.
    pub(super) fn action(&self) -> String {
        format!("{}/{}", self.base, self.step.slug())
    }
}

fn step_line(base: &str, draft: &Draft, scope: &Scope, open: Step, now: Step, step: Step) -> StepLine {
    let not_needed = step == Step::Verification && !draft.needs_verification();
    let done = step < Step::Review && draft.is_done(step, &scope.organization);
    let (class, state) = match () {
        () if step == now => ("now", "current"),
        () if not_needed && open > step => ("done", "not needed"),
        () if done => ("done", "done"),
        () => ("", "not yet"),
    };
    let reachable = step <= open && step != now && !not_needed;
    let href = (reachable && (done || step == open)).then(|| format!("{base}/{}", step.slug()));
    StepLine { number: step.number(), label: step.label(), class, state, href }
}
