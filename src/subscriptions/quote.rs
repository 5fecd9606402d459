//! What a subscription will cost, step by step (UX 10): every step of the sum is a row.

use time::{Date, OffsetDateTime};

use super::{dates::renews_on, model::NewSubscription};
use crate::{
    settings::PartnerSettings,
    types::{Commitment, Money, Plan, TimeZone, date_in_words},
};

/// One step of the sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteRow {
    /// What is counted: "120 licences × €6.25 × 12 months".
    pub label: String,
    /// What it comes to.
    pub amount: Money,
}

/// What a subscription will cost, before tax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The steps of the sum.
    pub rows: Vec<QuoteRow>,
    /// What is due for the first term, excluding tax. None where the partner has set no price.
    pub total: Option<Money>,
    /// What the total is: "Due today, excluding tax".
    pub total_label: &'static str,
    /// First day of the next term.
    pub renews_on: Option<Date>,
    /// When a trial ends.
    pub trial_ends_at: Option<OffsetDateTime>,
    /// What to know besides the sum, in a sentence.
    pub note: Option<String>,
}

/// Works out the price of the first term for a reader in `zone`.
pub fn quote(prices: &PartnerSettings, new: &NewSubscription, now: OffsetDateTime, zone: &TimeZone) -> Quote {
    match new.plan {
        Plan::Trial => trial(prices, new, now, zone),
        Plan::Purchased => purchase(prices, new, zone.day(now)),
    }
}

fn trial(prices: &PartnerSettings, new: &NewSubscription, now: OffsetDateTime, zone: &TimeZone) -> Quote {
    let ends_at = prices.trial_ends_at(now);
    let free = Money::zero(prices.currency);
    let label = format!("{}, {} days of trial", licenses(new), prices.trial_days);
    Quote {
        rows: vec![QuoteRow { label, amount: free }],
        total: Some(free),
        total_label: "Due today",
        renews_on: None,
        trial_ends_at: Some(ends_at),
        note: Some(format!("The trial ends by itself on {}. No invoice follows.", zone.date(ends_at))),
    }
}

fn purchase(prices: &PartnerSettings, new: &NewSubscription, today: Date) -> Quote {
    let renews_on = renews_on(today, new.commitment);
    let months = match new.commitment {
        Commitment::MonthToMonth => 1,
        Commitment::Yearly => 12,
    };
    let priced = prices.price_of(new.commitment).and_then(|price| {
        let amount = price.checked_mul(i64::from(new.licenses.get()))?.checked_mul(months)?;
        let term = if months == 1 { "1 month".to_owned() } else { format!("{months} months") };
        Some(QuoteRow { label: format!("{} × {price} × {term}", licenses(new)), amount })
    });
    let note = if priced.is_some() {
        format!("Renews on {}.", date_in_words(renews_on))
    } else {
        "No price is set for this commitment, so none is shown or stored. It can be agreed separately.".to_owned()
    };
    Quote {
        total: priced.as_ref().map(|row| row.amount),
        rows: priced.into_iter().collect(),
        total_label: "Due today, excluding tax",
        renews_on: Some(renews_on),
        trial_ends_at: None,
        note: Some(note),
    }
}

fn licenses(new: &NewSubscription) -> String {
    if new.licenses.get() == 1 { "1 licence".to_owned() } else { format!("{} licences", new.licenses) }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::quote;
    use crate::{
        settings::PartnerSettings,
        subscriptions::{NewSubscription, SubscriptionForm},
        types::{Currency, Money, TimeZone},
    };

    fn prices() -> PartnerSettings {
        PartnerSettings {
            monthly_price: Some(Money::new(750, Currency::EUR)),
            yearly_price: Some(Money::new(625, Currency::EUR)),
            ..PartnerSettings::default()
        }
    }

    fn chosen(plan: &str, licenses: &str, commitment: &str) -> NewSubscription {
        let form = SubscriptionForm {
            plan: plan.into(),
            licenses: licenses.into(),
            commitment: commitment.into(),
            ..SubscriptionForm::starting("Weißenfelder Präzisionsguss")
        };
        form.parse().expect("acceptable")
    }

    #[test]
    fn a_year_is_twelve_months_of_the_yearly_price() {
        let now = datetime!(2026-11-21 10:00 UTC);
        let found = quote(&prices(), &chosen("purchased", "120", "yearly"), now, &TimeZone::utc());
        assert_eq!(found.rows[0].label, "120 licences × €6.25 × 12 months");
        assert_eq!(found.total, Some(Money::new(900_000, Currency::EUR)));
        assert_eq!(found.renews_on, Some(date!(2027 - 11 - 21)));
        let found = quote(&prices(), &chosen("purchased", "1", "month_to_month"), now, &TimeZone::utc());
        assert_eq!(found.rows[0].label, "1 licence × €7.50 × 1 month");
        assert_eq!(found.total, Some(Money::new(750, Currency::EUR)));
    }

    #[test]
    fn a_trial_costs_nothing_and_says_when_it_ends() {
        let now = datetime!(2026-11-21 10:00 UTC);
        let found = quote(&prices(), &chosen("trial", "5", ""), now, &TimeZone::utc());
        assert_eq!(found.total, Some(Money::zero(Currency::EUR)));
        assert_eq!(found.trial_ends_at, Some(datetime!(2026-12-21 10:00 UTC)));
        assert!(found.note.is_some_and(|note| note.contains("21 Dec 2026")));
    }

    #[test]
    fn without_a_price_the_quote_says_so() {
        let now = datetime!(2026-11-21 10:00 UTC);
        let found = quote(&PartnerSettings::default(), &chosen("purchased", "5", "yearly"), now, &TimeZone::utc());
        assert_eq!((found.rows.len(), found.total), (0, None));
        assert!(found.note.is_some_and(|note| note.starts_with("No price is set")));
    }
}
