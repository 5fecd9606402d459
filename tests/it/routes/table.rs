//! What each route answers to those who may take it. Who may follows from its declaration; this is the rest.

/// The answer to a request without any fields.
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
    ("GET /", Public(303, 303)),
    ("GET /healthz", Public(200, 200)),
    ("GET /readyz", Public(200, 200)),
    ("GET /sign-in", Public(200, 303)),
    ("POST /sign-in", Public(422, 422)),
    ("POST /sign-out", Public(303, 303)),
];

/// The line of a route.
pub(super) fn row(route: &str) -> Option<Row> {
    ROWS.iter().find(|(known, _)| *known == route).map(|(_, row)| *row)
}
