//! The bar on every page of an organization that is out of use, for those of the organizations above.

use crate::{
    lifecycle,
    scope::Scope,
    types::{TimeZone, date_in_words},
};

/// What the bar says, and where it is changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct FrameHalt {
    pub(crate) title: String,
    pub(crate) text: &'static str,
    pub(crate) reason: String,
    /// None for whoever may not.
    pub(crate) href: Option<String>,
    pub(crate) label: &'static str,
}

impl FrameHalt {
    pub(super) fn of(scope: &Scope) -> Option<Self> {
        let halt = scope.organization.halt.as_ref()?;
        let zone: TimeZone = scope.actor.zone();
        let by = if halt.by.is_empty() { String::new() } else { format!(" by {}", halt.by) };
        let done = format!("{}{by}", zone.date(halt.since));
        let (word, text, place, label) = if halt.archived {
            let text = "It can be read, and nothing in it can be changed until it is restored.";
            ("Archived", text, "restore", "Restore…")
        } else {
            let text = "Its own people cannot come in. Those of the organizations above can.";
            ("Suspended", text, "suspension", "Resume…")
        };
        let purged = halt.purge_on.map(|day| format!(", removed for good on {}", date_in_words(day)));
        Some(Self {
            title: format!("{word} {done}{}", purged.unwrap_or_default()),
            text,
            reason: halt.reason.clone(),
            href: lifecycle::may(scope).then(|| format!("/o/{}/{place}", scope.organization.key)),
            label,
        })
    }
}
