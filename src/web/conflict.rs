//! Two people changed the same thing: the second sees both versions and decides (UX 8, QUALITY 21).

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Serialize;

use super::{frame::Frame, page};
use crate::{
    error::{Error, Result},
    scope::Scope,
};

/// What was changed by both.
pub(crate) struct Conflict {
    /// "The details": the subject of the sentence.
    pub(crate) what: &'static str,
    /// Where it is shown and posted.
    pub(crate) path: String,
    /// The version now; saving mine over it carries this.
    pub(crate) version: i32,
    /// Names of the fields with what the page calls them, in its order.
    pub(crate) labels: &'static [(&'static str, &'static str)],
}

#[derive(Template)]
#[template(path = "settings/stale.html")]
struct StalePage {
    frame: Frame,
    request_id: String,
    reason: String,
    path: String,
    version: i32,
    rows: Vec<Row>,
    mine: Vec<(String, String)>,
}

struct Row {
    name: &'static str,
    label: &'static str,
    saved: Value,
    mine: Value,
}

/// What a field holds, and how a person reads it.
struct Value {
    raw: String,
    words: String,
}

/// A value as a person reads it, by the name of its field; none where it is read as it stands.
pub(crate) type Words = fn(&str, &str) -> Option<String>;

/// The 409 page: what is saved now beside what was typed, where they differ, and a choice for each field.
///
/// # Errors
/// When a form cannot be read as fields: a defect.
pub(crate) fn refuse_stale<F: Serialize>(
    scope: &Scope,
    frame: Frame,
    conflict: &Conflict,
    saved: &F,
    mine: &F,
) -> Result<HttpResponse> {
    refuse_stale_in_words(scope, frame, conflict, saved, mine, |_, _| None)
}

/// The same for a form with codes in it: "DE" is read as "Germany".
///
/// # Errors
/// As [`refuse_stale`].
pub(crate) fn refuse_stale_in_words<F: Serialize>(
    scope: &Scope,
    frame: Frame,
    conflict: &Conflict,
    saved: &F,
    mine: &F,
    words: Words,
) -> Result<HttpResponse> {
    let (saved, mine) = (fields(saved)?, fields(mine)?);
    let value = |fields: &[(String, String)], name: &str| {
        let raw = fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.trim()).unwrap_or_default();
        Value { words: words(name, raw).unwrap_or_else(|| raw.to_owned()), raw: raw.to_owned() }
    };
    let rows: Vec<Row> = conflict
        .labels
        .iter()
        .map(|(name, label)| Row { name, label, saved: value(&saved, name), mine: value(&mine, name) })
        .filter(|row| !reads_the_same(&row.saved.words, &row.mine.words))
        .collect();
    // What is chosen below is not sent twice.
    let mine = mine.into_iter().filter(|(name, _)| !rows.iter().any(|row| row.name == name)).collect();
    page(
        StatusCode::CONFLICT,
        StalePage {
            frame,
            request_id: scope.request_id.to_string(),
            reason: format!(
                "{} were changed in another window or by somebody else while you were at it. Nothing is lost: choose what stays.",
                conflict.what
            ),
            path: conflict.path.clone(),
            version: conflict.version,
            rows,
            mine,
        },
    )
}

/// Spaces within a phone number are no difference worth a decision.
fn reads_the_same(saved: &str, mine: &str) -> bool {
    saved.split_whitespace().collect::<String>() == mine.split_whitespace().collect::<String>()
}

/// The fields of a form as it posts them.
fn fields(form: &impl Serialize) -> Result<Vec<(String, String)>> {
    let broken = |error: &dyn std::fmt::Display| Error::Internal(anyhow::anyhow!("form: {error}"));
    let text = serde_urlencoded::to_string(form).map_err(|error| broken(&error))?;
    serde_urlencoded::from_str(&text).map_err(|error| broken(&error))
}
