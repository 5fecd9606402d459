//! The table of the list: its heads, which sort (UX 23), and its lines.

use std::{borrow::Cow, collections::HashMap};

use uuid::Uuid;

use super::address;
use crate::{
    custom_fields::{self, Values},
    organizations::{Filter, ListRow, Names, OwnField, Sort, SortBy},
    saved_views::Column,
    scope::Scope,
    types::{FieldKind, TimeZone, grouped},
    web::{
        frame::{initials, tile},
        when::When,
        words::status,
    },
};

/// The head of a column.
pub(super) struct Head {
    pub(super) label: Cow<'static, str>,
    pub(super) class: &'static str,
    /// `ascending` or `descending` where the list is sorted by it.
    pub(super) sorted: Option<&'static str>,
    /// The list sorted by it, or the other way round.
    pub(super) href: Option<String>,
}

/// The heads of the name, of each column, and of the partner's own fields.
pub(super) fn heads(base: &str, filter: &Filter, columns: &[Column], own: &[OwnField], ending: bool) -> Vec<Head> {
    let head = |label: &'static str, class, by: Option<SortBy>| {
        let by = by.filter(|_| !ending);
        let sorted = by.filter(|by| *by == filter.sort.by);
        Head {
            label: label.into(),
            class,
            sorted: sorted.map(|_| if filter.sort.descending { "descending" } else { "ascending" }),
            href: by.map(|by| address(base, &Filter { sort: next(filter.sort, by), ..filter.clone() })),
        }
    };
    let mut heads = vec![head("Organization", "", Some(SortBy::Name))];
    if filter.beneath {
        heads.push(head("Parent", "lg", None));
    }
    heads.extend(columns.iter().map(|column| match column {
        Column::Licenses => head(column.label(), "num", Some(SortBy::Licenses)),
        Column::Created => head(column.label(), "num", Some(SortBy::Created)),
        Column::Number => head(column.label(), "lg", Some(SortBy::Number)),
        Column::Status => head(column.label(), "", None),
        _ => head(column.label(), "lg", None),
    }));
    heads.extend(own.iter().map(|field| Head {
        label: field.name.clone().into(),
        class: if field.kind == FieldKind::Number { "num lg" } else { "lg" },
        sorted: None,
        href: None,
    }));
    heads
}

/// The order a click on a head leads to: the other way round where the list is sorted by it, else names and numbers from
/// the first, dates and licences from the last.
fn next(now: Sort, by: SortBy) -> Sort {
    let descending = if now.by == by { !now.descending } else { matches!(by, SortBy::Created | SortBy::Licenses) };
    Sort { by, descending }
}

/// One line.
pub(super) struct Row {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) initials: String,
    pub(super) tile: &'static str,
    pub(super) kind: &'static str,
    pub(super) plan: &'static str,
    pub(super) country: &'static str,
    pub(super) domain: String,
    pub(super) number: String,
    pub(super) contact: String,
    pub(super) email: String,
    pub(super) groups: String,
    pub(super) tags: String,
    /// Name of the organization above.
    pub(super) parent: String,
    pub(super) status: (&'static str, String),
    pub(super) licenses: String,
    pub(super) created: When,
    /// Values of the partner's own fields that are shown, and whether each is a number.
    pub(super) own: Vec<(String, bool)>,
}

impl Row {
    pub(super) fn new(
        row: ListRow,
        scope: &Scope,
        zone: &TimeZone,
        names: &Names,
        (own, values): (&[OwnField], &HashMap<Uuid, Values>),
    ) -> Self {
        let value = |field: &OwnField| {
            let stored = values.get(&row.id).and_then(|values| values.get(field.id)).unwrap_or_default();
            (custom_fields::shown(field.kind, stored), field.kind == FieldKind::Number)
        };
        let named = |ids: &[Uuid]| {
            let known: Vec<&str> = ids.iter().filter_map(|id| names.known.get(id)).map(String::as_str).collect();
            known.join(", ")
        };
        Self {
            own: own.iter().map(value).collect(),
            initials: initials(&row.name),
            tile: tile(row.key.as_str()),
            kind: row.kind.label(),
            plan: plan(&row),
            country: row.country.name(),
            domain: row.domain.as_ref().map(ToString::to_string).unwrap_or_default(),
            groups: named(&row.group_ids),
            tags: named(&row.tag_ids),
            parent: names.parents.get(&row.parent_id).map(|(_, name)| name.clone()).unwrap_or_default(),
            status: status(&row.status, row.trial_ends_at, scope.now, zone),
            licenses: grouped(u64::try_from(row.licenses).unwrap_or_default()),
            created: When::day(zone, row.created_at),
            key: row.key.to_string(),
            name: row.name,
            number: row.customer_number.unwrap_or_default(),
            contact: row.contact_name.unwrap_or_default(),
            email: row.contact_email.unwrap_or_default(),
        }
    }
}

/// Trial, purchased, or nothing where there is no subscription.
fn plan(row: &ListRow) -> &'static str {
    match (row.trial_ends_at, row.licenses) {
        (Some(_), _) => "Trial",
        (None, 0) => "",
        (None, _) => "Purchased",
    }
}
