//! The list of organizations beneath one (S105), and the figures on a partner's home.

mod store;

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

/// One page of the organizations directly beneath the scope's, by name (S105). A search for a whole key, domain or
/// customer number finds exactly that organization; anything else is looked for within names and at the beginning of
/// domains and customer numbers.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn list(db: &mut PgConnection, scope: &Scope, search: &str, cursor: Option<&Cursor>) -> Result<Page> {
    scope.require(Permission::ListOrganizations)?;
    let parent_id = scope.organization.id;
    let search = Search::new(search);
    if cursor.is_none() && !search.is_empty() {
        let rows = store::exact(db, parent_id, &search).await?;
        if !rows.is_empty() {
            return Ok(Page { count: i64::try_from(rows.len()).ok(), rows, has_next: false, has_previous: false });
        }
    }
    let limit = PAGE as i64 + 1; // one more shows whether a page follows
    let place = match cursor {
        Some(Cursor::After(key) | Cursor::Before(key)) => store::position(db, parent_id, key).await?,
        None => None,
    };
    let (mut rows, backwards) = match (cursor, place) {
        (Some(Cursor::Before(_)), Some(place)) => {
            (store::list_before(db, parent_id, &place, &search, limit).await?, true)
        }
        (Some(Cursor::After(_)), Some(place)) => {
            (store::list_after(db, parent_id, &place, &search, limit).await?, false)
        }
        _ => {
            let rows = store::list_after(db, parent_id, &(String::new(), Uuid::nil()), &search, limit).await?;
            return first_page(db, parent_id, &search, rows).await;
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
async fn first_page(db: &mut PgConnection, parent_id: Uuid, search: &Search, mut rows: Vec<ListRow>) -> Result<Page> {
    let has_next = rows.len() > PAGE;
    rows.truncate(PAGE);
    let count = if has_next { store::count(db, parent_id, search).await? } else { rows.len() as i64 };
    Ok(Page { rows, has_next, has_previous: false, count: Some(count) })
}

/// Organizations directly beneath the scope's whose trial ends within seven days, the first first; at most 200.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn ending(db: &mut PgConnection, scope: &Scope) -> Result<Vec<ListRow>> {
    scope.require(Permission::ListOrganizations)?;
    store::ending(db, scope.organization.id, scope.now).await
}

/// Figures of the organizations directly beneath the scope's, each counted up to 10,000.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn figures(db: &mut PgConnection, scope: &Scope) -> Result<Figures> {
    scope.require(Permission::ListOrganizations)?;
    store::figures(db, scope.organization.id, scope.now).await
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
