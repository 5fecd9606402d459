//! SQL of the matching (N3): one statement for many candidates. It stands in the database, which plans it by how many they are.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::Result,
    organizations::{Candidate, Match, MatchKey, Taken, Twin},
    types::OrgKey,
};

/// What is looked for, as columns.
struct Columns {
    at: Vec<i32>,
    numbers: Vec<Option<String>>,
    domains: Vec<Option<String>>,
    registrations: Vec<Option<String>>,
    names: Vec<Option<String>>,
}

impl Columns {
    fn of(candidates: &[Candidate]) -> Self {
        Self {
            at: (0..).take(candidates.len()).collect(),
            numbers: candidates.iter().map(|one| one.customer_number.clone()).collect(),
            domains: candidates.iter().map(|one| one.domain.clone()).collect(),
            registrations: candidates.iter().map(Candidate::registration_key).collect(),
            names: candidates.iter().map(Candidate::name_key).collect(),
        }
    }
}

/// An organization that has what one of the candidates has.
struct Found {
    at: i32,
    by: String,
    key: OrgKey,
    name: String,
}

impl Found {
    fn into_match(self, candidates: &[Candidate]) -> Option<Match> {
        let at = usize::try_from(self.at).ok()?;
        let key = MatchKey::named(&self.by)?;
        let value = candidates.get(at)?.value(key);
        let twin = Some(Twin { key: self.key, name: self.name });
        Some(Match { at, key, taken: Taken { field: key.as_str(), value, twin, ask: String::new() } })
    }
}

pub(in crate::organizations) async fn matches(
    db: &mut PgConnection,
    parent_id: Uuid,
    candidates: &[Candidate],
    groups: Option<&[Uuid]>,
) -> Result<Vec<Match>> {
    let columns = Columns::of(candidates);
    let rows = sqlx::query_as!(
        Found,
        r#"select place as "at!", by as "by!", key as "key!: OrgKey", name as "name!"
           from match_organizations($1, $2, $3, $4, $5, $6, $7)"#,
        parent_id,
        &columns.at,
        &columns.numbers as &[Option<String>],
        &columns.domains as &[Option<String>],
        &columns.registrations as &[Option<String>],
        &columns.names as &[Option<String>],
        groups
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(|row| row.into_match(candidates)).collect())
}

/// Which of the two values that must be unique an organization beneath the present one has, seen or not: the candidate and
/// the key, nothing of the organization.
pub(in crate::organizations) async fn taken_out_of_sight(
    db: &mut PgConnection,
    candidates: &[Candidate],
) -> Result<Vec<(usize, MatchKey)>> {
    let columns = Columns::of(candidates);
    let rows = sqlx::query!(
        r#"select c.at as "at!", taken.by_domain as "by_domain!"
           from unnest($1::int[], $2::text[], $3::text[]) as c (at, number, domain)
           cross join lateral taken_out_of_sight(c.domain, c.number) taken"#,
        &columns.at,
        &columns.numbers as &[Option<String>],
        &columns.domains as &[Option<String>]
    )
    .fetch_all(db)
    .await?;
    let key = |by_domain| if by_domain { MatchKey::Domain } else { MatchKey::CustomerNumber };
    Ok(rows.into_iter().filter_map(|row| Some((usize::try_from(row.at).ok()?, key(row.by_domain)))).collect())
}
