//! Inviting people, and answering an invitation.

mod answer;
mod new;

use crate::{
    roles::Permission,
    web::{Access, route::Route},
};

pub(crate) fn routes() -> Vec<Route> {
    let manage = Access::Organization(Permission::ManageUsers);
    vec![
        Route::get("/o/{org_key}/users/new", manage, new::new).fresh(),
        Route::post("/o/{org_key}/users/new", manage, new::create).fresh(),
        Route::get("/o/{org_key}/users/new/list", manage, new::new_list).fresh(),
        Route::post("/o/{org_key}/users/new/list", manage, new::create_list).fresh(),
        Route::post("/o/{org_key}/invitations/{id}/resend", manage, new::resend),
        Route::post("/o/{org_key}/invitations/{id}/revocation", manage, new::revoke),
        Route::get("/invitations/{token}", Access::Public, answer::show),
        Route::post("/invitations/{token}", Access::Public, answer::update),
    ]
}
