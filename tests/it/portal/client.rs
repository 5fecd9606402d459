//! A browser's part of HTTP and no more: a session, forms, and the headers that tell our own pages from others.

use std::sync::{Arc, Mutex};

use reqwest::{Method, StatusCode, header};

use super::Form;

/// One visitor. Cloned, it is a second tab: the session is shared.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    session: Arc<Mutex<Option<String>>>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: header::HeaderMap,
    pub(crate) body: String,
}

impl Client {
    pub(crate) fn new(base: &str) -> Client {
        Client { http: crate::http::client(), base: base.to_owned(), session: Arc::default() }
    }

    /// Scheme, host and port of the portal.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// What the visitor sends as `Cookie`.
    #[allow(dead_code, reason = "the figures ask for it")]
    pub(crate) fn cookie(&self) -> String {
        self.session.lock().expect("the session").clone().unwrap_or_default()
    }

    /// Asks for a page.
    pub(crate) async fn get(&self, path: &str) -> reqwest::Result<Answer> {
        self.send(self.http.get(self.address(path))).await
    }

    /// Sends fields.
    pub(crate) async fn post(&self, path: &str, fields: &[(String, String)]) -> reqwest::Result<Answer> {
        self.send(self.http.post(self.address(path)).form(fields)).await
    }

    /// Sends a text as the file of a form.
    #[allow(dead_code, reason = "the figures do not")]
    pub(crate) async fn upload(&self, path: &str, name: &str, text: &str) -> reqwest::Result<Answer> {
        const BOUNDARY: &str = "------------------------a-line-no-file-holds";
        let body = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: application/octet-stream\r\n\r\n{text}\r\n--{BOUNDARY}--\r\n"
        );
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send(self.http.post(self.address(path)).header(header::CONTENT_TYPE, kind).body(body)).await
    }

    /// Sends a request that says about its origin what the headers say and nothing else.
    pub(crate) async fn bare(&self, method: Method, path: &str, headers: &[(&'static str, String)]) -> Answer {
        let mut request = self.http.request(method, self.address(path));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        self.with_session(request).await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Sends a form of a page.
    pub(crate) async fn submit(&self, form: &Form) -> reqwest::Result<Answer> {
        self.post(&form.action, &form.fields).await
    }

    /// Asks for a page that must be there.
    pub(crate) async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(answer.status, 200, "{path} {}", answer.summary());
        answer.body
    }

    /// Sends a form that must be accepted, and returns where it leads.
    pub(crate) async fn accepted(&self, form: &Form) -> String {
        let answer = self.submit(form).await.unwrap_or_else(|error| panic!("{}: {error}", form.action));
        assert_eq!(answer.status, 303, "{} {:?} {}", form.action, form.fields, answer.summary());
        answer.location().expect("a redirect says where").to_owned()
    }

    fn address(&self, path: &str) -> String {
        if path.starts_with('/') { format!("{}{path}", self.base) } else { path.to_owned() }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
        self.with_session(request.header("sec-fetch-site", "same-origin").header(header::ORIGIN, &self.base)).await
    }

    async fn with_session(&self, mut request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
        let session = self.session.lock().expect("the session").clone();
        if let Some(session) = session {
            request = request.header(header::COOKIE, session);
        }
        let answer = request.send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        if let Some(cookie) = headers.get_all(header::SET_COOKIE).iter().find_map(|value| value.to_str().ok()) {
            let pair = cookie.split(';').next().unwrap_or_default();
            *self.session.lock().expect("the session") = Some(pair.to_owned()).filter(|pair| !pair.ends_with('='));
        }
        Ok(Answer { status, headers, body: answer.text().await? })
    }
}

impl Answer {
    /// The path it leads to.
    pub(crate) fn location(&self) -> Option<&str> {
        self.headers.get(header::LOCATION)?.to_str().ok()
    }

    /// What the page says, for messages.
    pub(crate) fn summary(&self) -> String {
        let page = scraper::Html::parse_document(&self.body);
        let main = scraper::Selector::parse("main").expect("a selector");
        let words: Vec<_> = page.select(&main).flat_map(|main| main.text()).flat_map(str::split_whitespace).collect();
        let text: String = words.join(" ").chars().take(1200).collect();
        format!("answered {}: {text}", self.status)
    }
}
