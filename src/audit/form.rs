//! The filter as it is typed.

use serde::{Deserialize, Serialize};
use time::{Date, format_description::BorrowedFormatItem, macros::format_description};
use uuid::Uuid;

use super::model::Filter;
use crate::{
    error::FieldErrors,
    events::EventKind,
    types::{Invalid, TimeZone},
};

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// What the form of the page sends; all of it also stands in the address.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct FilterForm {
    /// A part of a person's name.
    pub person: String,
    /// A part of the name of a thing or an organization, an Org Key, or an id of a thing or a request.
    pub object: String,
    /// The stored text of a kind.
    pub kind: String,
    /// First day, as 2026-11-21.
    pub from: String,
    /// Last day, included.
    pub to: String,
}

impl FilterForm {
    /// Days are those of the reader's time zone.
    ///
    /// # Errors
    /// A day or a kind that does not exist.
    pub fn parse(&self, zone: &TimeZone) -> Result<Filter, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut day = |name: &'static str, raw: &str| match raw.trim() {
            "" => None,
            raw => errors.take(name, parse_day(raw)),
        };
        let (from, to) = (day("from", &self.from), day("to", &self.to));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            errors.add("to", "The last day is before the first");
        }
        let kind = EventKind::from_name(&self.kind);
        if kind.is_none() && !self.kind.is_empty() {
            errors.add("kind", "Choose an action from the list");
        }
        errors.into_result()?;
        let object = plain(&self.object);
        Ok(Filter {
            person: plain(&self.person),
            object_id: Uuid::parse_str(&object).ok(),
            object,
            kind,
            from: from.map(|day| zone.midnight(day)),
            until: to.and_then(Date::next_day).map(|day| zone.midnight(day)),
        })
    }

    /// Names and values, as they stand in an address.
    pub fn fields(&self) -> [(&'static str, &str); 5] {
        [
            ("person", &self.person),
            ("object", &self.object),
            ("kind", &self.kind),
            ("from", &self.from),
            ("to", &self.to),
        ]
    }

    /// Whether nothing is kept back.
    pub fn is_empty(&self) -> bool {
        self.fields().iter().all(|(_, value)| value.trim().is_empty())
    }
}

/// PostgreSQL refuses NUL in a text; no name holds any control character.
fn plain(raw: &str) -> String {
    raw.trim().chars().filter(|c| !c.is_control()).take(200).collect::<String>().to_lowercase()
}

fn parse_day(raw: &str) -> Result<Date, Invalid> {
    let day = Date::parse(raw, DAY).ok().filter(|day| (1900..=2999).contains(&day.year()));
    day.ok_or_else(|| Invalid::new("Write the day as 2026-11-21".to_owned()))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn days_are_those_of_the_reader() {
        let form = FilterForm { from: "2026-11-20".into(), to: "2026-11-21".into(), ..FilterForm::default() };
        let filter = form.parse(&TimeZone::parse("Europe/Berlin").unwrap()).unwrap();
        assert_eq!(filter.from, Some(datetime!(2026-11-19 23:00 UTC)));
        assert_eq!(filter.until, Some(datetime!(2026-11-21 23:00 UTC)));
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused_beside_its_field() {
        let form = FilterForm { from: "2026-02-30".into(), kind: "no.such".into(), ..FilterForm::default() };
        let errors = form.parse(&TimeZone::utc()).unwrap_err();
        assert_eq!(errors.get("from"), Some("Write the day as 2026-11-21"));
        assert!(errors.get("kind").is_some());
        let form = FilterForm { from: "2026-11-21".into(), to: "2026-11-20".into(), ..FilterForm::default() };
        assert!(form.parse(&TimeZone::utc()).unwrap_err().get("to").is_some());
    }

    #[test]
    fn an_id_is_looked_for_as_one() {
        let form = FilterForm { object: " 019AA111-2222-7333-8444-555566667777 ".into(), ..FilterForm::default() };
        assert!(form.parse(&TimeZone::utc()).unwrap().object_id.is_some());
    }
}
