//! Names and numbers that people and companies are known by (S107-S109, S118, S216, S218, S223, D7).

use super::{Invalid, text::clean_name};

/// A line of text of limited length with at least one letter or digit.
macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $max:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
        #[sqlx(transparent)]
        pub struct $name(String);

        impl $name {
            /// The most characters that are kept.
            pub const MAX: usize = $max;

            /// Trims, makes runs of white space one space and composes accents.
            ///
            /// # Errors
            /// Longer than [`Self::MAX`], nothing to read, or hidden characters.
            pub fn parse(raw: &str) -> Result<Self, Invalid> {
                clean_name(raw, Self::MAX).map(Self)
            }
        }
        text_type!($name);
    };
}

name_type! {
    /// A person's first or last name (S108, S109, S121, S122). Never split or joined by guess (D7).
    PersonName, 100
}
name_type! {
    /// A person's name as a whole, as they want to be shown (D7, S413).
    DisplayName, 200
}
name_type! {
    /// The full name of an organization (S107, S216, S240, S409).
    CompanyName, 200
}
name_type! {
    /// What a subscription is called (S118); the form offers the company name.
    SubscriptionName, 200
}
name_type! {
    /// A company or tax number (S218), kept as the registry writes it: "HRB 21 4077".
    RegistrationNumber, 64
}
name_type! {
    /// The reseller's own reference for a customer (S223).
    CustomerNumber, 64
}
name_type! {
    /// What a group is called (S256); unique within one partner.
    GroupName, 100
}
name_type! {
    /// A partner's own word for organizations; unique within one partner.
    TagName, 40
}
name_type! {
    /// What a custom field is called; unique within one partner.
    FieldName, 60
}
name_type! {
    /// What a saved view of a list is called.
    ViewName, 60
}
name_type! {
    /// Why somebody enters an organization for support (N9).
    VisitReason, 300
}

impl From<CompanyName> for SubscriptionName {
    /// The default of S118. Both have the same limit, so nothing can be refused.
    fn from(name: CompanyName) -> Self {
        Self(name.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_scripts_are_kept_and_limited() {
        let name = CompanyName::parse("  Weißenfelder  Präzisionsguss GmbH & Co. KG ").expect("a name");
        assert_eq!(name.as_str(), "Weißenfelder Präzisionsguss GmbH & Co. KG");
        assert_eq!(SubscriptionName::from(name.clone()).as_str(), name.as_str());
        assert!(PersonName::parse(&"a".repeat(100)).is_ok());
        assert!(PersonName::parse(&"a".repeat(101)).is_err());
        assert!(CustomerNumber::parse("K-20418").is_ok());
        assert!(RegistrationNumber::parse("HRB 21 4077\0").is_err());
    }

    #[test]
    fn json_is_read_through_the_same_rule() {
        let name: PersonName = serde_json::from_str("\" Anna \"").expect("a name");
        assert_eq!(serde_json::to_string(&name).expect("written"), "\"Anna\"");
        let refused = serde_json::from_str::<PersonName>("\"!!\"").map_err(|error| error.to_string());
        assert!(refused.is_err_and(|error| error.starts_with("“!!” has no letter or digit")));
    }
}
