//! The way through the pages over HTTP, step by step as they are delivered: first run, sign-in, the wizard.

use super::{Answer, Client, Form, Portal};

/// The first administrator, signed in.
#[derive(Clone)]
pub(crate) struct Administrator {
    pub(crate) client: Client,
    /// The path of the operator's organization: `/o/` and its key.
    pub(crate) home: String,
}

pub(crate) const EMAIL: &str = "ines@operator.example";
pub(crate) const PASSWORD: &str = "a walk along the quiet harbour";

/// How the new organization's administrator gets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access<'a> {
    /// Nobody yet: no password is hashed.
    Later,
    /// A mail with a link goes to this address once the organization exists.
    Instructions(&'a str),
}

/// A draft that lacks nothing but the last button.
#[derive(Debug, Clone)]
pub(crate) struct ReadyDraft {
    /// Its id, which is the command's: what makes a repetition harmless.
    pub(crate) id: String,
    pub(crate) create: Form,
}

/// Opens the one-time link, names the operator and signs its first administrator in.
pub(crate) async fn set_up(portal: &Portal) -> Administrator {
    let client = Client::new(&portal.base);
    let link = portal.first_run_link().await;
    // It names the public address, which may be a proxy's.
    let path = link.find("/setup/").map(|start| &link[start..]).expect("a link to the set-up page");
    let form = Form::to(&client.page(path).await, path).fill(&[
        ("company", "Operator Ltd"),
        ("country", "DE"),
        ("currency", "EUR"),
        ("zone", "Europe/Berlin"),
        ("given_name", "Ines"),
        ("family_name", "Marin"),
        ("email", EMAIL),
        ("password", PASSWORD),
    ]);
    let mut path = client.accepted(&form).await;
    while !path.starts_with("/o/") {
        let answer = client.get(&path).await.expect("an answer");
        path = answer.location().unwrap_or_else(|| panic!("{path} {}", answer.summary())).to_owned();
    }
    Administrator { client, home: path.split('/').take(3).collect::<Vec<_>>().join("/") }
}

/// Signs in from another device.
pub(crate) async fn sign_in(base: &str, email: &str, password: &str) -> Client {
    let client = Client::new(base);
    let form = Form::to(&client.page("/sign-in").await, "/sign-in");
    client.accepted(&form.fill(&[("email", email), ("password", password)])).await;
    client
}

impl Administrator {
    /// Walks the wizard up to the review for a customer.
    pub(crate) async fn draft(&self, company: &str, access: Access<'_>) -> ReadyDraft {
        self.draft_of("customer", company, access).await
    }

    /// The same person in another browser.
    pub(crate) async fn second_device(&self) -> Client {
        sign_in(self.client.base(), EMAIL, PASSWORD).await
    }

    /// Begins a draft; returns the path of its first step.
    pub(crate) async fn begin(&self) -> String {
        let path = format!("{}/organizations/new", self.home);
        let form = Form { action: path, fields: Vec::new() };
        self.client.accepted(&form).await
    }

    /// Walks the wizard up to the review, whichever steps it asks for.
    pub(crate) async fn draft_of(&self, kind: &str, company: &str, access: Access<'_>) -> ReadyDraft {
        let mut path = self.begin().await;
        let id = path.rsplit('/').nth(1).expect("a draft").to_owned();
        for _ in 0..7 {
            let page = self.client.page(&path).await;
            let values: &[(&str, &str)] = match path.rsplit('/').next().unwrap_or_default() {
                "details" => &details(kind, company),
                "admin-user" => &administrator(access),
                "subscription" => &[],
                "billing" => &[("line1", "Werkstraße 8"), ("city", "Weißenfels"), ("postal_code", "06667")],
                "review" => return ReadyDraft { id, create: Form::to(&page, &path) },
                other => panic!("no such step: {other}"),
            };
            path = self.client.accepted(&Form::to(&page, &path).fill(values)).await;
        }
        panic!("{path} does not lead to the review")
    }

    /// Creates an organization and returns its key.
    pub(crate) async fn create(&self, kind: &str, company: &str, access: Access<'_>) -> String {
        let draft = self.draft_of(kind, company, access).await;
        let answer = self.client.submit(&draft.create).await.expect("an answer");
        let key = self.acknowledged(&answer).await.expect("an answer");
        key.unwrap_or_else(|| panic!("{company}: {}", answer.summary()))
    }

    /// The key of the organization that an answer to the last button speaks of: `None` where it is none that says so.
    pub(crate) async fn acknowledged(&self, answer: &Answer) -> reqwest::Result<Option<String>> {
        let Some(path) = answer.location().filter(|path| answer.status == 303 && path.ends_with("/confirmation"))
        else {
            return Ok(None);
        };
        let page = self.client.get(path).await?;
        let html = scraper::Html::parse_document(&page.body);
        let copy = scraper::Selector::parse("main [data-copy]").expect("a selector");
        let key = html.select(&copy).next().and_then(|button| button.attr("data-copy"));
        Ok(key.filter(|_| page.status == 200).map(str::to_owned))
    }
}

fn details<'a>(kind: &'a str, company: &'a str) -> [(&'a str, &'a str); 8] {
    [
        ("kind", kind),
        ("company", company),
        ("given_name", "Katharina"),
        ("family_name", "Vogt"),
        ("phone", "+49 3443 5550142"),
        ("size", "51-200"),
        ("country", "DE"),
        ("state", "ST"),
    ]
}

fn administrator(access: Access<'_>) -> [(&str, &str); 2] {
    match access {
        Access::Later => [("access", "later"), ("email", "")],
        Access::Instructions(email) => [("access", "instructions"), ("email", email)],
    }
}
