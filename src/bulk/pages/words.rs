//! What changes are called.

use crate::{
    bulk::{Action, Run, State},
    types::grouped,
};

/// "1 organization", "5,000 organizations".
pub(super) fn organizations(count: i32) -> String {
    match count {
        1 => "1 organization".to_owned(),
        more => format!("{} organizations", number(more)),
    }
}

/// "5,000".
pub(super) fn number(count: i32) -> String {
    grouped(u64::try_from(count).unwrap_or_default())
}

/// What is done to organizations: "Add 300 organizations to Nordics".
pub(super) fn sentence(run: &Run, count: i32) -> String {
    let what = if run.is_settled() { organizations(count) } else { "everything the list shows".to_owned() };
    let name = |unknown: &str| run.parameters.name.clone().unwrap_or_else(|| unknown.to_owned());
    match run.action {
        Action::AddToGroup => format!("Add {what} to {}", name("a group")),
        Action::RemoveFromGroup => format!("Remove {what} from {}", name("a group")),
        Action::Tag => format!("Tag {what} with {}", name("a tag")),
        Action::Untag => format!("Take {} off {what}", name("a tag")),
        Action::Suspend => format!("Suspend {what}"),
        Action::Resume => format!("Resume {what}"),
        Action::Archive => format!("Archive {what}"),
        Action::Restore => format!("Restore {what}"),
    }
}

/// The heading of a page, which says of an undo that it is one.
pub(super) fn title(run: &Run) -> String {
    let sentence = sentence(run, run.total);
    match run.undoes {
        Some(_) => format!("Undo: {}", uncapitalized(&sentence)),
        None => sentence,
    }
}

pub(super) fn uncapitalized(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Tone and word of the one status a change shows (DESIGN.md section 6).
pub(super) fn status(run: &Run) -> (&'static str, &'static str) {
    match run.state {
        State::Planned => ("off", "Not begun"),
        State::Checking => ("info half", "Dry run"),
        State::Running => ("info half", "Running"),
        State::Done if run.result.refuse > 0 => ("warn", "Done, some refused"),
        State::Done => ("ok", "Done"),
        State::Cancelled => ("off", "Cancelled"),
        State::Stopped => ("bad", "Stopped"),
    }
}

/// What the three verdicts are called: to be, and when it is over.
pub(super) fn verdicts(planned: bool) -> [&'static str; 3] {
    if planned { ["Would change", "Already so", "Refused"] } else { ["Changed", "Already so", "Refused"] }
}

/// What has to be typed before organizations are archived.
pub(super) fn confirmation(count: i32) -> String {
    format!("archive {count}")
}

/// "1 min 52 s".
pub(super) fn elapsed(seconds: i64) -> String {
    match (seconds.max(0) / 60, seconds.max(0) % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{elapsed, organizations, uncapitalized};

    #[test]
    fn counts_and_times_are_read_as_words() {
        assert_eq!((organizations(1), organizations(5_000)), ("1 organization".into(), "5,000 organizations".into()));
        assert_eq!((elapsed(59), elapsed(112), elapsed(-1)), ("59 s".into(), "1 min 52 s".into(), "0 s".into()));
        assert_eq!(uncapitalized("Tag 3 organizations"), "tag 3 organizations");
    }
}
