//! The verdict on rows: is it new, is it an organization that exists, may it be one, or can it not be imported (N3).

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    model::{Judged, Problem, Verdict},
    reader::{Prepared, ReadRow, Reader},
};
use crate::{
    custom_fields::{self, Values},
    error::Result,
    organizations::{self, Candidate, Details, Match, MatchKey, Organization, Parsed},
    scope::Scope,
    types::{CustomerNumber, DomainName, OrgKey},
};

/// What of the organizations that exist concerns some rows.
pub(super) struct Known {
    matches: HashMap<usize, Vec<Match>>,
    organizations: HashMap<OrgKey, (Organization, Values)>,
}

/// An organization a row is about.
pub(super) enum Found<'a> {
    /// None like it exists.
    None,
    /// This one.
    One(&'a Organization, &'a Values),
    /// One that has this in common with it, which others may have, too.
    Likely(&'a Organization, &'a Values, MatchKey),
}

impl Known {
    /// Looks for them: one statement for the comparison, one for the organizations found.
    pub(super) async fn of(db: &mut PgConnection, scope: &Scope, rows: impl Iterator<Item = &ReadRow>) -> Result<Self> {
        let (candidates, keys): (Vec<Candidate>, Vec<Option<OrgKey>>) =
            rows.map(|row| (row.candidate.clone(), row.key.clone())).unzip();
        let mut matches: HashMap<usize, Vec<Match>> = HashMap::new();
        let mut keys: Vec<OrgKey> = keys.into_iter().flatten().collect();
        for one in organizations::matches(db, scope, &candidates).await? {
            keys.extend(one.taken.twin.as_ref().map(|twin| twin.key.clone()));
            matches.entry(one.at).or_default().push(one);
        }
        keys.sort_unstable_by(|a, b| a.as_str().cmp(b.as_str()));
        keys.dedup();
        let found = organizations::find_many(db, scope, &[], &keys).await?;
        let ids: Vec<Uuid> = found.iter().map(|one| one.id).collect();
        let mut values = custom_fields::of_many(db, scope, &ids).await?;
        let organizations = found
            .into_iter()
            .map(|one| (one.key.clone(), (values.remove(&one.id).unwrap_or_default(), one)))
            .map(|(key, (values, one))| (key, (one, values)))
            .collect();
        Ok(Self { matches, organizations })
    }

    /// The organization the row at this place is about.
    ///
    /// # Errors
    /// What is wrong with it: keys that contradict each other, an organization that is archived or out of sight.
    pub(super) fn about(&self, at: usize, row: &ReadRow) -> Result<Found<'_>, Vec<Problem>> {
        let matches = self.matches.get(&at).map(Vec::as_slice).unwrap_or_default();
        let hidden: Vec<Problem> = matches
            .iter()
            .filter(|one| one.taken.twin.is_none())
            .map(|one| Problem::new(one.key.as_str(), one.taken.message()))
            .collect();
        if !hidden.is_empty() {
            return Err(hidden);
        }
        let sure = sure(row, matches);
        let Some((first, rest)) = sure.split_first() else { return self.alike(row, matches) };
        if let Some((key, words)) = rest.iter().find(|(key, _)| *key != first.0) {
            let name =
                |key| self.organizations.get(key).map_or("another organization", |(one, _)| one.details.name.as_str());
            let message = format!("This {} belongs to {}, but the {} to {}", words, name(key), first.1, name(first.0));
            return Err(vec![Problem::new(field_of(words), message)]);
        }
        match self.organizations.get(first.0) {
            Some((one, values)) => in_use(one, values, first.1),
            None => Err(vec![Problem::new("key", "You have no organization with this Org Key directly beneath")]),
        }
    }

    /// The only organization with the registration number, unless the row has another domain or customer number than that;
    /// else one that has this number or nearly the name: whether it is the same, a person decides (N3).
    fn alike(&self, row: &ReadRow, matches: &[Match]) -> Result<Found<'_>, Vec<Problem>> {
        let registered: Vec<&OrgKey> = by(matches, MatchKey::RegistrationNumber).collect();
        if let [key] = registered[..]
            && let Some((one, values)) = self.organizations.get(key)
            && !contradicts(row, &one.details)
        {
            return in_use(one, values, "registration number");
        }
        let known = |found: &Match| Some((self.organizations.get(&found.taken.twin.as_ref()?.key)?, found.key));
        let first = matches.iter().find_map(known);
        Ok(first.map_or(Found::None, |((one, values), key)| Found::Likely(one, values, key)))
    }

    /// The organization with this id, where the row at this place still has something in common with it.
    pub(super) fn chosen(&self, at: usize, id: Uuid) -> Option<(&Organization, &Values)> {
        let twins = self.matches.get(&at)?.iter().filter_map(|one| one.taken.twin.as_ref());
        let (one, values) = twins.filter_map(|twin| self.organizations.get(&twin.key)).find(|(one, _)| one.id == id)?;
        Some((one, values))
    }
}

