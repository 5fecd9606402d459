//! The portal in a real browser: what only a browser can judge.

mod axe;
mod bulk;
mod driver;
mod forms;
mod groups;
mod hands;
mod imports;
mod invitation;
mod journey;
mod lifecycle;
mod pages;
mod rows;
mod security;
mod wizard;

use std::{path::PathBuf, time::Duration};

use serde_json::json;
use thirtyfour::prelude::*;
use tokio::time::{Instant, sleep};

use self::driver::Driver;
pub(crate) use self::driver::Look;

/// How long an element may take to appear, on a machine that is busy with the other tests.
const PATIENCE: Duration = Duration::from_secs(20);

/// Between two looks at the page.
const PAUSE: Duration = Duration::from_millis(30);

/// A browser on one portal. Every failure names the page it happened on.
pub(crate) struct Browser {
    driver: Driver,
    base: String,
}

impl Browser {
    /// Starts a browser for the portal at `base`, which is scheme, host and port.
    pub(crate) async fn open(look: Look, base: &str) -> Browser {
        let browser = Browser { driver: Driver::start(look).await, base: base.to_owned() };
        browser.prefer(false).await;
        browser
    }

    /// Fails on anything the console held against the pages (QUALITY 37).
    pub(crate) async fn close(self) {
        let complaints = self.complaints().await;
        assert!(
            complaints.is_empty(),
            "the console complains\n{}\n  {}",
            self.whereabouts().await,
            complaints.join("\n  ")
        );
    }

