//! The pages of the transfers: asking, between partners and between groups, and the list where they are answered.

mod groups;
mod list;
mod partners;

use crate::{
    transfers::Between,
    web::{Access, route::Route},
};

pub(crate) fn routes() -> Vec<Route> {
    let transfer = Access::Organization(Between::Partners.permission());
    let moves = Access::Organization(Between::Groups.permission());
    vec![
        Route::get("/o/{org_key}/transfer", transfer, partners::new).fresh(),
        Route::post("/o/{org_key}/transfer", transfer, partners::create).fresh(),
        Route::get("/o/{org_key}/transfers", transfer, list::of_partners),
        Route::post("/o/{org_key}/transfers/{id}/acceptance", transfer, list::accepted).fresh(),
        Route::post("/o/{org_key}/transfers/{id}/refusal", transfer, list::refused),
        Route::post("/o/{org_key}/transfers/{id}/reversal", transfer, list::reversed).fresh(),
        Route::get("/o/{org_key}/organizations/{child_key}/group", moves, groups::new),
        Route::post("/o/{org_key}/organizations/{child_key}/group", moves, groups::create),
        Route::get("/o/{org_key}/group-transfers", moves, list::of_groups),
        Route::post("/o/{org_key}/group-transfers/{id}/acceptance", moves, list::move_accepted),
        Route::post("/o/{org_key}/group-transfers/{id}/refusal", moves, list::move_refused),
        Route::post("/o/{org_key}/group-transfers/{id}/reversal", moves, list::move_reversed),
    ]
}
