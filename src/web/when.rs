//! Instants as pages show them: short words, the exact time in the title, in the reader's zone (UX 42).

use time::{Date, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::types::{TimeZone, date_in_words};

/// An instant or a day for `templates/when.html`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct When {
    /// For machines.
    pub(crate) iso: String,
    /// The exact time with its zone.
    pub(crate) full: String,
    /// What is read.
    pub(crate) words: String,
    /// Whether the words grow old while the page is open.
    pub(crate) relative: bool,
}

impl When {
    /// "29 minutes ago", "Yesterday, 17:40".
    pub(crate) fn relative(zone: &TimeZone, at: OffsetDateTime, now: OffsetDateTime) -> Self {
        let recent = (0..86_400).contains(&(now - at).whole_seconds());
        Self { words: zone.relative(at, now), relative: recent, ..Self::exact(zone, at) }
    }

    /// "21 Nov 2026", the exact time in the title.
    pub(crate) fn day(zone: &TimeZone, at: OffsetDateTime) -> Self {
        Self { words: zone.date(at), ..Self::exact(zone, at) }
    }

    /// "21 Nov 2026, 10:42 CET".
    pub(crate) fn exact(zone: &TimeZone, at: OffsetDateTime) -> Self {
        let full = zone.format(at);
        Self { iso: at.format(&Rfc3339).unwrap_or_default(), words: full.clone(), full, relative: false }
    }

    /// A day that is none of an instant, such as a renewal: "21 Nov 2027".
    pub(crate) fn date(date: Date) -> Self {
        let words = date_in_words(date);
        Self { iso: date.to_string(), full: words.clone(), words, relative: false }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::When;
    use crate::types::TimeZone;

    #[test]
    fn the_title_names_the_zone() {
        let zone = TimeZone::parse("Europe/Berlin").expect("a zone");
        let when = When::relative(&zone, datetime!(2026-11-21 09:31 UTC), datetime!(2026-11-21 10:00 UTC));
        assert_eq!((when.words.as_str(), when.full.as_str()), ("29 minutes ago", "21 Nov 2026, 10:31 CET"));
        assert_eq!((when.iso.as_str(), when.relative), ("2026-11-21T09:31:00Z", true));
        assert_eq!(When::date(date!(2027 - 11 - 21)).iso, "2027-11-21");
    }
}
