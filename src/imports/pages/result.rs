//! What became of every row, and of an undo (issue 5: After; N1).

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use sqlx::PgConnection;

use super::{
    Head,
    bar::{self, Part},
    import_path, placed,
    show::ShowQuery,
    undo, words,
};
use crate::{
    app::App,
    custom_fields::{self, CustomField},
    error::Result,
    imports::{self, Import, Line, Meaning, Outcome, State, Undone},
    organizations::Field,
    scope::Scope,
    web::{frame::Frame, page, when::When},
};

#[derive(Template)]
#[template(path = "imports/result.html")]
struct ResultPage {
    frame: Frame,
    head: Head,
    title: String,
    /// What came of it, in a sentence.
    sentence: String,
    stopped: Option<String>,
    /// Whether something was created or changed by then.
    changed: bool,
    when: When,
    took: String,
    stats: Vec<Stat>,
    undo_stats: Vec<Stat>,
    bar: Vec<Part>,
    all: (String, bool),
    rows: Vec<Row>,
    begin: Option<String>,
    next: Option<String>,
    /// Until when the rows are kept.
    kept: Option<When>,
    /// Whether they are not kept any more.
    gone: bool,
    /// Whether rows failed, which come as a file.
    failed: bool,
    /// "Run the 4 failed rows again…", where the person may and they are in no other import.
    retry: Option<String>,
    again: Option<Again>,
    undoable: bool,
    /// What undoing came to, where it was ended before its end.
    partly: Option<String>,
    /// Whether it was taken back.
    undone: Option<UndoneView>,
    follows: Option<String>,
}

struct Stat {
    tone: &'static str,
    word: &'static str,
    count: String,
    unit: &'static str,
    href: String,
    current: bool,
}

/// The import in which the rows that are left over were run again, or wait for it.
struct Again {
    href: String,
    words: &'static str,
}

impl Again {
    fn new(other: &Import, scope: &Scope) -> Self {
        Self { href: import_path(scope, other.id), words: words::follow_up(other.state) }
    }
}

struct UndoneView {
    by: String,
    when: When,
    words: String,
}

struct Row {
    number: i32,
    name: String,
    outcome: (&'static str, &'static str),
    target: Option<(String, String)>,
    why: String,
    undone: Option<((&'static str, &'static str), String)>,
}

/// Which rows are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Only {
    All,
    Outcome(Outcome),
    Undone(Undone),
}

impl Only {
    fn parse(word: &str) -> Self {
        let undone = || Undone::parse(word).map(Self::Undone);
        Outcome::parse(word).map(Self::Outcome).or_else(undone).unwrap_or(Self::All)
    }

    fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Outcome(outcome) => outcome.as_str(),
            Self::Undone(undone) => undone.as_str(),
        }
    }

    async fn read(
        self,
        db: &mut PgConnection,
        scope: &Scope,
        import: &Import,
        after: i32,
    ) -> Result<(Vec<Line>, bool)> {
        match self {
            Self::All => imports::lines(db, scope, import, (None, None), after).await,
            Self::Outcome(outcome) => imports::lines(db, scope, import, (None, Some(outcome)), after).await,
            Self::Undone(undone) => imports::lines_undone(db, scope, import, undone, after).await,
        }
    }
}

pub(super) async fn show(
    app: &App,
    scope: &Scope,
    frame: Frame,
    import: Import,
    query: &ShowQuery,
) -> Result<HttpResponse> {
    let only = Only::parse(&query.only);
    let read = app.read(scope, async |db| {
        let undone = match import.undone_at {
            Some(_) => imports::undone(db, scope, &import).await?,
            None => Vec::new(),
        };
        let (lines, more) = only.read(db, scope, &import, query.after()).await?;
        let again = imports::follow_up(db, scope, &import).await?;
        Ok(Read { lines, more, custom: custom_fields::list(db, scope).await?, undone, again })
    });
    let read = read.await?;
    page(StatusCode::OK, view(scope, frame, &import, (only, query), &read))
}

/// What the page is made of.
struct Read {
    lines: Vec<Line>,
    more: bool,
    custom: Vec<CustomField>,
    undone: Vec<(Undone, i64)>,
    again: Option<Import>,
}

fn view(scope: &Scope, frame: Frame, import: &Import, (only, query): (Only, &ShowQuery), read: &Read) -> ResultPage {
    let base = import_path(scope, import.id);
    let begin = format!("{base}?only={}", only.word());
    let last = read.lines.last().filter(|_| read.more);
    let head = Head::new(import, scope);
    let zone = scope.actor.zone();
    ResultPage {
        frame: placed(frame, scope, import),
        title: title(import),
        sentence: sentence(import),
        stopped: import.stopped.clone(),
        changed: import.outcomes.of(Outcome::Created) + import.outcomes.of(Outcome::Updated) > 0,
        when: When::exact(&zone, import.started_at.unwrap_or(import.created_at)),
        took: took(import),
        stats: stats(import, only, &base),
        undo_stats: undo_stats(&read.undone, only, &base),
        bar: bar::of_outcomes(import),
        all: (format!("{base}#rows"), only == Only::All),
        rows: read.lines.iter().map(|line| Row::new(import, line, &read.custom)).collect(),
        next: last.map(|line| format!("{begin}&after={}#rows", line.row)),
        begin: (query.after() > 0).then_some(begin),
        kept: import.rows_kept_until().map(|at| When::day(&zone, at)),
        gone: !import.has_rows && import.started_at.is_some(),
        failed: import.outcomes.of(Outcome::Failed) > 0 && import.has_rows,
        retry: words::retry(import).filter(|_| head.may && read.again.is_none()),
        again: read.again.as_ref().map(|other| Again::new(other, scope)),
        undoable: head.may && undo::is_possible(import),
        partly: partly(import, &read.undone),
        undone: undone_view(import, &read.undone, scope),
        follows: import.follows.map(|id| import_path(scope, id)),
        head,
    }
}

