//! The company and its primary contact (S107-S111, S405-S411).

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Field, StepForm, state_words};
use crate::{
    custom_fields,
    error::{Error, FieldErrors, Result},
    onboarding::{model::Answers, step::Step},
    organizations::{self, Details, Taken},
    scope::{Scope, Standing},
    types::{AccountKind, CompanySize, Country, CustomerNumber, DomainName, PhoneNumber},
};

/// As typed: the form every channel shares, and the exact number of people besides the band (S111).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DetailsForm {
    /// What every channel asks.
    #[serde(flatten)]
    pub shared: organizations::DetailsForm,
    /// The exact number of people, where it is known.
    pub people: String,
    /// Ids of the groups it is put into, separated by spaces (S263).
    pub groups: String,
    /// What was typed into the fields of the parent's own, by the names of their controls.
    #[serde(flatten, deserialize_with = "own")]
    pub own: BTreeMap<String, String>,
}

/// Out of everything a form sends.
fn own<'de, D: Deserializer<'de>>(form: D) -> std::result::Result<BTreeMap<String, String>, D::Error> {
    let sent = BTreeMap::<String, String>::deserialize(form)?;
    Ok(sent.into_iter().filter(|(name, _)| name.starts_with("custom_")).collect())
}

impl DetailsForm {
    /// Before anything was typed: the parent's country, and the kind of account most often created.
    pub fn new(scope: &Scope) -> Self {
        let parent = &scope.organization;
        let kind = organizations::kinds_under(parent).first().map_or("", |kind| kind.as_str());
        let shared = organizations::DetailsForm {
            kind: kind.into(),
            country: parent.country.clone(),
            ..organizations::DetailsForm::default()
        };
        // Who has one group only need not choose it.
        let groups = match scope.creates_only_in().as_deref() {
            Some([only]) => only.to_string(),
            _ => String::new(),
        };
        Self { shared, groups, ..Self::default() }
    }

    /// The groups that were chosen, each once; what is no id counts as a group nobody has.
    pub fn groups(&self) -> Vec<Uuid> {
        let mut chosen: Vec<Uuid> =
            self.groups.split_whitespace().map(|id| Uuid::parse_str(id).unwrap_or_default()).collect();
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }

    /// Checks every field.
    ///
    /// # Errors
    /// A message for every bad field, in the order of the form.
    pub fn parse(&self, parent: &Standing) -> Result<Details, FieldErrors> {
        let mut parsed = self.shared.parse(organizations::kinds_under(parent));
        if self.people.trim().is_empty() {
            return parsed;
        }
        match (self.people(), &mut parsed) {
            (Ok(exact), Ok(details)) => details.company_size = Some(exact),
            (Ok(_), Err(_)) => {}
            (Err(message), Err(errors)) => errors.add("people", message),
            (Err(message), Ok(_)) => return Err(FieldErrors::on("people", message)),
        }
        parsed
    }

    /// The exact number must be in the band that was chosen, or one of the two is a slip.
    fn people(&self) -> Result<CompanySize, String> {
        let exact = CompanySize::parse(&self.people).ok().filter(|size| size.exact().is_some());
        let exact = exact.ok_or("Enter a whole number of people, like 73")?;
        match CompanySize::parse(&self.shared.size) {
            Ok(band) if band.band() != exact.band() => {
                Err(format!("{} is not within “{}”. Change one of the two", exact.label(), band.band().label()))
            }
            _ => Ok(exact),
        }
    }

    /// The organizations that have the same domain or customer number already.
    ///
    /// # Errors
    /// The database's.
    pub async fn twins(&self, db: &mut PgConnection, scope: &Scope) -> Result<Vec<Taken>> {
        let domain = DomainName::parse(&self.shared.domain).ok();
        let number = CustomerNumber::parse(&self.shared.customer_number).ok();
        organizations::matching(db, scope, domain.as_ref(), number.as_ref()).await
    }

    /// Whether one of the optional fields holds something or has a message: then they are shown.
    pub fn shows_more(&self, errors: &FieldErrors) -> bool {
        let form = &self.shared;
        let optional = [
            ("people", &self.people),
            ("domain", &form.domain),
            ("registration_number", &form.registration_number),
            ("customer_number", &form.customer_number),
            ("notification_email", &form.notification_email),
        ];
        optional.iter().any(|(name, value)| !value.is_empty() || errors.get(name).is_some())
    }
}

/// What a person reads in place of ids.
fn counted(groups: usize) -> String {
    match groups {
        0 => String::new(),
        1 => "1 group".to_owned(),
        more => format!("{more} groups"),
    }
}

impl StepForm for DetailsForm {
    const STEP: Step = Step::Details;

    fn of(answers: &Answers) -> Option<&Self> {
        answers.details.as_ref()
    }

    fn slot(answers: &mut Answers) -> &mut Option<Self> {
        &mut answers.details
    }

    fn errors(&self, parent: &Standing) -> FieldErrors {
        self.parse(parent).err().unwrap_or_default()
    }

    async fn taken(&self, db: &mut PgConnection, scope: &Scope) -> Result<FieldErrors> {
        let mut errors = Taken::errors(&self.twins(db, scope).await?);
        match organizations::check_groups(db, scope, &self.groups()).await {
            Ok(()) => {}
            Err(Error::Invalid(refused)) => {
                refused.iter().for_each(|(field, message)| errors.add(field.to_owned(), message.to_owned()));
            }
            Err(error) => return Err(error),
        }
        let fields = custom_fields::list(db, scope).await?;
        if let Err(refused) = custom_fields::parse(&fields, &self.own) {
            refused.iter().for_each(|(field, message)| errors.add(field.to_owned(), message.to_owned()));
        }
        Ok(errors)
    }

    fn fields(&self) -> Vec<Field> {
        let form = &self.shared;
        let mut fields = vec![
            Field::coded("kind", "Account type", &form.kind, |raw| AccountKind::parse(raw).ok()),
            Field::plain("company", "Company name", &form.company),
            Field::plain("given_name", "First name", &form.given_name),
            Field::plain("family_name", "Last name", &form.family_name),
            Field::plain("phone", "Phone number", &form.phone),
            Field::coded("size", "Company size", &form.size, |raw| CompanySize::parse(raw).ok()),
            Field::coded("country", "Country", &form.country, |raw| Country::parse(raw).ok()),
            Field::coded("state", "State", &form.state, |raw| state_words(&form.country, raw)),
            Field::plain("people", "Number of people", &self.people),
            Field::plain("domain", "Primary domain", &form.domain),
            Field::plain("registration_number", "Registration number", &form.registration_number),
            Field::plain("customer_number", "Customer number", &form.customer_number),
            Field::plain("notification_email", "Notification email", &form.notification_email),
            Field::coded("groups", "Organization groups", &self.groups, |_| Some(counted(self.groups().len()))),
        ];
        fields.extend(self.own.iter().map(|(name, value)| Field::plain(name.clone(), "A field of your own", value)));
        fields
    }

    fn note(&self, field: &str) -> Option<String> {
        match field {
            "domain" => DomainName::parse_noting(&self.shared.domain).ok().and_then(|(_, note)| note),
            "phone" => {
                let country = Country::parse(&self.shared.country).ok();
                let number = PhoneNumber::parse_in(&self.shared.phone, country.as_ref()).ok()?.display();
                (number != self.shared.phone.trim()).then(|| format!("Kept as {number}"))
            }
            _ => None,
        }
    }
}
