//! How far an import is: on the page, as a part of it, and as a stream of server-sent events that ends when the work does.

use std::time::Duration;

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, ContentEncoding},
    },
    web::{Bytes, Data},
};
use askama::Template;
use futures_util::stream::{Stream, try_unfold};
use time::OffsetDateTime;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::{Head, ImportPath, placed, words};
use crate::{
    app::App,
    error::{Error, Result},
    imports::{self, Import, Outcome, State},
    scope::Scope,
    web::{frame::Frame, page},
};

/// Between two looks.
const BEAT: Duration = Duration::from_secs(1);
/// A stream ends after this, and the browser asks anew: then it is looked again who may see what, and a server that stops
/// does not wait for long.
const STREAM: Duration = Duration::from_secs(20);

/// How far it is.
pub(super) struct Progress {
    pub(super) working: bool,
    pub(super) title: String,
    done: i32,
    /// Nothing while the rows are not counted yet.
    total: Option<i32>,
    done_words: String,
    status: (&'static str, String),
    /// "1 min 52 s · 700 rows/s · about 1 min left".
    pace: String,
    counts: Vec<(&'static str, String)>,
}

impl Progress {
    pub(super) fn new(import: &Import, now: OffsetDateTime) -> Self {
        let outcomes = &import.outcomes;
        let changed = outcomes.of(Outcome::Created) + outcomes.of(Outcome::Updated);
        let (title, total, begun) = match import.state {
            State::Checking => (format!("Checking {}", import.file_name), None, None),
            State::Undoing => {
                let title = format!("Undoing the import of {}", import.file_name);
                (title, i32::try_from(changed).ok(), import.undone_at)
            }
            _ => (format!("Importing {}", import.file_name), Some(import.total), import.started_at),
        };
        let done_words = match total {
            Some(total) => format!("{} of {}", words::number(import.done.into()), words::rows(total.into())),
            None => format!("{} read", words::rows(import.done.into())),
        };
        Self {
            working: import.state.is_working(),
            title,
            pace: begun.map(|at| pace(import.done, total, (now - at).whole_seconds())).unwrap_or_default(),
            counts: if import.state == State::Running { counts(import) } else { Vec::new() },
            status: words::status(import),
            done: import.done,
            done_words,
            total,
        }
    }
}

fn counts(import: &Import) -> Vec<(&'static str, String)> {
    let count = |outcome| (words::outcome(outcome).1, words::number(import.outcomes.of(outcome)));
    Outcome::ALL.into_iter().map(count).collect()
}

fn pace(done: i32, total: Option<i32>, seconds: i64) -> String {
    let mut parts = vec![words::span(seconds)];
    let rate = i64::from(done) / seconds.max(1);
    if rate > 0 && seconds > 1 {
        parts.push(format!("{} a second", words::rows(rate)));
        let left = total.map_or(0, |total| i64::from((total - done).max(0)) / rate);
        if left > 0 {
            parts.push(format!("about {} left", words::span(left)));
        }
    }
    parts.join(" · ")
}

#[derive(Template)]
#[template(path = "imports/progress.html")]
struct ProgressPage {
    frame: Frame,
    head: Head,
    progress: Progress,
    /// Who began what is under way.
    by: String,
    /// Whether they get a mail at the end.
    mailed: bool,
    /// What cancelling comes to; nothing where it cannot be done.
    cancel: Option<Cancel>,
}

struct Cancel {
    question: &'static str,
    consequence: String,
    verb: &'static str,
}

impl Cancel {
    fn of(import: &Import) -> Option<Self> {
        match import.state {
            State::Checking if import.follows.is_some() => Some(Self {
                question: "Stop checking these rows?",
                consequence: "These rows are forgotten here and can be run again from the earlier import.".to_owned(),
                verb: "Stop and forget the rows",
            }),
            State::Checking => Some(Self {
                question: "Stop checking this file?",
                consequence: "Nothing was imported. The file is forgotten, with what was corrected in it.".to_owned(),
                verb: "Stop and forget the file",
            }),
            State::Running if import.choices.whole => Some(Self {
                question: "Stop this import?",
                consequence: "All or nothing was chosen, so nothing of it is kept.".to_owned(),
                verb: "Stop the import",
            }),
            State::Running => Some(Self {
                question: "Stop after the present rows?",
                consequence: "What is created or updated by then stays. The result lists it, and you can undo it."
                    .to_owned(),
                verb: "Stop the import",
            }),
            State::Undoing => Some(Self {
                question: "Stop undoing after the present rows?",
                consequence:
                    "What is undone by then stays undone. The rest is as the import left it and can be undone later."
                        .to_owned(),
                verb: "Stop undoing",
            }),
            _ => None,
        }
    }
}

#[derive(Template)]
#[template(path = "imports/fragment.html")]
struct Fragment {
    progress: Progress,
}

/// The page of an import that is worked on.
pub(super) fn show(scope: &Scope, frame: Frame, import: &Import) -> Result<HttpResponse> {
    let undoing = import.undone_by.as_ref().filter(|_| import.state == State::Undoing);
    page(
        StatusCode::OK,
        ProgressPage {
            frame: placed(frame, scope, import),
            head: Head::new(import, scope),
            by: undoing.unwrap_or(&import.asked_name).clone(),
            mailed: import.state != State::Checking,
            progress: Progress::new(import, scope.now),
            cancel: Cancel::of(import),
        },
    )
}

/// The part of the page that tells how far it is, for a script without a stream.
pub(super) async fn fragment(app: Data<App>, scope: Scope, path: ImportPath) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let import = app.read(&scope, async |db| imports::find(db, &scope, id).await).await?;
    page(StatusCode::OK, Fragment { progress: Progress::new(&import, scope.now) })
}

/// The same part whenever it has changed, as server-sent events; "end" when the work is over.
pub(super) async fn stream(app: Data<App>, scope: Scope, path: ImportPath) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    app.read(&scope, async |db| imports::find(db, &scope, id).await).await?;
    let follow = Follow { app: app.get_ref().clone(), scope, id, until: Instant::now() + STREAM, last: None };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        // A proxy in front passes each event on at once.
        .insert_header(("x-accel-buffering", "no"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(ContentEncoding::Identity)
        .streaming(events(follow)))
}

/// What a stream remembers.
struct Follow {
    app: App,
    scope: Scope,
    id: Uuid,
    until: Instant,
    /// What was sent last; nothing at the beginning.
    last: Option<String>,
}

fn events(follow: Follow) -> impl Stream<Item = Result<Bytes>> {
    try_unfold(Some(follow), async |follow| {
        let Some(mut follow) = follow else { return Ok(None) };
        if follow.last.is_some() {
            sleep(BEAT).await;
        }
        if Instant::now() > follow.until {
            return Ok(None);
        }
        let now = follow.app.clock.now();
        let (scope, id) = (&follow.scope, follow.id);
        let read = follow.app.read(scope, async |db| imports::find(db, scope, id).await).await;
        let import = match read {
            Ok(import) if import.state.is_working() => import,
            // It is over, or forgotten: the page itself says what came of it.
            Ok(_) | Err(Error::NotFound) => return Ok(Some((Bytes::from_static(b"event: end\ndata: \n\n"), None))),
            Err(error) => return Err(error),
        };
        let part = Fragment { progress: Progress::new(&import, now) }.render().map_err(anyhow::Error::from)?;
        let event = event(&part, follow.last.as_deref());
        follow.last = Some(part);
        Ok(Some((Bytes::from(event), Some(follow))))
    })
}

/// An event in the lines of the format; a comment where nothing has changed, so that a browser that went away is noticed.
fn event(part: &str, last: Option<&str>) -> String {
    if last == Some(part) {
        return ":\n\n".to_owned();
    }
    let data: String = part.lines().map(|line| format!("data: {line}\n")).collect();
    format!("retry: 1000\nevent: progress\n{data}\n")
}

#[cfg(test)]
mod tests {
    use super::{event, pace};

    #[test]
    fn an_event_has_every_line_of_the_part() {
        assert_eq!(event("<p>\na</p>", None), "retry: 1000\nevent: progress\ndata: <p>\ndata: a</p>\n\n");
        assert_eq!(event("<p>", Some("<p>")), ":\n\n");
    }

    #[test]
    fn the_pace_says_how_long_it_takes() {
        assert_eq!(pace(0, Some(2_000), 1), "1 s");
        assert_eq!(pace(1_200, Some(2_000), 60), "1 min 0 s · 20 rows a second · about 40 s left");
        assert_eq!(pace(1_200, None, 60), "1 min 0 s · 20 rows a second");
    }
}
