//! Another tab wrote the step first: both sides, and a button for each (UX 8).

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;

use super::shell::Shell;
use crate::{
    error::{FieldErrors, Result},
    onboarding::{Draft, Field, StepForm},
    web::{frame::Frame, page},
};

#[derive(Template)]
#[template(path = "onboarding/conflict.html")]
struct Page {
    frame: Frame,
    shell: Shell,
    errors: FieldErrors,
    /// The fields that differ: label, stored, typed here.
    rows: Vec<Row>,
    /// Everything typed here, to be sent again.
    mine: Vec<Field>,
}

struct Row {
    label: &'static str,
    theirs: String,
    mine: String,
}

/// Shows what is stored beside what was typed; nothing was written.
pub(super) fn page_of<F: StepForm>(frame: Frame, shell: Shell, draft: &Draft, typed: &F) -> Result<HttpResponse> {
    let stored = draft.answers_to::<F>().map(StepForm::fields).unwrap_or_default();
    let mine = typed.fields();
    let differing = stored.into_iter().zip(&mine).filter(|(theirs, mine)| theirs.value != mine.value);
    let rows = differing.map(|(theirs, mine)| Row {
        label: mine.label,
        theirs: or_nothing(theirs.shown),
        mine: or_nothing(mine.shown.clone()),
    });
    let rows = rows.collect();
    page(StatusCode::CONFLICT, Page { frame, shell, errors: FieldErrors::default(), rows, mine })
}

fn or_nothing(text: String) -> String {
    if text.trim().is_empty() { "(empty)".to_owned() } else { text }
}
