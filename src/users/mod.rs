//! People.
#![allow(missing_docs)]
use crate::{error::Result, types::{DisplayName, EmailAddress, PersonName, TimeZone}};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;
#[derive(Debug, Clone)]
pub struct PasswordHash(pub String);
#[derive(Debug, Clone)]
pub struct NewUser { pub id: Uuid, pub email: EmailAddress, pub given_name: Option<PersonName>, pub family_name: Option<PersonName>, pub display_name: DisplayName, pub password: Option<PasswordHash>, pub time_zone: TimeZone }
pub async fn create(_: &mut PgConnection, _: &NewUser, _: OffsetDateTime) -> Result<()> { Ok(()) }
pub async fn enqueue_password_instructions(_: &mut PgConnection, _: Uuid, _: Uuid, _: &str, _: OffsetDateTime) -> Result<()> { Ok(()) }
pub async fn send_password_instructions(_: &mut PgConnection, _: Uuid, _: Uuid, _: OffsetDateTime) -> Result<()> { Ok(()) }
