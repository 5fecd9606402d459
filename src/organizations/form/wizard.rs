//! The details as the wizard asks for them: it demands more than the record does (SPEC section 4).

use serde::{Deserialize, Serialize};

use crate::{
    billing::region,
    error::FieldErrors,
    organizations::details::Details,
    types::{
        AccountKind, CompanyName, CompanySize, Country, CustomerNumber, DomainName, EmailAddress, Invalid, PersonName,
        PhoneNumber, Region, RegistrationNumber,
    },
};

/// What a person typed (SPEC section 4, step "details").
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DetailsForm {
    /// `customer`, `partner` or `enterprise`.
    pub kind: String,
    /// Company name.
    pub company: String,
    /// First name of the primary contact.
    pub given_name: String,
    /// Last name of the primary contact.
    pub family_name: String,
    /// Phone number of the primary contact.
    pub phone: String,
    /// Size band or number of people.
    pub size: String,
    /// ISO 3166 alpha-2 code.
    pub country: String,
    /// Code or name of the state, where the country has states.
    pub state: String,
    /// Primary domain.
    pub domain: String,
    /// Registration number.
    pub registration_number: String,
    /// Customer number.
    pub customer_number: String,
    /// Notification address.
    pub notification_email: String,
}

impl DetailsForm {
    /// Reads every field. `kinds` are the account types that may be chosen; a single one needs no choice.
    ///
    /// # Errors
    /// A message for every field that is missing or wrong, in the order of the page.
    pub fn parse(&self, kinds: &[AccountKind]) -> Result<Details, FieldErrors> {
        let mut errors = FieldErrors::default();
        let kind = self.kind(&mut errors, kinds);
        let name = errors.required("company", &self.company, "Enter the company name", CompanyName::parse);
        let contact_given_name = errors.required(
            "given_name",
            &self.given_name,
            "Enter the first name of the primary contact",
            PersonName::parse,
        );
        let contact_family_name = errors.required(
            "family_name",
            &self.family_name,
            "Enter the last name of the primary contact",
            PersonName::parse,
        );
        // The country decides how the phone number is read, but stands behind it on the page.
        let country = self.country_or_why();
        let contact_phone =
            errors.required("phone", &self.phone, "Enter the phone number of the primary contact", |raw| {
                PhoneNumber::parse_in(raw, country.as_ref().ok())
            });
        let company_size = errors.required("size", &self.size, "Choose a company size", CompanySize::parse);
        let country = errors.take("country", country);
        let state = country.and_then(|country| region(&mut errors, "state", &self.state, country));
        self.finish(
            errors,
            kind.zip(name),
            contact_given_name.zip(contact_family_name),
            contact_phone,
            company_size,
            country,
            state,
        )
    }

    #[expect(clippy::too_many_arguments, reason = "the mandatory fields, each already read or refused")]
    fn finish(
        &self,
        mut errors: FieldErrors,
        kind_and_name: Option<(AccountKind, CompanyName)>,
        contact: Option<(PersonName, PersonName)>,
        contact_phone: Option<PhoneNumber>,
        company_size: Option<CompanySize>,
        country: Option<Country>,
        state: Option<Region>,
    ) -> Result<Details, FieldErrors> {
        let domain = errors.optional("domain", &self.domain, DomainName::parse);
        let registration_number =
            errors.optional("registration_number", &self.registration_number, RegistrationNumber::parse);
        let customer_number = errors.optional("customer_number", &self.customer_number, CustomerNumber::parse);
        let notification_email = errors.optional("notification_email", &self.notification_email, EmailAddress::parse);
        match (kind_and_name, contact, contact_phone, company_size, country) {
            (Some((kind, name)), Some((given, family)), Some(contact_phone), Some(company_size), Some(country))
                if errors.is_empty() =>
            {
                Ok(Details {
                    kind,
                    name,
                    country,
                    state,
                    street: None,
                    postal_code: None,
                    city: None,
                    domain,
                    registration_number,
                    customer_number,
                    notification_email,
                    contact_given_name: Some(given),
                    contact_family_name: Some(family),
                    contact_name: None,
                    contact_phone: Some(contact_phone),
                    contact_mobile: None,
                    contact_email: None,
                    company_size: Some(company_size),
                    approval_required: false,
                    approval_limit: None,
                    billing_starts_on: None,
                })
            }
            _ => Err(errors),
        }
    }

    fn kind(&self, errors: &mut FieldErrors, kinds: &[AccountKind]) -> Option<AccountKind> {
        if let ([only], "") = (kinds, self.kind.trim()) {
            return Some(*only);
        }
        let kind = errors.required("kind", &self.kind, "Choose an account type", AccountKind::parse)?;
        if !kinds.contains(&kind) {
            errors.add(
                "kind",
                format!("A {} cannot be created here. Choose another account type", kind.label().to_lowercase()),
            );
            return None;
        }
        Some(kind)
    }

    fn country_or_why(&self) -> Result<Country, Invalid> {
        Country::parse(&self.country)
    }
}

#[cfg(test)]
mod tests {
    use super::DetailsForm;
    use crate::types::AccountKind::{Customer, Enterprise, Partner};

    fn form() -> DetailsForm {
        DetailsForm {
            kind: "customer".into(),
            company: "Weißenfelder Präzisionsguss GmbH & Co. KG".into(),
            given_name: "Katharina".into(),
            family_name: "Vogt-Lindner".into(),
            phone: "03443 555 0142".into(),
            size: "51-200".into(),
            country: "DE".into(),
            state: "ST".into(),
            domain: "https://www.praezisionsguss.example/kontakt".into(),
            ..DetailsForm::default()
        }
    }

    #[test]
    fn what_was_typed_becomes_what_is_kept() {
        let details = form().parse(&[Customer, Partner, Enterprise]).expect("complete");
        assert_eq!(details.contact_phone.expect("given").as_str(), "+4934435550142");
        assert_eq!(details.domain.expect("given").as_str(), "praezisionsguss.example");
        assert_eq!(details.state.expect("given").name(), "Sachsen-Anhalt");
        assert_eq!(details.customer_number, None);
    }

    #[test]
    fn an_empty_form_names_the_mandatory_fields_in_the_order_of_the_page() {
        let errors = DetailsForm::default().parse(&[Customer, Partner]).expect_err("nothing was typed");
        let fields: Vec<_> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["kind", "company", "given_name", "family_name", "phone", "size", "country"]);
        assert_eq!(errors.get("family_name"), Some("Enter the last name of the primary contact"));
        assert_eq!(errors.get("country"), Some("Choose a country"));
    }

    #[test]
    fn only_the_types_the_parent_may_create_are_accepted() {
        let partner = DetailsForm { kind: "partner".into(), ..form() };
        assert!(partner.parse(&[Customer]).expect_err("beneath an enterprise").get("kind").is_some());
        let silent = DetailsForm { kind: String::new(), ..form() };
        assert_eq!(silent.parse(&[Customer]).expect("the only one").kind, Customer);
        assert_eq!(
            silent.parse(&[Customer, Partner]).expect_err("a choice").get("kind"),
            Some("Choose an account type")
        );
    }

    #[test]
    fn a_state_is_asked_for_exactly_where_the_country_has_some() {
        let nowhere = DetailsForm { state: String::new(), ..form() };
        assert_eq!(nowhere.parse(&[Customer]).expect_err("a state").get("state"), Some("Choose a state"));
        let monaco = DetailsForm { country: "MC".into(), phone: "+377 99 99 55 00".into(), ..form() };
        assert!(monaco.parse(&[Customer]).is_ok_and(|details| details.state.is_none()));
    }
}
