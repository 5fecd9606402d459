//! SQL of the custom fields. Every statement names the partner.

use sqlx::PgConnection;
use uuid::Uuid;

use super::model::{CustomField, NewField};
use crate::{error::Result, scope::Scope, types::FieldKind};

/// The fields of the last partner on a management chain: in the order of the forms; archived ones last.
pub(super) async fn of_nearest_partner(
    db: &mut PgConnection,
    path: &[Uuid],
    archived: bool,
) -> Result<Vec<CustomField>> {
    let fields = sqlx::query_as!(
        CustomField,
        r#"select id, name, kind as "kind: FieldKind", choices, default_value, hint, mandatory, customer_sees,
                  archived_at, version
           from custom_fields
           where partner_id = any ($1) and (archived_at is null or $2)
             and array_position($1, partner_id) = (select max(array_position($1, n.partner_id)) from custom_fields n
                                                   where n.partner_id = any ($1))
           order by archived_at is not null, position, id"#,
        path,
        archived
    )
    .fetch_all(db)
    .await?;
    Ok(fields)
}
