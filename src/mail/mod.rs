//! Mail.
#![allow(missing_docs)]
use crate::{error::Result, types::EmailAddress};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;
/// Sends mails.
#[derive(Clone, Debug, Default)]
pub struct Mailer;
#[derive(Clone)]
pub struct Sender { pub name: String, pub support_email: Option<String>, pub support_phone: Option<String>, pub support_url: Option<String> }
#[derive(Clone)]
pub struct Welcome { pub sender: Sender, pub recipient_name: String, pub organization_name: String, pub org_key: String, pub actor_name: String }
#[derive(Clone)]
pub struct OrganizationCreated { pub sender: Sender, pub organization_name: String, pub org_key: String, pub actor_name: String }
pub struct Message;
impl From<Welcome> for Message { fn from(_: Welcome) -> Self { Self } }
impl From<OrganizationCreated> for Message { fn from(_: OrganizationCreated) -> Self { Self } }
pub async fn enqueue(_: &mut PgConnection, _: Option<Uuid>, _: &EmailAddress, _: Option<&str>, _: impl Into<Message>, _: OffsetDateTime) -> Result<Uuid> { Ok(Uuid::nil()) }
