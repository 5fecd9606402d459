//! The wizard's pages: `/o/{org_key}/organizations/new/{draft}/{step}` (SPEC section 4). Reading changes nothing; every
//! change is a form that posts and works without script.

mod administrator;
mod billing;
mod confirmation;
mod conflict;
mod details;
mod drafts;
mod review;
mod shell;
mod step;
mod subscription;
mod verification;

use self::{
    administrator::AdministratorPage, billing::BillingPage, details::DetailsPage, subscription::SubscriptionPage,
};
use crate::{
    roles::Permission,
    web::{Access, route::Route},
};

const CREATES: Access = Access::Organization(Permission::CreateOrganizations);

pub(crate) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/o/{org_key}/organizations/new", CREATES, drafts::index),
        Route::post("/o/{org_key}/organizations/new", CREATES, drafts::create),
        Route::post("/o/{org_key}/organizations/new/{draft}/delete", CREATES, drafts::destroy),
        Route::get("/help/organizations-or-subscriptions", Access::SignedIn, drafts::help),
    ];
    routes.extend(details_and_administrator());
    routes.extend(verification());
    routes.extend(subscription_and_billing());
    routes.extend(ending());
    routes
}

fn details_and_administrator() -> [Route; 6] {
    [
        Route::get("/o/{org_key}/organizations/new/{draft}/details", CREATES, step::show::<DetailsPage>),
        Route::post("/o/{org_key}/organizations/new/{draft}/details", CREATES, step::save::<DetailsPage>),
        Route::post("/o/{org_key}/organizations/new/{draft}/details/autosave", CREATES, step::autosave::<DetailsPage>),
        Route::get("/o/{org_key}/organizations/new/{draft}/admin-user", CREATES, step::show::<AdministratorPage>),
        Route::post("/o/{org_key}/organizations/new/{draft}/admin-user", CREATES, step::save::<AdministratorPage>),
        Route::post(
            "/o/{org_key}/organizations/new/{draft}/admin-user/autosave",
            CREATES,
            step::autosave::<AdministratorPage>,
        ),
    ]
}

fn verification() -> [Route; 4] {
    [
        Route::get("/o/{org_key}/organizations/new/{draft}/verification", CREATES, verification::show),
        Route::post("/o/{org_key}/organizations/new/{draft}/verification", CREATES, verification::save),
        Route::post("/o/{org_key}/organizations/new/{draft}/verification/autosave", CREATES, verification::strength),
        Route::post("/o/{org_key}/organizations/new/{draft}/code", CREATES, verification::send),
    ]
}

fn subscription_and_billing() -> [Route; 6] {
    [
        Route::get("/o/{org_key}/organizations/new/{draft}/subscription", CREATES, step::show::<SubscriptionPage>),
        Route::post("/o/{org_key}/organizations/new/{draft}/subscription", CREATES, step::save::<SubscriptionPage>),
        Route::post(
            "/o/{org_key}/organizations/new/{draft}/subscription/autosave",
            CREATES,
            step::autosave::<SubscriptionPage>,
        ),
        Route::get("/o/{org_key}/organizations/new/{draft}/billing", CREATES, step::show::<BillingPage>),
        Route::post("/o/{org_key}/organizations/new/{draft}/billing", CREATES, step::save::<BillingPage>),
        Route::post("/o/{org_key}/organizations/new/{draft}/billing/autosave", CREATES, step::autosave::<BillingPage>),
    ]
}

fn ending() -> [Route; 4] {
    [
        Route::get("/o/{org_key}/organizations/new/{draft}/review", CREATES, review::show),
        Route::post("/o/{org_key}/organizations/new/{draft}/review", CREATES, review::create),
        Route::get("/o/{org_key}/organizations/new/{draft}/confirmation", CREATES, confirmation::show),
        Route::post("/o/{org_key}/organizations/new/{draft}/sign-in", CREATES, confirmation::sign_in),
    ]
}
