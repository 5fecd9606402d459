//! The mails an import would send (N5): each new organization's notification address is told, else its contact.

use sqlx::PgConnection;

use super::{
    columns::Meaning,
    model::{Deed, Import, Verdict},
    store,
};
use crate::{
    error::Result,
    organizations::{COUNTED, Field},
    roles::Permission,
    scope::Scope,
};

/// How many mails an import with its present choices would send; above [`COUNTED`] it is not counted further.
///
/// # Errors
/// Without [`Permission::ListOrganizations`].
pub async fn mails(db: &mut PgConnection, scope: &Scope, import: &Import) -> Result<i64> {
    scope.require(Permission::ListOrganizations)?;
    if !import.choices.tell {
        return Ok(0);
    }
    let created = Verdict::ALL.into_iter().filter(|verdict| import.choices.deed(*verdict) == Deed::Create);
    let verdicts: Vec<&str> = created.map(Verdict::as_str).collect();
    let place = |field| import.columns.place(Meaning::Field(field)).and_then(|at| i32::try_from(at).ok());
    let places = (place(Field::NotificationEmail), place(Field::ContactEmail));
    store::mails::count(db, import, &verdicts, places, COUNTED + 1).await
}
