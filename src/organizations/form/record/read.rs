//! Reads a record field by field, keeping every message and every note.

use super::{Note, OrganizationForm, Parsed, Rules};
use crate::{
    custom_fields::{self, Filled},
    error::FieldErrors,
    organizations::{details::Details, fields::Field},
    types::{
        AccountKind, AddressLine, City, CompanyName, CompanySize, Country, CustomerNumber, DisplayName, DomainName,
        EmailAddress, Invalid, Money, PersonName, PhoneNumber, PostalCode, Region, RegistrationNumber, parse_date,
        parse_yearly, parse_yes_no,
    },
};

struct Reader<'a> {
    form: &'a OrganizationForm,
    rules: &'a Rules,
    errors: FieldErrors,
    notes: Vec<Note>,
}

/// Where the organization is.
struct Place {
    street: Option<AddressLine>,
    postal_code: Option<PostalCode>,
    city: Option<City>,
    state: Option<Region>,
}

/// See [`OrganizationForm::parse`].
pub(super) fn record(form: &OrganizationForm, rules: &Rules) -> Result<Parsed, FieldErrors> {
    let mut reader = Reader { form, rules, errors: FieldErrors::default(), notes: Vec::new() };
    let details = reader.details();
    let custom = reader.custom();
    match details {
        Some(details) if reader.errors.is_empty() => Ok(Parsed { details, custom, notes: reader.notes }),
        _ => Err(reader.errors),
    }
}

impl Reader<'_> {
    /// Every field, in the order of the page; none when the record cannot be kept. The country is known first, because
    /// phone numbers, state and postal code are read by its rules.
    fn details(&mut self) -> Option<Details> {
        let country = self.country();
        let known = country.as_ref().ok().copied();
        let kind = self.kind();
        let name = self.read(Field::Name, CompanyName::parse);
        let domain = self.domain();
        let registration_number = self.read(Field::RegistrationNumber, RegistrationNumber::parse);
        let notification_email = self.read(Field::NotificationEmail, EmailAddress::parse);
        let (approval_required, approval_limit) = self.approval();
        let billing_starts_on = self.read(Field::BillingStartsOn, parse_date);
        let customer_number = self.read(Field::CustomerNumber, CustomerNumber::parse);
        let place = self.place(known);
        let country = self.errors.take(Field::Country.name(), country);
        let contact = self.contact(known.as_ref());
        let company_size = self.errors.optional("company_size", &self.form.company_size, CompanySize::parse);
        Some(Details {
            state: place.state,
            street: place.street,
            postal_code: place.postal_code,
            city: place.city,
            domain,
            registration_number,
            customer_number,
            notification_email,
            company_size,
            approval_required,
            approval_limit,
            billing_starts_on,
            ..contact(Details::new(kind?, name?, country?))
        })
    }

    /// The partner's own fields, behind the others.
    fn custom(&mut self) -> Filled {
        custom_fields::fill(&self.rules.custom, &self.form.custom).unwrap_or_else(|errors| {
            errors.iter().for_each(|(control, message)| self.errors.add(control.to_owned(), message.to_owned()));
            Filled::default()
        })
    }

    /// State and postal code are read where the country is known.
    fn place(&mut self, country: Option<Country>) -> Place {
        Place {
            street: self.read(Field::Street, AddressLine::parse),
            postal_code: country.and_then(|it| self.read(Field::PostalCode, |raw| PostalCode::parse_in(raw, it))),
            city: self.read(Field::City, City::parse),
            state: country.and_then(|it| self.state(it)),
        }
    }

    /// Puts the contact into the details, which may not come to be.
    fn contact(&mut self, country: Option<&Country>) -> impl FnOnce(Details) -> Details + use<> {
        let form = self.form;
        let contact_name = self.read(Field::ContactName, DisplayName::parse);
        let contact_phone = self.phone(Field::ContactPhone, country);
        let contact_email = self.read(Field::ContactEmail, EmailAddress::parse);
        let contact_mobile = self.phone(Field::ContactMobile, country);
        let given = self.errors.optional("contact_given_name", &form.contact_given_name, PersonName::parse);
        let family = self.errors.optional("contact_family_name", &form.contact_family_name, PersonName::parse);
        move |details| Details {
            contact_given_name: given,
            contact_family_name: family,
            contact_name,
            contact_phone,
            contact_mobile,
            contact_email,
            ..details
        }
    }

    fn read<T>(&mut self, field: Field, parse: impl FnOnce(&str) -> Result<T, Invalid>) -> Option<T> {
        let raw = self.form.get(field);
        if raw.trim().is_empty() {
            if self.rules.requires(field) {
                self.errors.add(field.name(), field.missing());
            }
            return None;
        }
        self.errors.take(field.name(), parse(raw))
    }

    fn note(&mut self, field: Field, words: impl Into<String>) {
        self.notes.push(Note { field, words: words.into() });
    }

    fn kind(&mut self) -> Option<AccountKind> {
        let raw = self.form.kind.trim();
        if raw.is_empty() {
            return self.rules.kinds.first().copied();
        }
        let kind = self.errors.take("kind", AccountKind::parse(raw))?;
        if !self.rules.kinds.contains(&kind) {
            let label = kind.label().to_lowercase();
            self.errors.add("kind", format!("An organization of the type {label} cannot be created here"));
            return None;
        }
        Some(kind)
    }

    /// The typed country, or the parent's where none was typed and none is demanded.
    fn country(&self) -> Result<Country, Invalid> {
        match (self.form.country.trim(), self.rules.country) {
            ("", Some(default)) if !self.rules.requires(Field::Country) => Ok(default),
            (raw, _) => Country::parse(raw),
        }
    }

    fn domain(&mut self) -> Option<DomainName> {
        let (domain, left_out) = self.read(Field::Domain, DomainName::parse_noting)?;
        if let Some(left_out) = left_out {
            self.note(Field::Domain, format!("{left_out}: {domain} is used"));
        }
        Some(domain)
    }

    fn state(&mut self, country: Country) -> Option<Region> {
        if self.form.state.trim().is_empty() && !country.state_required() {
            return None;
        }
        self.read(Field::State, |raw| Region::parse_in(raw, country))
    }

    fn phone(&mut self, field: Field, country: Option<&Country>) -> Option<PhoneNumber> {
        let number = self.read(field, |raw| PhoneNumber::parse_in(raw, country))?;
        let typed = self.form.get(field).trim();
        if !typed.starts_with(['+', '＋']) && !typed.starts_with("00") {
            self.note(field, format!("Read as {}", number.display()));
        }
        Some(number)
    }

    /// A limit without the process would never be asked about (D11).
    fn approval(&mut self) -> (bool, Option<Money>) {
        let required = self.read(Field::ApprovalRequired, parse_yes_no).unwrap_or(false);
        let currency = self.rules.currency;
        let limit = self.read(Field::ApprovalLimit, |raw| parse_yearly(raw, currency));
        let Some((limit, monthly)) = limit else { return (required, None) };
        if let Some(words) = monthly {
            self.note(Field::ApprovalLimit, words);
        }
        if !required && self.errors.get(Field::ApprovalRequired.name()).is_none() {
            let process = Field::ApprovalRequired.info().label.to_lowercase();
            let message = format!("There is a limit, but the {process} is off. Turn it on, or leave the limit empty");
            self.errors.add(Field::ApprovalLimit.name(), message);
        }
        (required, Some(limit))
    }
}