    /// Signs in through the page.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) {
        self.goto("/sign-in").await;
        self.fill("email", email).await;
        self.fill("password", password).await;
        self.press("Sign in").await;
        self.find("nav.side").await;
    }

    /// Tries to sign in with a wrong password.
    pub(crate) async fn sign_in_refused(&self, email: &str) {
        self.fill("email", email).await;
        self.fill("password", "a wrong one").await;
        self.leave_by("Sign in").await;
    }

    /// Goes to a path of the portal, or to a full address.
    pub(crate) async fn goto(&self, path: &str) {
        let address = if path.starts_with('/') { format!("{}{path}", self.base) } else { path.to_owned() };
        self.driver.session.goto(address.as_str()).await.unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    pub(crate) async fn back(&self) {
        self.driver.session.back().await.expect("back");
    }

    pub(crate) async fn forward(&self) {
        self.driver.session.forward().await.expect("forward");
    }

    pub(crate) async fn reload(&self) {
        self.driver.session.refresh().await.expect("reload");
    }

    /// The path of the page that is open.
    pub(crate) async fn path(&self) -> String {
        self.driver.session.current_url().await.expect("an address").path().to_owned()
    }

    pub(crate) async fn title(&self) -> String {
        self.driver.session.title().await.expect("a title")
    }

    /// Waits until the path ends in `end`.
    pub(crate) async fn arrive(&self, end: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.path().await.ends_with(end) {
            assert!(Instant::now() < deadline, "did not arrive at …{end}\n{}", self.whereabouts().await);
            sleep(PAUSE).await;
        }
    }

    /// The first element that matches, as soon as there is one.
    pub(crate) async fn find(&self, css: &str) -> WebElement {
        self.patiently(css, async |session| session.find(By::Css(css)).await).await
    }

    /// Whether there is such an element now.
    pub(crate) async fn has(&self, css: &str) -> bool {
        !self.driver.session.find_all(By::Css(css)).await.expect("a selector").is_empty()
    }

    /// The visible text of an element.
    pub(crate) async fn text(&self, css: &str) -> String {
        self.patiently(css, async |session| session.find(By::Css(css)).await?.text().await).await
    }

    /// Waits until a part of the page says so.
    pub(crate) async fn says(&self, css: &str, words: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.text(css).await.contains(words) {
            assert!(Instant::now() < deadline, "{css} says {:?}, not {words:?}", self.text(css).await);
            sleep(PAUSE).await;
        }
    }

    /// Tries until it succeeds: while one page takes the place of another, what was found on the old one is gone.
    async fn patiently<T>(&self, wanted: &str, attempt: impl AsyncFn(&WebDriver) -> WebDriverResult<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match attempt(&self.driver.session).await {
                Ok(found) => return found,
                Err(error) if Instant::now() > deadline => {
                    panic!("no {wanted}: {error}\n{}", self.whereabouts().await)
                }
                Err(_) => sleep(PAUSE).await,
            }
        }
    }

    /// Holds the page to axe-core in light and dark, to a screen of 320 pixels and to a silent console, and keeps a
    /// picture of each. Returns what is wrong.
    pub(crate) async fn audit(&self, name: &str) -> Vec<String> {
        let mut found = self.complaints().await;
        for (dark, word) in [(true, "dark"), (false, "light")] {
            self.prefer(dark).await;
            let violations = axe::violations(self).await;
            found.extend(violations.into_iter().map(|violation| format!("{word}: {violation}")));
            self.shot(&format!("{name}-{word}")).await;
        }
        found.extend(self.overflow_at_320().await);
        found.into_iter().map(|fault| format!("{name}: {fault}")).collect()
    }

    /// Keeps a picture of the page in `target/screenshots/`.
    pub(crate) async fn shot(&self, name: &str) {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        let picture = self.driver.session.screenshot(&folder.join(format!("{name}.png"))).await;
        picture.expect("a picture");
    }

    /// Content-security violations, script errors and whatever else the console calls severe, since the last call; an
    /// answer such as 422 is not.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        self.driver.console().await.into_iter().filter(is_complaint).map(|entry| entry.message).collect()
    }

    /// What the person's system asks for: dark or light, and no motion, so that no contrast is measured half-way.
    async fn prefer(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.driver.command("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// UX 48: at 320 pixels a page scrolls one way only.
    async fn overflow_at_320(&self) -> Option<String> {
        let narrow = json!({ "width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": false });
        self.driver.command("Emulation.setDeviceMetricsOverride", narrow).await;
        let width = self.driver.session.execute("return document.documentElement.scrollWidth", Vec::new()).await;
        self.driver.command("Emulation.clearDeviceMetricsOverride", json!({})).await;
        let width = width.expect("a width").json().as_u64().unwrap_or(u64::MAX);
        (width > 320).then(|| format!("at 320 pixels the page is {width} pixels wide"))
    }

    /// Where the browser is and what the page says, for messages.
    async fn whereabouts(&self) -> String {
        let session = &self.driver.session;
        let address = session.current_url().await.map_or_else(|error| error.to_string(), |url| url.to_string());
        let title = session.title().await.unwrap_or_default();
        let body = match session.find(By::Css("main, body")).await {
            Ok(element) => element.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        };
        let start: String = body.chars().take(1500).collect();
        format!("  on {address}\n  titled {title:?}\n  which says:\n{start}\n")
    }
}

/// The network's entries repeat the status of an answer, which the tests judge themselves.
fn is_complaint(entry: &thirtyfour::BrowserLogEntry) -> bool {
    let severe = entry.level == "SEVERE" && entry.source.as_deref() != Some("network");
    severe || entry.message.contains("Content Security Policy") || entry.message.contains("Content-Security-Policy")
}

/// A page that breaks every rule the harness holds pages to: were one of them not noticed, no page would be safe.
#[tokio::test]
async fn what_breaks_the_rules_is_noticed() {
    let page = "data:text/html,<!doctype html><html><title>Bad</title><meta http-equiv='Content-Security-Policy' \
                content=\"default-src 'none'\"><h2>No language</h2><input name=a><img src=x><table width=900><tr><td>wide\
                </table><script>1</script>";
    let browser = Browser::open(Look::PHONE, "").await;
    browser.goto(page).await;
    let violations = axe::violations(&browser).await.join("\n");
    for rule in ["html-has-lang", "image-alt", "label", "landmark-one-main"] {
        assert!(violations.contains(rule), "{rule} is not among\n{violations}");
    }
    assert!(browser.overflow_at_320().await.is_some(), "900 pixels fit into 320");
    let console = browser.driver.console().await;
    let violation = console.iter().find(|entry| entry.message.contains("Executing inline script"));
    assert!(violation.is_some_and(is_complaint), "{console:?}");
    browser.close().await;
}