fn title(import: &Import) -> String {
    match import.state {
        State::Undone => format!("Undone: {}", import.file_name),
        State::Stopped => format!("Stopped: {}", import.file_name),
        State::Cancelled => format!("Cancelled: {}", import.file_name),
        _ => format!("Imported: {}", import.file_name),
    }
}

fn sentence(import: &Import) -> String {
    let of = |outcome| import.outcomes.of(outcome);
    let counts = [
        (of(Outcome::Created), "created"),
        (of(Outcome::Updated), "updated"),
        (of(Outcome::Same), "unchanged"),
        (of(Outcome::Skipped), "left out"),
        (of(Outcome::Failed), "failed"),
        (import.unreached(), "not reached"),
    ];
    let listed = words::listed(&counts, "No row was imported");
    if import.state == State::Undone { format!("Before that: {listed}") } else { listed }
}

fn took(import: &Import) -> String {
    let span = import.started_at.zip(import.ended_at).filter(|_| import.undone_at.is_none());
    let seconds = span.map(|(from, to)| (to - from).whole_seconds());
    seconds.filter(|seconds| *seconds > 0).map(words::span).unwrap_or_default()
}

/// The outcomes that occur; created ones in any case.
fn stats(import: &Import, only: Only, base: &str) -> Vec<Stat> {
    let shown = |one: &Outcome| import.outcomes.of(*one) > 0 || *one == Outcome::Created;
    let stat = |outcome: Outcome| {
        let (tone, word) = words::outcome(outcome);
        Stat {
            tone,
            word,
            count: words::number(import.outcomes.of(outcome)),
            unit: words::unit(import.outcomes.of(outcome)),
            href: format!("{base}?only={}#rows", outcome.as_str()),
            current: only == Only::Outcome(outcome),
        }
    };
    Outcome::ALL.into_iter().filter(shown).map(stat).collect()
}

/// What undoing came to.
fn undo_stats(counts: &[(Undone, i64)], only: Only, base: &str) -> Vec<Stat> {
    let stat = |(undone, count): &(Undone, i64)| {
        let (tone, word) = words::undone(*undone);
        Stat {
            tone,
            word,
            count: words::number(*count),
            unit: words::unit(*count),
            href: format!("{base}?only={}#rows", undone.as_str()),
            current: only == Only::Undone(*undone),
        }
    };
    counts.iter().map(stat).collect()
}

fn undone_view(import: &Import, counts: &[(Undone, i64)], scope: &Scope) -> Option<UndoneView> {
    let at = import.undone_at.filter(|_| import.state == State::Undone)?;
    Some(UndoneView {
        by: import.undone_by.clone().unwrap_or_default(),
        when: When::exact(&scope.actor.zone(), at),
        words: undone_words(counts),
    })
}

fn partly(import: &Import, counts: &[(Undone, i64)]) -> Option<String> {
    (import.state != State::Undone && !counts.is_empty()).then(|| undone_words(counts))
}

fn undone_words(counts: &[(Undone, i64)]) -> String {
    let of = |wanted: Undone| counts.iter().find(|(undone, _)| *undone == wanted).map_or(0, |(_, count)| *count);
    let parts = [
        (of(Undone::Reversed), "undone"),
        (of(Undone::Kept), "kept, because changed since"),
        (of(Undone::Impossible), "not possible"),
    ];
    words::listed(&parts, "There was nothing to undo")
}

impl Row {
    fn new(import: &Import, line: &Line, custom: &[CustomField]) -> Self {
        let place = |field| import.columns.place(Meaning::Field(field));
        let named = [Field::Name, Field::Domain, Field::CustomerNumber].into_iter().filter_map(place);
        let name = named.filter_map(|at| line.cells.get(at)).find(|cell| !cell.trim().is_empty());
        Self {
            number: line.row,
            name: name.cloned().unwrap_or_default(),
            outcome: line.outcome.map_or(("off", "Not reached"), words::outcome),
            target: line.organization.as_ref().map(|(key, name)| (format!("/o/{key}"), name.clone())),
            why: line.why(custom),
            undone: line.undone.as_ref().map(|(undone, why)| (words::undone(*undone), why.clone().unwrap_or_default())),
        }
    }
}
