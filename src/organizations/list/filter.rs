//! What a list of organizations shows and in which order: read from the query of an address and written back to one
//! (UX 21).

use std::borrow::Cow;

use time::{Date, format_description::FormatItem, macros::format_description};
use uuid::Uuid;

use super::{
    choice::{PageSize, Sort, Status},
    own::{self, OwnFilter},
};
use crate::types::{AccountKind, Country, OrgKey, Plan};

/// How a day is written in an address.
const DAY: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]");
/// How many values of one kind an address may name; further ones are dropped.
const MOST: usize = 50;
/// How many letters of a search are read.
const LONGEST: usize = 200;

/// Which organizations a list shows, in which order, how many a page. All of it stands in the address; what cannot be read
/// there is dropped, so that an old or mistyped address still shows a list. What is empty is not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// What was typed into the search, without control characters.
    pub q: String,
    /// Any of these; none means everything but archived.
    pub statuses: Vec<Status>,
    /// Any of these account types.
    pub kinds: Vec<AccountKind>,
    /// On trial, or with a purchased plan.
    pub plan: Option<Plan>,
    /// In any of these groups of the partner.
    pub groups: Vec<Uuid>,
    /// In any of these countries.
    pub countries: Vec<Country>,
    /// With any of these tags of the partner.
    pub tags: Vec<Uuid>,
    /// With these values of the partner's own fields.
    pub own: Vec<OwnFilter>,
    /// Directly beneath this organization instead of the one the list stands in.
    pub parent: Option<OrgKey>,
    /// The stored name of the door they came in through ([`crate::organizations::Channel::as_str`]).
    pub channel: Option<String>,
    /// Created on this day of the reader or later.
    pub created_from: Option<Date>,
    /// Created on this day of the reader or earlier.
    pub created_to: Option<Date>,
    /// Whether customers of the partners and enterprises beneath are shown too.
    pub beneath: bool,
    /// The order.
    pub sort: Sort,
    /// Lines a page; none means as many as the reader is used to.
    pub size: Option<PageSize>,
}

impl Filter {
    /// Reads the query of an address, without its `?`. Never fails: what is unknown or unreadable is left out.
    pub fn parse(query: &str) -> Self {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        Self::of(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// Reads names and values, as a form posts them.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut filter = Self::default();
        for (name, value) in pairs {
            filter.take(name, value.trim());
        }
        filter
    }

    fn take(&mut self, name: &str, value: &str) {
        match name {
            // Postgres refuses NUL in a text; no name holds any control character.
            "q" => self.q = value.chars().filter(|c| !c.is_control()).take(LONGEST).collect(),
            "status" => add(&mut self.statuses, Status::parse(value)),
            "type" => add(&mut self.kinds, AccountKind::parse(value).ok()),
            "plan" => self.plan = Plan::parse(value).ok().or(self.plan),
            "group" => add(&mut self.groups, Uuid::parse_str(value).ok()),
            "country" => add(&mut self.countries, Country::parse(value).ok()),
            "tag" => add(&mut self.tags, Uuid::parse_str(value).ok()),
            "parent" => self.parent = OrgKey::parse(value).ok().or_else(|| self.parent.take()),
            "channel" => self.channel = channel(value).or_else(|| self.channel.take()),
            "from" => self.created_from = Date::parse(value, DAY).ok().or(self.created_from),
            "to" => self.created_to = Date::parse(value, DAY).ok().or(self.created_to),
            "beneath" => self.beneath = !value.is_empty(),
            "sort" => self.sort = Sort::parse(value).unwrap_or(self.sort),
            "size" => self.size = PageSize::parse(value).or(self.size),
            _ => own::take(&mut self.own, name, value),
        }
    }

    /// The query of an address that shows the same; empty for a plain list. [`Filter::parse`] reads it back.
    pub fn to_query(&self) -> String {
        serde_urlencoded::to_string(self.pairs()).unwrap_or_default()
    }

    /// Names and values as they stand in an address: only what differs from a plain list.
    pub fn pairs(&self) -> Vec<(Cow<'static, str>, String)> {
        let day = |day: Date| day.format(DAY).ok();
        let mut pairs = Vec::new();
        let mut put = |name: &'static str, value: Option<String>| {
            pairs.extend(value.map(|value| (Cow::Borrowed(name), value)));
        };
        put("q", Some(self.q.clone()).filter(|q| !q.is_empty()));
        self.statuses.iter().for_each(|one| put("status", Some(one.as_str().into())));
        self.kinds.iter().for_each(|one| put("type", Some(one.as_str().into())));
        put("plan", self.plan.map(|plan| plan.as_str().into()));
        self.groups.iter().for_each(|one| put("group", Some(one.to_string())));
        self.countries.iter().for_each(|one| put("country", Some(one.alpha2().into())));
        self.tags.iter().for_each(|one| put("tag", Some(one.to_string())));
        put("parent", self.parent.as_ref().map(ToString::to_string));
        put("channel", self.channel.clone());
        put("from", self.created_from.and_then(day));
        put("to", self.created_to.and_then(day));
        put("beneath", self.beneath.then(|| "1".into()));
        put("sort", (self.sort != Sort::default()).then(|| self.sort.to_string()));
        put("size", self.size.map(|size| size.to_string()));
        pairs.extend(self.own.iter().flat_map(OwnFilter::pairs));
        pairs
    }

