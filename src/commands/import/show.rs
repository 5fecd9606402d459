//! What the command says: a bar while it works, on a terminal, and numbers at the end.

use std::{io::IsTerminal, time::Duration};

use crate::{
    custom_fields::CustomField,
    imports::{
        self, Columns, Import, Outcome, State, Verdict,
        read::{Look, letters_seem_wrong},
    },
    organizations::COUNTED,
};

/// A bar on a terminal, nothing elsewhere.
pub(super) fn progress(import: &Import, passed: Duration) {
    if !std::io::stderr().is_terminal() {
        return;
    }
    let what = if import.state == State::Checking { "Checking" } else { "Importing" };
    let rate = f64::from(import.done) / passed.as_secs_f64().max(0.1);
    if import.total == 0 {
        eprint!("\r{what}: {} rows, {rate:.0} a second   ", import.done);
        return;
    }
    let part = f64::from(import.done) / f64::from(import.total);
    let filled = (part * 30.0) as usize;
    let bar = format!("{}{}", "#".repeat(filled.min(30)), ".".repeat(30 - filled.min(30)));
    eprint!("\r{what}: [{bar}] {} of {} rows, {rate:.0} a second   ", import.done, import.total);
}

/// Ends the line of the bar.
pub(super) fn end_of_progress() {
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
}

/// What a person would be asked about on the pages.
pub(super) fn doubts(look: &Look, columns: &Columns, custom: &[CustomField]) {
    if let Some(day) = imports::either_day(look, columns, custom) {
        eprintln!(
            "{day} could be two days; it is read with the day first. Say dates = \"month-first\" with --mapping if not."
        );
    }
    if letters_seem_wrong(look) {
        eprintln!(
            "Some letters look wrong in windows-1252. Say another encoding under [read] with --mapping if they are."
        );
    }
}

/// What the check found.
pub(super) fn verdicts(import: &Import) {
    let counts: Vec<String> = Verdict::ALL
        .into_iter()
        .filter(|verdict| import.found.of(*verdict) > 0)
        .map(|verdict| format!("{} {}", import.found.of(verdict), verdict.as_str()))
        .collect();
    println!("{} rows: {}", import.total, counts.join(", "));
}

/// What a rehearsal comes to (N5).
pub(super) fn plan(import: &Import, mails: i64) {
    let (creates, updates) = (import.choices.creates(&import.found), import.choices.updates(&import.found));
    let mails = match mails {
        0 => "no mail".to_owned(),
        1 => "1 mail".to_owned(),
        mails if mails > COUNTED => format!("more than {COUNTED} mails"),
        mails => format!("{mails} mails"),
    };
    println!("Would create {creates}, update {updates} and send {mails}. Nothing was changed.");
}

/// What became of the rows.
pub(super) fn outcomes(import: &Import) {
    let counts = Outcome::ALL.into_iter().map(|outcome| (import.outcomes.of(outcome), outcome.as_str()));
    let all = counts.chain([(import.unreached(), "not reached")]);
    let some: Vec<String> =
        all.filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    println!("Import {}: {}", import.id, some.join(", "));
}
