//! The help page.

use actix_web::{HttpResponse, http::StatusCode, web::Data};
use askama::Template;

use crate::{
    app::App,
    error::Result,
    organizations::Operator,
    setup,
    web::{Access, frame::Frame, page, route::Route},
};

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/help", Access::Public, index)]
}

#[derive(Template)]
#[template(path = "help/index.html")]
struct IndexPage {
    frame: Frame,
    operator: Option<Operator>,
}

async fn index(app: Data<App>, frame: Frame) -> Result<HttpResponse> {
    let operator = setup::operator(&app).await?;
    page(StatusCode::OK, IndexPage { frame: frame.crumb("Help", None), operator })
}
