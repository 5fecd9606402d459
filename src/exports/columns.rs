//! What a file of organizations holds: the 17 fields under the headings an import reads, then what only a reader needs.

use std::{borrow::Cow, collections::HashMap};

use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::{
    organizations::{FIELDS, Field},
    types::{AccountKind, Country, Currency, DomainName, FieldKind, Money, OrgKey, TimeZone, parse_date},
};

/// One organization as it is read for a file.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) key: OrgKey,
    pub(super) name: String,
    pub(super) kind: AccountKind,
    pub(super) status: String,
    pub(super) trial_ends_at: Option<OffsetDateTime>,
    pub(super) licenses: i64,
    pub(super) created_at: OffsetDateTime,
    pub(super) domain: Option<String>,
    pub(super) registration_number: Option<String>,
    pub(super) customer_number: Option<String>,
    pub(super) notification_email: Option<String>,
    pub(super) approval_required: bool,
    pub(super) approval_limit: Option<i64>,
    pub(super) approval_currency: Option<String>,
    pub(super) billing_starts_on: Option<Date>,
    pub(super) street: Option<String>,
    pub(super) postal_code: Option<String>,
    pub(super) city: Option<String>,
    pub(super) state: Option<String>,
    pub(super) country: Country,
    pub(super) contact_given_name: Option<String>,
    pub(super) contact_family_name: Option<String>,
    pub(super) contact_name: Option<String>,
    pub(super) contact_phone: Option<String>,
    pub(super) contact_mobile: Option<String>,
    pub(super) contact_email: Option<String>,
    pub(super) group_ids: Vec<Uuid>,
    pub(super) tag_ids: Vec<Uuid>,
    pub(super) custom: serde_json::Value,
    /// Names of its groups and tags, as far as the person sees them; filled in for a portion at once.
    pub(super) groups: Vec<String>,
    pub(super) tags: Vec<String>,
}

/// A field of the partner's own.
pub(super) struct Custom {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) kind: FieldKind,
}

/// The value of a cell with what it is.
#[derive(Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Empty,
    Text(Cow<'a, str>),
    List(&'a [String]),
    /// In digits with a point.
    Number(Cow<'a, str>),
    Date(Date),
    YesNo(bool),
}

#[derive(Debug)]
enum What {
    Field(Field),
    Key,
    Kind,
    Status,
    Plan,
    Licenses,
    Groups,
    Tags,
    Created,
    Custom(String, FieldKind),
}

/// A column of the file.
#[derive(Debug)]
pub struct Column {
    /// What stands above it.
    pub heading: String,
    /// What programs call it.
    pub name: String,
    what: What,
    /// The currency amounts are in that name none: that of the partner's settings, as an import reads them.
    currency: Currency,
    zone: TimeZone,
}

/// The columns for a reader. Whoever sees no cost gets no approval settings (SPEC section 3, Sales Agent): without the
/// columns an import of the file leaves them as they are.
pub(super) fn columns(sees_cost: bool, custom: &[Custom], currency: Currency, zone: &TimeZone) -> Vec<Column> {
    const MORE: [(&str, &str, What); 8] = [
        ("Org Key", "key", What::Key),
        ("Account type", "kind", What::Kind),
        ("Status", "status", What::Status),
        ("Plan", "plan", What::Plan),
        ("Licences", "licenses", What::Licenses),
        ("Groups", "groups", What::Groups),
        ("Tags", "tags", What::Tags),
        ("Created", "created_on", What::Created),
    ];
    let column = |heading: &str, name: &str, what: What| Column {
        heading: heading.to_owned(),
        name: name.to_owned(),
        what,
        currency,
        zone: zone.clone(),
    };
    let told = |field: Field| sees_cost || !matches!(field, Field::ApprovalRequired | Field::ApprovalLimit);
    let fields = FIELDS.iter().filter(|info| told(info.field));
    let mut all: Vec<Column> = fields.map(|info| column(info.heading, info.name, What::Field(info.field))).collect();
    all.extend(MORE.into_iter().map(|(heading, name, what)| column(heading, name, what)));
    for field in custom {
        // A field of the partner's own never takes the place of one every organization has.
        let taken = all.iter().any(|known| known.heading.eq_ignore_ascii_case(&field.name));
        let heading = if taken { format!("{} (custom)", field.name) } else { field.name.clone() };
        all.push(column(&heading, &field.name, What::Custom(field.id.to_string(), field.kind)));
    }
    all
}

impl Column {
    /// Whether the partner made it.
    pub(super) fn is_custom(&self) -> bool {
        matches!(self.what, What::Custom(..))
    }

    /// What stands in it for an organization.
    pub(super) fn cell<'a>(&self, of: &'a Record) -> Cell<'a> {
        match &self.what {
            What::Field(field) => self.field(*field, of),
            What::Key => Cell::Text(of.key.as_str().into()),
            What::Kind => Cell::Text(of.kind.label().into()),
            What::Status => Cell::Text(status(&of.status)),
            What::Plan => Cell::Text(if of.trial_ends_at.is_some() { "Trial" } else { "Purchased" }.into()),
            What::Licenses => Cell::Number(of.licenses.to_string().into()),
            What::Groups => list(&of.groups),
            What::Tags => list(&of.tags),
            What::Created => Cell::Date(self.zone.day(of.created_at)),
            What::Custom(id, kind) => custom(of.custom.get(id).and_then(serde_json::Value::as_str), *kind),
        }
    }

    fn field<'a>(&self, field: Field, of: &'a Record) -> Cell<'a> {
        match field {
            Field::Name => Cell::Text(of.name.as_str().into()),
            Field::Domain => of.domain.as_deref().map_or(Cell::Empty, |domain| Cell::Text(readable(domain))),
            Field::RegistrationNumber => text(&of.registration_number),
            Field::NotificationEmail => text(&of.notification_email),
            Field::ApprovalRequired => Cell::YesNo(of.approval_required),
            Field::ApprovalLimit => self.amount(of),
            Field::BillingStartsOn => of.billing_starts_on.map_or(Cell::Empty, Cell::Date),
            Field::CustomerNumber => text(&of.customer_number),
            Field::Street => text(&of.street),
            Field::PostalCode => text(&of.postal_code),
            Field::City => text(&of.city),
            Field::State => {
                of.state.as_ref().map_or(Cell::Empty, |state| Cell::Text(of.country.state_name(state).into()))
            }
            Field::Country => Cell::Text(of.country.name().into()),
            Field::ContactName => contact(of),
            Field::ContactPhone => text(&of.contact_phone),
            Field::ContactEmail => text(&of.contact_email),
            Field::ContactMobile => text(&of.contact_mobile),
        }
    }

    /// A limit that was written in another currency than the partner's says so, and is then no number.
    fn amount<'a>(&self, of: &'a Record) -> Cell<'a> {
        let currency = of.approval_currency.as_deref().and_then(Currency::from_code);
        match of.approval_limit.zip(currency) {
            None => Cell::Empty,
            Some((minor, currency)) => {
                let amount = Money::new(minor, currency).plain();
                if currency == self.currency {
                    return Cell::Number(amount.into());
                }
                Cell::Text(format!("{amount} {}", currency.code()).into())
            }
        }
    }
}

