//! The closed choices of a subscription and of an account (SPEC sections 2 and 4, S120, S405-S407, S417-S420, D6).

choices! {
    /// What a subscription is (S417, S420). An organization is on trial while all its subscriptions are trials.
    Plan, "a plan", {
        /// Free for a time.
        Trial = "trial", "Trial", "Free until the trial ends. It can become a purchased plan at any time.";
        /// Billed.
        Purchased = "purchased", "Purchased", "Billed every month for the licences.";
    }
}

choices! {
    /// For how long a subscription is taken (S120).
    Commitment, "a commitment", {
        /// Ends with any month.
        MonthToMonth = "month_to_month", "Month-to-month", "Renews every month and can end with any month.";
        /// Runs twelve months.
        Yearly = "yearly", "Yearly", "Runs for twelve months and renews for another twelve.";
    }
}

choices! {
    /// What is charged (D6).
    ChargeModel, "what is charged", {
        /// The number of licences that was ordered.
        Committed = "committed", "Committed licences", "Every ordered licence is billed, used or not.";
        /// The number of licences in use (S419).
        Metered = "metered", "Used licences", "Only licences in use are billed, one for each device.";
    }
}

choices! {
    /// What an organization may have beneath it (S405-S407).
    AccountKind, "an account type", {
        /// A leaf of the management tree.
        Customer = "customer", "Customer", "Buys and uses services. Nothing can be created beneath it.";
        /// Creates further partners and customers.
        Partner = "partner", "Partner", "Sells on: creates further partners and customers.";
        /// Its licences serve all organizations beneath it.
        Enterprise = "enterprise", "Enterprise", "Has organizations beneath it that share its licences.";
    }
}

choices! {
    /// What can be entered into a custom field.
    FieldKind, "a kind of field", {
        /// A line of text.
        Text = "text", "Text", "A line of up to 500 characters.";
        /// A number.
        Number = "number", "Number", "A number with or without decimals.";
        /// A day.
        Date = "date", "Date", "A day, written DD/MM/YYYY.";
        /// One of several.
        Choice = "choice", "Choice", "One of the entries you list.";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_text_and_label_are_read_back() {
        for kind in AccountKind::ALL {
            assert_eq!(AccountKind::parse(kind.as_str()).as_ref(), Ok(kind));
            assert_eq!(AccountKind::parse(kind.label()).as_ref(), Ok(kind));
        }
        for commitment in Commitment::ALL {
            assert_eq!(Commitment::parse(commitment.label()).as_ref(), Ok(commitment));
        }
        assert_eq!(Commitment::parse("month_to_month"), Ok(Commitment::MonthToMonth));
        assert_eq!(Plan::parse(" TRIAL "), Ok(Plan::Trial));
        assert_eq!(ChargeModel::parse("metered"), Ok(ChargeModel::Metered));
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(Plan::parse("gold").map_err(|error| error.to_string()), Err("Choose a plan".to_owned()));
        assert!(AccountKind::parse("").is_err());
        assert!(AccountKind::parse(&"partner".repeat(2_000)).is_err());
    }
}
