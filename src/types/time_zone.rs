//! Time zones of the people who read (UX.md 42): instants are stored in UTC and shown in the reader's zone.

use std::sync::LazyLock;

use jiff::{Timestamp, tz};
use time::{Date, Duration, OffsetDateTime, Time};

use super::{Invalid, text::quoted, time_words::date_in_words};

/// A zone of the time zone database, by its name: "Europe/Berlin".
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct TimeZone(String);

/// One line of a list of zones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneChoice {
    /// What the form sends: "Europe/Berlin".
    pub name: &'static str,
    /// What a person reads: "Europe/Berlin (UTC+01:00)".
    pub label: String,
}

/// The zones offered: places of the continents and oceans, and UTC. Older spellings can be read, but are not offered.
static OFFERED: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    const AREAS: [&str; 10] =
        ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];
    let places = jiff_names().filter(|name| name.split_once('/').is_some_and(|(area, _)| AREAS.contains(&area)));
    let mut names: Vec<&'static str> = places.map(|name| &*name.leak()).collect();
    names.push("UTC");
    names.sort_unstable();
    names.dedup();
    names
});

fn jiff_names() -> impl Iterator<Item = String> {
    tz::db().available().map(|name| name.as_str().to_owned())
}

impl TimeZone {
    /// Coordinated universal time, the default.
    pub fn utc() -> Self {
        Self("UTC".to_owned())
    }

    /// Finds a zone by its name in any case.
    ///
    /// # Errors
    /// Not in the time zone database.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let name = raw.trim();
        let refusal =
            || Invalid::new(format!("{} is not a time zone we know. Choose one like Europe/Berlin", quoted(raw)));
        if name.len() > 60 || !name.is_ascii() {
            return Err(refusal());
        }
        let zone = tz::db().get(name).map_err(|_| refusal())?;
        zone.iana_name().map(|name| Self(name.to_owned())).ok_or_else(refusal)
    }

    /// All zones a form offers, with the distance to UTC at an instant.
    pub fn all(at: OffsetDateTime) -> Vec<ZoneChoice> {
        let label = |name: &str| format!("{name} (UTC{})", Self(name.to_owned()).local(at).offset_text());
        OFFERED.iter().map(|name| ZoneChoice { name, label: label(name) }).collect()
    }

    /// "21 Nov 2026, 10:42 CET".
    pub fn format(&self, instant: OffsetDateTime) -> String {
        let local = self.local(instant);
        format!("{}, {} {}", date_in_words(local.date), clock(local.time), local.abbreviation)
    }

    /// "21 Nov 2026": the day an instant falls on here.
    pub fn date(&self, instant: OffsetDateTime) -> String {
        date_in_words(self.day(instant))
    }

    /// The day an instant falls on here.
    pub fn day(&self, instant: OffsetDateTime) -> Date {
        self.local(instant).date
    }

    /// The instant at which a day begins here; where the clock leaps over midnight, the first instant after.
    pub fn midnight(&self, day: Date) -> OffsetDateTime {
        let zone = tz::db().get(&self.0).unwrap_or(tz::TimeZone::UTC);
        let (year, month) = (i16::try_from(day.year()).unwrap_or(i16::MAX), u8::from(day.month()));
        let stamp = jiff::civil::Date::new(year, month.cast_signed(), day.day().cast_signed())
            .and_then(|day| zone.to_ambiguous_zoned(day.at(0, 0, 0, 0)).compatible());
        let seconds = stamp.map(|stamp| stamp.timestamp().as_second());
        seconds
            .ok()
            .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
            .unwrap_or(day.midnight().assume_utc())
    }

    /// "10:42:07".
    pub fn exact_time(&self, instant: OffsetDateTime) -> String {
        let time = self.local(instant).time;
        format!("{}:{:02}", clock(time), time.second())
    }

    /// "10:42".
    pub fn time(&self, instant: OffsetDateTime) -> String {
        clock(self.local(instant).time)
    }

    /// How long ago, or how far ahead, seen from `now`: "just now", "18 minutes ago", "Yesterday, 17:40",
    /// "19 Nov 2026, 16:05".
    pub fn relative(&self, instant: OffsetDateTime, now: OffsetDateTime) -> String {
        let distance = now - instant;
        let (there, here) = (self.local(instant), self.local(now));
        let day = match (there.date - here.date).whole_days() {
            -1 => "Yesterday".to_owned(),
            0 => "Today".to_owned(),
            1 => "Tomorrow".to_owned(),
            _ => date_in_words(there.date),
        };
        match distance.whole_minutes() {
            0 => "just now".to_owned(),
            1..60 => format!("{} ago", counted(distance, Duration::MINUTE, "minute")),
            -59..0 => format!("in {}", counted(distance, Duration::MINUTE, "minute")),
            60..360 if there.date == here.date => format!("{} ago", counted(distance, Duration::HOUR, "hour")),
            _ => format!("{day}, {}", clock(there.time)),
        }
    }

    /// Calendar and clock of this zone at an instant.
    fn local(&self, instant: OffsetDateTime) -> Local {
        let zone = tz::db().get(&self.0).unwrap_or(tz::TimeZone::UTC);
        let stamp = Timestamp::new(instant.unix_timestamp(), 0).unwrap_or_default();
        let info = zone.to_offset_info(stamp);
        let seconds = info.offset().seconds();
        let shifted =
            instant.to_offset(time::UtcOffset::UTC).checked_add(Duration::seconds(seconds.into())).unwrap_or(instant);
        let letters = info.abbreviation();
        let offset = Local::offset_words(seconds);
        let abbreviation = match letters {
            name if name.starts_with(|c: char| c.is_ascii_alphabetic()) => name.to_owned(),
            _ => format!("UTC{offset}"),
        };
        Local { date: shifted.date(), time: shifted.time(), seconds, abbreviation }
    }
}
text_type!(TimeZone);

