//! Forms of the groups: strings in, types out.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::{Filter, Group, NewGroup, NewRequest};
use crate::{
    error::FieldErrors,
    types::{AccountKind, Country, FreeText, GroupName, OrgKey},
};

/// Name and description of a group (S256-S257).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GroupForm {
    /// Group name.
    pub name: String,
    /// What the group is for.
    pub description: String,
}

impl GroupForm {
    /// The form filled in with a group.
    pub fn of(group: &Group) -> Self {
        Self { name: group.name.clone(), description: group.description.clone().unwrap_or_default() }
    }

    /// Reads both fields.
    ///
    /// # Errors
    /// A message for every bad field.
    pub fn parse(&self) -> Result<NewGroup, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.required("name", &self.name, "Enter a name for the group", GroupName::parse);
        let description = errors.optional("description", &self.description, FreeText::parse);
        match name {
            Some(name) if errors.is_empty() => Ok(NewGroup { name, description }),
            _ => Err(errors),
        }
    }
}

/// Which organizations are added all at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FilterForm {
    /// Words of the name, or the beginning of a domain or customer number.
    pub words: String,
    /// `customer`, `partner`, `enterprise` or empty.
    pub kind: String,
    /// ISO 3166 alpha-2 code or empty.
    pub country: String,
    /// Ticked for those that are in no group yet.
    pub ungrouped: String,
}

impl FilterForm {
    /// Reads the fields; an empty form means every organization, which must be meant.
    ///
    /// # Errors
    /// A message for every bad field.
    pub fn parse(&self) -> Result<Filter, FieldErrors> {
        let mut errors = FieldErrors::default();
        let kind = errors.optional("kind", &self.kind, AccountKind::parse);
        let country = errors.optional("country", &self.country, Country::parse);
        let words = words(&self.words);
        let ungrouped = !self.ungrouped.is_empty();
        if words.is_empty() && kind.is_none() && country.is_none() && !ungrouped && errors.is_empty() {
            errors.add("words", "Enter a word, or choose a type, a country or those without a group");
        }
        errors.into_result().map(|()| Filter { words, kind, country, ungrouped })
    }
}

/// As a search looks for it: in lower case, without what no name holds (Postgres refuses NUL in a text).
pub(super) fn words(raw: &str) -> String {
    raw.trim().chars().filter(|c| !c.is_control()).take(200).collect::<String>().to_lowercase()
}

/// What somebody asks for who may assign one group only (S265).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RequestForm {
    /// Org Key of the organization it is about; may be empty.
    pub organization: String,
    /// Ids of groups, separated by spaces.
    pub groups: String,
    /// In the person's words.
    pub message: String,
}

impl RequestForm {
    /// Reads the fields.
    ///
    /// # Errors
    /// A message for every bad field.
    pub fn parse(&self) -> Result<NewRequest, FieldErrors> {
        let mut errors = FieldErrors::default();
        let organization = errors.optional("organization", &self.organization, OrgKey::parse);
        let message = errors.required("message", &self.message, "Say what you need and why", FreeText::parse);
        let mut groups = ids(&self.groups);
        groups.sort_unstable();
        groups.dedup();
        match message {
            Some(message) if errors.is_empty() => Ok(NewRequest { organization, groups, message }),
            _ => Err(errors),
        }
    }
}

/// Ids separated by spaces; what is none of ours is left out.
pub(super) fn ids(raw: &str) -> Vec<Uuid> {
    raw.split_whitespace().filter_map(|id| Uuid::parse_str(id).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::{FilterForm, GroupForm, RequestForm};

    #[test]
    fn a_group_needs_a_name_only() {
        let form = GroupForm { name: " Nordics ".into(), ..GroupForm::default() };
        let new = form.parse().expect("complete");
        assert_eq!((new.name.as_str(), new.description), ("Nordics", None));
        let errors = GroupForm::default().parse().expect_err("nothing was typed");
        assert_eq!(errors.get("name"), Some("Enter a name for the group"));
    }

    #[test]
    fn everything_is_never_added_by_an_empty_form() {
        assert!(FilterForm::default().parse().expect_err("empty").get("words").is_some());
        let form = FilterForm { country: "SE".into(), ungrouped: "true".into(), ..FilterForm::default() };
        let filter = form.parse().expect("a filter");
        assert!(filter.ungrouped && filter.country.is_some() && filter.kind.is_none());
        let wrong = FilterForm { kind: "club".into(), ..FilterForm::default() };
        assert!(wrong.parse().expect_err("no such kind").get("kind").is_some());
    }

    #[test]
    fn a_request_says_what_is_needed() {
        assert!(RequestForm::default().parse().expect_err("empty").get("message").is_some());
        let form = RequestForm { message: "Also Nordics, please".into(), ..RequestForm::default() };
        assert!(form.parse().is_ok_and(|new| new.organization.is_none() && new.groups.is_empty()));
    }
}
