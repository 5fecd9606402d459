//! Types of the organizations.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    billing::BillingAddress,
    error::FieldErrors,
    subscriptions::NewSubscription,
    types::{
        AccountKind, CompanyName, CompanySize, Country, CustomerNumber, DomainName, EmailAddress, OrgKey, PersonName,
        PhoneNumber, Region, RegistrationNumber,
    },
    users::NewUser,
};

/// The door through which an organization came in; all lead to [`super::create`] (SPEC section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// The seven steps of SPEC section 4.
    Wizard,
    /// The first-run page: the operator.
    Setup,
    /// `tenantry demo`.
    Demo,
}

impl Channel {
    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wizard => "wizard",
            Self::Setup => "setup",
            Self::Demo => "demo",
        }
    }

    /// A stored text in words: "at set-up".
    pub fn words(stored: &str) -> &str {
        if stored == "setup" { "at set-up" } else { stored }
    }
}

/// The details a person enters about an organization (SPEC section 4, step "details"), checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// Customer, partner or enterprise (S405-S407). Fixed once created.
    pub kind: AccountKind,
    /// Company name (S107).
    pub name: CompanyName,
    /// First name of the primary contact (S108).
    pub contact_given_name: PersonName,
    /// Last name of the primary contact (S109).
    pub contact_family_name: PersonName,
    /// Phone number of the primary contact (S110).
    pub contact_phone: PhoneNumber,
    /// Company size (S111).
    pub company_size: CompanySize,
    /// Country.
    pub country: Country,
    /// State, where the country has states (D5).
    pub state: Option<Region>,
    /// Primary domain; unique among the organizations of one parent.
    pub domain: Option<DomainName>,
    /// Registration number.
    pub registration_number: Option<RegistrationNumber>,
    /// The parent's own reference; unique among the organizations of one parent.
    pub customer_number: Option<CustomerNumber>,
    /// Operational address of the organization (D8).
    pub notification_email: Option<EmailAddress>,
}

/// An organization to be.
#[derive(Debug, Clone)]
pub struct NewOrganization {
    /// Makes creating idempotent: the draft's id in the wizard. The same command again finds what it made.
    pub command_id: Uuid,
    /// The door it came through.
    pub channel: Channel,
    /// What was entered about it.
    pub details: Details,
    /// Its first administrator.
    pub administrator: NewAdministrator,
    /// Its first subscription. None where it draws from a pool, see [`super::draws_from_pool`].
    pub subscription: Option<NewSubscription>,
    /// Where its bill goes. None: billed to the account of its parent (a secondary, S309).
    pub billing: Option<BillingAddress>,
}

/// The first administrator of an organization.
#[derive(Debug, Clone)]
pub enum NewAdministrator {
    /// Nobody yet; the address is kept as the contact's.
    Later {
        /// Who is meant to become it.
        email: Option<EmailAddress>,
    },
    /// A person with an account, who proved it (D1).
    Existing {
        /// The person.
        user_id: Uuid,
        /// Their address.
        email: EmailAddress,
        /// Their name.
        name: String,
    },
    /// A person who gets an account with the organization.
    New {
        /// The account.
        user: NewUser,
        /// Whether a mail tells how to choose a password (S415).
        send_instructions: bool,
    },
}

impl NewAdministrator {
    /// The address of the person, where one was given.
    pub fn email(&self) -> Option<&EmailAddress> {
        match self {
            Self::Later { email } => email.as_ref(),
            Self::Existing { email, .. } => Some(email),
            Self::New { user, .. } => Some(&user.email),
        }
    }
}

/// What creating came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The organization.
    pub id: Uuid,
    /// Its key.
    pub key: OrgKey,
    /// Its name.
    pub name: String,
    /// Whether the command had been carried out before; then nothing was written now.
    pub already: bool,
}

/// Another organization of the same parent that has a value which must be its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// `domain` or `customer_number`.
    pub field: &'static str,
    /// The value as it is shown.
    pub value: String,
    /// The organization that has it.
    pub key: OrgKey,
    /// Its name.
    pub name: String,
}

