//! The files pages load: styles, fonts, the script, pictures.
//!
//! They are part of the binary and are addressed by what they contain, `/static/<hash>/<name>`, so a browser keeps each
//! for ever and never shows an old one. One hash stands for all files together: an address inside a style sheet
//! (`fonts/inter-latin.woff2`) then resolves without the style sheet knowing any hash.
//!
//! `script/assets` makes the `.br` and `.gz` beside each text file; the server compresses nothing while it runs.

use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

use super::route::{Access, Route};

const PATH: &str = "/static/{build}/{name:.*}";

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get(PATH, Access::Public, serve)]
}

#[derive(RustEmbed)]
#[folder = "static/"]
#[exclude = "precompressed.sha256"]
struct Files;

/// The first 12 hexadecimal digits of a SHA-256 over the name and content of every file.
static BUILD: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    let mut hash = Sha256::new();
    for name in names {
        hash.update(name.as_bytes());
        hash.update(Files::get(&name).map_or([0; 32], |file| file.metadata.sha256_hash()));
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
});

static URLS: LazyLock<HashMap<String, String>> =
    LazyLock::new(|| Files::iter().map(|name| (name.to_string(), format!("/static/{}/{name}", *BUILD))).collect());

/// The address of a file below `static/`, such as `app.css`. An unknown name gives an address that answers 404;
/// `every_file_a_template_names_exists` keeps templates from naming one.
pub(crate) fn url(name: &str) -> &'static str {
    URLS.get(name).map_or("/static/missing", String::as_str)
}

/// Answers with a static file: the compressed form where the browser takes it, to be kept for ever.
async fn serve(request: HttpRequest) -> HttpResponse {
    let path = request.match_info();
    let name = path.query("name");
    if path.query("build") != BUILD.as_str() || is_compressed(name) {
        return HttpResponse::NotFound().finish();
    }
    match choose(name, header_text(&request, header::ACCEPT_ENCODING)) {
        Some((file, encoding)) => answer(&request, name, file, encoding),
        None => HttpResponse::NotFound().finish(),
    }
}

fn answer(request: &HttpRequest, name: &str, file: EmbeddedFile, encoding: Option<&str>) -> HttpResponse {
    let tag = format!("\"{}-{}\"", *BUILD, encoding.unwrap_or("plain"));
    let known =
        header_text(request, header::IF_NONE_MATCH).split(',').any(|one| one.trim().trim_start_matches("W/") == tag);
    let mut response = HttpResponse::build(if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    response
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::ETAG, tag))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if known {
        return response.finish();
    }
    if let Some(encoding) = encoding {
        response.insert_header((header::CONTENT_ENCODING, encoding));
    }
    response.insert_header((header::CONTENT_TYPE, content_type(name))).body(file.data.into_owned())
}

/// The smallest form of a file that this browser can read, and the name of its encoding.
fn choose(name: &str, accepted: &str) -> Option<(EmbeddedFile, Option<&'static str>)> {
    for (suffix, encoding) in [("br", "br"), ("gz", "gzip")] {
        if accepts(accepted, encoding)
            && let Some(file) = Files::get(&format!("{name}.{suffix}"))
        {
            return Some((file, Some(encoding)));
        }
    }
    Files::get(name).map(|file| (file, None))
}

/// Whether an `Accept-Encoding` header names the encoding and does not refuse it with a weight of zero.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = parts.any(|part| part.strip_prefix("q=").and_then(|q| q.parse().ok()) == Some(0.0_f32));
        named && !refused
    })
}

