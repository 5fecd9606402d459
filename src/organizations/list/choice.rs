//! The closed choices of a list: status, order, lines a page.

use std::fmt;

/// Whether an organization is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// In use, on trial or not.
    Active,
    /// Its people are kept out.
    Suspended,
    /// Out of play, until it is restored or purged.
    Archived,
}

impl Status {
    /// Every status, in the order in which a form offers them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Archived];

    /// Reads the stored text.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == raw)
    }

    /// The text that is stored and stands in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Archived => "archived",
        }
    }

    /// The word a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Suspended => "Suspended",
            Self::Archived => "Archived",
        }
    }
}

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortBy {
    /// The name, whatever the case of its letters.
    #[default]
    Name,
    /// When it was created.
    Created,
    /// Licences of all its subscriptions.
    Licenses,
    /// Customer number; those without come first.
    Number,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// The other way round.
    pub descending: bool,
}

impl Sort {
    /// Reads what stands in an address: a name, with `-` before it for descending.
    pub fn parse(raw: &str) -> Option<Self> {
        let (descending, name) = raw.strip_prefix('-').map_or((false, raw), |name| (true, name));
        let by = [SortBy::Name, SortBy::Created, SortBy::Licenses, SortBy::Number];
        by.into_iter().find(|by| by.as_str() == name).map(|by| Self { by, descending })
    }
}

impl SortBy {
    /// The name of the order in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Created => "created",
            Self::Licenses => "licenses",
            Self::Number => "number",
        }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.by.as_str())
    }
}

/// Lines a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(u16);

impl PageSize {
    /// Every size there is.
    pub const ALL: [Self; 4] = [Self(25), Self(50), Self(100), Self(200)];

    /// Reads one of these numbers.
    pub fn parse(raw: &str) -> Option<Self> {
        raw.parse::<u16>().ok().and_then(|rows| Self::ALL.into_iter().find(|size| size.0 == rows))
    }

    /// How many lines.
    pub fn rows(self) -> usize {
        usize::from(self.0)
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(50)
    }
}

impl fmt::Display for PageSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
