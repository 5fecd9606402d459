//! A person with a browser, as far as HTTP goes: cookies, forms, and reading the page that comes back.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use reqwest::{Method, header::HeaderMap};
use scraper::{ElementRef, Html, Selector};

/// Sends requests as one browser does. Clones share the cookies, as tabs do.
#[derive(Clone)]
pub struct TestClient {
    http: reqwest::Client,
    base_url: String,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    /// Where the person stands: `/o/{org_key}` after sign-in, else empty.
    pub home: String,
}

/// An answer.
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl TestClient {
    pub fn new(base_url: &str) -> Self {
        // Cookies are kept by hand: ours are Secure, which a jar does not send over plain HTTP.
        Self {
            http: crate::http::client(),
            base_url: base_url.to_owned(),
            cookies: Arc::default(),
            home: String::new(),
        }
    }

    /// Opens a page. A whole address, such as a link in a mail, must be one of this portal.
    pub async fn get(&self, path: &str) -> Page {
        self.send(self.request(Method::GET, path)).await
    }

    /// Posts a form from a page of ours.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        self.send(self.request(Method::POST, path).form(form)).await
    }

    /// Posts a form whose answer is a file.
    pub async fn download(&self, path: &str, form: &[(&str, &str)]) -> Vec<u8> {
        let response = self.request(Method::POST, path).form(form).send().await.expect("the portal answers");
        assert_eq!(response.status().as_u16(), 200, "{path}");
        response.bytes().await.expect("a whole file").to_vec()
    }

    /// A request to change before it is sent. It comes from our own pages, as a browser says.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.bare_request(method, path).header("sec-fetch-site", "same-origin")
    }

    /// A request that says nothing about where it comes from, with the cookies.
    pub fn bare_request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let address = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base_url) };
        assert!(address.starts_with(&self.base_url), "{address} leads away from {}", self.base_url);
        let cookies = self.cookies.lock().expect("cookies");
        let line = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let request = self.http.request(method, address);
        if line.is_empty() { request } else { request.header("cookie", line) }
    }

    /// Sends a request and keeps the cookies of the answer.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Page {
        let response = request.send().await.expect("the portal answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.text().await.expect("the answer is text");
        let mut cookies = self.cookies.lock().expect("cookies");
        for cookie in headers.get_all("set-cookie") {
            let cookie = cookie.to_str().expect("a readable cookie");
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            if attributes.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        drop(cookies);
        Page { status, headers, body }
    }

    /// Signs in; `home` is then where the person stands.
    pub async fn sign_in(&mut self, email: &str, password: &str) -> Page {
        let page = self.post("/sign-in", &[("email", email), ("password", password)]).await;
        if page.status == 303 {
            let front = self.get("/").await;
            self.home = front.location();
        }
        page
    }

    /// The value of the session cookie.
    pub fn session(&self) -> Option<String> {
        self.cookies.lock().expect("cookies").get("__Host-tenantry").cloned()
    }

    /// Replaces the session cookie, as somebody who has stolen or changed one does.
    pub fn set_session(&self, value: Option<&str>) {
        let mut cookies = self.cookies.lock().expect("cookies");
        match value {
            Some(value) => cookies.insert("__Host-tenantry".to_owned(), value.to_owned()),
            None => cookies.remove("__Host-tenantry"),
        };
    }
}

impl Page {
    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.summary());
        self
    }

    /// 303 to an address that begins so.
    #[track_caller]
    pub fn assert_redirect(&self, to: &str) -> &Self {
        self.assert_status(303);
        assert!(self.location().starts_with(to), "went to {} instead of {to}", self.location());
        self
    }

    /// Where a redirect leads; empty without one.
    pub fn location(&self) -> String {
        self.header("location").to_owned()
    }

    /// A header; empty without it.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().expect("a readable header")).unwrap_or_default()
    }

    /// The message beside a field, and the same in the summary.
    #[track_caller]
    pub fn assert_field_error(&self, field: &str, message: &str) -> &Self {
        let beside = self.text(&format!("[id=\"{field}-error\"]"));
        assert_eq!(
            beside.as_deref().map(|text| text.trim_start_matches("Error: ")),
            Some(message),
            "{}",
            self.summary()
        );
        let listed = self.texts(&format!("#errors a[href=\"#{field}\"]"));
        assert_eq!(listed, [message], "the summary does not list it");
        self
    }

    /// Nothing is wrong with the field.
    #[track_caller]
    pub fn assert_no_field_error(&self, field: &str) -> &Self {
        assert_eq!(self.text(&format!("[id=\"{field}-error\"]")), None);
        self
    }

    /// What a field holds: typed, chosen or ticked ("" when not).
    #[track_caller]
    pub fn assert_field_value(&self, field: &str, value: &str) -> &Self {
        assert_eq!(self.field_value(field).as_deref(), Some(value), "field {field}: {}", self.summary());
        self
    }

    /// What a field holds; `None` when the page has no such field.
    pub fn field_value(&self, field: &str) -> Option<String> {
        let page = Html::parse_document(&self.body);
        let selector = Selector::parse(&format!("[name=\"{field}\"]")).expect("a selector");
        let controls: Vec<ElementRef<'_>> = page.select(&selector).collect();
        let first = *controls.first()?;
        let value = |element: ElementRef<'_>| element.attr("value").unwrap_or_default().to_owned();
        Some(match (first.value().name(), first.attr("type")) {
            ("textarea", _) => first.text().collect::<String>().trim_start_matches('\n').to_owned(),
            ("select", _) => {
                let options = Selector::parse("option").expect("a selector");
                let all: Vec<_> = first.select(&options).collect();
                let chosen = all.iter().find(|option| option.attr("selected").is_some()).or(all.first());
                chosen.map(|option| value(*option)).unwrap_or_default()
            }
            (_, Some("radio" | "checkbox")) => {
                let ticked = controls.iter().find(|control| control.attr("checked").is_some());
                ticked.map(|control| value(*control)).unwrap_or_default()
            }
            _ => value(first),
        })
    }

    /// The text of the first element a selector finds, with its white space made single spaces.
    pub fn text(&self, selector: &str) -> Option<String> {
        self.texts(selector).into_iter().next()
    }

    /// The texts of all elements a selector finds.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let page = Html::parse_document(&self.body);
        let words = |element: ElementRef<'_>| {
            element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
        };
        page.select(&Selector::parse(selector).expect("a selector")).map(words).collect()
    }

    /// An attribute of the first element a selector finds.
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let page = Html::parse_document(&self.body);
        let found = page.select(&Selector::parse(selector).expect("a selector")).next();
        found.and_then(|element| element.attr(name)).map(str::to_owned)
    }

    /// An attribute of every element a selector finds.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let page = Html::parse_document(&self.body);
        let selector = Selector::parse(selector).expect("a selector");
        page.select(&selector).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
    }

    /// Whether a selector finds anything.
    pub fn has(&self, selector: &str) -> bool {
        !self.texts(selector).is_empty()
    }

    #[track_caller]
    pub fn assert_contains(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "{text:?} is not in {}", self.summary());
        self
    }

    /// What a failed assertion shows: the message of the page rather than all of it.
    fn summary(&self) -> String {
        let main = self.text("#errors").or_else(|| self.text("main")).unwrap_or_else(|| self.body.clone());
        format!("{} {} {}", self.status, self.location(), main.chars().take(600).collect::<String>())
    }
}
