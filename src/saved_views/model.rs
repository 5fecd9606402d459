//! Types of the saved views.

use uuid::Uuid;

use crate::{
    organizations::{Filter, PageSize},
    types::ViewName,
};

/// Names of columns that are read; there are not so many.
const MOST: usize = 100;

/// A view of the list under a name.
#[derive(Debug, Clone)]
pub struct View {
    /// Its id.
    pub id: Uuid,
    /// What its maker calls it.
    pub name: String,
    /// The list as it stands in an address.
    pub query: String,
    /// Whether everybody in the organization sees it.
    pub shared: bool,
    /// Whether the reader made it.
    pub own: bool,
    /// Who made it.
    pub maker: String,
}

/// A view to be, and what an edit makes of one.
#[derive(Debug, Clone)]
pub struct NewView {
    /// What it is called.
    pub name: ViewName,
    /// What it shows. An edit leaves that as it is.
    pub filter: Filter,
    /// Whether everybody in the organization sees it.
    pub shared: bool,
}

/// What a person sees above and around the list.
#[derive(Debug, Clone, Default)]
pub struct Tabs {
    /// Their own views in their order, then those that others share, by name.
    pub views: Vec<View>,
    /// How the list looks.
    pub settings: ListSettings,
}

/// How the list looks for one person in one organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListSettings {
    /// What is shown besides the name.
    pub columns: Vec<Column>,
    /// Fields of the partner's own that are shown behind these, whatever their order.
    pub own: Vec<Uuid>,
    /// One line a row instead of two.
    pub compact: bool,
    /// Lines a page.
    pub size: PageSize,
}

impl ListSettings {
    /// Reads the names of columns, in the order in which the columns stand. What is unknown is left out.
    pub fn columns_of<'a>(names: impl Iterator<Item = &'a str>) -> (Vec<Column>, Vec<Uuid>) {
        let names: Vec<&str> = names.take(MOST).collect();
        let own = names.iter().filter_map(|name| name.strip_prefix("custom_")?.parse().ok());
        (Column::ALL.into_iter().filter(|column| names.contains(&column.as_str())).collect(), own.collect())
    }

    /// The names of the columns, as they are stored.
    pub fn names(&self) -> Vec<String> {
        let columns = self.columns.iter().map(|column| column.as_str().to_owned());
        columns.chain(self.own.iter().map(|id| format!("custom_{id}"))).collect()
    }
}

impl Default for ListSettings {
    fn default() -> Self {
        Self { columns: Column::AT_FIRST.to_vec(), own: Vec::new(), compact: false, size: PageSize::default() }
    }
}

/// A column of the list besides the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Primary domain.
    Domain,
    /// The parent's own reference.
    Number,
    /// Active, on trial, suspended, archived.
    Status,
    /// Customer, partner or enterprise.
    Kind,
    /// Trial or purchased.
    Plan,
    /// Name and address of the primary contact.
    Contact,
    /// Country.
    Country,
    /// The groups it is in.
    Groups,
    /// Its tags.
    Tags,
    /// Licences of all subscriptions.
    Licenses,
    /// When it was created.
    Created,
}

impl Column {
    /// Every column, in the order in which they stand.
    pub const ALL: [Self; 11] = [
        Self::Domain,
        Self::Number,
        Self::Status,
        Self::Kind,
        Self::Plan,
        Self::Contact,
        Self::Country,
        Self::Groups,
        Self::Tags,
        Self::Licenses,
        Self::Created,
    ];
    /// What is shown to whoever has chosen nothing.
    pub const AT_FIRST: [Self; 5] = [Self::Status, Self::Kind, Self::Groups, Self::Licenses, Self::Created];

    /// Reads the stored text.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == raw)
    }

    /// The text that is stored and posted.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Number => "number",
            Self::Status => "status",
            Self::Kind => "type",
            Self::Plan => "plan",
            Self::Contact => "contact",
            Self::Country => "country",
            Self::Groups => "groups",
            Self::Tags => "tags",
            Self::Licenses => "licenses",
            Self::Created => "created",
        }
    }

    /// The head of the column.
    pub fn label(self) -> &'static str {
        match self {
            Self::Domain => "Domain",
            Self::Number => "Customer number",
            Self::Status => "Status",
            Self::Kind => "Type",
            Self::Plan => "Plan",
            Self::Contact => "Contact",
            Self::Country => "Country",
            Self::Groups => "Groups",
            Self::Tags => "Tags",
            Self::Licenses => "Licences",
            Self::Created => "Created",
        }
    }
}
