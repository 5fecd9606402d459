//! The pages of the second factor: on the profile, at sign-in, and the sign-in rules of an organization.

mod profile;
mod rules;
mod sign_in;

use crate::{
    roles::Permission,
    web::{Access, route::Route},
};

pub(crate) fn routes() -> Vec<Route> {
    let own = Access::SignedIn;
    let rules = Access::Organization(Permission::ManageRoles);
    vec![
        Route::get("/sign-in/code", Access::Public, sign_in::new),
        Route::post("/sign-in/code", Access::Public, sign_in::create),
        Route::get("/profile/second-factor", own, profile::show),
        Route::post("/profile/second-factor", own, profile::create).fresh(),
        Route::get("/profile/second-factor/new", own, profile::new).fresh(),
        Route::post("/profile/second-factor/new", own, profile::confirm).fresh(),
        Route::post("/profile/second-factor/recovery-codes", own, profile::renew_recovery_codes).fresh(),
        Route::post("/profile/second-factor/remove", own, profile::destroy).fresh(),
        Route::get("/o/{org_key}/settings/sign-in", rules, rules::edit).fresh(),
        Route::post("/o/{org_key}/settings/sign-in", rules, rules::update).fresh(),
    ]
}
