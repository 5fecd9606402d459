//! The groups a new organization is put into, as forms offer them (S263-S265).

use sqlx::PgConnection;
use uuid::Uuid;

use super::fields::SelectOption;
use crate::{error::Result, groups, scope::Scope};

/// The groups that may be chosen, and those that are.
pub(crate) struct GroupChoice {
    pub(crate) options: Vec<SelectOption>,
    /// Whether exactly one of the person's own must be chosen.
    pub(crate) one: bool,
    pub(crate) ask: String,
}

impl GroupChoice {
    /// `chosen` are ids with spaces between them. Who has one group only need not choose it.
    pub(crate) async fn new(db: &mut PgConnection, scope: &Scope, chosen: &str) -> Result<Self> {
        let one = scope.creates_only_in().is_some();
        let offered = groups::choices(db, scope).await?;
        let only = one && offered.len() == 1 && chosen.trim().is_empty();
        let mut options: Vec<SelectOption> = offered
            .into_iter()
            .map(|(id, label)| {
                let value = id.to_string();
                SelectOption { selected: only || chosen.split_whitespace().any(|one| one == value), label, value }
            })
            .collect();
        // An id nobody offered is not dropped silently: it is refused with a message.
        for unknown in
            chosen.split_whitespace().filter(|id| !options.iter().any(|one| one.value == **id)).collect::<Vec<_>>()
        {
            options.push(SelectOption { value: unknown.to_owned(), label: "Unknown group".to_owned(), selected: true });
        }
        Ok(Self { options, one, ask: format!("/o/{}/group-requests/new", scope.organization.key) })
    }

    /// The ids; what is no id counts as a group nobody has.
    pub(crate) fn chosen(&self) -> Vec<Uuid> {
        let chosen = self.options.iter().filter(|option| option.selected);
        chosen.map(|option| Uuid::parse_str(&option.value).unwrap_or_default()).collect()
    }

    /// Whether one was chosen where none must be.
    pub(crate) fn is_chosen_apart(&self) -> bool {
        !self.one && self.options.iter().any(|option| option.selected)
    }
}
