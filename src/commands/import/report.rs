//! The file of `--report`: the file's own columns, and before them the row, what became of it, the organization and why; in a
//! rehearsal also what would be changed.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;

use super::plain;
use crate::{
    app::App,
    custom_fields::{self, CustomField},
    imports::{self, Change, Existing, Import, Likely, Line, Verdict, write},
    scope::Scope,
};

/// A report to be.
pub(super) struct Report {
    path: PathBuf,
    file: File,
}

impl Report {
    /// Begins it, so that a path that cannot be written is known before anything is imported.
    ///
    /// # Errors
    /// The disk's.
    pub(super) fn begin(path: &Path) -> anyhow::Result<Self> {
        let file = File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Writes every row.
    ///
    /// # Errors
    /// The database's and the disk's.
    pub(super) async fn write(self, app: &App, scope: &Scope, import: &Import) -> anyhow::Result<()> {
        let unwritten = || format!("{} cannot be written", self.path.display());
        let rehearsed = !import.state.has_run();
        let mut out = BufWriter::new(&self.file);
        let mut own = vec!["Row", "Result", "Org Key", "Why"];
        own.extend(rehearsed.then_some("Changes"));
        let headings = own.into_iter().chain(import.headings.iter().map(String::as_str));
        write::csv_line(&mut out, b',', headings).with_context(unwritten)?;
        let custom = app.read(scope, async |db| custom_fields::list(db, scope).await).await.map_err(plain)?;
        let (mut after, mut more) = (0, true);
        while more {
            let read = app.read(scope, async |db| {
                let (lines, more) = imports::lines_behind(db, scope, import, (None, None), after).await?;
                let changes = imports::changes(db, scope, import, if rehearsed { &lines[..] } else { &[] }).await?;
                Ok((lines, changes, more))
            });
            let (lines, changes, behind) = read.await.map_err(plain)?;
            (after, more) = (lines.last().map_or(after, |line| line.row), behind);
            for line in &lines {
                let changes = changes.get(&line.row).filter(|_| would_change(import, line.verdict));
                let changes = changes.map(|changes| words(changes)).unwrap_or_default();
                let reason = why(line, &custom);
                row(&mut out, import, (line, &reason), rehearsed.then_some(changes.as_str()))
                    .with_context(unwritten)?;
            }
        }
        out.flush().with_context(unwritten)
    }
}

/// What is wrong with the row, as the file of error rows says it; else what was found about it.
fn why(line: &Line, custom: &[CustomField]) -> String {
    let why = line.why(custom);
    if !why.is_empty() {
        return why;
    }
    line.problems.iter().map(|problem| problem.words.as_str()).collect::<Vec<_>>().join(". ")
}

fn row(
    out: &mut impl Write,
    import: &Import,
    (line, why): (&Line, &str),
    changes: Option<&str>,
) -> std::io::Result<()> {
    let result = line.outcome.map_or(line.verdict.as_str(), |outcome| outcome.as_str());
    let key = line.organization.as_ref().map(|(key, _)| key.as_str()).unwrap_or_default();
    let number = line.row.to_string();
    let cells = line.cells.iter().take(import.headings.len()).map(String::as_str);
    let own = [number.as_str(), result, key, why].into_iter().chain(changes);
    write::csv_line(out, b',', own.chain(cells))
}

fn would_change(import: &Import, verdict: Verdict) -> bool {
    match verdict {
        Verdict::Match => import.choices.existing == Existing::Update,
        Verdict::Likely => import.choices.likely == Likely::Update,
        _ => false,
    }
}

/// "City: Köln → Bonn. Phone: – → +49 221 1234".
fn words(changes: &[Change]) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
    let one = |change: &Change| format!("{}: {} → {}", change.label, text(&change.before), text(&change.after));
    changes.iter().map(one).collect::<Vec<_>>().join(". ")
}