    /// Whether it leaves organizations out, beyond those that are archived: the search or a filter is in use.
    pub fn narrows(&self) -> bool {
        let plain = Self { beneath: self.beneath, sort: self.sort, size: self.size, ..Self::default() };
        *self != plain
    }
}

fn add<T: PartialEq>(to: &mut Vec<T>, value: Option<T>) {
    if let Some(value) = value.filter(|value| to.len() < MOST && !to.contains(value)) {
        to.push(value);
    }
}

/// The stored name of a channel: lower-case letters and underscores.
fn channel(value: &str) -> Option<String> {
    let named = !value.is_empty() && value.len() <= 20 && value.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    named.then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_written_back() {
        let query = "q=B%C3%A4ckerei+%26+Co&status=suspended&status=archived&type=partner&plan=trial\
                     &group=018f0000-0000-7000-8000-000000000001&country=SE&country=JP\
                     &tag=018f0000-0000-7000-8000-000000000002&parent=org_7k2m9qx4vb1t&channel=import\
                     &from=2026-01-31&to=2026-11-22&beneath=1&sort=-created&size=200\
                     &custom_018f0000-0000-7000-8000-000000000003=North\
                     &custom_018f0000-0000-7000-8000-000000000004_from=2026-01-31\
                     &custom_018f0000-0000-7000-8000-000000000004_to=2026-02-28";
        let filter = Filter::parse(query);
        assert_eq!(filter.q, "Bäckerei & Co");
        assert_eq!(filter.statuses, [Status::Suspended, Status::Archived]);
        assert_eq!(filter.countries.len(), 2);
        assert_eq!(filter.size, PageSize::parse("200"));
        assert_eq!(filter.to_query(), query.replace(' ', ""));
        assert!(filter.narrows());
    }

    #[test]
    fn what_cannot_be_read_is_dropped() {
        for query in [
            "",
            "status=gone&type=club&plan=gold&group=1&country=Narnia&parent=x&channel=%00&from=31.1.2026",
            "size=1000000&sort=password&to=2026-02-31&page=7&&&=&%ff=%fe",
            "q=%00%01&beneath=&custom_x=1&custom_018f0000-0000-7000-8000-000000000003=",
        ] {
            let filter = Filter::parse(query);
            assert_eq!(filter, Filter::default(), "{query}");
            assert_eq!(filter.to_query(), "");
            assert!(!filter.narrows());
        }
    }

    #[test]
    fn order_and_size_leave_nothing_out() {
        assert!(!Filter::parse("sort=licenses&size=25&beneath=1").narrows());
        assert!(Filter::parse("status=active").narrows());
    }
}
