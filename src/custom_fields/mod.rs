//! x
pub(crate) mod pages {
    pub(crate) fn routes() -> Vec<crate::web::route::Route> {
        Vec::new()
    }
}
