//! The choice of columns, density and lines a page, remembered for each person (UX 28).

use crate::{
    organizations::{OwnField, PageSize},
    saved_views::{Column, ListSettings},
    web::fields::SelectOption,
};

/// What the menu of the columns offers.
pub(super) struct ColumnChoice {
    /// Stored text, label, whether it is shown.
    pub(super) columns: Vec<(&'static str, &'static str, bool)>,
    /// The same of the partner's own fields.
    pub(super) own: Vec<(String, String, bool)>,
    pub(super) sizes: Vec<SelectOption>,
    pub(super) compact: bool,
}

impl ColumnChoice {
    /// `size` is that of the address, which comes before what is remembered.
    pub(super) fn new(settings: &ListSettings, own: &[OwnField], size: Option<PageSize>) -> Self {
        let present = size.unwrap_or(settings.size).to_string();
        let shown = |column: &Column| settings.columns.contains(column);
        Self {
            columns: Column::ALL.iter().map(|one| (one.as_str(), one.label(), shown(one))).collect(),
            own: own
                .iter()
                .map(|field| (format!("custom_{}", field.id), field.name.clone(), settings.own.contains(&field.id)))
                .collect(),
            sizes: PageSize::ALL
                .iter()
                .map(|size| SelectOption::new(size.to_string(), format!("{size} a page"), &present))
                .collect(),
            compact: settings.compact,
        }
    }
}
