//! The one way into a session for whoever has given a password or opened a mailed link: straight in, or to the page that
//! asks for a code first.

use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use super::{client::device, see_other};
use crate::{
    app::App,
    error::{Error, Result},
    factors,
    scope::RowScope,
    sessions::{self, Pending, own_path},
    users,
};

/// The page that asks for a code.
pub(crate) const CODE_PAGE: &str = "/sign-in/code";

/// Signs the person in, or, where they have a second factor, keeps that they owe a code.
///
/// # Errors
/// The database's.
pub(crate) async fn enter(
    app: &App,
    request: &HttpRequest,
    session: &Session,
    user_id: Uuid,
    stay_signed_in: bool,
    next: &str,
) -> Result<HttpResponse> {
    let factor = app.read(RowScope::User(user_id), async |db| factors::find(db, user_id).await).await?;
    if factor.is_none() {
        return open(app, request, session, user_id, stay_signed_in, next).await;
    }
    let since = app.clock.now().unix_timestamp();
    let next = own_path(next).to_owned();
    sessions::start_pending(session, &Pending { user_id, stay_signed_in, next, since })?;
    see_other(CODE_PAGE)
}

/// Signs the person in and notes it. Only for whoever owes nothing any more.
///
/// # Errors
/// The database's.
pub(crate) async fn open(
    app: &App,
    request: &HttpRequest,
    session: &Session,
    user_id: Uuid,
    stay_signed_in: bool,
    next: &str,
) -> Result<HttpResponse> {
    let (rows, now) = (RowScope::System("note a sign-in"), app.clock.now());
    app.write(rows, async |db| {
        let account = users::find(db, user_id).await?.filter(|account| !account.disabled).ok_or(Error::NotFound)?;
        sessions::note(db, &account, now).await
    })
    .await?;
    sessions::start(session, user_id, device(request, stay_signed_in))?;
    see_other(own_path(next))
}
