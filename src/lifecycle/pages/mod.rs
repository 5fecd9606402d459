//! The pages of the lifecycle: suspending and resuming, archiving, restoring, purging.

mod archive;
mod purge;
mod restore;
mod suspension;

use actix_session::Session;
use actix_web::HttpResponse;

use crate::{
    error::{Error, Result},
    lifecycle::{Consequences, Outcome, Verdict},
    roles::Permission,
    scope::Scope,
    types::grouped,
    web::{Access, frame::flash, route::Route, see_other, words::capped},
};

pub(crate) fn routes() -> Vec<Route> {
    let manage = Access::Organization(Permission::ManageLifecycle);
    let operate = Access::Organization(Permission::OperateInstallation);
    vec![
        Route::get("/o/{org_key}/suspension", manage, suspension::edit),
        Route::post("/o/{org_key}/suspension", manage, suspension::create),
        Route::post("/o/{org_key}/suspension/end", manage, suspension::destroy),
        Route::get("/o/{org_key}/archive", manage, archive::edit).fresh(),
        Route::post("/o/{org_key}/archive", manage, archive::create).fresh(),
        Route::get("/o/{org_key}/restore", manage, restore::edit),
        Route::post("/o/{org_key}/restore", manage, restore::create),
        Route::get("/o/{org_key}/organizations/{child_key}/purge", operate, purge::edit).fresh(),
        Route::post("/o/{org_key}/organizations/{child_key}/purge", operate, purge::create).fresh(),
    ]
}

/// The outcome of the one organization a page is about: whether it was changed. A refusal is a page of its own.
fn only(outcomes: &[Outcome]) -> Result<bool> {
    match outcomes.first().map(|outcome| &outcome.result) {
        Some(Verdict::Done) => Ok(true),
        Some(Verdict::Already) => Ok(false),
        Some(Verdict::Refused(words)) => Err(Error::Refused(words.clone())),
        None => Err(Error::NotFound),
    }
}

/// To the organization, with what was done, or that there was nothing to do.
fn back(scope: &Scope, session: &Session, done: bool, words: String) -> Result<HttpResponse> {
    flash(session, if done { "ok" } else { "info" }, words)?;
    see_other(format!("/o/{}", scope.organization.key))
}

/// "4 people can no longer come in."
fn people(found: &Consequences) -> String {
    match found.people {
        0 => "Nobody belongs to it yet, so nobody loses access.".to_owned(),
        1 => "1 person who belongs to it can no longer come in.".to_owned(),
        more => format!("{} people who belong to it can no longer come in.", capped(more)),
    }
}

/// "3 organizations": for sentences.
fn organizations(count: usize) -> String {
    if count == 1 { "1 organization".to_owned() } else { format!("{} organizations", grouped(count as u64)) }
}
