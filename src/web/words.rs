//! Words that several pages share.

use time::OffsetDateTime;

use crate::{
    organizations::COUNTED,
    subscriptions::TrialState,
    types::{TimeZone, grouped},
};

/// Tone and word of the one status an organization shows (DESIGN.md section 6).
pub(crate) fn status(
    stored: &str,
    trial_ends_at: Option<OffsetDateTime>,
    now: OffsetDateTime,
    zone: &TimeZone,
) -> (&'static str, String) {
    match (stored, trial_ends_at) {
        ("suspended", _) => ("warn off", "Suspended".to_owned()),
        ("archived", _) => ("off", "Archived".to_owned()),
        (_, Some(ends_at)) => {
            let state = TrialState::of(ends_at, now, zone);
            (state.tone(), state.words())
        }
        _ => ("ok", "Active".to_owned()),
    }
}

/// "1,310", or "10,000+" where nothing was counted further.
pub(crate) fn capped(count: i64) -> String {
    up_to(COUNTED, count)
}

/// The same of a count that stopped above another limit.
pub(crate) fn up_to(limit: i64, count: i64) -> String {
    let shown = grouped(u64::try_from(count.min(limit)).unwrap_or_default());
    if count > limit { format!("{shown}+") } else { shown }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::{capped, status};
    use crate::types::TimeZone;

    #[test]
    fn counts_stop_above_ten_thousand() {
        assert_eq!(capped(1_310), "1,310");
        assert_eq!(capped(10_000), "10,000");
        assert_eq!(capped(10_001), "10,000+");
    }

    #[test]
    fn one_status_is_shown_and_the_gravest_wins() {
        let now = datetime!(2026-11-21 10:00 UTC);
        let soon = Some(datetime!(2026-11-22 09:00 UTC));
        let of = |stored, ends| status(stored, ends, now, &TimeZone::utc());
        assert_eq!(of("active", None), ("ok", "Active".to_owned()));
        assert_eq!(of("active", soon), ("warn half", "Trial, ends tomorrow".to_owned()));
        assert_eq!(of("suspended", soon), ("warn off", "Suspended".to_owned()));
    }
}
