//! The list of organizations beneath one (S105), and the figures on a partner's home.

mod store;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    database::paging::{Cut, Direction, Place},
    error::Result,
    roles::Permission,
    scope::Scope,
    types::{AccountKind, Country, DomainName, OrgKey},
};

/// Rows a page.
const PAGE: usize = 50;
/// Rows read for one: the one more shows whether another page follows.
const LIMIT: i64 = PAGE as i64 + 1;
/// Counts stop above this and are shown as "10,000+".
pub const COUNTED: i64 = 10_000;

/// Where a page of the list begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cursor {
    /// Behind this organization.
    After(OrgKey),
    /// Before it.
    Before(OrgKey),
}

impl Cursor {
    fn parts(&self) -> (&OrgKey, Direction) {
        match self {
            Self::After(key) => (key, Direction::Forward),
            Self::Before(key) => (key, Direction::Backward),
        }
    }
}

/// One line of the list.
#[derive(Debug, Clone)]
pub struct ListRow {
    /// Its key.
    pub key: OrgKey,
    /// Its name.
    pub name: String,
    /// Customer, partner or enterprise.
    pub kind: AccountKind,
    /// Country.
    pub country: Country,
    /// Primary domain.
    pub domain: Option<DomainName>,
    /// `active`, `suspended` or `archived`.
    pub status: String,
    /// Licences of all its subscriptions.
    pub licenses: i64,
    /// End of the trial while it is on trial.
    pub trial_ends_at: Option<OffsetDateTime>,
    /// When it was created.
    pub created_at: OffsetDateTime,
}

/// A page of the list.
#[derive(Debug, Clone)]
pub struct Page {
    /// At most 50 lines, by name.
    pub rows: Vec<ListRow>,
    /// Whether lines follow.
    pub has_next: bool,
    /// Whether lines precede.
    pub has_previous: bool,
    /// How many there are, on the first page only; above 10,000 nothing is counted further.
    pub count: Option<i64>,
}

/// Figures of the organizations directly beneath one; counting stops above 10,000.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many there are.
    pub organizations: i64,
    /// How many are on a running trial.
    pub on_trial: i64,
    /// How many of these trials end within seven days.
    pub ending: i64,
    /// Licences of the first 10,000.
    pub licenses: i64,
    /// The trial that ends first, if within seven days: key, name, instant.
    pub first_ending: Option<(OrgKey, String, OffsetDateTime)>,
}

/// One page of the organizations directly beneath the scope's that the person sees, by name (S105, S262). A search for a
/// whole key, domain or customer number finds exactly that organization; anything else is looked for within names and at
/// the beginning of domains and customer numbers.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn list(db: &mut PgConnection, scope: &Scope, search: &str, cursor: Option<&Cursor>) -> Result<Page> {
    scope.require(Permission::ListOrganizations)?;
    let within = Within::new(scope);
    let search = Search::new(search);
    if cursor.is_none() && !search.is_empty() {
        let rows = store::exact(db, &within, &search).await?;
        if !rows.is_empty() {
            return Ok(Page { count: i64::try_from(rows.len()).ok(), rows, has_next: false, has_previous: false });
        }
    }
    let place = match cursor.map(Cursor::parts) {
        Some((key, direction)) => Place::beside(store::position(db, &within, key).await?, direction),
        None => Place::start(),
    };
    let rows = match &within.groups {
        Some(groups) => store::groups::list(db, within.parent_id, groups, &place, &search).await?,
        None => store::list(db, within.parent_id, &place, &search, LIMIT).await?,
    };
    let first = place.is_start();
    let Cut { rows, has_next, has_previous } = Cut::new(rows, PAGE, place.direction, first);
    let count = match (first, has_next) {
        (false, _) => None,
        (true, false) => i64::try_from(rows.len()).ok(),
        (true, true) => Some(count(db, &within, &search).await?),
    };
    Ok(Page { rows, has_next, has_previous, count })
}

/// Only a first page is counted, and only where it does not show everything (DATABASE.md).
async fn count(db: &mut PgConnection, within: &Within, search: &Search) -> Result<i64> {
    match &within.groups {
        Some(groups) if search.is_empty() => store::groups::count(db, within.parent_id, groups).await,
        Some(groups) => store::groups::count_found(db, within.parent_id, groups, search).await,
        None => store::count(db, within.parent_id, search).await,
    }
}

/// Organizations directly beneath the scope's that the person sees and whose trial ends within seven days, the first
/// first; at most 200.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn ending(db: &mut PgConnection, scope: &Scope) -> Result<Vec<ListRow>> {
    scope.require(Permission::ListOrganizations)?;
    store::ending(db, &Within::new(scope), scope.now).await
}

/// Figures of the organizations directly beneath the scope's that the person sees, each counted up to 10,000.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn figures(db: &mut PgConnection, scope: &Scope) -> Result<Figures> {
    scope.require(Permission::ListOrganizations)?;
    let within = Within::new(scope);
    let mut figures = match &within.groups {
        Some(groups) => store::groups::figures(db, within.parent_id, groups, scope.now).await?,
        None => store::figures(db, within.parent_id, scope.now).await?,
    };
    figures.first_ending = store::first_ending(db, &within, scope.now).await?;
    Ok(figures)
}

/// Which organizations a list is made from: those directly beneath one, kept to the person's own groups where they are
/// kept to them. Row-level security says the same again.
#[derive(Debug)]
struct Within {
    parent_id: Uuid,
    groups: Option<Vec<Uuid>>,
}

impl Within {
    fn new(scope: &Scope) -> Self {
        Self { parent_id: scope.organization.id, groups: scope.sight().groups().map(<[Uuid]>::to_vec) }
    }

    fn groups(&self) -> Option<&[Uuid]> {
        self.groups.as_deref()
    }
}

/// What a search looks for, in the forms in which the columns hold it.
#[derive(Debug)]
struct Search {
    /// In lower case; empty for everything.
    text: String,
    /// The text as a domain, where it is one.
    domain: String,
    /// The text as typed: customer numbers keep their case.
    number: String,
    /// The text as a key, where it starts like one.
    key: Option<OrgKey>,
}

impl Search {
    fn new(raw: &str) -> Self {
        // Postgres refuses NUL in a text; no name holds any control character.
        let number: String = raw.trim().chars().filter(|c| !c.is_control()).take(200).collect();
        let text = number.to_lowercase();
        Self {
            domain: DomainName::parse(&text).map_or_else(|_| text.clone(), |domain| domain.as_str().to_owned()),
            key: if text.starts_with(OrgKey::PREFIX) { OrgKey::parse(&text).ok() } else { None },
            text,
            number,
        }
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}
