//! Cross-site requests are refused by their headers alone, so forms carry no token and a restored page still works
//! (QUALITY 36, CRATES.md).

use actix_web::{
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, header::HeaderMap},
    middleware::Next,
    web::Data,
};

use crate::{app::App, error::Error};

/// Lets safe methods pass, and unsafe ones only from our own pages.
pub(super) async fn refuse(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let base = request.app_data::<Data<App>>().map(|app| app.settings.base_url()).unwrap_or_default();
    if is_safe(request.method()) || is_ours(request.headers(), &base) {
        Ok(next.call(request).await?.map_into_boxed_body())
    } else {
        Ok(request.error_response(Error::CrossSite))
    }
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// `Sec-Fetch-Site` decides where a browser sends it; an older one sends `Origin`. Neither: refused.
fn is_ours(headers: &HeaderMap, base: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin == base,
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

    use super::is_ours;

    const BASE: &str = "https://portal.example.com";

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        map
    }

    #[test]
    fn our_own_pages_pass() {
        assert!(is_ours(&headers(&[("sec-fetch-site", "same-origin")]), BASE));
        assert!(is_ours(&headers(&[("sec-fetch-site", "none")]), BASE));
        assert!(is_ours(&headers(&[("origin", BASE)]), BASE));
    }

    #[test]
    fn everything_else_is_refused() {
        for pairs in [
            &[][..],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "cross-site"), ("origin", BASE)],
            &[("origin", "null")],
            &[("origin", "https://evil.example")],
            &[("origin", "https://portal.example.com.evil.example")],
            &[("origin", "http://portal.example.com")],
        ] {
            assert!(!is_ours(&headers(pairs), BASE), "{pairs:?}");
        }
    }
}
