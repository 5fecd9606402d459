//! What holds for a record that comes through a channel: which fields it must have, and what is taken where it is silent.

use crate::{
    custom_fields::CustomField,
    organizations::{
        fields::{FIELDS, Field},
        kinds_under,
        model::Channel,
    },
    scope::Standing,
    types::{AccountKind, Country, Currency},
};

/// The rules [`super::OrganizationForm::parse`] reads by. Mandatory fields are data (D2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The fields that must be filled in.
    pub required: Vec<Field>,
    /// The account types that may be chosen; nothing chosen means the first.
    pub kinds: Vec<AccountKind>,
    /// The country of a record that names none: the parent's.
    pub country: Option<Country>,
    /// What amounts are in: the currency of the partner's settings.
    pub currency: Currency,
    /// The partner's own fields, in the order of its forms; none where a form does not ask them.
    pub custom: Vec<CustomField>,
}

impl Rules {
    /// What a channel demands of organizations beneath a parent (D2).
    pub fn of(channel: Channel, parent: &Standing, currency: Currency) -> Self {
        let demanded = FIELDS.iter().filter(|info| info.demanded_by.contains(&channel));
        Self {
            required: demanded.map(|info| info.field).collect(),
            kinds: kinds_under(parent).to_vec(),
            country: Country::parse(&parent.country).ok(),
            currency,
            custom: Vec::new(),
        }
    }

    /// What an edit of an organization demands: a name, whichever channel it came through.
    pub fn edit(organization: &Standing, currency: Currency) -> Self {
        Self {
            required: vec![Field::Name],
            kinds: vec![organization.kind],
            country: Country::parse(&organization.country).ok(),
            currency,
            custom: Vec::new(),
        }
    }

    /// Demands more fields than the channel does: a partner's own rule.
    #[must_use]
    pub fn tightened(mut self, more: &[Field]) -> Self {
        self.required.extend(more.iter().filter(|field| !self.required.contains(field)).copied().collect::<Vec<_>>());
        self
    }

    /// Whether a field must be filled in.
    pub fn requires(&self, field: Field) -> bool {
        self.required.contains(&field)
    }
}
