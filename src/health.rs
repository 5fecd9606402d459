//! Health.
pub(crate) fn routes() -> Vec<crate::web::route::Route> {
    vec![]
}
