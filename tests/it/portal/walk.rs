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
    let form = Form::with_button(&client.page(&link).await, "Create and sign in").fill(&[
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
    let form = Form::with_button(&client.page("/sign-in").await, "Sign in");
    client.accepted(&form.fill(&[("email", email), ("password", password)])).await;
    client
}

impl Administrator {
    /// Walks the wizard up to the review.
    pub(crate) async fn draft(&self, company: &str, access: Access<'_>) -> ReadyDraft {
        let client = &self.client;
        let page = client.page(&format!("{}/organizations", self.home)).await;
        let details = client.accepted(&Form::with_button(&page, "Create New Organization")).await;
        let id = details.rsplit('/').nth(1).expect("a draft").to_owned();
        let administrator = self
            .step(
                &details,
                &[
                    ("company", company),
                    ("given_name", "Katharina"),
                    ("family_name", "Vogt"),
                    ("phone", "+49 3443 5550142"),
                    ("size", "51-200"),
                    ("country", "DE"),
                    ("state", "ST"),
                ],
            )
            .await;
        let subscription = match access {
            Access::Later => self.step(&administrator, &[("access", "later"), ("email", "")]).await,
            Access::Instructions(email) => {
                self.step(&administrator, &[("access", "instructions"), ("email", email)]).await
            }
        };
        let billing = self.step(&subscription, &[]).await;
        let address = [("line1", "Werkstraße 8"), ("city", "Weißenfels"), ("postal_code", "06667")];
        let review = self.step(&billing, &address).await;
        ReadyDraft { id, create: Form::with_button(&client.page(&review).await, "Create Subscription") }
    }

    /// Fills in one step and presses its button; returns the next.
    async fn step(&self, path: &str, values: &[(&str, &str)]) -> String {
        let form = Form::with_button(&self.client.page(path).await, "Continue").fill(values);
        self.client.accepted(&form).await
    }

    /// The key of the organization that an answer to the last button speaks of: `None` where it is none that says so.
    pub(crate) async fn acknowledged(&self, answer: &Answer) -> reqwest::Result<Option<String>> {
        let Some(path) = answer.location().filter(|path| answer.status == 303 && path.ends_with("/confirmation"))
        else {
            return Ok(None);
        };
        let page = self.client.get(path).await?;
        let own = self.home.trim_start_matches("/o/");
        let key = page.body.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
        let mut key = key.filter(|word| word.starts_with("org_") && word.len() == 16 && *word != own);
        Ok(if page.status == 200 { key.next().map(str::to_owned) } else { None })
    }
}
