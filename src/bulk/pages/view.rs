//! What the pages of one bulk change have in common: what stands above them, how far the change is, its lines.

use super::{list_path, run_path, words};
use crate::{
    bulk::{Action, Asks, Item, Only, Run, State},
    organizations::Filter,
    scope::Scope,
    types::{date_in_words, grouped},
    web::{
        frame::{initials, tile},
        words::status,
    },
};

/// What stands above every page of one change.
pub(super) struct Head {
    pub(super) base: String,
    pub(super) list: String,
    /// The list it was asked for on.
    pub(super) origin: String,
    pub(super) title: String,
    pub(super) by: String,
    pub(super) left_out: Vec<String>,
    pub(super) may: bool,
}

impl Head {
    pub(super) fn new(run: &Run, scope: &Scope) -> Self {
        let organizations = format!("/o/{}/organizations", scope.organization.key);
        let query = run.filter.as_deref().map(|query| Filter::parse(query).to_query()).unwrap_or_default();
        Self {
            base: run_path(scope, run.id),
            list: list_path(scope),
            origin: if query.is_empty() { organizations } else { format!("{organizations}?{query}") },
            title: words::title(run),
            by: run.asked_name.clone(),
            left_out: run.left_out.clone(),
            may: scope.may(run.action.permission()),
        }
    }
}

/// How far a change is.
pub(super) struct Progress {
    pub(super) running: bool,
    pub(super) done: i32,
    pub(super) total: i32,
    pub(super) done_words: String,
    pub(super) status: (&'static str, &'static str),
    pub(super) elapsed: String,
    pub(super) counts: [(&'static str, String); 3],
}

impl Progress {
    pub(super) fn new(run: &Run, scope: &Scope) -> Self {
        let checking = run.state == State::Checking;
        let [changed, stays, refused] = words::verdicts(checking);
        let counts = if checking { run.plan } else { run.result };
        let done = counts.total();
        let until = run.ended_at.unwrap_or(scope.now);
        let seconds = run.started_at.map_or(0, |at| (until - at).whole_seconds());
        Self {
            running: run.state.is_under_way(),
            total: run.total,
            done_words: match checking && done == 0 {
                true => format!("{} found so far", words::organizations(run.total)),
                false => format!("{} of {}", words::number(done), words::organizations(run.total)),
            },
            status: words::status(run),
            elapsed: words::elapsed(seconds),
            counts: [
                (changed, words::number(counts.change)),
                (stays, words::number(counts.stay)),
                (refused, words::number(counts.refuse)),
            ],
            done,
        }
    }
}

/// The organizations of a change with what becomes of each.
pub(super) struct Lines {
    pub(super) tabs: Vec<Tab>,
    pub(super) rows: Vec<Row>,
    pub(super) first: bool,
    pub(super) begin: String,
    pub(super) next: Option<String>,
}

pub(super) struct Tab {
    pub(super) label: &'static str,
    pub(super) count: String,
    pub(super) href: String,
    pub(super) current: bool,
}

pub(super) struct Row {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) initials: String,
    pub(super) tile: &'static str,
    pub(super) status: (&'static str, String),
    pub(super) verdict: (&'static str, &'static str),
    pub(super) reason: String,
    pub(super) mails: Vec<String>,
}

impl Lines {
    pub(super) fn new(
        run: &Run,
        scope: &Scope,
        (items, more): (&[Item], bool),
        (only, after): (Option<Only>, i32),
    ) -> Self {
        let planned = run.state == State::Planned;
        let base = run_path(scope, run.id);
        let begin = only.map_or_else(|| base.clone(), |only| format!("{base}?only={}", only.as_str()));
        let next = items.last().filter(|_| more).map(|last| {
            let only = only.map(|only| format!("only={}&", only.as_str())).unwrap_or_default();
            format!("{base}?{only}after={}", last.position)
        });
        Self {
            tabs: tabs(run, only, &base),
            rows: items.iter().map(|item| Row::new(item, scope, planned)).collect(),
            first: after == 0,
            begin,
            next,
        }
    }
}

fn tabs(run: &Run, only: Option<Only>, base: &str) -> Vec<Tab> {
    let planned = run.state == State::Planned;
    let counts = if planned { run.plan } else { run.result };
    let [changed, stays, refused] = words::verdicts(planned);
    let tab = |label, count, kind: Option<Only>| Tab {
        label,
        count: words::number(count),
        href: kind.map_or_else(|| base.to_owned(), |kind| format!("{base}?only={}", kind.as_str())),
        current: only == kind,
    };
    let mut tabs = vec![
        tab("All", run.total, None),
        tab(changed, counts.change, Some(Only::Change)),
        tab(stays, counts.stay, Some(Only::Stay)),
        tab(refused, counts.refuse, Some(Only::Refuse)),
    ];
    if !planned && run.total > counts.total() {
        tabs.push(tab("Not reached", run.total - counts.total(), Some(Only::Waiting)));
    }
    tabs
}

impl Row {
    fn new(item: &Item, scope: &Scope, planned: bool) -> Self {
        let word = if planned { item.verdict.as_deref() } else { item.outcome.as_deref() };
        let [changed, stays, refused] = words::verdicts(planned);
        Self {
            href: format!("/o/{}", item.key),
            initials: initials(&item.name),
            tile: tile(item.key.as_str()),
            status: status(&item.status, item.trial_ends_at, scope.now, &scope.actor.zone()),
            verdict: match word {
                Some("change" | "changed") => ("ok", changed),
                Some("stay" | "stayed") => ("off", stays),
                Some(_) => ("bad", refused),
                None => ("off", "Not reached"),
            },
            reason: item.reason.clone().unwrap_or_default(),
            mails: item.mails.clone(),
            name: item.name.clone(),
        }
    }
}

/// What was said, and what follows beside the organizations themselves.
pub(super) fn facts(run: &Run, mails: i64) -> Vec<(&'static str, String)> {
    let with = &run.parameters;
    let mut facts = Vec::new();
    match run.action.asks() {
        Asks::Group => facts.push(("Group", with.name.clone().unwrap_or_default())),
        Asks::Tag => facts.push(("Tag", with.name.clone().unwrap_or_default())),
        Asks::Suspension | Asks::Archiving => {
            facts.extend(with.reason.clone().map(|reason| ("Reason", reason)));
        }
        Asks::Telling => {}
    }
    if run.action == Action::Archive {
        facts.extend(with.purge_on.map(|day| ("Removed for good on", date_in_words(day))));
        let beneath = if with.with_beneath { "Archived with them" } else { "Not included" };
        facts.push(("What stands beneath", beneath.to_owned()));
    }
    let mails = match mails {
        0 => "None".to_owned(),
        1 => "1, to an administrator".to_owned(),
        more => format!("{}, to administrators", grouped(u64::try_from(more).unwrap_or_default())),
    };
    facts.push(("Mails", mails));
    facts
}

/// "297 organizations changed, 3 were so already".
pub(super) fn outcome(run: &Run) -> String {
    let counts = run.result;
    let mut words = vec![format!("{} changed", words::organizations(counts.change))];
    if counts.stay > 0 {
        words.push(format!("{} already so", words::number(counts.stay)));
    }
    if counts.refuse > 0 {
        words.push(format!("{} refused", words::number(counts.refuse)));
    }
    let left = run.total - counts.total();
    if left > 0 && run.state.has_ended() {
        words.push(format!("{} not reached", words::number(left)));
    }
    words.join(", ")
}