fn is_compressed(name: &str) -> bool {
    name.ends_with(".br") || name.ends_with(".gz")
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn header_text(request: &HttpRequest, name: header::HeaderName) -> &str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fs;
    use std::path::Path;

    use actix_web::{App, http::header::HeaderMap, test as http, web};

    use super::*;

    /// Hands every template, by path and text, to `look`.
    pub(crate) fn each_template(look: &mut dyn FnMut(&str, &str)) {
        fn walk(folder: &Path, look: &mut dyn FnMut(&str, &str)) {
            for entry in fs::read_dir(folder).expect("templates can be listed") {
                let path = entry.expect("templates can be listed").path();
                if path.is_dir() {
                    walk(&path, look);
                } else {
                    look(&path.display().to_string(), &fs::read_to_string(&path).expect("templates are text"));
                }
            }
        }
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), look);
    }

    async fn get(address: &str, headers: &[(header::HeaderName, &str)]) -> (u16, HeaderMap, Vec<u8>) {
        let app = http::init_service(App::new().route(PATH, web::get().to(serve))).await;
        let request =
            headers.iter().fold(http::TestRequest::get().uri(address), |r, h| r.insert_header((h.0.clone(), h.1)));
        let answer = http::call_service(&app, request.to_request()).await;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, http::read_body(answer).await.to_vec())
    }

    #[test]
    fn every_file_a_template_names_exists() {
        let mut seen = 0;
        each_template(&mut |path, text| {
            for rest in text.split("assets::url(\"").skip(1) {
                let name = rest.split('"').next().unwrap_or_default();
                assert!(Files::get(name).is_some(), "{path} names static/{name}, which does not exist");
                seen += 1;
            }
        });
        assert!(seen > 4, "only {seen} files found: the search looks in the wrong place");
    }

    #[test]
    fn a_template_holds_no_script_or_style_of_its_own() {
        each_template(&mut |path, text| {
            if path.contains("/mail/") {
                return; // mail programs read inline styles only
            }
            let tags = text.split('<').filter(|tag| tag.starts_with("script") || tag.starts_with("style"));
            assert!(tags.clone().all(|tag| tag.contains(" src=")), "{path}: {:?}", tags.collect::<Vec<_>>());
            for handler in [" style=", " onclick=", " onload=", " onsubmit=", " onchange=", " oninput=", "javascript:"]
            {
                assert!(!text.contains(handler), "{path} holds{handler}, which the content security policy refuses");
            }
        });
    }

    #[test]
    fn compressed_files_were_made_from_the_present_ones() {
        let list = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("static/precompressed.sha256"))
            .expect("script/assets writes the list");
        for name in Files::iter()
            .filter(|name| ["css", "js", "svg", "txt"].iter().any(|end| name.ends_with(&format!(".{end}"))))
        {
            let file = Files::get(&name).expect("the file was just listed");
            let sum: String = Sha256::digest(&file.data).iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(list.contains(&format!("{sum}  {name}\n")), "{name} was changed: run script/assets");
            assert!(
                Files::get(&format!("{name}.br")).is_some() && Files::get(&format!("{name}.gz")).is_some(),
                "{name}"
            );
        }
    }

    /// UX.md: what one page sends, not what all pages together do.
    #[test]
    fn the_scripts_of_a_page_stay_small() {
        let sent = |name: &&str| Files::get(&format!("{name}.js.br")).expect("made by script/assets").data.len();
        let pages: [&[&str]; 5] = [
            &["app", "search", "drafts", "country", "password"],
            &["app", "search", "list"],
            &["app", "search", "rows", "country"],
            &["app", "search", "bulk"],
            &["app", "search", "imports", "country"],
        ];
        for page in pages {
            let sum: usize = page.iter().map(sent).sum();
            assert!(sum <= 8 * 1024, "{page:?} are {sum} bytes compressed, more than the 8 KB of UX.md");
        }
        let known = |name: &str| pages.iter().any(|page| page.iter().any(|one| name == format!("{one}.js")));
        assert!(Files::iter().filter(|name| name.ends_with(".js")).all(|name| known(&name)), "a script is on no page");
    }

    #[actix_web::test]
    async fn a_file_is_kept_for_ever_and_compressed() {
        let (status, headers, body) = get(url("app.css"), &[(header::ACCEPT_ENCODING, "gzip, deflate, br")]).await;
        assert_eq!(status, 200);
        assert_eq!(headers.get("content-encoding").expect("compressed"), "br");
        assert_eq!(headers.get("content-type").expect("typed"), "text/css; charset=utf-8");
        assert_eq!(headers.get("cache-control").expect("cached"), "public, max-age=31536000, immutable");
        assert_eq!(headers.get("x-content-type-options").expect("not sniffed"), "nosniff");
        assert_eq!(body, Files::get("app.css.br").expect("made by script/assets").data.as_ref());
        let tag = headers.get("etag").expect("tagged").to_str().expect("plain").to_owned();
        let again = [(header::IF_NONE_MATCH, tag.as_str()), (header::ACCEPT_ENCODING, "br")];
        assert_eq!(get(url("app.css"), &again).await.0, 304);
    }

    #[actix_web::test]
    async fn a_browser_gets_only_what_it_reads() {
        let (_, headers, body) = get(url("app.css"), &[(header::ACCEPT_ENCODING, "br;q=0, gzip;q=0")]).await;
        assert!(headers.get("content-encoding").is_none());
        assert!(body.windows(4).any(|part| part == b"body"));
        let (_, headers, _) = get(url("fonts/inter-latin.woff2"), &[(header::ACCEPT_ENCODING, "br, gzip")]).await;
        assert!(headers.get("content-encoding").is_none());
        assert_eq!(headers.get("content-type").expect("typed"), "font/woff2");
    }

    #[actix_web::test]
    async fn any_other_address_is_not_found() {
        assert_eq!(get("/static/000000000000/app.css", &[]).await.0, 404);
        assert_eq!(get(&format!("/static/{}/no.css", *BUILD), &[]).await.0, 404);
        assert_eq!(get(&format!("/static/{}/app.css.br", *BUILD), &[]).await.0, 404);
        assert_eq!(get(&format!("/static/{}/..%2f..%2fCargo.toml", *BUILD), &[]).await.0, 404);
        assert_eq!(get(url("no.css"), &[]).await.0, 404);
    }
}
