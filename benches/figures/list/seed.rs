//! Organizations by the hundred thousand, in the private database of a running portal.

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Executor, PgConnection};
use uuid::Uuid;

use super::super::portal::{Client, Portal, walk};

/// What script/plans fills too. It says how it is quick.
const FILL: &str = include_str!("../../../script/fill.sql");

/// The operator's organization.
pub(crate) async fn operator(db: &mut PgConnection) -> Uuid {
    let id = sqlx::query_scalar("select id from organizations where parent_id is null").fetch_one(db).await;
    id.expect("the operator")
}

/// Fills in the organizations with these numbers beneath some others, and returns how long it took.
pub(crate) async fn fill(portal: &Portal, (first, last): (u32, u32), partners: &[Uuid]) -> Duration {
    let mut db = portal.database().await;
    let partners: Vec<_> = partners.iter().map(ToString::to_string).collect();
    let given =
        format!("set fill.first = {first}; set fill.last = {last}; set fill.partners = '{{{}}}'", partners.join(","));
    let begun = Instant::now();
    for text in [&given, FILL, "vacuum analyze"] {
        db.execute(sqlx::raw_sql(AssertSqlSafe(text.to_owned()))).await.expect("organizations");
    }
    begun.elapsed()
}

/// The partners and enterprises directly beneath.
pub(crate) async fn partners_beneath(db: &mut PgConnection, operator: Uuid) -> Vec<Uuid> {
    let ids = sqlx::query_scalar("select id from organizations where parent_id = $1 and kind <> 'customer'");
    ids.bind(operator).fetch_all(db).await.expect("partners")
}

/// The tag of one in a hundred and that of one in a thousand.
pub(crate) async fn tags(db: &mut PgConnection) -> (Uuid, Uuid) {
    let ids = sqlx::query_as(
        "select (select id from tags where name = 'One in 100'), (select id from tags where name = 'One in 1000')",
    );
    ids.fetch_one(db).await.expect("tags")
}

/// A key account manager of the first group of a filling, signed in; with the group.
pub(crate) async fn manager(portal: &Portal, operator: Uuid, last: u32) -> (Client, Uuid) {
    let email = format!("manager{last}@operator.example");
    let added = sqlx::query_scalar(
        "with person as (
           insert into users (id, email, email_key, display_name, password_hash, password_changed_at, created_at)
           select gen_random_uuid(), $1, $1, 'Ola Lind', password_hash, now(), now() from users where email = $2
           returning id),
         joined as (
           insert into memberships (id, user_id, organization_id, role, created_at)
           select gen_random_uuid(), id, $3, 'key_account_manager', now() from person returning id)
         insert into group_members (group_id, membership_id, partner_id)
         select md5('group ' || $4)::uuid, id, $3 from joined returning group_id",
    );
    let added = added.bind(&email).bind(walk::EMAIL).bind(operator).bind(last.to_string());
    let group = added.fetch_one(&mut portal.database().await).await.expect("an account manager");
    (walk::sign_in(&portal.base, &email, walk::PASSWORD).await, group)
}

/// The key of the organization in the middle of the list, and of the one in the middle of a group's.
pub(crate) async fn middles(db: &mut PgConnection, operator: Uuid, group: Uuid) -> (String, String) {
    let list = sqlx::query_scalar(
        "select key from (select key, row_number() over (order by sort_name, id) as at, count(*) over () as many
                          from organizations where parent_id = $1 and status <> 'archived') lines where at = many / 2",
    );
    let list = list.bind(operator).fetch_one(&mut *db).await.expect("the middle of the list");
    let of_group = sqlx::query_scalar(
        "select key from (select key, row_number() over (order by o.sort_name, o.id) as at, count(*) over () as many
                          from group_organizations g join organizations o on o.id = g.organization_id
                          where g.group_id = $1 and not g.archived) lines where at = many / 2",
    );
    (list, of_group.bind(group).fetch_one(db).await.expect("the middle of the group"))
}
