//! SQL of the list and of the figures.

pub(super) mod few;
pub(super) mod figures;
pub(super) mod groups;
pub(super) mod names;
pub(super) mod sets;
pub(super) mod walks;

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    asked::Asked,
    choice::SortBy,
    model::{ListRow, Mark, Value},
    search::Search,
};
use crate::{
    database::paging::rows,
    error::Result,
    types::{AccountKind, Country, DomainName, OrgKey},
};

/// Lines of the list: what follows the columns of `organizations o`, as [`crate::database::paging::rows`] takes it.
macro_rules! lines {
    ($direction:tt, $db:expr, [$($text:tt)+], $($arguments:tt)+) => {
        $crate::database::paging::rows!(
            $direction,
            $db,
            $crate::organizations::list::ListRow,
            [
                r#"select o.id as "id!", o.key as "key!: OrgKey", o.name as "name!", o.sort_name as "sort_name!",
                          o.kind as "kind!: AccountKind", o.parent_id as "parent_id!", o.country as "country!: Country",
                          o.domain as "domain?: DomainName", o.customer_number as "customer_number?",
                          coalesce(o.contact_name, nullif(btrim(coalesce(o.contact_given_name, '') || ' ' ||
                            coalesce(o.contact_family_name, '')), '')) as "contact_name?", o.contact_email as "contact_email?", o.status as "status!",
                          o.licenses as "licenses!", o.trial_ends_at as "trial_ends_at?", o.created_at as "created_at!",
                          o.group_ids as "group_ids!", o.tag_ids as "tag_ids!", o.cut as "cut?" "#
                $($text)+
            ],
            $($arguments)+
        )
    };
}
use lines;

/// A query, as `lines` or `rows` takes it, of organizations `o` that pass what is asked, [`Asked`] being $1 to $13: between
/// the two parts of its text stands the check. What is not asked is null, so that there is one text, planned once, for
/// every combination. The check is one case, which a plan reckons half of the lines pass: reckoned one by one, so many
/// conditions leave nothing, and the plan would sort all lines of a partner instead of walking along an index.
macro_rules! passing {
    ($as:ident, ($($head:tt)+), $asked:expr, [$($before:tt)+], [$($behind:tt)+] $(, $argument:expr)* $(,)?) => {
        $as!(
            $($head)+,
            [
                $($before)+
                " and case when o.status = any ($2) and ($3::uuid[] is null or o.group_ids && $3)
                  and ($4::text[] is null or o.kind = any ($4)) and ($5::boolean is null or (o.trial_ends_at is not null) = $5)
                  and ($6::uuid[] is null or o.group_ids && $6) and ($7::text[] is null or o.country = any ($7))
                  and ($8::uuid[] is null or o.tag_ids && $8) and ($9::text is null or o.channel = $9)
                  and ($10::timestamptz is null or o.created_at >= $10)
                  and ($11::timestamptz is null or o.created_at < $11)
                  and not exists (select from unnest($12::text[]) word where strpos(o.search_text, word) = 0)
                  and ($13::jsonb is null or not exists (
                    select from jsonb_each($13) asked (field, what)
                    where not coalesce((what -> 'keys' is null or what -> 'keys' ? custom_field_key(o.custom ->> field))
                      and (what -> 'low' is null or custom_field_rank(o.custom ->> field)
                           between (what ->> 'low')::double precision and (what ->> 'high')::double precision), false)))
                  then true else false end "
                $($behind)+
            ],
            &$asked.parents,
            &$asked.statuses,
            $asked.own.as_deref(),
            $asked.kinds.as_deref(),
            $asked.on_trial,
            $asked.groups.as_deref(),
            $asked.countries.as_deref(),
            $asked.tags.as_deref(),
            $asked.channel,
            $asked.from,
            $asked.before,
            &$asked.words,
            $crate::organizations::list::own::as_json(&$asked.conditions)
            $(, $argument)*
        )
    };
}
use passing;

/// Organizations whose key, domain, customer number or registration number is exactly what was searched.
pub(super) async fn exact(db: &mut PgConnection, asked: &Asked, search: &Search) -> Result<Vec<Uuid>> {
    let found = passing!(
        rows,
        (_, db, Id),
        asked,
        [r#"select o.id as "id!" from organizations o
            where o.id in (select id from organizations where parent_id = any ($1) and domain = $14
                           union select id from organizations where parent_id = any ($1) and customer_number = $15
                           union select id from organizations where parent_id = any ($1) and registration_number = $15
                           union select id from organizations where parent_id = any ($1) and key = $16)"#],
        [" limit 200"],
        search.domain,
        search.number,
        search.key.as_ref().map(OrgKey::as_str)
    );
    Ok(found?.into_iter().map(|row: Id| row.id).collect())
}

struct Id {
    id: Uuid,
}

/// Where an organization stands in a list in this order.
pub(super) async fn position(
    db: &mut PgConnection,
    parents: &[Uuid],
    key: &OrgKey,
    by: SortBy,
) -> Result<Option<Mark>> {
    let row = sqlx::query!(
        r#"select sort_name as "sort_name!", created_at, licenses, customer_number, id from organizations
           where key = $1 and parent_id = any ($2)"#,
        key.as_str(),
        parents
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| {
        let value = match by {
            SortBy::Name => Value::Text(row.sort_name),
            SortBy::Number => Value::Text(row.customer_number.unwrap_or_default()),
            SortBy::Licenses => Value::Number(row.licenses),
            SortBy::Created => Value::Instant(row.created_at),
        };
        Mark { value, id: row.id }
    }))
}

/// The organizations at and beneath one that can have others beneath them.
pub(super) async fn with_partners_beneath(db: &mut PgConnection, organization_id: Uuid) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        r#"with recursive above as (
             select $1::uuid as id
             union all
             select o.id from above join organizations o on o.parent_id = above.id and o.kind <> 'customer')
           select id as "id!" from above"#,
        organization_id
    )
    .fetch_all(db)
    .await?;
    Ok(ids)
}

/// The id of an organization at or beneath one.
pub(super) async fn beneath(db: &mut PgConnection, organization_id: Uuid, key: &OrgKey) -> Result<Option<Uuid>> {
    let id = sqlx::query_scalar!(
        "select id from organizations where key = $1 and $2 = any (path)",
        key.as_str(),
        organization_id
    )
    .fetch_optional(db)
    .await?;
    Ok(id)
}

pub(super) async fn ending(
    db: &mut PgConnection,
    parent_id: Uuid,
    own: Option<&[Uuid]>,
    now: OffsetDateTime,
) -> Result<Vec<ListRow>> {
    let found = lines!(
        _,
        db,
        [r#"from (select o.*, null::boolean as cut from organizations o
                  where o.parent_id = $1 and o.trial_ends_at > $2 and o.trial_ends_at <= $3 and o.status <> 'archived'
                    and ($4::uuid[] is null or o.group_ids && $4)
                  order by o.trial_ends_at limit 200) o
            order by o.trial_ends_at, o.id"#],
        parent_id,
        now,
        now + Duration::days(7),
        own
    );
    Ok(found?)
}
