//! What imports, verdicts and outcomes are called.

use crate::{
    imports::{Import, Outcome, State, Undone, Verdict},
    types::grouped,
};

/// "1,310".
pub(super) fn number(count: i64) -> String {
    grouped(u64::try_from(count).unwrap_or_default())
}

/// "1 row", "1,310 rows".
pub(super) fn rows(count: i64) -> String {
    counted(count, "row")
}

/// What stands behind a number of rows: "row", "rows".
pub(super) fn unit(count: i64) -> &'static str {
    if count == 1 { "row" } else { "rows" }
}

/// "1 organization", "118 organizations".
pub(super) fn organizations(count: i64) -> String {
    counted(count, "organization")
}

fn counted(count: i64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{} {what}s", number(count)) }
}

/// Tone and words of the one status an import shows (DESIGN.md section 6).
pub(super) fn status(import: &Import) -> (&'static str, String) {
    let to_fix = |count: i64| ("warn", format!("{} to fix", rows(count)));
    let (failed, errors) = (import.outcomes.of(Outcome::Failed), import.found.of(Verdict::Error));
    let (tone, word) = match import.state {
        State::Uploaded => ("warn half", "Columns not known yet"),
        State::Checking => ("info half", "Checking"),
        State::Unreadable if import.was_given_up() => ("bad", "Could not be checked"),
        State::Unreadable => ("bad", "Cannot be read"),
        State::Checked if errors > 0 => return to_fix(errors),
        State::Checked => ("info", "Checked, not started"),
        State::Running => ("info half", "Running"),
        State::Done if failed > 0 => return to_fix(failed),
        State::Done => ("ok", "Done"),
        State::Cancelled => ("off", "Cancelled"),
        State::Stopped => ("bad", "Stopped"),
        State::Undoing => ("info half", "Being undone"),
        State::Undone => ("off", "Undone"),
    };
    (tone, word.to_owned())
}

/// What else has to be known about the numbers of an import: that what was done is done no more, or not all of it.
pub(super) fn since(import: &Import) -> Option<&'static str> {
    let changed = import.outcomes.of(Outcome::Created) + import.outcomes.of(Outcome::Updated) > 0;
    match (import.state, import.undone_at) {
        (State::Undoing, _) => Some("Numbers from before undoing"),
        (State::Undone, _) if changed => Some("Numbers from before it was undone"),
        (_, Some(_)) if changed => Some("Undone in part since"),
        _ => None,
    }
}

/// Tone and word of a row's verdict.
pub(super) fn verdict(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::New => ("ok", "New"),
        Verdict::Match => ("info", "Exists"),
        Verdict::Same => ("off", "Unchanged"),
        Verdict::Likely => ("warn", "Looks alike"),
        Verdict::Twice => ("warn half", "Twice"),
        Verdict::Error => ("bad", "Error"),
    }
}

/// Tone and word of what became of a row.
pub(super) fn outcome(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Created => ("ok", "Created"),
        Outcome::Updated => ("info", "Updated"),
        Outcome::Same => ("off", "Unchanged"),
        Outcome::Skipped => ("off", "Left out"),
        Outcome::Failed => ("bad", "Failed"),
    }
}

/// Tone and word of what undoing a row came to.
pub(super) fn undone(undone: Undone) -> (&'static str, &'static str) {
    match undone {
        Undone::Reversed => ("ok", "Undone"),
        Undone::Kept => ("warn", "Kept"),
        Undone::Impossible => ("bad", "Not possible"),
    }
}

/// What the button does (S213): "Create 118 organizations".
pub(super) fn button(creates: i64, updates: i64) -> String {
    match (creates, updates) {
        (0, updates) => format!("Update {}", organizations(updates)),
        (creates, 0) => format!("Create {}", organizations(creates)),
        (creates, updates) => format!("Import {}", organizations(creates + updates)),
    }
}

/// What runs again the rows that failed or were not reached; nothing where there are none, or they are not kept any more.
pub(super) fn retry(import: &Import) -> Option<String> {
    let (failed, unreached) = (import.outcomes.of(Outcome::Failed), import.unreached());
    let words = match (failed, unreached) {
        (0, 0) => return None,
        (1, 0) => "Run the failed row again…".to_owned(),
        (failed, 0) => format!("Run the {} failed rows again…", number(failed)),
        (0, 1) => "Run the row that was not reached…".to_owned(),
        (0, unreached) => format!("Run the {} rows that were not reached…", number(unreached)),
        (failed, unreached) => format!("Run the {} rows that are left…", number(failed + unreached)),
    };
    import.has_rows.then_some(words)
}

/// Where the rows that are left over stand, by the state of the import they became.
pub(super) fn follow_up(state: State) -> &'static str {
    match state {
        State::Uploaded | State::Checking | State::Checked => "The rows left over wait to be run again",
        State::Running => "The rows left over are being run again",
        _ => "The rows left over were run again",
    }
}

/// Counts with their words, those of none left out: "168 created, 21 updated"; `none` where all are none.
pub(super) fn listed(counts: &[(i64, &str)], none: &str) -> String {
    let parts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", number(*count)))
        .collect();
    if parts.is_empty() { none.to_owned() } else { parts.join(", ") }
}

/// "52 s", "1 min 52 s", "2 h 5 min".
pub(super) fn span(seconds: i64) -> String {
    match (seconds.max(0) / 3600, seconds.max(0) % 3600 / 60, seconds.max(0) % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_button_says_what_it_does() {
        assert_eq!(button(118, 0), "Create 118 organizations");
        assert_eq!(button(0, 1), "Update 1 organization");
        assert_eq!(button(1_000, 310), "Import 1,310 organizations");
    }

    #[test]
    fn counts_and_times_are_read_as_words() {
        assert_eq!(rows(1), "1 row");
        assert_eq!(listed(&[(168, "created"), (0, "updated"), (4, "failed")], "nothing"), "168 created, 4 failed");
        assert_eq!(listed(&[(0, "created")], "nothing"), "nothing");
        assert_eq!((span(59), span(112), span(7_500)), ("59 s".into(), "1 min 52 s".into(), "2 h 5 min".into()));
    }
}
