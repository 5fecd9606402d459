//! A route is declared with who may take it; there is no way to add one without saying so (SPEC N15).

use actix_web::{
    FromRequest, Handler, Responder, Route as ActixRoute,
    guard::{Guard, fn_guard},
    http::Method,
    middleware::from_fn,
};

use super::access;
use crate::roles::Permission;

/// Who may take a route. Checked before the handler runs; the domain checks the permission again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, signed in or not.
    Public,
    /// Anybody who is signed in.
    SignedIn,
    /// Whoever stands in the organization of the address with this permission. Others get 404 without a part in the
    /// organization, 403 without the permission.
    Organization(Permission),
}

/// Who must have proved themselves within the last ten minutes (`web/step_up.rs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// Nobody.
    None,
    /// Everybody: by a code where they have a second factor, else by the password.
    Fresh,
    /// Whoever has a second factor, by its code.
    FreshCode,
}

/// One method on one address.
pub(crate) struct Route {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) access: Access,
    pub(super) proof: Proof,
    route: ActixRoute,
}

impl Route {
    /// A page. Reads only: a GET changes nothing.
    pub(crate) fn get<F, Args>(path: &'static str, access: Access, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Self::new(Method::GET, path, access, handler)
    }

    /// A change.
    pub(crate) fn post<F, Args>(path: &'static str, access: Access, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Self::new(Method::POST, path, access, handler)
    }

    fn new<F, Args>(method: Method, path: &'static str, access: Access, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let route = actix_web::web::route().guard(takes(method.clone())).to(handler);
        Self { method, path, access, proof: Proof::None, route }
    }

    /// Only for whoever has proved themselves within the last ten minutes (`web/step_up.rs`): for what changes roles,
    /// memberships, factors, passwords. Both the page with the form and what the form posts to are declared so.
    pub(crate) fn fresh(mut self) -> Self {
        self.proof = Proof::Fresh;
        self
    }

    /// The same for a form that asks for the password itself: nobody gives it twice, and only a second factor is asked
    /// for besides.
    pub(crate) fn fresh_code(mut self) -> Self {
        self.proof = Proof::FreshCode;
        self
    }

    /// The handler behind the check of who may take the route.
    pub(super) fn guarded(self) -> ActixRoute {
        let (access, proof) = (self.access, self.proof);
        self.route.wrap(from_fn(move |request, next| access::admit(access, proof, request, next)))
    }
}

/// A page answers HEAD as it answers GET (RFC 9110 section 9.3.2); the server leaves the body out.
fn takes(method: Method) -> impl Guard {
    fn_guard(move |context| {
        let asked = &context.head().method;
        *asked == method || (method == Method::GET && *asked == Method::HEAD)
    })
}