fn text(value: &Option<String>) -> Cell<'_> {
    value.as_deref().map_or(Cell::Empty, |value| Cell::Text(value.into()))
}

fn list(values: &[String]) -> Cell<'_> {
    if values.is_empty() { Cell::Empty } else { Cell::List(values) }
}

fn status(stored: &str) -> Cow<'_, str> {
    match stored {
        "active" => "Active".into(),
        "suspended" => "Suspended".into(),
        "archived" => "Archived".into(),
        other => other.into(),
    }
}

/// As people write it, where the stored form is that of the name system.
fn readable(domain: &str) -> Cow<'_, str> {
    if !domain.contains("xn--") {
        return domain.into();
    }
    DomainName::parse(domain).map_or_else(|_| domain.into(), |known| known.to_string().into())
}

/// The whole name where somebody wrote one, else first and last name (D7).
fn contact(of: &Record) -> Cell<'_> {
    if of.contact_name.is_some() {
        return text(&of.contact_name);
    }
    match (&of.contact_given_name, &of.contact_family_name) {
        (Some(given), Some(family)) => Cell::Text(format!("{given} {family}").into()),
        (given, family) => text(if given.is_some() { given } else { family }),
    }
}

/// Custom values are kept in one canonical form; one that does not fit its field any more is shown as it is.
fn custom(value: Option<&str>, kind: FieldKind) -> Cell<'_> {
    let Some(value) = value else { return Cell::Empty };
    match kind {
        FieldKind::Number if is_number(value) => Cell::Number(value.into()),
        FieldKind::Date => parse_date(value).map_or_else(|_| Cell::Text(value.into()), Cell::Date),
        _ => Cell::Text(value.into()),
    }
}

/// Digits with a point, as JSON and spreadsheets read them.
fn is_number(value: &str) -> bool {
    serde_json::from_str::<serde_json::Number>(value).is_ok()
}

impl Record {
    /// Puts the names of groups and tags in; those without a name are out of the person's sight.
    pub(super) fn fill(&mut self, groups: &HashMap<Uuid, String>, tags: &HashMap<Uuid, String>) {
        let named = |ids: &[Uuid], names: &HashMap<Uuid, String>| {
            let mut found: Vec<String> = ids.iter().filter_map(|id| names.get(id).cloned()).collect();
            found.sort_by_key(|name| name.to_lowercase());
            found
        };
        self.groups = named(&self.group_ids, groups);
        self.tags = named(&self.tag_ids, tags);
    }
}
