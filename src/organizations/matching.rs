//! One matching engine for all channels (N3): which organizations beneath the scope's may be the same as a new one.

use sqlx::PgConnection;

use super::{
    details::Details,
    name_key::{name_key, registration_key},
    store::matching as store,
};
use crate::{
    error::{FieldErrors, Result},
    memberships,
    scope::Scope,
    types::{CustomerNumber, DomainName, OrgKey},
};

/// What two organizations have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchKey {
    /// The partner's own reference: there can be only one.
    CustomerNumber,
    /// The primary domain: there can be only one.
    Domain,
    /// The registration number: most likely the same company.
    RegistrationNumber,
    /// The name without case, punctuation and legal form: likely the same company.
    Name,
}

impl MatchKey {
    /// Its stable name, which is also that of the field.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CustomerNumber => "customer_number",
            Self::Domain => "domain",
            Self::RegistrationNumber => "registration_number",
            Self::Name => "name",
        }
    }

    /// Whether a second organization with the same value cannot exist; the others are likely duplicates, which a person
    /// decides about.
    pub fn is_unique(self) -> bool {
        matches!(self, Self::CustomerNumber | Self::Domain)
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::CustomerNumber, Self::Domain, Self::RegistrationNumber, Self::Name]
            .into_iter()
            .find(|key| key.as_str() == name)
    }

    fn label(self) -> &'static str {
        match self {
            Self::CustomerNumber => "customer number",
            Self::Domain => "domain",
            Self::RegistrationNumber => "registration number",
            Self::Name => "name",
        }
    }
}

/// What of a new organization is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidate {
    /// Customer number.
    pub customer_number: Option<String>,
    /// Domain, as stored.
    pub domain: Option<String>,
    /// Registration number, as typed.
    pub registration_number: Option<String>,
    /// Name, as typed.
    pub name: Option<String>,
}

impl Candidate {
    /// Everything that can be compared of an organization to be.
    pub fn of(details: &Details) -> Self {
        Self {
            name: Some(details.name.to_string()),
            registration_number: details.registration_number.as_ref().map(ToString::to_string),
            ..Self::unique(details.domain.as_ref(), details.customer_number.as_ref())
        }
    }

    /// Only what must be unique.
    pub fn unique(domain: Option<&DomainName>, customer_number: Option<&CustomerNumber>) -> Self {
        Self {
            domain: domain.map(|domain| domain.as_str().to_owned()),
            customer_number: customer_number.map(ToString::to_string),
            ..Self::default()
        }
    }

    pub(super) fn name_key(&self) -> Option<String> {
        self.name.as_deref().and_then(name_key)
    }

    pub(super) fn registration_key(&self) -> Option<String> {
        self.registration_number.as_deref().and_then(registration_key)
    }

    /// The value behind a key, as it is shown.
    pub(super) fn value(&self, key: MatchKey) -> String {
        let value = match key {
            MatchKey::CustomerNumber => &self.customer_number,
            MatchKey::RegistrationNumber => &self.registration_number,
            MatchKey::Name => &self.name,
            MatchKey::Domain => return self.domain.as_deref().map(shown).unwrap_or_default(),
        };
        value.clone().unwrap_or_default()
    }
}

/// A stored domain in its own script.
fn shown(domain: &str) -> String {
    DomainName::parse(domain).map_or_else(|_| domain.to_owned(), |domain| domain.to_string())
}

/// A candidate and an organization that may be the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The place of the candidate among those that were asked about.
    pub at: usize,
    /// What they have in common.
    pub key: MatchKey,
    /// The organization, as far as the person sees it.
    pub taken: Taken,
}

/// An organization of the same parent that has the same value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The field: the name of its [`MatchKey`].
    pub field: &'static str,
    /// The value as it is shown.
    pub value: String,
    /// The organization that has it; none where it is out of the person's sight (S262).
    pub twin: Option<Twin>,
    /// Whom to ask about one that is out of sight: "Ingrid Sørensen".
    pub ask: String,
}

/// The organization that has a value already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// Its key.
    pub key: OrgKey,
    /// Its name.
    pub name: String,
}

impl Taken {
    /// "kowalczyk.example already belongs to Kowalczyk. Open that organization, or use another domain".
    pub fn message(&self) -> String {
        let key = MatchKey::named(self.field).unwrap_or(MatchKey::Name);
        let what = key.label();
        let Some(Twin { name, .. }) = &self.twin else {
            let known = "already belongs to an organization that is in none of your groups";
            return format!("{} {known}. Ask {}, or use another {what}", self.value, self.ask);
        };
        let stop = if name.ends_with('.') { "" } else { "." };
        if key.is_unique() {
            return format!(
                "{} already belongs to {name}{stop} Open that organization, or use another {what}",
                self.value
            );
        }
        format!(
            "{name} has the same {what}{} It may be the same organization",
            if key == MatchKey::Name { ", read without its legal form." } else { "." }
        )
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

/// Organizations beneath the scope's, archived ones included, that have something in common with the candidates: asked for
/// all at once. At most three for a name or registration number. What must be unique is told even where the other
/// organization is out of the person's sight, without its name (S262).
///
/// # Errors
/// The database's.
pub async fn matches(db: &mut PgConnection, scope: &Scope, candidates: &[Candidate]) -> Result<Vec<Match>> {
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let sight = scope.sight();
    let mut found = store::matches(db, scope.organization.id, candidates, sight.groups()).await?;
    // In sight of everything there is nothing further to ask.
    if sight.groups().is_some() {
        let hidden = store::taken_out_of_sight(db, candidates).await?;
        let hidden: Vec<(usize, MatchKey)> =
            hidden.into_iter().filter(|(at, key)| !found.iter().any(|one| (one.at, one.key) == (*at, *key))).collect();
        if !hidden.is_empty() {
            let ask = whom_to_ask(db, scope).await?;
            found.extend(hidden.into_iter().map(|(at, key)| {
                let value = candidates.get(at).map(|candidate| candidate.value(key)).unwrap_or_default();
                Match { at, key, taken: Taken { field: key.as_str(), value, twin: None, ask: ask.clone() } }
            }));
        }
    }
    found.sort_by_key(|one| (one.at, one.key));
    Ok(found)
}

/// Organizations beneath the scope's that have this domain or customer number already: the details step shows them
/// with a link before anything is created. One that is out of the person's sight keeps its name (S262).
///
/// # Errors
/// The database's.
pub async fn matching(
    db: &mut PgConnection,
    scope: &Scope,
    domain: Option<&DomainName>,
    customer_number: Option<&CustomerNumber>,
) -> Result<Vec<Taken>> {
    if domain.is_none() && customer_number.is_none() {
        return Ok(Vec::new());
    }
    let found = matches(db, scope, &[Candidate::unique(domain, customer_number)]).await?;
    Ok(found.into_iter().map(|one| one.taken).collect())
}

/// "Ingrid Sørensen or Maryam Okafor".
async fn whom_to_ask(db: &mut PgConnection, scope: &Scope) -> Result<String> {
    let names: Vec<String> = memberships::administrators(db, scope).await?.into_iter().map(|(name, _)| name).collect();
    Ok(if names.is_empty() { "a Reseller Admin".to_owned() } else { names.join(" or ") })
}
