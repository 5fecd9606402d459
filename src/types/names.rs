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

impl From<CompanyName> for SubscriptionName {
    /// The default of S118. Both have the same limit, so nothing can be refused.
    fn from(name: CompanyName) -> Self {
        Self(name.0)
    }
}
