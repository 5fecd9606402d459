//! What is said about a change besides which organizations: strings in, parameters out.

use serde::Deserialize;
use time::Date;
use uuid::Uuid;

use super::model::{Action, Asks, Parameters};
use crate::{
    error::FieldErrors,
    lifecycle::Archiving,
    scope::Scope,
    types::{FreeText, TagName, date_in_words, parse_date},
};

/// The fields of the page that asks.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ParametersForm {
    /// The id of a group.
    pub group: String,
    /// The id of a tag.
    pub tag: String,
    /// A tag to be made.
    pub new_tag: String,
    /// Why.
    pub reason: String,
    /// For those above.
    pub note: String,
    /// DD/MM/YYYY.
    pub purge_on: String,
    /// Ticked: with what stands beneath.
    pub with_beneath: String,
    /// Ticked: administrators get a mail.
    pub tell: String,
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Everything there is to say.
    Parameters(Parameters),
    /// A tag that may have to be made first.
    NewTag(TagName),
}

impl ParametersForm {
    /// The fields as they stood before.
    pub fn of(parameters: &Parameters, scope: &Scope) -> Self {
        let purge_on = parameters.purge_on.unwrap_or_else(|| Archiving::default_purge_on(scope.now));
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let ticked = |on: bool| if on { "true".to_owned() } else { String::new() };
        Self {
            group: parameters.group_id.map(|id| id.to_string()).unwrap_or_default(),
            tag: parameters.tag_id.map(|id| id.to_string()).unwrap_or_default(),
            new_tag: String::new(),
            reason: text(&parameters.reason),
            note: text(&parameters.note),
            purge_on: crate::types::day_month_year(purge_on),
            with_beneath: ticked(parameters.with_beneath),
            tell: ticked(parameters.tell),
        }
    }

    /// Reads what the action asks; the rest is left out.
    ///
    /// # Errors
    /// A message for each field that cannot be used.
    pub fn parse(&self, action: Action, scope: &Scope) -> Result<Said, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut said = Parameters { tell: !self.tell.is_empty(), ..Parameters::default() };
        match action.asks() {
            Asks::Group => said.group_id = chosen(&mut errors, "group", &self.group, "Choose a group"),
            Asks::Tag if !self.new_tag.trim().is_empty() && action == Action::Tag => {
                return match errors.take("new_tag", TagName::parse(&self.new_tag)) {
                    Some(name) => Ok(Said::NewTag(name)),
                    None => Err(errors),
                };
            }
            Asks::Tag => said.tag_id = chosen(&mut errors, "tag", &self.tag, "Choose a tag"),
            Asks::Suspension => {
                said.reason = text(&mut errors, "reason", &self.reason);
                said.note = text(&mut errors, "note", &self.note);
                if said.reason.is_none() && errors.is_empty() {
                    errors.add("reason", "Say why. The people of the organizations read it");
                }
            }
            Asks::Archiving => {
                said.reason = text(&mut errors, "reason", &self.reason);
                said.with_beneath = !self.with_beneath.is_empty();
                said.purge_on = errors.take("purge_on", parse_date(&self.purge_on));
                if let Some(day) = said.purge_on {
                    within(&mut errors, day, scope);
                }
            }
            Asks::Telling => {}
        }
        if errors.is_empty() { Ok(Said::Parameters(said)) } else { Err(errors) }
    }
}

fn chosen(errors: &mut FieldErrors, field: &'static str, raw: &str, missing: &'static str) -> Option<Uuid> {
    let id = Uuid::parse_str(raw.trim()).ok();
    if id.is_none() {
        errors.add(field, missing);
    }
    id
}

fn text(errors: &mut FieldErrors, field: &'static str, raw: &str) -> Option<String> {
    errors.take(field, FreeText::parse(raw)).map(|text| text.to_string()).filter(|text| !text.is_empty())
}

/// At least a week and at most ten years from today.
fn within(errors: &mut FieldErrors, day: Date, scope: &Scope) {
    let today = scope.actor.zone().day(scope.now);
    let first = today + time::Duration::days(7);
    let last = today + time::Duration::days(3_650);
    if day < first || day > last {
        let words = format!("Choose a day from {} to {}", date_in_words(first), date_in_words(last));
        errors.add("purge_on", words);
    }
}
