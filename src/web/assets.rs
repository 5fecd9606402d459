//! stand-in
pub(crate) fn routes() -> Vec<super::route::Route> {
    vec![]
}