/// What calendar and clock show in a zone.
struct Local {
    date: Date,
    time: Time,
    seconds: i32,
    abbreviation: String,
}

impl Local {
    fn offset_text(&self) -> String {
        Self::offset_words(self.seconds)
    }

    /// "+01:00".
    fn offset_words(seconds: i32) -> String {
        let sign = if seconds < 0 { '−' } else { '+' };
        let minutes = seconds.unsigned_abs() / 60;
        format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn counted(distance: Duration, unit: Duration, name: &str) -> String {
    let count = (distance.abs().whole_seconds() / unit.whole_seconds()).max(1);
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-21 09:42 UTC);

    fn zone(name: &str) -> TimeZone {
        TimeZone::parse(name).expect(name)
    }

    #[test]
    fn instants_are_shown_in_the_zone_with_its_name() {
        assert_eq!(zone("Europe/Berlin").format(NOW), "21 Nov 2026, 10:42 CET");
        assert_eq!(zone("Europe/Berlin").format(datetime!(2026-07-01 22:30 UTC)), "2 Jul 2026, 00:30 CEST");
        assert_eq!(zone("Asia/Kathmandu").format(NOW), "21 Nov 2026, 15:27 UTC+05:45");
        assert_eq!(zone("America/New_York").format(NOW), "21 Nov 2026, 04:42 EST");
        assert_eq!(TimeZone::utc().format(NOW), "21 Nov 2026, 09:42 UTC");
        assert_eq!(zone("Pacific/Auckland").date(datetime!(2026-11-20 23:00 UTC)), "21 Nov 2026");
        assert_eq!(zone("Asia/Tokyo").time(NOW), "18:42");
    }

    #[test]
    fn distances_are_told_as_people_say_them() {
        let told = |seconds: i64| zone("Europe/Berlin").relative(NOW - Duration::seconds(seconds), NOW);
        assert_eq!(told(20), "just now");
        assert_eq!(told(60), "1 minute ago");
        assert_eq!(told(18 * 60 + 59), "18 minutes ago");
        assert_eq!(told(3 * 3600), "3 hours ago");
        assert_eq!(told(8 * 3600), "Today, 02:42");
        assert_eq!(told(17 * 3600 + 120), "Yesterday, 17:40");
        assert_eq!(told(4 * 86_400), "17 Nov 2026, 10:42");
        assert_eq!(told(-5 * 60), "in 5 minutes");
        assert_eq!(told(-86_400), "Tomorrow, 10:42");
        assert_eq!(
            zone("Europe/Berlin").relative(datetime!(2026-11-20 22:50 UTC), datetime!(2026-11-21 02:00 UTC)),
            "Yesterday, 23:50"
        );
    }

    #[test]
    fn zones_are_found_by_name_and_listed_with_their_offset() {
        assert_eq!(zone(" europe/berlin ").as_str(), "Europe/Berlin");
        let refused = TimeZone::parse("Mars/Olympus").map_err(|error| error.to_string());
        assert_eq!(refused, Err("“Mars/Olympus” is not a time zone we know. Choose one like Europe/Berlin".to_owned()));
        assert!(TimeZone::parse("").is_err());
        assert!(TimeZone::parse("../../etc/passwd").is_err());
        let all = TimeZone::all(NOW);
        assert!(all.len() > 300);
        let berlin = all.iter().find(|choice| choice.name == "Europe/Berlin");
        assert_eq!(berlin.map(|choice| choice.label.as_str()), Some("Europe/Berlin (UTC+01:00)"));
        assert!(all.iter().all(|choice| TimeZone::parse(choice.name).is_ok()));
    }

    #[test]
    fn a_day_begins_at_midnight_of_the_zone() {
        let day = time::macros::date!(2026 - 11 - 21);
        assert_eq!(zone("Europe/Berlin").midnight(day), datetime!(2026-11-20 23:00 UTC));
        assert_eq!(TimeZone::utc().midnight(day), datetime!(2026-11-21 00:00 UTC));
        // Summer time begins at midnight there: the day begins at one o'clock.
        let leap = time::macros::date!(2026 - 04 - 24);
        assert_eq!(zone("Africa/Cairo").midnight(leap), datetime!(2026-04-23 22:00 UTC));
        assert_eq!(zone("Europe/Berlin").exact_time(datetime!(2026-11-21 09:42:07 UTC)), "10:42:07");
    }

    #[test]
    fn the_ends_of_time_do_not_break_it() {
        for instant in
            [datetime!(0000-01-01 00:00 UTC), datetime!(9999-12-31 23:59 UTC), datetime!(-9999-01-01 00:00 UTC)]
        {
            assert!(!zone("Pacific/Kiritimati").format(instant).is_empty());
            assert!(!zone("Europe/Berlin").relative(instant, NOW).is_empty());
        }
    }
}
