//! Exports of organizations as CSV, Excel and JSON: exactly what a list shows, in its order, in a form that an import reads
//! back without changing anything (S223, UX 25, QUALITY 47).
//!
//! A file is written as it is read, 500 organizations at a time, each portion in a short transaction of its own: a slow
//! reader holds no connection, and no transaction stays open for minutes and keeps the database from clearing up behind
//! everybody else. The price: a file is no picture of one instant. An organization that stays where it is in the order is in
//! it exactly once, as it was when its portion was read; one that is created, archived or moved in the order meanwhile may
//! be in it, or not, or, when it moves from before the place that was reached to behind it, twice with the same Org Key.

pub mod book;
mod columns;
mod csv;
mod guard;
mod json;
pub(crate) mod pages;
mod store;
mod stream;
mod xlsx;

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use self::columns::Record;
pub use self::{
    columns::Column,
    guard::{guard, is_formula, unguard},
    stream::{chunks, workbook},
    xlsx::ROWS as XLSX_ROWS,
};
use crate::{
    error::{Error, Result},
    events::{self, EventKind, NewEvent},
    organizations::{self, COUNTED, Counted, Filter, Mark},
    roles::Permission,
    scope::{Scope, Sight},
    settings,
    types::OrgKey,
};

/// Organizations read at once.
const PORTION: usize = 500;
/// Organizations that can be named one by one; more are asked for by a filter.
const NAMED: usize = 1_000;

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, for spreadsheets and imports.
    Csv,
    /// An Excel workbook.
    Xlsx,
    /// An array of objects, for programs.
    Json,
}

impl Format {
    /// Every format, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Xlsx, Self::Json];

    /// The word in addresses, and how the file's name ends.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
        }
    }

    /// Reads the word of an address.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == raw)
    }
}

/// Which organizations are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// All that match, in this order.
    pub filter: Filter,
    /// Only these, by name, where some are named.
    pub keys: Vec<OrgKey>,
}

impl Wanted {
    /// Reads the query of an address: that of a list, or organizations named by `id`. What cannot be read is left out; where
    /// nothing of what was named can be read, nothing is wanted, not everything.
    ///
    /// # Errors
    /// [`Error::NotFound`] then.
    pub fn parse(query: &str) -> Result<Self> {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let named: Vec<&str> = pairs.iter().filter(|(name, _)| name == "id").map(|(_, id)| id.as_str()).collect();
        let keys: Vec<OrgKey> = named.iter().take(NAMED).filter_map(|raw| OrgKey::parse(raw).ok()).collect();
        if keys.is_empty() && !named.is_empty() {
            return Err(Error::NotFound);
        }
        Ok(Self { filter: Filter::parse(query), keys })
    }

    /// The query of an address that wants the same.
    pub fn to_query(&self) -> String {
        if self.keys.is_empty() {
            return self.filter.to_query();
        }
        let pairs: Vec<(&str, &str)> = self.keys.iter().map(|key| ("id", key.as_str())).collect();
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    }
}

/// Where an export stands.
#[derive(Debug)]
pub(crate) enum Place {
    Start,
    Behind(Mark),
    End,
}

/// How many organizations an export has now; counted up to 10,000.
///
/// # Errors
/// Without [`Permission::ListOrganizations`]; [`Error::NotFound`] where organizations are named and none of them is seen.
pub async fn count(db: &mut PgConnection, scope: &Scope, wanted: &Wanted) -> Result<Counted> {
    scope.require(Permission::ListOrganizations)?;
    if wanted.keys.is_empty() {
        return organizations::count(db, scope, &wanted.filter, COUNTED).await;
    }
    let found = named(db, scope, wanted).await?;
    if found.is_empty() { Err(Error::NotFound) } else { Ok(Counted::All(found.len() as i64)) }
}

