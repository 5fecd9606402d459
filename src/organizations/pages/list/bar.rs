//! What stands above the list: views as tabs, and a chip for each filter (UX 21-22).

use std::borrow::Cow;

use uuid::Uuid;

use super::address;
use crate::{
    custom_fields,
    organizations::{Channel, Filter, Names, OwnFilter, Status},
    saved_views::View,
    types::date_in_words,
};

/// A view as a tab.
pub(super) struct Tab {
    pub(super) label: String,
    pub(super) href: String,
    pub(super) current: bool,
}

/// The views there always are, then the person's own and the shared ones.
pub(super) fn tabs(base: &str, views: &[View], filter: &Filter, ending: bool) -> Vec<Tab> {
    let shown = searched(filter);
    let with = |status| Filter { statuses: vec![status], ..Filter::default() };
    let built_in =
        [("All", Filter::default()), ("Suspended", with(Status::Suspended)), ("Archived", with(Status::Archived))];
    let mut tabs: Vec<Tab> = built_in
        .into_iter()
        .map(|(label, view)| {
            let current = !ending && shown == searched(&view);
            Tab { label: label.to_owned(), href: address(base, &view), current }
        })
        .collect();
    let trials = format!("{base}/organizations?view=ending");
    tabs.insert(1, Tab { label: "Trials ending within 7 days".to_owned(), href: trials, current: ending });
    tabs.extend(views.iter().map(|view| Tab {
        label: view.name.clone(),
        href: format!("{base}/organizations?{}", view.query),
        current: !ending && !view.query.is_empty() && filter.to_query() == view.query,
    }));
    tabs
}

/// The list without its order and size: the same view in another order is still that view.
fn searched(filter: &Filter) -> Filter {
    Filter { sort: Filter::default().sort, size: None, ..filter.clone() }
}

/// Where a list is saved as a view; nowhere for one that is a view already, or shows everything.
pub(super) fn save(base: &str, views: &[View], filter: &Filter, ending: bool) -> Option<String> {
    let query = filter.to_query();
    let known = ending || query.is_empty() || views.iter().any(|view| view.query == query);
    (!known).then(|| format!("{base}/views?{}", serde_urlencoded::to_string([("save", query)]).unwrap_or_default()))
}

/// A filter in use, and the list without it.
pub(super) struct Chip {
    pub(super) label: Cow<'static, str>,
    pub(super) value: String,
    pub(super) href: String,
}

/// One chip for each filter in use.
pub(super) fn chips(base: &str, filter: &Filter, names: &Names) -> Vec<Chip> {
    let mut chips = Vec::new();
    let mut put = |label: &'static str, value: String, clear: fn(&mut Filter)| {
        if !value.is_empty() {
            let mut without = filter.clone();
            clear(&mut without);
            chips.push(Chip { label: label.into(), value, href: address(base, &without) });
        }
    };
    let named = |ids: &[Uuid], gone: &str| {
        joined(ids.iter().map(|id| names.known.get(id).cloned().unwrap_or_else(|| gone.to_owned())))
    };
    put("Search", filter.q.clone(), |f| f.q.clear());
    put("Status", joined(filter.statuses.iter().map(|one| one.label().to_owned())), |f| f.statuses.clear());
    put("Type", joined(filter.kinds.iter().map(|one| one.label().to_owned())), |f| f.kinds.clear());
    put("Plan", filter.plan.map_or("", |plan| plan.label()).to_owned(), |f| f.plan = None);
    put("Group", named(&filter.groups, "a group you do not see"), |f| f.groups.clear());
    put("Country", joined(filter.countries.iter().map(|one| one.name().to_owned())), |f| f.countries.clear());
    put("Tag", named(&filter.tags, "a tag you do not see"), |f| f.tags.clear());
    put("Beneath", parent(filter, names), |f| f.parent = None);
    put("Created", came(filter), |f| f.channel = None);
    put("Created", between(filter), |f| (f.created_from, f.created_to) = (None, None));
    put("Sub-partners", if filter.beneath { "their customers too".to_owned() } else { String::new() }, |f| {
        f.beneath = false
    });
    chips.extend(filter.own.iter().map(|own| own_chip(base, filter, own, names)));
    chips
}

/// "Region: North, South", "Customer since: from 01/02/2027".
fn own_chip(base: &str, filter: &Filter, own: &OwnFilter, names: &Names) -> Chip {
    let field = names.own.iter().find(|field| field.id == own.field);
    let read = |value: &String| field.map_or_else(|| value.clone(), |field| custom_fields::shown(field.kind, value));
    let ends = match (&own.from, &own.to) {
        (Some(from), Some(to)) => Some(format!("{} – {}", read(from), read(to))),
        (Some(from), None) => Some(format!("from {}", read(from))),
        (None, Some(to)) => Some(format!("until {}", read(to))),
        (None, None) => None,
    };
    let mut without = filter.clone();
    without.own.retain(|other| other.field != own.field);
    Chip {
        label: field.map_or("A field that is not in use".into(), |field| field.name.clone().into()),
        value: joined(own.values.iter().map(read).chain(ends)),
        href: address(base, &without),
    }
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

/// The name of the organization above, where the page knows it, else its key.
fn parent(filter: &Filter, names: &Names) -> String {
    let Some(key) = &filter.parent else { return String::new() };
    let known = names.parents.values().find(|(known, _)| known == key);
    known.map_or_else(|| key.to_string(), |(_, name)| name.clone())
}

/// "by import".
fn came(filter: &Filter) -> String {
    let words = |channel: &String| match Channel::words(channel) {
        words if words.contains(' ') => words.to_owned(),
        words => format!("by {words}"),
    };
    filter.channel.as_ref().map(words).unwrap_or_default()
}

fn between(filter: &Filter) -> String {
    match (filter.created_from.map(date_in_words), filter.created_to.map(date_in_words)) {
        (Some(from), Some(to)) => format!("{from} – {to}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("until {to}"),
        (None, None) => String::new(),
    }
}
