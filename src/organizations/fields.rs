//! The 17 fields of an organization as data (S216-S232): forms, rows, files and exports read this one table, so that a
//! column means the same everywhere.

use super::model::Channel::{self, Form, Import, Rows};

/// One of the 17 fields, in the order of the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// S216.
    Name,
    /// S217.
    Domain,
    /// S218.
    RegistrationNumber,
    /// S219.
    NotificationEmail,
    /// S220.
    ApprovalRequired,
    /// S221.
    ApprovalLimit,
    /// S222.
    BillingStartsOn,
    /// S223.
    CustomerNumber,
    /// S224.
    Street,
    /// S225.
    PostalCode,
    /// S226.
    City,
    /// S227.
    State,
    /// S228.
    Country,
    /// S229.
    ContactName,
    /// S230.
    ContactPhone,
    /// S231.
    ContactEmail,
    /// S232.
    ContactMobile,
}

/// How a field is read and what a form offers for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// A line of text.
    Line,
    /// A domain; scheme, `www.` and path are left out and said so.
    Domain,
    /// An address.
    Email,
    /// A phone number, read in the organization's country where it has no country code.
    Phone,
    /// TRUE or FALSE.
    YesNo,
    /// An amount a year, in the currency of the partner's settings.
    Amount,
    /// A day: DD/MM/YYYY or ISO 8601.
    Date,
    /// A state of the country.
    State,
    /// A country by code or English name.
    Country,
}

/// What is known about a field.
#[derive(Debug, Clone, Copy)]
pub struct FieldInfo {
    /// Which one.
    pub field: Field,
    /// Its name in forms, programs and the database.
    pub name: &'static str,
    /// What pages call it.
    pub label: &'static str,
    /// The heading of its column in files.
    pub heading: &'static str,
    /// How to write it, where that is not plain; for forms and templates.
    pub hint: &'static str,
    /// A value as an example row has it.
    pub example: &'static str,
    /// How it is read.
    pub entry: Entry,
    /// The channels that demand it (D2). A partner may demand more, see [`super::Rules`].
    pub demanded_by: &'static [Channel],
    /// The place in the help that says more (S269).
    pub help: Option<&'static str>,
}

impl Field {
    /// What is known about it.
    pub fn info(self) -> &'static FieldInfo {
        // The table stands in the order of the variants, which a test checks.
        &FIELDS[self as usize]
    }

    /// Its name in forms, programs and the database: "customer_number".
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// The field with this name.
    pub fn named(name: &str) -> Option<Self> {
        FIELDS.iter().find(|info| info.name == name).map(|info| info.field)
    }

    /// What to say when it is demanded and missing: "Enter the customer number".
    pub fn missing(self) -> String {
        let mut letters = self.info().label.chars();
        let label: String =
            letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default();
        match self.info().entry {
            Entry::State | Entry::Country => format!("Choose a {label}"),
            Entry::YesNo => format!("Say TRUE or FALSE for the {label}"),
            _ => format!("Enter the {label}"),
        }
    }
}

const fn field(field: Field, name: &'static str, heading: &'static str, example: &'static str) -> FieldInfo {
    FieldInfo {
        field,
        name,
        label: heading,
        heading,
        hint: "",
        example,
        entry: Entry::Line,
        demanded_by: &[],
        help: None,
    }
}

/// Every field, in the order of the documents.
pub const FIELDS: [FieldInfo; 17] = [
    FieldInfo {
        demanded_by: &[Form, Rows, Import],
        ..field(Field::Name, "name", "Name", "Kowalczyk i Wspólnicy sp. z o.o.")
    },
    FieldInfo {
        entry: Entry::Domain,
        hint: "Without http and www",
        demanded_by: &[Form, Rows, Import],
        ..field(Field::Domain, "domain", "Primary domain", "kowalczyk.example")
    },
    FieldInfo {
        hint: "Company or tax number",
        ..field(Field::RegistrationNumber, "registration_number", "Registration number", "KRS 0000123456")
    },
    FieldInfo {
        entry: Entry::Email,
        hint: "Operational notices about the organization go here",
        demanded_by: &[Form, Rows, Import],
        ..field(Field::NotificationEmail, "notification_email", "Notification email", "it@kowalczyk.example")
    },
    FieldInfo {
        entry: Entry::YesNo,
        hint: "TRUE: what its people order waits for approval",
        help: Some("approvals"),
        ..field(Field::ApprovalRequired, "approval_required", "Approval process", "TRUE")
    },
    FieldInfo {
        entry: Entry::Amount,
        label: "Approval limit a year",
        hint: "Only what costs more waits. Empty: everything does. “480 monthly” counts twelve times",
        help: Some("approval-limit"),
        ..field(Field::ApprovalLimit, "approval_limit", "Approval process limit", "5000.00")
    },
    FieldInfo {
        entry: Entry::Date,
        hint: "DD/MM/YYYY",
        ..field(Field::BillingStartsOn, "billing_starts_on", "Billing start date", "01/01/2027")
    },
    FieldInfo {
        hint: "Your own reference; no other organization of yours has it",
        ..field(Field::CustomerNumber, "customer_number", "Customer number", "K-20411")
    },
    field(Field::Street, "street", "Street address", "ul. Przykładowa 7"),
    field(Field::PostalCode, "postal_code", "Postal code", "00-950"),
    field(Field::City, "city", "City", "Warszawa"),
    FieldInfo { entry: Entry::State, ..field(Field::State, "state", "State", "Mazowieckie") },
    FieldInfo {
        entry: Entry::Country,
        hint: "Name or two letters",
        ..field(Field::Country, "country", "Country", "Poland")
    },
    field(Field::ContactName, "contact_name", "Contact name", "Anna Kowalczyk"),
    FieldInfo {
        entry: Entry::Phone,
        hint: "With country code. Extensions are fine",
        demanded_by: &[Form],
        ..field(Field::ContactPhone, "contact_phone", "Contact phone", "+48 22 555 01 42")
    },
    FieldInfo {
        entry: Entry::Email,
        ..field(Field::ContactEmail, "contact_email", "Contact email", "anna@kowalczyk.example")
    },
    FieldInfo {
        entry: Entry::Phone,
        ..field(Field::ContactMobile, "contact_mobile", "Contact cell phone", "+48 512 345 678")
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_in_the_order_of_the_fields() {
        for (place, info) in FIELDS.iter().enumerate() {
            assert_eq!(info.field as usize, place, "{}", info.name);
            assert_eq!(Field::named(info.name), Some(info.field));
            assert_eq!(info.field.info().name, info.name);
        }
        assert_eq!(Field::named("id"), None);
    }

    #[test]
    fn a_missing_field_is_asked_for_in_words() {
        assert_eq!(Field::CustomerNumber.missing(), "Enter the customer number");
        assert_eq!(Field::Country.missing(), "Choose a country");
    }
}
