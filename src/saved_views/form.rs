//! Forms of the saved views: strings in, types out.

use serde::Deserialize;

use super::model::{ListSettings, NewView};
use crate::{
    error::FieldErrors,
    organizations::{Filter, PageSize},
    types::ViewName,
};

/// A view as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ViewForm {
    /// What it is called.
    pub name: String,
    /// The list as it stands in an address.
    pub query: String,
    /// Ticked for a view everybody in the organization sees.
    pub shared: String,
}

impl ViewForm {
    /// Reads the fields.
    ///
    /// # Errors
    /// No name, or one that is no name.
    pub fn parse(&self) -> Result<NewView, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.required("name", &self.name, "Enter a name for the view", ViewName::parse);
        match name {
            Some(name) => Ok(NewView { name, filter: self.filter(), shared: !self.shared.is_empty() }),
            None => Err(errors),
        }
    }

    /// What the view shows.
    pub fn filter(&self) -> Filter {
        Filter::parse(&self.query)
    }
}

/// How the list shall look: the posted names and values, as several columns have one name.
#[derive(Debug, Clone, Default)]
pub struct SettingsForm(pub Vec<(String, String)>);

impl SettingsForm {
    /// Reads the settings; what is unknown is left out.
    pub fn parse(&self) -> ListSettings {
        let posted = |name: &'static str| {
            self.0.iter().filter(move |(posted, _)| posted == name).map(|(_, value)| value.as_str())
        };
        let (columns, own) = ListSettings::columns_of(posted("column"));
        ListSettings {
            columns,
            own,
            compact: posted("density").any(|value| value == "compact"),
            size: posted("size").find_map(PageSize::parse).unwrap_or_default(),
        }
    }

    /// The list one came from, without the size, which is chosen here.
    pub fn back(&self) -> String {
        let query = self.0.iter().find(|(name, _)| name == "query").map_or("", |(_, query)| query);
        Filter { size: None, ..Filter::parse(query) }.to_query()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::model::Column, *};

    #[test]
    fn a_view_needs_a_name_and_keeps_what_can_be_read() {
        let form = ViewForm { query: "q=a&page=7&status=gone".into(), ..ViewForm::default() };
        assert_eq!(form.parse().expect_err("no name").get("name"), Some("Enter a name for the view"));
        let view = ViewForm { name: " Nordics ".into(), ..form }.parse().expect("complete");
        assert_eq!((view.name.as_str(), view.filter.to_query().as_str(), view.shared), ("Nordics", "q=a", false));
    }

    #[test]
    fn columns_keep_their_order_and_strange_ones_are_dropped() {
        let own = "custom_018f0000-0000-7000-8000-000000000003";
        let pairs =
            [("column", "created"), ("column", own), ("column", "status"), ("column", "password"), ("size", "7")];
        let form = SettingsForm(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
        let settings = form.parse();
        assert_eq!(settings.columns, [Column::Status, Column::Created]);
        assert_eq!(settings.names(), ["status", "created", own]);
        assert_eq!(settings.size.rows(), 50);
        assert!(!settings.compact);
    }
}
