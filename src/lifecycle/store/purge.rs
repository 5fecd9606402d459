//! SQL of the purge. Whatever names an organization is deleted before it; `tests/it/lifecycle.rs` asks the database for
//! tables that are missing here.

use sqlx::PgConnection;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::{error::Result, types::OrgKey};

/// An organization that is to be removed.
pub(in super::super) struct Doomed {
    pub(in super::super) id: Uuid,
    pub(in super::super) key: String,
    pub(in super::super) name: String,
    pub(in super::super) status: String,
    pub(in super::super) parent_id: Uuid,
    pub(in super::super) path: Vec<Uuid>,
    /// Whether something directly beneath it is not due.
    pub(in super::super) keeps_others: bool,
}

/// Locked until the transaction ends. The operator is never found.
pub(in super::super) async fn find(db: &mut PgConnection, key: &OrgKey) -> Result<Option<Doomed>> {
    let found = sqlx::query_as!(
        Doomed,
        r#"select id, key, name, status, parent_id as "parent_id!", path, false as "keeps_others!"
           from organizations where key = $1 and parent_id is not null for update"#,
        key.as_str()
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

/// The deepest first; at most 2,000 a night.
pub(in super::super) async fn due(db: &mut PgConnection, today: Date) -> Result<Vec<Doomed>> {
    let due = sqlx::query_as!(
        Doomed,
        r#"select o.id, o.key, o.name, o.status, o.parent_id as "parent_id!", o.path,
                  exists (select 1 from organizations c where c.parent_id = o.id
                          and (c.purge_on is null or c.purge_on > $1)) as "keeps_others!"
           from organizations o
           where o.status = 'archived' and o.purge_on <= $1 and o.parent_id is not null
           order by cardinality(o.path) desc, o.id limit 2000 for update of o"#,
        today
    )
    .fetch_all(db)
    .await?;
    Ok(due)
}

pub(in super::super) async fn any_in_use(db: &mut PgConnection, ids: &[Uuid]) -> Result<bool> {
    let any = sqlx::query_scalar!(
        r#"select exists (select 1 from organizations where id = any ($1) and status <> 'archived') as "any!""#,
        ids
    )
    .fetch_one(db)
    .await?;
    Ok(any)
}

/// Those of the organizations to whose account one elsewhere is billed, with the name of that one.
pub(in super::super) async fn billed_elsewhere(db: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        "select b.organization_id, s.name from billing_accounts b join organizations s on s.billing_account_id = b.id
         where b.organization_id = any ($1) and s.id <> all ($1) order by s.id limit 2000",
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.organization_id, row.name)).collect())
}

/// How many people belong to these organizations and to no other.
pub(in super::super) async fn people(db: &mut PgConnection, ids: &[Uuid]) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(distinct m.user_id) as "count!" from memberships m
           where m.organization_id = any ($1)
             and not exists (select 1 from memberships e where e.user_id = m.user_id and e.organization_id <> all ($1))"#,
        ids
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

/// Removes the organizations with all that is theirs, and what is personal of accounts that are left without any.
pub(in super::super) async fn delete(db: &mut PgConnection, ids: &[Uuid], now: OffsetDateTime) -> Result<()> {
    let alone = sqlx::query_scalar!(
        "select distinct m.user_id from memberships m
         where m.organization_id = any ($1)
           and not exists (select 1 from memberships e where e.user_id = m.user_id and e.organization_id <> all ($1))",
        ids
    )
    .fetch_all(&mut *db)
    .await?;
    delete_what_refers(db, ids).await?;
    sqlx::query!("delete from billing_accounts where organization_id = any ($1)", ids).execute(&mut *db).await?;
    sqlx::query!("select delete_organizations($1)", ids).execute(&mut *db).await?;
    forget(db, &alone, now).await
}

