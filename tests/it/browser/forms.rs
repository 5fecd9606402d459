//! What the script adds to forms outside the wizard: what follows the country (UX 14), and what is said of a password
//! while it is typed (UX 16).

use thirtyfour::prelude::*;

use super::{Browser, Look};
use crate::portal::{Portal, walk};

async fn signed_in(portal: &Portal) -> Browser {
    walk::set_up(portal).await;
    let browser = Browser::open(Look::DESKTOP, &portal.base).await;
    browser.sign_in(walk::EMAIL, walk::PASSWORD).await;
    browser
}

/// The states and the postal code follow the country without a button, and Enter saves rather than asks for them.
#[tokio::test]
async fn the_billing_address_follows_the_country_and_enter_saves_it() {
    let mut portal = Portal::start().await;
    let browser = signed_in(&portal).await;
    browser.press("Settings").await;
    browser.press("Billing address").await;
    browser.arrive("/settings/billing").await;
    browser.choose("billing_country", "AE").await;
    browser.find("[data-postal][hidden]").await;
    browser.choose("billing_country", "US").await;
    browser.find("select[name=billing_state] option[value=CA]").await;
    browser.says("label[for=postal_code]", "ZIP code").await;
    browser.choose("billing_state", "CA").await;
    for (name, text) in [
        ("billing_given_name", "Ines"),
        ("billing_family_name", "Duarte"),
        ("line1", "1 Ferry Building"),
        ("city", "San Francisco"),
        ("postal_code", "94111"),
    ] {
        browser.fill(name, text).await;
    }
    browser.keys(Key::Enter).await;
    browser.says(".toasts", "The billing address is saved").await;
    browser.reload().await;
    assert_eq!(browser.value("billing_state").await, "CA");
    assert_eq!(browser.value("postal_code").await, "94111");
    browser.close().await;
    portal.stop().await;
}

/// A new password is told to be too short or like its owner's name before it is sent.
#[tokio::test]
async fn a_password_is_told_its_strength_while_it_is_typed() {
    let mut portal = Portal::start().await;
    let browser = signed_in(&portal).await;
    browser.goto("/profile/password").await;
    browser.fill("password", "ines").await;
    browser.says("#password-note", "Too short: 4 of at least 15 characters").await;
    browser.fill("password", "Ines operator ines 2026").await;
    browser.says("#password-note", "Weak: mostly a name").await;
    browser.fill("password", "aaaaaaaaaaaaaaaaaaaa").await;
    browser.says("#password-note", "Weak: the same few characters").await;
    browser.fill("password", "nine slow ferries before dawn").await;
    browser.says("#password-note", "Long enough").await;
    browser.close().await;
    portal.stop().await;
}
