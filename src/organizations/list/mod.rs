//! The list of organizations beneath one (S105), and the figures on a partner's home.

mod store;
mod store_groups;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    error::Result,
    roles::Permission,
    scope::Scope,
    types::{AccountKind, Country, DomainName, OrgKey},
};

/// Rows a page.
const PAGE: usize = 50;
/// Rows read for one.
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
    let place = match cursor {
        Some(Cursor::After(key) | Cursor::Before(key)) => store::position(db, &within, key).await?,
        None => None,
    };
    let (mut rows, backwards) = match (cursor, place) {
        (Some(Cursor::Before(_)), Some(place)) => (within.before(db, &place, &search).await?, true),
        (Some(Cursor::After(_)), Some(place)) => (within.after(db, &place, &search).await?, false),
        _ => {
            let rows = within.after(db, &(String::new(), Uuid::nil()), &search).await?;
            return first_page(db, &within, &search, rows).await;
        }
    };
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    if backwards {
        rows.reverse();
    }
    Ok(Page { rows, has_next: backwards || more, has_previous: !backwards || more, count: None })
}

/// Only the first page is counted, and only where it does not show everything (DATABASE.md).
async fn first_page(db: &mut PgConnection, within: &Within, search: &Search, mut rows: Vec<ListRow>) -> Result<Page> {
    let has_next = rows.len() > PAGE;
    rows.truncate(PAGE);
    let count = match (&within.groups, has_next) {
        (_, false) => rows.len() as i64,
        (Some(groups), true) => store_groups::count(db, within.parent_id, groups, search).await?,
        (None, true) => store::count(db, within.parent_id, search).await?,
    };
    Ok(Page { rows, has_next, has_previous: false, count: Some(count) })
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
        Some(groups) => store_groups::figures(db, within.parent_id, groups, scope.now).await?,
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

    /// The lines behind a place, one more than a page holds: it shows whether another follows. Within groups the walk is
    /// along their own sorted index, so that it is as short in a partner of a million as in one of a hundred.
    async fn after(&self, db: &mut PgConnection, from: &(String, Uuid), search: &Search) -> Result<Vec<ListRow>> {
        match &self.groups {
            Some(groups) => store_groups::list_after(db, self.parent_id, groups, from, search, LIMIT).await,
            None => store::list_after(db, self.parent_id, from, search, LIMIT).await,
        }
    }

    /// The mirror of [`Within::after`], the nearest first.
    async fn before(&self, db: &mut PgConnection, from: &(String, Uuid), search: &Search) -> Result<Vec<ListRow>> {
        match &self.groups {
            Some(groups) => store_groups::list_before(db, self.parent_id, groups, from, search, LIMIT).await,
            None => store::list_before(db, self.parent_id, from, search, LIMIT).await,
        }
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
