//! Which organizations a change is for: settled when it is asked for.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Action, Parameters, Run,
    store::{self, NewRun},
};
use crate::{
    error::{Error, Result},
    organizations::{self, Filter, Mark},
    scope::Scope,
    types::OrgKey,
};

/// The most organizations of one change.
pub const MOST: i32 = 100_000;
/// Organizations looked up at once, and the most that are looked up and judged within a request.
pub(super) const PORTION: usize = 1_000;

/// What was chosen on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// The organizations that were ticked, by their keys as they were sent.
    Named(Vec<String>),
    /// Everything the list shows with this filter.
    Matching(Box<Filter>),
}

impl Selection {
    /// Reads the form of a list: `id` for each that is ticked, or `all` with the query of the list as `query`.
    pub fn of(pairs: &[(String, String)]) -> Self {
        let value = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        if value("all").is_some_and(|all| !all.is_empty()) {
            return Self::Matching(Box::new(Filter::parse(value("query").unwrap_or_default())));
        }
        Self::Named(pairs.iter().filter(|(name, _)| name == "id").map(|(_, id)| id.clone()).collect())
    }
}

pub(super) async fn insert(
    db: &mut PgConnection,
    scope: &Scope,
    action: Action,
    selection: &Selection,
) -> Result<Uuid> {
    match selection {
        Selection::Named(raw) => named(db, scope, action, raw).await,
        Selection::Matching(filter) => matching(db, scope, action, filter).await,
    }
}

/// Keys of organizations that are none of the person's are left out and named; where all are, there is no such page.
async fn named(db: &mut PgConnection, scope: &Scope, action: Action, raw: &[String]) -> Result<Uuid> {
    if raw.is_empty() {
        return Err(Error::Refused("No organization was selected. Tick some in the list first".into()));
    }
    let keys: Vec<String> = raw.iter().filter_map(|key| OrgKey::parse(key).ok()).map(|key| key.to_string()).collect();
    let found = store::items::by_keys(db, scope, &keys).await?;
    if found.is_empty() {
        return Err(Error::NotFound);
    }
    let is_found = |key: &str| found.iter().any(|(_, known)| known.as_str() == key);
    let mut left_out: Vec<String> = keys.iter().filter(|key| !is_found(key)).cloned().collect();
    left_out.dedup();
    let run = new(db, scope, action, None, &left_out).await?;
    let ids: Vec<Uuid> = found.into_iter().map(|(id, _)| id).collect();
    store::items::insert(db, scope, (run, 0, action.depth_order()), &ids).await?;
    store::items::count(db, scope.organization.id, run).await?;
    Ok(run)
}

/// As many as one portion are settled here; more are found out by the job that also judges them.
async fn matching(db: &mut PgConnection, scope: &Scope, action: Action, filter: &Filter) -> Result<Uuid> {
    let rows = organizations::walk(db, scope, filter, None, PORTION).await?;
    if rows.is_empty() {
        return Err(Error::Refused(NOTHING.into()));
    }
    let run = new(db, scope, action, Some(&filter.to_query()), &[]).await?;
    if rows.len() < PORTION {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        store::items::insert(db, scope, (run, 0, action.depth_order()), &ids).await?;
        store::items::count(db, scope.organization.id, run).await?;
    }
    Ok(run)
}

/// Where a walk through a list stands: behind which line, and at which place in the change.
pub(super) type Walk = (Option<Mark>, i32);

/// Adds the next organizations that the list of a change shows, and says where the walk goes on; nothing at its end.
///
/// # Errors
/// [`Error::Refused`] for none at all, and above [`MOST`].
pub(super) async fn portion(
    db: &mut PgConnection,
    scope: &Scope,
    run: &Run,
    filter: &Filter,
    (behind, place): &Walk,
) -> Result<Option<Walk>> {
    let rows = organizations::walk(db, scope, filter, behind.as_ref(), PORTION).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    store::items::insert(db, scope, (run.id, *place, run.action.depth_order()), &ids).await?;
    let total = store::items::count(db, run.partner_id, run.id).await?;
    let place = place + i32::try_from(ids.len()).unwrap_or(MOST);
    match rows.last() {
        _ if place > MOST => Err(Error::Refused(TOO_MANY.into())),
        Some(last) if rows.len() == PORTION => Ok(Some((Some(last.mark(filter.sort.by)), place))),
        _ if total == 0 => Err(Error::Refused(NOTHING.into())),
        _ => Ok(None),
    }
}

const NOTHING: &str = "The list shows no organization, so there is nothing to change";
const TOO_MANY: &str = "One change takes at most 100,000 organizations, and the list shows more. Narrow it by a filter";

async fn new(
    db: &mut PgConnection,
    scope: &Scope,
    action: Action,
    filter: Option<&str>,
    left_out: &[String],
) -> Result<Uuid> {
    let parameters = Parameters::default();
    store::insert(db, scope, NewRun { action, parameters: &parameters, filter, left_out, undoes: None }).await
}

#[cfg(test)]
mod tests {
    use super::Selection;
    use crate::organizations::Filter;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_form_of_a_list_is_read() {
        let named = pairs(&[("action", "tag"), ("id", "org_a"), ("id", "org_b"), ("query", "q=x")]);
        assert_eq!(Selection::of(&named), Selection::Named(vec!["org_a".into(), "org_b".into()]));
        let all = pairs(&[("id", "org_a"), ("all", "1"), ("query", "q=x")]);
        assert_eq!(Selection::of(&all), Selection::Matching(Box::new(Filter::parse("q=x"))));
        assert_eq!(Selection::of(&pairs(&[("all", "")])), Selection::Named(Vec::new()));
    }
}
