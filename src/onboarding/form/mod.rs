//! What is typed in each step: strings in, types out. The strings are kept exactly as typed (UX 2).

mod administrator;
mod billing;
mod details;
mod subscription;

use std::borrow::Cow;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sqlx::PgConnection;

pub use self::{
    administrator::{Administrator, AdministratorForm, Choice},
    billing::BillingForm,
    details::DetailsForm,
    subscription::first_subscription,
};
use super::{model::Answers, step::Step};
use crate::{
    error::{FieldErrors, Result},
    scope::{Scope, Standing},
    types::{Country, Region},
};

/// The form of one step.
pub trait StepForm: Clone + PartialEq + Serialize + DeserializeOwned + Default {
    /// Which step.
    const STEP: Step;

    /// The answers given so far.
    fn of(answers: &Answers) -> Option<&Self>;

    /// Where the answers are kept.
    fn slot(answers: &mut Answers) -> &mut Option<Self>;

    /// What was typed, with what earlier answers say in place of what was left empty.
    #[must_use]
    fn completed(self, _answers: &Answers) -> Self {
        self
    }

    /// Every bad field, in the order of the form; `parent` is the organization it is created beneath.
    fn errors(&self, parent: &Standing) -> FieldErrors;

    /// Values another organization has already. Asked to say so early; what counts is asked again when the
    /// organization is created.
    ///
    /// # Errors
    /// The database's.
    fn taken(&self, _db: &mut PgConnection, _scope: &Scope) -> impl Future<Output = Result<FieldErrors>> {
        std::future::ready(Ok(FieldErrors::default()))
    }

    /// Every field with its label, for the page that shows two versions side by side.
    fn fields(&self) -> Vec<Field>;

    /// What was understood differently from what was typed, for the field that was just left.
    fn note(&self, _field: &str) -> Option<String> {
        None
    }
}

/// One field of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name in the form.
    pub name: Cow<'static, str>,
    /// Its label.
    pub label: &'static str,
    /// What is posted.
    pub value: String,
    /// What a person reads.
    pub shown: String,
}

impl Field {
    /// A field that reads as it is typed.
    fn plain(name: impl Into<Cow<'static, str>>, label: &'static str, value: &str) -> Self {
        Self { name: name.into(), label, value: value.to_owned(), shown: value.to_owned() }
    }

    /// A field whose value is a code with a word for it.
    fn coded<T>(name: &'static str, label: &'static str, value: &str, word: impl FnOnce(&str) -> Option<T>) -> Self
    where
        T: ToString,
    {
        let shown = word(value).map_or_else(|| value.to_owned(), |word| word.to_string());
        Self { name: name.into(), label, value: value.to_owned(), shown }
    }
}

/// What comes with every form: which version of the draft the page showed, and which button was pressed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Intent {
    version: String,
    from: String,
    #[serde(rename = "do")]
    button: String,
}

impl Intent {
    /// The version the page showed; 0 where none was sent, which every stored answer is newer than.
    pub fn version(&self) -> i32 {
        self.version.parse().unwrap_or(0)
    }

    /// Whether the step was opened from the review, and leads back there.
    pub fn from_review(&self) -> bool {
        self.from == Step::Review.slug()
    }

    /// The button.
    pub fn button(&self) -> Button {
        match self.button.as_str() {
            "later" => Button::Later,
            "back" => Button::Back,
            "country" | "price" => Button::Update,
            _ => Button::Continue,
        }
    }
}

/// The ways out of a step's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// On to the next step.
    Continue,
    /// Keep what was typed and stop here.
    Later,
    /// Keep what was typed and go one step back.
    Back,
    /// Keep what was typed and show the page again, with the lists of the country or the price brought up to date.
    Update,
}

/// A step's form as it is posted.
#[derive(Debug, Clone, Deserialize)]
pub struct Posted<F> {
    /// The fields.
    #[serde(flatten)]
    pub form: F,
    /// Everything around them.
    #[serde(flatten)]
    pub intent: Intent,
}

/// What a person reads for a state's code.
fn state_words(country: &str, raw: &str) -> Option<String> {
    let country = Country::parse(country).ok()?;
    Region::parse_in(raw, country).ok().map(|region| region.name().to_owned())
}