/// The columns of the person's export.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn columns(db: &mut PgConnection, scope: &Scope) -> Result<Vec<Column>> {
    scope.require(Permission::ListOrganizations)?;
    let currency = settings::in_force(db, scope).await?.currency;
    let custom = store::custom(db, scope.organization.id).await?;
    Ok(columns::columns(scope.holds_beneath(Permission::ViewBilling), &custom, currency, &scope.actor.zone()))
}

/// Writes down that organizations are taken away: by which filter, how many, in which format. The permission is asked.
///
/// # Errors
/// As [`count`].
pub async fn record(db: &mut PgConnection, scope: &Scope, wanted: &Wanted, format: Format) -> Result<()> {
    let (count, more) = match count(db, scope, wanted).await? {
        Counted::All(count) => (count, false),
        Counted::MoreThan(count) => (count, true),
    };
    let mut after = json!({ "format": format.as_str(), "organizations": count });
    if more {
        after["organizations"] = json!(format!("more than {count}"));
    }
    let filter = wanted.filter.to_query();
    if !wanted.keys.is_empty() {
        after["selected"] = json!(wanted.keys.iter().take(20).collect::<Vec<_>>());
    } else if !filter.is_empty() {
        after["filter"] = json!(filter);
    }
    let kind = EventKind::OrganizationsExported;
    let event = NewEvent { after: Some(after), channel: Some("web"), ..NewEvent::new(scope.organization.id, kind) };
    events::record(db, scope, event).await
}

/// The next organizations of an export and the place behind them. The permission is asked again each time.
async fn portion(db: &mut PgConnection, scope: &Scope, wanted: &Wanted, place: &Place) -> Result<(Vec<Record>, Place)> {
    scope.require(Permission::ListOrganizations)?;
    let (ids, next) = match place {
        Place::End => return Ok((Vec::new(), Place::End)),
        Place::Start if !wanted.keys.is_empty() => (named(db, scope, wanted).await?, Place::End),
        Place::Start => walked(db, scope, wanted, None).await?,
        Place::Behind(mark) => walked(db, scope, wanted, Some(mark)).await?,
    };
    let sight = scope.sight();
    let mut records = store::records(db, scope.organization.id, sight.groups(), &ids).await?;
    name(db, scope, &sight, &mut records).await?;
    Ok((records, next))
}

async fn walked(
    db: &mut PgConnection,
    scope: &Scope,
    wanted: &Wanted,
    behind: Option<&Mark>,
) -> Result<(Vec<Uuid>, Place)> {
    let rows = organizations::walk(db, scope, &wanted.filter, behind, PORTION).await?;
    let next = match rows.last() {
        Some(last) if rows.len() == PORTION => Place::Behind(last.mark(wanted.filter.sort.by)),
        _ => Place::End,
    };
    Ok((rows.into_iter().map(|row| row.id).collect(), next))
}

async fn named(db: &mut PgConnection, scope: &Scope, wanted: &Wanted) -> Result<Vec<Uuid>> {
    let keys: Vec<String> = wanted.keys.iter().map(ToString::to_string).collect();
    store::by_keys(db, scope.organization.id, scope.sight().groups(), &keys).await
}

/// Whoever is kept to groups reads the names of these and no others.
async fn name(db: &mut PgConnection, scope: &Scope, sight: &Sight, records: &mut [Record]) -> Result<()> {
    let all = |ids: fn(&Record) -> &[Uuid], records: &[Record]| {
        let mut found: Vec<Uuid> = records.iter().flat_map(|record| ids(record).iter().copied()).collect();
        found.sort_unstable();
        found.dedup();
        found
    };
    let mut groups = all(|record| &record.group_ids, records);
    if let Some(own) = sight.groups() {
        groups.retain(|id| own.contains(id));
    }
    let tags = all(|record| &record.tag_ids, records);
    let (groups, tags) = store::names(db, scope.organization.id, &groups, &tags).await?;
    records.iter_mut().for_each(|record| record.fill(&groups, &tags));
    Ok(())
}