impl Taken {
    /// "kowalczyk.example already belongs to Kowalczyk. Open that organization, or use another domain".
    pub fn message(&self) -> String {
        let what = if self.field == "domain" { "domain" } else { "customer number" };
        let stop = if self.name.ends_with('.') { "" } else { "." };
        format!("{} already belongs to {}{stop} Open that organization, or use another {what}", self.value, self.name)
    }

    /// The messages for a form.
    pub fn errors(taken: &[Self]) -> FieldErrors {
        let mut errors = FieldErrors::default();
        for one in taken {
            errors.add(one.field, one.message());
        }
        errors
    }
}

/// An organization as its own pages show it. What channels may leave out is optional here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: Uuid,
    /// Its key (S302).
    pub key: OrgKey,
    /// Its name.
    pub name: String,
    /// Customer, partner or enterprise.
    pub kind: AccountKind,
    /// The organization that manages it; none for the operator.
    pub parent_id: Option<Uuid>,
    /// The account its bill goes to.
    pub billing_account_id: Uuid,
    /// The organization whose licences it uses.
    pub license_pool_owner_id: Uuid,
    /// `active`, `suspended` or `archived`.
    pub status: String,
    /// First name of the primary contact.
    pub contact_given_name: Option<PersonName>,
    /// Last name of the primary contact.
    pub contact_family_name: Option<PersonName>,
    /// Phone number of the primary contact.
    pub contact_phone: Option<PhoneNumber>,
    /// Address of a person to reach (D8).
    pub contact_email: Option<EmailAddress>,
    /// Company size.
    pub company_size: Option<CompanySize>,
    /// Country.
    pub country: Country,
    /// State, where the country has states.
    pub state: Option<Region>,
    /// Primary domain.
    pub domain: Option<DomainName>,
    /// Registration number.
    pub registration_number: Option<RegistrationNumber>,
    /// The parent's own reference.
    pub customer_number: Option<CustomerNumber>,
    /// Operational address (D8).
    pub notification_email: Option<EmailAddress>,
    /// The door it came through.
    pub channel: String,
    /// When it was created.
    pub created_at: OffsetDateTime,
    /// Licences of all its subscriptions.
    pub licenses: i64,
    /// End of the trial while it is on trial.
    pub trial_ends_at: Option<OffsetDateTime>,
    /// Counts the changes of the details.
    pub version: i32,
}

impl Organization {
    /// First and last name of the contact.
    pub fn contact_name(&self) -> Option<String> {
        let names: Vec<&str> =
            [&self.contact_given_name, &self.contact_family_name].into_iter().flatten().map(AsRef::as_ref).collect();
        (!names.is_empty()).then(|| names.join(" "))
    }

    /// Whether everything the details ask for is there.
    pub fn is_complete(&self) -> bool {
        self.contact_given_name.is_some()
            && self.contact_family_name.is_some()
            && self.contact_phone.is_some()
            && self.company_size.is_some()
            && (self.state.is_some() || !self.country.state_required())
    }

    /// What an event keeps of the details.
    pub(super) fn as_json(&self) -> Map<String, Value> {
        map(json!({
            "name": self.name,
            "contact_given_name": self.contact_given_name,
            "contact_family_name": self.contact_family_name,
            "contact_phone": self.contact_phone,
            "company_size": self.company_size,
            "country": self.country,
            "state": self.state.as_ref().map(Region::as_str),
            "domain": self.domain,
            "registration_number": self.registration_number,
            "customer_number": self.customer_number,
            "notification_email": self.notification_email,
        }))
    }
}

impl Details {
    /// What an event keeps of it; the same names as [`Organization::as_json`].
    pub(super) fn as_json(&self) -> Map<String, Value> {
        map(json!({
            "name": self.name,
            "contact_given_name": self.contact_given_name,
            "contact_family_name": self.contact_family_name,
            "contact_phone": self.contact_phone,
            "company_size": self.company_size,
            "country": self.country,
            "state": self.state.as_ref().map(Region::as_str),
            "domain": self.domain,
            "registration_number": self.registration_number,
            "customer_number": self.customer_number,
            "notification_email": self.notification_email,
        }))
    }
}

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
