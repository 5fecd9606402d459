//! Types of the dashboard.

use uuid::Uuid;

use crate::{
    billing::BillingAccount,
    events::Event,
    organizations::{Figures, Organization},
    settings::{PartnerSettings, Support},
    subscriptions::Subscription,
    types::{AccountKind, OrgKey},
};

/// Who administers an organization.
#[derive(Debug, Clone)]
pub struct Administrator {
    /// The person.
    pub user_id: Uuid,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether they have chosen a password.
    pub has_password: bool,
    /// Whether they have signed in.
    pub has_signed_in: bool,
}

/// What the partner above keeps about an organization; the organization itself does not see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    /// Names of its groups.
    pub groups: Vec<String>,
    /// Names of its tags.
    pub tags: Vec<String>,
}

/// An organization directly beneath, as the hierarchy names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beneath {
    /// Its key.
    pub key: OrgKey,
    /// Its name.
    pub name: String,
    /// Customer, partner or enterprise.
    pub kind: AccountKind,
}

/// What the page of an organization shows.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The organization.
    pub organization: Organization,
    /// Figures of the organizations beneath, where it may have some.
    pub figures: Option<Figures>,
    /// Its own billing account; none for a secondary.
    pub billing: Option<BillingAccount>,
    /// Name and value of the fields of the partner above, as far as the person is meant to see them.
    pub custom: Vec<(String, String)>,
    /// The first organizations beneath, for whoever sees all of them.
    pub beneath: Vec<Beneath>,
    /// Who administers it.
    pub administrators: Vec<Administrator>,
    /// How many people belong to it or are invited.
    pub people: i64,
    /// Its subscriptions.
    pub subscriptions: Vec<Subscription>,
    /// What happened lately, in it and directly beneath.
    pub events: Vec<Event>,
    /// Who created it.
    pub created_by: Option<String>,
    /// Whom its people ask for help (S141).
    pub support: Support,
    /// What holds beneath it, or, for a customer, what held when it was created.
    pub prices: PartnerSettings,
}
