//! What a page weighs: itself, its style sheets and its scripts, compressed as sent.

use scraper::{Html, Selector};

/// Bytes and requests of one page for a first-time visitor.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Weight {
    pub(crate) html: usize,
    pub(crate) style: usize,
    pub(crate) script: usize,
    pub(crate) requests: usize,
}

impl Weight {
    pub(crate) fn total(self) -> usize {
        self.html + self.style + self.script
    }
}

/// Fetches with the session's cookie what a browser would.
pub(crate) async fn weigh(http: &reqwest::Client, base: &str, path: &str, cookie: &str) -> Weight {
    let html = fetch(http, base, path, cookie, "identity").await;
    let sent = fetch(http, base, path, cookie, "gzip, br").await;
    let mut weight = Weight { html: sent.len(), requests: 1, ..Weight::default() };
    for (address, is_style) in parts(&String::from_utf8(html).expect("a page")) {
        let size = fetch(http, base, &address, cookie, "gzip, br").await.len();
        weight.requests += 1;
        *(if is_style { &mut weight.style } else { &mut weight.script }) += size;
    }
    weight
}

/// The addresses of style sheets and scripts, and whether each is a style sheet.
fn parts(page: &str) -> Vec<(String, bool)> {
    let page = Html::parse_document(page);
    let all = |css: &str, attribute: &str| -> Vec<String> {
        let selector = Selector::parse(css).expect("a selector");
        page.select(&selector).filter_map(|element| element.attr(attribute)).map(str::to_owned).collect()
    };
    let mut scripts = all("script[src]", "src");
    // What only some forms need is loaded once the first script runs.
    let first = scripts.first().expect("a script").clone();
    let mut further = |css: &str, name: &str| {
        if page.select(&Selector::parse(css).expect("a selector")).next().is_some() {
            scripts.push(first.replace("/app.js", name));
        }
    };
    further("form[data-autosave]", "/drafts.js");
    further("form[data-autosave]", "/country.js");
    further("[data-strength]", "/password.js");
    let styles = all("link[rel=stylesheet]", "href").into_iter().map(|address| (address, true));
    styles.chain(scripts.into_iter().map(|address| (address, false))).collect()
}

async fn fetch(http: &reqwest::Client, base: &str, path: &str, cookie: &str, encoding: &str) -> Vec<u8> {
    let request = http.get(format!("{base}{path}")).header("accept-encoding", encoding).header("cookie", cookie);
    let answer = request.send().await.unwrap_or_else(|error| panic!("{path}: {error}"));
    assert_eq!(answer.status(), 200, "{path}");
    answer.bytes().await.expect("a body").to_vec()
}
