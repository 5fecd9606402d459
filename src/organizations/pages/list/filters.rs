//! What the menu of the filters offers.

use std::borrow::Cow;

use time::macros::format_description;
use uuid::Uuid;

use crate::{
    organizations::{Channel, Filter, Names, OwnField, Sort, Status},
    types::{AccountKind, Country, FieldKind, Plan},
    web::fields::SelectOption,
};

/// The filters with what is chosen now.
pub(super) struct Choices {
    /// How many filters are in use, the search not counted.
    pub(super) used: usize,
    /// Stored text, label, whether it is ticked.
    pub(super) statuses: Vec<(&'static str, &'static str, bool)>,
    pub(super) kinds: Vec<(&'static str, &'static str, bool)>,
    pub(super) plans: Vec<SelectOption>,
    /// A drop-down for each group chosen, and one for none.
    pub(super) groups: Vec<SelectOption>,
    pub(super) tags: Vec<SelectOption>,
    /// The chosen one; the script brings the others.
    pub(super) country: Option<Country>,
    pub(super) channels: Vec<SelectOption>,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) parent: String,
    pub(super) beneath: bool,
    /// Whether organizations beneath partners can be shown at all.
    pub(super) offers_beneath: bool,
    pub(super) sorts: Vec<SelectOption>,
    /// What the form carries along: further values of a filter that the menu shows one of, and the size.
    pub(super) hidden: Vec<(Cow<'static, str>, String)>,
    /// The partner's own fields.
    pub(super) own: Vec<OwnChoice>,
    /// Whether one of them is asked for.
    pub(super) asks_own: bool,
}

impl Choices {
    pub(super) fn new(filter: &Filter, names: &Names, kept: bool) -> Self {
        let day = |day: Option<time::Date>| {
            day.and_then(|day| day.format(format_description!("[year]-[month]-[day]")).ok()).unwrap_or_default()
        };
        let plan = filter.plan.map_or("", |plan| plan.as_str());
        Self {
            used: used(filter),
            statuses: Status::ALL.iter().map(|s| (s.as_str(), s.label(), filter.statuses.contains(s))).collect(),
            kinds: AccountKind::ALL.iter().map(|k| (k.as_str(), k.label(), filter.kinds.contains(k))).collect(),
            plans: Plan::ALL.iter().map(|one| SelectOption::new(one.as_str(), one.label(), plan)).collect(),
            groups: named(&names.groups, &filter.groups, names),
            tags: named(&names.tags, &filter.tags, names),
            country: filter.countries.first().copied(),
            channels: channels(filter.channel.as_deref().unwrap_or_default()),
            from: day(filter.created_from),
            to: day(filter.created_to),
            parent: filter.parent.as_ref().map(ToString::to_string).unwrap_or_default(),
            beneath: filter.beneath,
            offers_beneath: !kept,
            sorts: sorts(filter.sort),
            own: names.own.iter().map(|field| OwnChoice::new(field, filter)).collect(),
            asks_own: !filter.own.is_empty(),
            hidden: hidden(filter, names),
        }
    }
}

/// What can be asked of a field of the partner's own.
pub(super) struct OwnChoice {
    pub(super) name: String,
    pub(super) label: String,
    /// Entries to choose from, for a choice.
    pub(super) options: Option<Vec<SelectOption>>,
    /// The type of the controls for the two ends, for a number or a day.
    pub(super) ends: Option<&'static str>,
    pub(super) value: String,
    pub(super) from: String,
    pub(super) to: String,
}

impl OwnChoice {
    fn new(field: &OwnField, filter: &Filter) -> Self {
        let asked = filter.own.iter().find(|asked| asked.field == field.id).cloned().unwrap_or_default();
        let value = asked.values.into_iter().next().unwrap_or_default();
        let gone = Some(&value).filter(|value| !value.is_empty() && !field.choices.contains(value));
        let entries = field.choices.iter().chain(gone).map(|one| SelectOption::new(one, one, &value));
        Self {
            options: (field.kind == FieldKind::Choice).then(|| entries.collect()),
            ends: match field.kind {
                FieldKind::Number => Some("text"),
                FieldKind::Date => Some("date"),
                FieldKind::Text | FieldKind::Choice => None,
            },
            name: format!("custom_{}", field.id),
            label: field.name.clone(),
            from: asked.from.unwrap_or_default(),
            to: asked.to.unwrap_or_default(),
            value,
        }
    }
}

/// How many of the filters are in use.
fn used(filter: &Filter) -> usize {
    [
        !filter.statuses.is_empty(),
        !filter.kinds.is_empty(),
        filter.plan.is_some(),
        !filter.groups.is_empty(),
        !filter.countries.is_empty(),
        !filter.tags.is_empty(),
        filter.parent.is_some(),
        filter.channel.is_some(),
        filter.created_from.is_some() || filter.created_to.is_some(),
        filter.beneath,
    ]
    .into_iter()
    .filter(|used| *used)
    .count()
        + filter.own.len()
}

/// What the partner offers, and the chosen one where it is not among that.
fn named(offered: &[(Uuid, String)], chosen: &[Uuid], names: &Names) -> Vec<SelectOption> {
    let present = chosen.first().map(ToString::to_string).unwrap_or_default();
    let mut options: Vec<SelectOption> =
        offered.iter().map(|(id, name)| SelectOption::new(id.to_string(), name, &present)).collect();
    if let Some(id) = chosen.first().filter(|id| !offered.iter().any(|(offered, _)| offered == *id)) {
        let name = names.known.get(id).map_or("One you do not see", String::as_str);
        options.insert(0, SelectOption::new(id.to_string(), name, &present));
    }
    options
}

/// The doors an organization can have come in through; one of the address that is not known is kept.
fn channels(present: &str) -> Vec<SelectOption> {
    let mut options: Vec<SelectOption> = [Channel::Wizard, Channel::Form, Channel::Rows, Channel::Demo]
        .into_iter()
        .map(|channel| SelectOption::new(channel.as_str(), capital(Channel::words(channel.as_str())), present))
        .collect();
    if !present.is_empty() && !options.iter().any(|option| option.selected) {
        options.push(SelectOption::new(present, capital(Channel::words(present)), present));
    }
    options
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn sorts(sort: Sort) -> Vec<SelectOption> {
    let present = sort.to_string();
    [
        ("name", "Name, A to Z"),
        ("-name", "Name, Z to A"),
        ("-created", "Newest first"),
        ("created", "Oldest first"),
        ("-licenses", "Most licences first"),
        ("licenses", "Fewest licences first"),
        ("number", "Customer number"),
        ("-number", "Customer number, last first"),
    ]
    .into_iter()
    .map(|(value, label)| SelectOption::new(value, label, &present))
    .collect()
}

/// The search and the size, and what the form has no field for: the second and further values of a drop-down.
fn hidden(filter: &Filter, names: &Names) -> Vec<(Cow<'static, str>, String)> {
    let offered: Vec<String> = names.own.iter().map(|field| format!("custom_{}", field.id)).collect();
    let mut seen: Vec<Cow<'static, str>> = Vec::new();
    let mut further = |name: &Cow<'static, str>| {
        let first = !seen.contains(name);
        seen.push(name.clone());
        !first
    };
    filter
        .pairs()
        .into_iter()
        .filter(|(name, _)| match name.as_ref() {
            "q" | "size" => true,
            "group" | "tag" | "country" => further(name),
            own if own.starts_with("custom_") => {
                !offered.iter().any(|control| own.starts_with(control.as_str())) || further(name)
            }
            _ => false,
        })
        .collect()
}
