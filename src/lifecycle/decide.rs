//! What becomes of each organization of a change: the rules, without a word to the database.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use uuid::Uuid;

use super::{
    model::{Outcome, Transition, Verdict},
    store::Target,
};
use crate::{roles::Permission, scope::Scope};

const UNSEEN: &str = "You see no such organization";
const OPERATOR: &str = "It runs this installation, and nothing stands above it";
const OWN: &str = "It is your own organization. Somebody of the organization above it can do this";
const NOT_YOURS: &str =
    "Your role does not include it here. A Reseller Admin or Support Admin of the organization above it can do this";
const ARCHIVED: &str = "It is archived. Restore it first";
const OCCUPIED: &str = "Organizations beneath it are not archived. Archive them first, or all of it together";
const UNDER_ARCHIVED: &str = "The organization above it is archived. Restore that one first";
const NAMESAKE: &str = "Another organization has its name by now. Open it and decide how it is to be called";
const UNPAID: &str = "The organization that pays for it is archived. Open it and decide";

/// An outcome for each id, in their order; an id that is not among the targets is not seen.
pub(super) fn outcomes(scope: &Scope, transition: Transition, ids: &[Uuid], targets: Vec<Target>) -> Vec<Outcome> {
    let mut targets = targets;
    // What stands above is decided first, what is archived is decided from below.
    targets.sort_by_key(|target| target.path.len());
    if transition == Transition::Archive {
        targets.reverse();
    }
    let mut state = State::default();
    let mut decided: HashMap<Uuid, Outcome> = HashMap::with_capacity(targets.len());
    for target in targets {
        let result = verdict(scope, transition, &target, &state);
        state.note(&target, &result);
        decided.insert(target.id, Outcome { id: target.id, key: Some(target.key), name: target.name, result });
    }
    let mut told = HashSet::with_capacity(ids.len());
    let once = ids.iter().filter(|id| told.insert(**id));
    once.map(|id| decided.remove(id).unwrap_or_else(|| unseen(*id))).collect()
}

fn unseen(id: Uuid) -> Outcome {
    Outcome { id, key: None, name: String::new(), result: refused(UNSEEN) }
}

/// What was decided before and matters to others.
#[derive(Default)]
struct State {
    done: HashSet<Uuid>,
    /// Those with something beneath that stays as it is.
    occupied: HashSet<Uuid>,
}

impl State {
    fn note(&mut self, target: &Target, result: &Verdict) {
        match result {
            Verdict::Done => drop(self.done.insert(target.id)),
            Verdict::Refused(_) => self.occupied.extend(&target.path),
            Verdict::Already => {}
        }
    }
}

fn refused(words: &'static str) -> Verdict {
    Verdict::Refused(Cow::Borrowed(words))
}

fn verdict(scope: &Scope, transition: Transition, target: &Target, state: &State) -> Verdict {
    if let Some(words) = barred(scope, target) {
        return refused(words);
    }
    match (transition, target.status.as_str()) {
        (Transition::Suspend, "active") | (Transition::Resume, "suspended") => Verdict::Done,
        (Transition::Suspend, "suspended") | (Transition::Resume, "active") => Verdict::Already,
        (Transition::Suspend | Transition::Resume, _) => refused(ARCHIVED),
        (Transition::Archive, "archived") => Verdict::Already,
        (Transition::Archive, _) if target.occupied || state.occupied.contains(&target.id) => refused(OCCUPIED),
        (Transition::Archive, _) => Verdict::Done,
        (Transition::Restore, "archived") => restorable(target, state),
        (Transition::Restore, _) => Verdict::Already,
    }
}

/// Why the person changes nothing of it, whatever state it is in.
pub(super) fn barred(scope: &Scope, target: &Target) -> Option<&'static str> {
    match () {
        () if target.path.len() == 1 => Some(OPERATOR),
        () if scope.from_above(Permission::ManageLifecycle, target.id).is_some() => None,
        () if scope.may(Permission::ManageLifecycle) => Some(OWN),
        () => Some(NOT_YOURS),
    }
}

fn restorable(target: &Target, state: &State) -> Verdict {
    let parent = target.path.iter().rev().nth(1);
    let comes_back = parent.is_some_and(|parent| state.done.contains(parent));
    match () {
        () if target.parent_status.as_deref() == Some("archived") && !comes_back => refused(UNDER_ARCHIVED),
        () if target.namesake => refused(NAMESAKE),
        () if target.unpaid => refused(UNPAID),
        () => Verdict::Done,
    }
}
