//! What each route answers to those who may take it. Who may follows from its declaration; this is the rest.

/// The answer to a request without any fields, or with those of [`fields`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    /// To nobody in particular, and to somebody signed in.
    Public(u16, u16),
    /// To anybody signed in.
    SignedIn(u16),
    /// To whoever may do it in the organization.
    Organization(u16),
}

use Row::{Organization, Public, SignedIn};

/// Method and pattern of every route. A route that is not listed fails the test, and so does a line without a route.
pub(super) const ROWS: &[(&str, Row)] = &[
    // the gate
    ("GET /", Public(303, 303)),
    ("GET /sign-in", Public(200, 303)),
    ("POST /sign-in", Public(422, 422)),
    ("POST /sign-out", Public(303, 303)),
    ("GET /sign-in/code", Public(303, 303)),
    ("POST /sign-in/code", Public(303, 303)),
    ("GET /password/forgotten", Public(200, 200)),
    ("POST /password/forgotten", Public(422, 422)),
    ("GET /password/{token}", Public(404, 404)),
    ("POST /password/{token}", Public(404, 404)),
    ("GET /invitations/{token}", Public(404, 404)),
    ("POST /invitations/{token}", Public(404, 404)),
    ("GET /setup/{token}", Public(404, 404)),
    ("POST /setup/{token}", Public(404, 404)),
    // the installation
    ("GET /healthz", Public(200, 200)),
    ("GET /readyz", Public(200, 200)),
    ("GET /static/{build}/{name:.*}", Public(200, 200)),
    ("GET /help", Public(200, 200)),
    ("GET /dev/mailbox", Public(200, 200)),
    ("GET /dev/mailbox/{id}", Public(404, 404)),
    ("GET /dev/mailbox/{id}/html", Public(404, 404)),
    ("GET /o/{org_key}/jobs", Organization(200)),
    ("POST /o/{org_key}/jobs/{id}/retry", Organization(303)),
    ("GET /o/{org_key}/probe", Organization(200)),
    // the person
    ("GET /organizations", SignedIn(200)),
    ("GET /help/organizations-or-subscriptions", SignedIn(200)),
    ("GET /country-rules", SignedIn(200)),
    ("GET /profile", SignedIn(200)),
    ("POST /profile", SignedIn(422)),
    ("POST /profile/theme", SignedIn(303)),
    ("GET /profile/password", SignedIn(200)),
    ("POST /profile/password", SignedIn(422)),
    ("GET /profile/sessions", SignedIn(200)),
    ("POST /profile/sessions/others/end", SignedIn(303)),
    ("POST /profile/sessions/{id}/end", SignedIn(404)),
    ("POST /profile/session/extend", SignedIn(204)),
    // whoever has just signed in need not prove it again; the second factor is offered, not confirmed
    ("GET /confirm", SignedIn(303)),
    ("POST /confirm", SignedIn(422)),
    ("GET /profile/second-factor", SignedIn(200)),
    ("POST /profile/second-factor", SignedIn(303)),
    ("GET /profile/second-factor/new", SignedIn(200)),
    ("POST /profile/second-factor/new", SignedIn(422)),
    ("POST /profile/second-factor/recovery-codes", SignedIn(303)),
    ("POST /profile/second-factor/remove", SignedIn(303)),
    // the organization
    ("GET /o/{org_key}", Organization(200)),
    ("GET /o/{org_key}/audit", Organization(200)),
    ("POST /o/{org_key}/audit/export", Organization(200)),
    ("POST /o/{org_key}/password-instructions", Organization(303)),
    ("GET /o/{org_key}/organizations", Organization(200)),
    ("GET /o/{org_key}/organizations/{child_key}", Organization(303)),
    ("GET /o/{org_key}/settings", Organization(200)),
    ("POST /o/{org_key}/settings", Organization(422)),
    ("GET /o/{org_key}/settings/billing", Organization(200)),
    ("POST /o/{org_key}/settings/billing", Organization(422)),
    ("GET /o/{org_key}/settings/prices", Organization(200)),
    ("POST /o/{org_key}/settings/prices", Organization(422)),
    ("GET /o/{org_key}/settings/support", Organization(200)),
    ("POST /o/{org_key}/settings/support", Organization(422)),
    ("GET /o/{org_key}/settings/tags", Organization(200)),
    ("POST /o/{org_key}/settings/tags", Organization(422)),
    ("POST /o/{org_key}/settings/tags/{tag}", Organization(404)),
    ("GET /o/{org_key}/settings/tags/{tag}/deletion", Organization(404)),
    ("POST /o/{org_key}/settings/tags/{tag}/deletion", Organization(404)),
    ("GET /o/{org_key}/organizations/{child_key}/tags", Organization(200)),
    ("POST /o/{org_key}/organizations/{child_key}/tags", Organization(303)),
    ("GET /o/{org_key}/why", Organization(200)),
    // groups
    ("GET /o/{org_key}/groups", Organization(200)),
    ("POST /o/{org_key}/groups", Organization(422)),
    ("GET /o/{org_key}/groups/new", Organization(200)),
    ("GET /o/{org_key}/groups/{group}/edit", Organization(200)),
    ("POST /o/{org_key}/groups/{group}", Organization(422)),
    ("POST /o/{org_key}/groups/{group}/archive", Organization(303)),
    ("POST /o/{org_key}/groups/{group}/restore", Organization(303)),
    ("GET /o/{org_key}/groups/{group}/organizations", Organization(200)),
    ("POST /o/{org_key}/groups/{group}/organizations", Organization(303)),
    ("POST /o/{org_key}/groups/{group}/organizations/matching", Organization(422)),
    ("POST /o/{org_key}/groups/{group}/organizations/remove", Organization(303)),
    ("GET /o/{org_key}/groups/{group}/people", Organization(200)),
    ("POST /o/{org_key}/groups/{group}/people", Organization(303)),
    ("POST /o/{org_key}/groups/{group}/people/remove", Organization(303)),
    ("GET /o/{org_key}/group-requests", Organization(200)),
    ("POST /o/{org_key}/group-requests", Organization(422)),
    ("GET /o/{org_key}/group-requests/new", Organization(200)),
    ("POST /o/{org_key}/group-requests/{request}/answer", Organization(404)),
    ("GET /o/{org_key}/settings/sign-in", Organization(200)),
    ("POST /o/{org_key}/settings/sign-in", Organization(303)),
    ("GET /o/{org_key}/support", Organization(200)),
    ("POST /o/{org_key}/support", Organization(422)),
    ("GET /o/{org_key}/support-access", Organization(200)),
    ("POST /o/{org_key}/support-access/{id}/end", Organization(404)),
    // its people; nobody has the id
    ("GET /o/{org_key}/users", Organization(200)),
    ("GET /o/{org_key}/users/new", Organization(200)),
    ("POST /o/{org_key}/users/new", Organization(422)),
    ("GET /o/{org_key}/users/new/list", Organization(200)),
    ("POST /o/{org_key}/users/new/list", Organization(422)),
    ("GET /o/{org_key}/users/{id}", Organization(404)),
    ("POST /o/{org_key}/users/{id}/role", Organization(404)),
    ("POST /o/{org_key}/users/{id}/suspension", Organization(404)),
    ("POST /o/{org_key}/users/{id}/suspension/end", Organization(404)),
    ("POST /o/{org_key}/users/{id}/sessions/end", Organization(404)),
    ("GET /o/{org_key}/users/{id}/removal", Organization(404)),
    ("POST /o/{org_key}/users/{id}/removal", Organization(404)),
    ("POST /o/{org_key}/invitations/{id}/resend", Organization(404)),
    ("POST /o/{org_key}/invitations/{id}/revocation", Organization(404)),
    ("GET /o/{org_key}/roles", Organization(200)),
    ("GET /o/{org_key}/roles/new", Organization(200)),
    ("POST /o/{org_key}/roles/new", Organization(422)),
    ("GET /o/{org_key}/roles/{id}", Organization(404)),
    ("POST /o/{org_key}/roles/{id}", Organization(404)),
    ("GET /o/{org_key}/roles/{id}/deletion", Organization(404)),
    ("POST /o/{org_key}/roles/{id}/deletion", Organization(404)),
    // the wizard; a fresh draft has answered nothing, so every later step leads to the first
    ("GET /o/{org_key}/organizations/new", Organization(200)),
    ("POST /o/{org_key}/organizations/new", Organization(303)),
    ("POST /o/{org_key}/organizations/new/{draft}/delete", Organization(303)),
    ("GET /o/{org_key}/organizations/new/{draft}/details", Organization(200)),
    ("POST /o/{org_key}/organizations/new/{draft}/details", Organization(422)),
    ("POST /o/{org_key}/organizations/new/{draft}/details/autosave", Organization(200)),
    ("GET /o/{org_key}/organizations/new/{draft}/admin-user", Organization(303)),
    ("POST /o/{org_key}/organizations/new/{draft}/admin-user", Organization(303)),
    ("POST /o/{org_key}/organizations/new/{draft}/admin-user/autosave", Organization(200)),
    ("GET /o/{org_key}/organizations/new/{draft}/verification", Organization(303)),
    ("POST /o/{org_key}/organizations/new/{draft}/verification", Organization(303)),
    ("POST /o/{org_key}/organizations/new/{draft}/verification/autosave", Organization(200)),
    ("POST /o/{org_key}/organizations/new/{draft}/code", Organization(303)),
    ("GET /o/{org_key}/organizations/new/{draft}/subscription", Organization(303)),
    ("POST /o/{org_key}/organizations/new/{draft}/subscription", Organization(303)),
    ("POST /o/{org_key}/organizations/new/{draft}/subscription/autosave", Organization(200)),
    ("GET /o/{org_key}/organizations/new/{draft}/billing", Organization(303)),
    ("POST /o/{org_key}/organizations/new/{draft}/billing", Organization(303)),
    ("POST /o/{org_key}/organizations/new/{draft}/billing/autosave", Organization(200)),
    ("GET /o/{org_key}/organizations/new/{draft}/review", Organization(303)),
    ("POST /o/{org_key}/organizations/new/{draft}/review", Organization(303)),
    ("GET /o/{org_key}/organizations/new/{draft}/confirmation", Organization(303)),
    ("POST /o/{org_key}/organizations/new/{draft}/sign-in", Organization(404)),
];

/// The line of a route.
pub(super) fn row(route: &str) -> Option<Row> {
    ROWS.iter().find(|(known, _)| *known == route).map(|(_, row)| *row)
}

/// What is sent where nothing at all would be acceptable.
pub(super) fn fields(route: &str) -> Vec<(String, String)> {
    match route {
        "POST /o/{org_key}/settings/support" => vec![("support_email".into(), "not an address".into())],
        _ => Vec::new(),
    }
}