async fn delete_what_refers(db: &mut PgConnection, ids: &[Uuid]) -> Result<()> {
    sqlx::query!("delete from mails where organization_id = any ($1)", ids).execute(&mut *db).await?;
    sqlx::query!("delete from drafts where parent_id = any ($1) or organization_id = any ($1)", ids)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from typed_rows where parent_id = any ($1)", ids).execute(&mut *db).await?;
    sqlx::query!("delete from invitations where organization_id = any ($1)", ids).execute(&mut *db).await?;
    sqlx::query!("delete from group_requests where partner_id = any ($1) or organization_id = any ($1)", ids)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from group_organizations where partner_id = any ($1) or organization_id = any ($1)", ids)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from group_members where partner_id = any ($1)", ids).execute(&mut *db).await?;
    sqlx::query!("delete from groups where partner_id = any ($1)", ids).execute(&mut *db).await?;
    sqlx::query!("delete from organization_tags where partner_id = any ($1) or organization_id = any ($1)", ids)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from tags where partner_id = any ($1)", ids).execute(&mut *db).await?;
    sqlx::query!("delete from custom_fields where partner_id = any ($1)", ids).execute(&mut *db).await?;
    sqlx::query!("delete from saved_views where organization_id = any ($1)", ids).execute(&mut *db).await?;
    sqlx::query!("delete from list_settings where organization_id = any ($1)", ids).execute(&mut *db).await?;
    sqlx::query!("delete from memberships where organization_id = any ($1)", ids).execute(&mut *db).await?;
    sqlx::query!("delete from custom_roles where organization_id = any ($1)", ids).execute(&mut *db).await?;
    sqlx::query!("delete from sign_in_rules where organization_id = any ($1)", ids).execute(&mut *db).await?;
    sqlx::query!("delete from partner_settings where organization_id = any ($1)", ids).execute(&mut *db).await?;
    sqlx::query!("delete from subscriptions where organization_id = any ($1)", ids).execute(&mut *db).await?;
    sqlx::query!("delete from support_visits where partner_id = any ($1) or organization_id = any ($1)", ids)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from lifecycles where organization_id = any ($1)", ids).execute(&mut *db).await?;
    Ok(())
}

/// Empties what the imports of those who stay, such as the partner's, say of the organizations: the rows that became or
/// changed them, or would have, and what these replaced. A row that only looks like one of them is about another, unless
/// somebody said that it is the same.
pub(in super::super) async fn forget_imported(db: &mut PgConnection, ids: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "with about as (
           select import_id, row from import_results where organization_id = any ($1)
           union
           select import_id, row from import_rows
           where target_id = any ($1) and coalesce(verdict_alone, verdict) <> 'likely'),
         emptied as (
           update import_rows r
           set cells = '[]', problems = jsonb_build_array(jsonb_build_object('field', '', 'words', $2::text)),
               problems_alone = null, domain = null, customer_number = null
           from about a where r.import_id = a.import_id and r.row = a.row)
         update import_results s set reason = $2, before = null
         from about a where s.import_id = a.import_id and s.row = a.row",
        ids,
        IMPORTED
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What a row says instead.
const IMPORTED: &str = "The organization was purged, and with it what stood here";

/// An account is never deleted, because events name it; what is personal of it is.
async fn forget(db: &mut PgConnection, users: &[Uuid], now: OffsetDateTime) -> Result<()> {
    sqlx::query!("delete from sessions where user_id = any ($1)", users).execute(&mut *db).await?;
    sqlx::query!("delete from password_links where user_id = any ($1)", users).execute(&mut *db).await?;
    sqlx::query!("delete from recovery_codes where user_id = any ($1)", users).execute(&mut *db).await?;
    sqlx::query!("delete from factors where user_id = any ($1)", users).execute(&mut *db).await?;
    sqlx::query!("delete from drafts where user_id = any ($1)", users).execute(&mut *db).await?;
    sqlx::query!("delete from typed_rows where user_id = any ($1)", users).execute(&mut *db).await?;
    sqlx::query!(
        "update users set email = 'gone-' || id || '@purged.invalid', email_key = 'gone-' || id || '@purged.invalid',
           display_name = 'Former user', given_name = null, family_name = null, password_hash = null, disabled_at = $2
         where id = any ($1)",
        users,
        now
    )
    .execute(&mut *db)
    .await?;
    Ok(())
}
