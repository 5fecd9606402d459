//! Forms of the lifecycle: strings in, types out.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    model::{Archiving, DAYS, KEPT_FOR, Suspension},
    restore::{Decision, Restoring},
};
use crate::{
    error::FieldErrors,
    types::{CompanyName, FreeText},
};

/// Suspending an organization.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SuspensionForm {
    /// Shown to its people.
    pub reason: String,
    /// For those above.
    pub note: String,
    /// Ticked to tell its administrators.
    pub tell: String,
}

impl SuspensionForm {
    /// As it is first shown: administrators are told.
    pub fn new() -> Self {
        Self { tell: "true".to_owned(), ..Self::default() }
    }

    /// Reads the fields.
    ///
    /// # Errors
    /// A message for every bad field.
    pub fn parse(&self) -> Result<Suspension, FieldErrors> {
        let mut errors = FieldErrors::default();
        let missing = "Say why, in words its people understand";
        let reason = errors.required("reason", &self.reason, missing, FreeText::parse);
        let note = errors.optional("note", &self.note, FreeText::parse);
        match reason {
            Some(reason) if errors.is_empty() => Ok(Suspension { reason, note, tell: !self.tell.is_empty() }),
            _ => Err(errors),
        }
    }
}

/// Archiving an organization.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ArchivingForm {
    /// Why; may stay empty.
    pub reason: String,
    /// After how many days it is purged.
    pub days: String,
    /// Ticked to archive everything beneath with it.
    pub with_beneath: String,
    /// Ticked to tell its administrators.
    pub tell: String,
    /// The name of the organization, typed.
    pub confirm: String,
}

impl ArchivingForm {
    /// As it is first shown.
    pub fn new() -> Self {
        Self { days: KEPT_FOR.whole_days().to_string(), tell: "true".to_owned(), ..Self::default() }
    }

    /// Reads the fields; `name` is what has to be typed.
    ///
    /// # Errors
    /// A message for every bad field.
    pub fn parse(&self, name: &str, now: OffsetDateTime) -> Result<Archiving, FieldErrors> {
        let mut errors = FieldErrors::default();
        let days = self.days.trim().parse::<i64>().ok().filter(|days| DAYS.contains(days));
        if days.is_none() {
            errors.add("days", format!("Enter a number of days from {} to {}", DAYS.start(), DAYS.end()));
        }
        let reason = errors.optional("reason", &self.reason, FreeText::parse);
        confirmed(&mut errors, &self.confirm, name);
        match days {
            Some(days) if errors.is_empty() => Ok(Archiving {
                purge_on: (now + Duration::days(days)).date(),
                reason,
                with_beneath: !self.with_beneath.is_empty(),
                tell: !self.tell.is_empty(),
            }),
            _ => Err(errors),
        }
    }
}

/// What cannot be taken back by a click is confirmed by typing the name. Capitals and spaces do not matter.
pub(super) fn confirmed(errors: &mut FieldErrors, typed: &str, name: &str) {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    if plain(typed) != plain(name) {
        errors.add("confirm", format!("Type the name exactly: {name}"));
    }
}

/// What whoever restores an organization decides about its conflicts (N14).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DecisionForm {
    /// `rename` or `keep`, where another organization has the name by now.
    pub naming: String,
    /// The new name.
    pub name: String,
    /// Ids of the groups it is put into, with spaces between.
    pub groups: String,
    /// Ticked to restore it although whoever pays for it is archived.
    pub unbilled: String,
    /// Ticked to restore what was archived with it.
    pub with_beneath: String,
    /// Ticked to tell its administrators.
    pub tell: String,
}

impl DecisionForm {
    /// As it is first shown.
    pub fn new(found: &Restoring) -> Self {
        Self { name: found.name.clone(), with_beneath: "true".into(), tell: "true".into(), ..Self::default() }
    }

    /// The groups that are ticked.
    pub fn group_ids(&self) -> Vec<Uuid> {
        self.groups.split_whitespace().filter_map(|id| Uuid::parse_str(id).ok()).collect()
    }

    /// Reads what the conflicts found ask for.
    ///
    /// # Errors
    /// A message for every conflict without a decision.
    pub fn parse(&self, found: &Restoring) -> Result<Decision, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut name = None;
        if found.namesake.is_some() {
            match self.naming.as_str() {
                "rename" => name = self.new_name(found, &mut errors),
                "keep" => {}
                _ => errors.add("naming", "Choose how it is to be called"),
            }
        }
        if found.archived_payer.is_some() && self.unbilled.is_empty() {
            errors.add("unbilled", "Tick this to restore it nevertheless, or restore the one that pays first");
        }
        let offered = |id: &Uuid| found.groups.iter().any(|(known, _)| known == id);
        let groups = self.group_ids();
        if !groups.iter().all(offered) {
            errors.add("groups", "Choose among the groups shown");
        }
        errors.into_result()?;
        Ok(Decision { name, groups, with_beneath: !self.with_beneath.is_empty(), tell: !self.tell.is_empty() })
    }

    fn new_name(&self, found: &Restoring, errors: &mut FieldErrors) -> Option<CompanyName> {
        let name = errors.required("name", &self.name, "Enter a name", CompanyName::parse)?;
        if name.as_str().to_lowercase() == found.name.to_lowercase() {
            errors.add("name", "Enter a name that differs, or keep both names");
            return None;
        }
        Some(name)
    }
}
