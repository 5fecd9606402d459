//! Types of the subscriptions.

use serde_json::{Value, json};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::types::{ChargeModel, Commitment, LicenseCount, Money, Plan, SubscriptionName};

/// A subscription to be, as a person chose it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubscription {
    /// What it is called; the company name unless changed (S118).
    pub name: SubscriptionName,
    /// Trial or purchased (S417, S420).
    pub plan: Plan,
    /// How many licences (S119, S418).
    pub licenses: LicenseCount,
    /// For how long it is taken (S120).
    pub commitment: Commitment,
}

impl NewSubscription {
    /// What is charged: a number of licences that was chosen is committed to (D6). Metered ones come from channels that
    /// ask for no number.
    pub fn charge_model(&self) -> ChargeModel {
        ChargeModel::Committed
    }
}

/// A subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: SubscriptionName,
    /// Trial or purchased.
    pub plan: Plan,
    /// For how long it is taken.
    pub commitment: Commitment,
    /// What is charged.
    pub charge_model: ChargeModel,
    /// How many licences.
    pub licenses: LicenseCount,
    /// Price of a licence a month; none for a trial and where the partner had set none.
    pub unit_price: Option<Money>,
    /// First day.
    pub starts_on: Date,
    /// When a trial ends.
    pub trial_ends_at: Option<OffsetDateTime>,
    /// When a purchased subscription renews.
    pub renews_on: Option<Date>,
}

impl Subscription {
    /// What an event keeps of it.
    pub fn as_json(&self) -> Value {
        json!({
            "name": self.name,
            "plan": self.plan,
            "commitment": self.commitment,
            "licenses": self.licenses.get(),
            "unit_price": self.unit_price.map(|price| price.to_string()),
            "trial_ends_at": self.trial_ends_at.map(|at| at.unix_timestamp()),
            "renews_on": self.renews_on.map(|date| date.to_string()),
        })
    }
}

/// How far a trial is, for status words and the countdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrialState {
    /// More than three days are left.
    Running {
        /// Whole days left, the day of the end not counted.
        days_left: i64,
    },
    /// Three days or less are left (DESIGN.md section 6).
    Ending {
        /// Whole days left: 0 is today, 1 tomorrow.
        days_left: i64,
    },
    /// It is over.
    Over,
}

impl TrialState {
    /// Days before the end from which a trial is shown as a warning.
    const WARNS: i64 = 3;

    /// The state of a trial that ends at an instant; days are calendar days of the reader.
    pub fn of(ends_at: OffsetDateTime, now: OffsetDateTime, zone: &crate::types::TimeZone) -> Self {
        if ends_at <= now {
            return Self::Over;
        }
        let days_left = (zone.day(ends_at) - zone.day(now)).whole_days();
        if days_left > Self::WARNS { Self::Running { days_left } } else { Self::Ending { days_left } }
    }

    /// "Trial, 12 days left", "Trial, ends tomorrow", "Trial over".
    pub fn words(self) -> String {
        match self {
            Self::Running { days_left } => format!("Trial, {days_left} days left"),
            Self::Ending { days_left: 0 } => "Trial, ends today".to_owned(),
            Self::Ending { days_left: 1 } => "Trial, ends tomorrow".to_owned(),
            Self::Ending { days_left } => format!("Trial, ends in {days_left} days"),
            Self::Over => "Trial over".to_owned(),
        }
    }

    /// The tone of DESIGN.md section 6.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Running { .. } => "info half",
            Self::Ending { .. } => "warn half",
            Self::Over => "warn off",
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::TrialState;
    use crate::types::TimeZone;

    #[test]
    fn a_trial_counts_calendar_days_of_the_reader() {
        let zone = TimeZone::parse("Europe/Berlin").expect("a zone");
        let now = datetime!(2026-11-21 22:30 UTC); // 23:30 in Berlin
        let words = |ends| TrialState::of(ends, now, &zone).words();
        assert_eq!(words(datetime!(2026-12-21 22:30 UTC)), "Trial, 30 days left");
        assert_eq!(words(datetime!(2026-11-25 12:00 UTC)), "Trial, 4 days left");
        assert_eq!(words(datetime!(2026-11-24 12:00 UTC)), "Trial, ends in 3 days");
        assert_eq!(words(datetime!(2026-11-21 23:30 UTC)), "Trial, ends tomorrow");
        assert_eq!(words(datetime!(2026-11-21 22:45 UTC)), "Trial, ends today");
        assert_eq!(words(now), "Trial over");
    }
}
