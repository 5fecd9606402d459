//! Step 3: every row with its verdict, before anything is written (S212, N2, N5).

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;

use super::{
    Head, ask_for_group,
    bar::{self, Part},
    choices::{ChoicesView, Plan},
    grid::Grid,
    import_path, placed,
    reading::in_words,
    show::ShowQuery,
    words,
};
use crate::{
    app::App,
    error::{FieldErrors, Result},
    imports::{self, Choices, Existing, Import, Likely, State, Verdict},
    scope::Scope,
    web::{frame::Frame, page, when::When},
};

#[derive(Template)]
#[template(path = "imports/check.html")]
struct CheckPage {
    frame: Frame,
    head: Head,
    ask: Option<String>,
    /// How the file was read, in words.
    about: String,
    /// Whether the file is there to be read otherwise.
    has_file: bool,
    stats: Vec<Stat>,
    bar: Vec<Part>,
    /// The same in words.
    sentence: String,
    all: (String, bool),
    grid: Grid,
    choices: ChoicesView,
    plan: Plan,
    has_errors: bool,
    /// The same file, imported before or now.
    same: Option<Same>,
    errors: FieldErrors,
}

/// A verdict with how many rows have it and what becomes of them.
struct Stat {
    tone: &'static str,
    word: &'static str,
    count: String,
    then: &'static str,
    href: String,
    current: bool,
}

struct Same {
    href: String,
    by: String,
    running: bool,
    when: When,
}

pub(super) async fn show(
    app: &App,
    scope: &Scope,
    frame: Frame,
    import: Import,
    query: &ShowQuery,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let read = app.read(scope, async |db| {
        let grid = Grid::read(db, scope, &import, query).await?;
        let choices = ChoicesView::new(db, scope, &import).await?;
        let mails = imports::mails(db, scope, &import).await?;
        Ok((grid, choices, mails, imports::same_file(db, scope, &import).await?))
    });
    let (grid, choices, mails, same) = read.await?;
    let base = import_path(scope, import.id);
    page(
        if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY },
        CheckPage {
            frame: placed(frame, scope, &import),
            head: Head::new(&import, scope),
            ask: ask_for_group(scope),
            about: in_words(&import),
            has_file: import.follows.is_none(),
            bar: bar::of_verdicts(&import),
            sentence: in_a_sentence(&import),
            stats: stats(&import, &grid.only, &base),
            all: (format!("{base}?only=all#rows"), grid.only == "all"),
            plan: Plan::new(&import, mails),
            has_errors: import.found.of(Verdict::Error) > 0,
            same: same.map(|other| Same {
                href: import_path(scope, other.id),
                by: other.asked_name.clone(),
                running: other.state == State::Running,
                when: When::exact(&scope.actor.zone(), other.started_at.unwrap_or(other.created_at)),
            }),
            grid,
            choices,
            errors,
        },
    )
}

/// The verdicts that occur; new ones and errors in any case.
fn stats(import: &Import, only: &str, base: &str) -> Vec<Stat> {
    let shown = |verdict: &Verdict| import.found.of(*verdict) > 0 || matches!(verdict, Verdict::New | Verdict::Error);
    let stat = |verdict: Verdict| {
        let (tone, word) = words::verdict(verdict);
        Stat {
            tone,
            word,
            count: words::number(import.found.of(verdict)),
            then: then(&import.choices, verdict, import.found.of(verdict)),
            href: format!("{base}?only={}#rows", verdict.as_str()),
            current: only == verdict.as_str(),
        }
    };
    Verdict::ALL.into_iter().filter(shown).map(stat).collect()
}

fn in_a_sentence(import: &Import) -> String {
    let occur = Verdict::ALL.into_iter().filter(|verdict| import.found.of(*verdict) > 0);
    let said =
        occur.map(|verdict| format!("{}: {}", words::verdict(verdict).1, words::number(import.found.of(verdict))));
    said.collect::<Vec<_>>().join(", ")
}

/// What becomes of rows with a verdict by the present choices.
fn then(choices: &Choices, verdict: Verdict, count: i64) -> &'static str {
    match verdict {
        // As `Choices::obstacle` counts them.
        Verdict::Match | Verdict::Same | Verdict::Twice if choices.existing == Existing::Stop => "stop the import",
        Verdict::New if choices.create => "will be created",
        Verdict::Likely if choices.create && choices.likely == Likely::Create => "will be created",
        Verdict::Likely if choices.likely == Likely::Update => "will be updated",
        Verdict::Match if choices.existing == Existing::Update => "will be updated",
        Verdict::Same => "nothing to change",
        Verdict::Error if count == 0 => "nothing to correct",
        Verdict::Error if choices.whole => "to be corrected first",
        Verdict::Error => "to be corrected, or left out",
        Verdict::New | Verdict::Likely | Verdict::Match | Verdict::Twice => "will be left out",
    }
}