fn in_use<'a>(one: &'a Organization, values: &'a Values, by: &'static str) -> Result<Found<'a>, Vec<Problem>> {
    if one.status == "archived" {
        let message = format!("{} has this {by} and is archived. Restore it first", one.details.name);
        return Err(vec![Problem::new(field_of(by), message)]);
    }
    Ok(Found::One(one, values))
}

/// The organizations that have this in common with a row.
fn by(matches: &[Match], wanted: MatchKey) -> impl Iterator<Item = &OrgKey> {
    let found = matches.iter().filter(move |one| one.key == wanted);
    found.filter_map(|one| one.taken.twin.as_ref()).map(|twin| &twin.key)
}

/// The organizations a row surely is, by what: the Org Key, then what can be only one organization's.
fn sure<'a>(row: &'a ReadRow, matches: &'a [Match]) -> Vec<(&'a OrgKey, &'static str)> {
    let mut sure: Vec<(&OrgKey, &'static str)> = row.key.iter().map(|key| (key, "Org Key")).collect();
    sure.extend(by(matches, MatchKey::CustomerNumber).map(|key| (key, "customer number")));
    sure.extend(by(matches, MatchKey::Domain).map(|key| (key, "domain")));
    sure
}

/// Whether the row names another domain or customer number than the organization has. Where it has none, that is filled in.
fn contradicts(row: &ReadRow, details: &Details) -> bool {
    let Candidate { domain, customer_number, .. } = &row.candidate;
    let other = |typed: &Option<String>, kept: Option<&str>| {
        typed.as_deref().zip(kept).is_some_and(|(typed, kept)| typed != kept)
    };
    other(domain, details.domain.as_ref().map(DomainName::as_str))
        || other(customer_number, details.customer_number.as_ref().map(CustomerNumber::as_str))
}

fn field_of(words: &str) -> &'static str {
    match words {
        "customer number" => "customer_number",
        "domain" => "domain",
        "registration number" => "registration_number",
        _ => "key",
    }
}

/// Judges rows that were read.
pub(super) async fn judge(
    db: &mut PgConnection,
    scope: &Scope,
    reader: &Reader,
    rows: Vec<Prepared>,
) -> Result<Vec<Judged>> {
    let known = Known::of(db, scope, rows.iter().map(|row| &row.read)).await?;
    Ok(rows.into_iter().enumerate().map(|(at, row)| one(reader, &known, at, row)).collect())
}

fn one(reader: &Reader, known: &Known, at: usize, row: Prepared) -> Judged {
    let Prepared { read: row, new } = row;
    let (verdict, target, problems) = match known.about(at, &row) {
        Err(problems) => (Verdict::Error, None, problems),
        Ok(Found::One(organization, values)) => match reader.as_update(&row, organization, values) {
            Err(problems) => (Verdict::Error, Some(organization.id), problems),
            Ok(wanted) if wanted.details == organization.details && wanted.custom.values == reader.in_use(values) => {
                (Verdict::Same, Some(organization.id), Vec::new())
            }
            Ok(wanted) => (Verdict::Match, Some(organization.id), notes(&wanted)),
        },
        Ok(found) => match (new, found) {
            (Err(problems), _) => (Verdict::Error, None, problems),
            (Ok(_), Found::Likely(one, _, key)) => (Verdict::Likely, Some(one.id), vec![in_common(one, key)]),
            (Ok(wanted), _) => (Verdict::New, None, notes(&wanted)),
        },
    };
    Judged {
        row: row.row,
        verdict,
        problems,
        target,
        domain: row.candidate.domain,
        customer_number: row.candidate.customer_number,
        cells: row.cells,
    }
}

fn in_common(one: &Organization, key: MatchKey) -> Problem {
    let what = match key {
        MatchKey::Name => "nearly the same name",
        MatchKey::RegistrationNumber => "the same registration number",
        MatchKey::Domain => "the same domain",
        MatchKey::CustomerNumber => "the same customer number",
    };
    Problem::new(key.as_str(), format!("{} has {what}", one.details.name))
}

/// What was read otherwise than written.
fn notes(wanted: &Parsed) -> Vec<Problem> {
    wanted.notes.iter().map(|note| Problem::new(note.field.name(), note.words.clone())).collect()
}
