//! The operator: the organization at the root, made once by the set-up page. It has no parent and nobody who creates
//! it, so it does not come through `create`.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::store::operator as store;
use crate::{
    error::Result,
    types::{CompanyName, Country, Currency, EmailAddress, OrgKey, PersonName, PhoneNumber},
};

/// The operator to be.
#[derive(Debug, Clone)]
pub struct NewOperator {
    /// The company that runs the portal.
    pub name: CompanyName,
    /// Where it is.
    pub country: Country,
    /// What it sells in.
    pub currency: Currency,
    /// Its first administrator, who becomes its contact.
    pub administrator: Uuid,
    /// The contact's first name.
    pub given_name: PersonName,
    /// The contact's last name.
    pub family_name: PersonName,
    /// The contact's address.
    pub email: EmailAddress,
}

/// The operator, as pages and mails name it.
#[derive(Debug, Clone)]
pub struct Operator {
    /// The organization.
    pub id: Uuid,
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its support address (S141).
    pub support_email: Option<String>,
    /// Its support number.
    pub support_phone: Option<PhoneNumber>,
    /// Its support page.
    pub support_url: Option<String>,
}

/// Makes the operator with its billing account and its settings. Needs a transaction of the system.
///
/// # Errors
/// [`crate::error::Error::NotFound`] when there is one already: there is nothing left to set up.
pub async fn create_operator(db: &mut PgConnection, new: &NewOperator, now: OffsetDateTime) -> Result<(Uuid, OrgKey)> {
    let (id, key) = (Uuid::now_v7(), OrgKey::generate());
    let billing_account = Uuid::now_v7();
    store::insert_organization(db, new, id, &key, billing_account, now).await?;
    store::insert_billing_account(db, new, id, billing_account, now).await?;
    store::insert_settings(db, id, new.currency.code()).await?;
    Ok((id, key))
}

/// The operator; `None` before the set-up. Needs a transaction of the system.
///
/// # Errors
/// The database's.
pub async fn operator(db: &mut PgConnection) -> Result<Option<Operator>> {
    store::find(db).await
}
