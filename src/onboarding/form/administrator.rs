//! Who administers the organization, and how that person gets in (S112, S412-S415).

use serde::{Deserialize, Serialize};

use super::{DetailsForm, Field, StepForm};
use crate::{
    error::FieldErrors,
    onboarding::{model::Answers, step::Step},
    scope::Standing,
    types::{EmailAddress, PersonName},
};

/// How the administrator gets a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The address is proved with a code in this wizard, then a password is chosen (S113-S117).
    Code,
    /// A mail with a link goes out when the organization is created (S415).
    Instructions,
    /// Nobody yet (S412).
    Later,
}

impl Choice {
    /// All three, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Code, Self::Instructions, Self::Later];

    /// What the form sends.
    pub fn value(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Instructions => "instructions",
            Self::Later => "later",
        }
    }

    /// The choice in a few words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Code => "Verify now with a code",
            Self::Instructions => "Send password instructions",
            Self::Later => "Create the user later",
        }
    }

    /// What follows from it.
    pub fn description(self) -> &'static str {
        match self {
            Self::Code => {
                "The person reads the code to you or sits beside you, and chooses a password in the next step."
            }
            Self::Instructions => "A mail with a link to choose a password goes out when the organization is created.",
            Self::Later => "The organization has no administrator of its own yet. You look after it until then.",
        }
    }
}

/// As typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are named as their labels")]
pub struct AdministratorForm {
    pub access: String,
    pub email: String,
    pub given_name: String,
    pub family_name: String,
}

/// Checked.
#[derive(Debug, Clone)]
pub enum Administrator {
    /// A person.
    Person {
        /// Where the person reads mail and what they sign in with.
        email: EmailAddress,
        /// First name.
        given_name: PersonName,
        /// Last name.
        family_name: PersonName,
        /// Whether a code proves the address now.
        proved: bool,
    },
    /// Nobody yet.
    Later {
        /// Who is meant to become it.
        email: Option<EmailAddress>,
    },
}

impl AdministratorForm {
    /// Before anything was typed: the primary contact, to be verified now.
    pub fn new(details: Option<&DetailsForm>) -> Self {
        let name = |part: fn(&DetailsForm) -> &String| details.map(|form| part(form).clone()).unwrap_or_default();
        Self {
            access: Choice::Code.value().into(),
            email: String::new(),
            given_name: name(|form| &form.shared.given_name),
            family_name: name(|form| &form.shared.family_name),
        }
    }

    /// The choice, where it is one.
    pub fn choice(&self) -> Option<Choice> {
        Choice::ALL.into_iter().find(|choice| choice.value() == self.access)
    }

    /// Checks every field. Without an administrator only the address is read, and may be missing (S412-S414).
    ///
    /// # Errors
    /// A message for every bad field, in the order of the form.
    pub fn parse(&self) -> Result<Administrator, FieldErrors> {
        let mut errors = FieldErrors::default();
        let choice = self.choice();
        if choice.is_none() {
            errors.add("access", "Choose how the administrator gets in");
        }
        if choice == Some(Choice::Later) {
            let email = errors.optional("email", &self.email, EmailAddress::parse);
            return errors.into_result().map(|()| Administrator::Later { email });
        }
        let email = "Enter the administrator’s email address";
        let email = errors.required("email", &self.email, email, EmailAddress::parse);
        let given = "Enter the administrator’s first name";
        let given_name = errors.required("given_name", &self.given_name, given, PersonName::parse);
        let family = "Enter the administrator’s last name";
        let family_name = errors.required("family_name", &self.family_name, family, PersonName::parse);
        match (email, given_name, family_name) {
            (Some(email), Some(given_name), Some(family_name)) if errors.is_empty() => {
                Ok(Administrator::Person { email, given_name, family_name, proved: choice == Some(Choice::Code) })
            }
            _ => Err(errors),
        }
    }
}

impl StepForm for AdministratorForm {
    const STEP: Step = Step::AdminUser;

    fn of(answers: &Answers) -> Option<&Self> {
        answers.administrator.as_ref()
    }

    fn slot(answers: &mut Answers) -> &mut Option<Self> {
        &mut answers.administrator
    }

    fn errors(&self, _parent: &Standing) -> FieldErrors {
        self.parse().err().unwrap_or_default()
    }

    fn fields(&self) -> Vec<Field> {
        vec![
            Field::coded("access", "Way in", &self.access, |_| self.choice().map(Choice::label)),
            Field::plain("email", "Email address", &self.email),
            Field::plain("given_name", "First name", &self.given_name),
            Field::plain("family_name", "Last name", &self.family_name),
        ]
    }
}
