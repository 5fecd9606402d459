//! Walking through the wizard as a person does: the answers, and the way from one step to another.

use crate::support::{Page, TestApp, TestClient, with};

pub(crate) const DETAILS: [(&str, &str); 12] = [
    ("kind", "customer"),
    ("company", "Weißenfelder Präzisionsguss GmbH & Co. KG"),
    ("given_name", "Katharina"),
    ("family_name", "Vogt-Lindner"),
    ("phone", "+49 3443 555 0142"),
    ("size", "51-200"),
    ("country", "DE"),
    ("state", "ST"),
    ("domain", "praezisionsguss.example"),
    ("registration_number", "HRB 21 4077"),
    ("customer_number", "K-20418"),
    ("notification_email", ""),
];

pub(crate) const EMAIL: &str = "k.vogt-lindner@praezisionsguss.example";

pub(crate) const ADMINISTRATOR: [(&str, &str); 4] =
    [("access", "code"), ("email", EMAIL), ("given_name", "Katharina"), ("family_name", "Vogt-Lindner")];

pub(crate) const PASSWORD: &str = "seven herons cross the quiet weir at dusk";

pub(crate) const SUBSCRIPTION: [(&str, &str); 4] = [
    ("plan", "purchased"),
    ("name", "Weißenfelder Präzisionsguss GmbH & Co. KG"),
    ("licenses", "120"),
    ("commitment", "yearly"),
];

pub(crate) const BILLING: [(&str, &str); 9] = [
    ("same_as_contact", "true"),
    ("billing_given_name", "Katharina"),
    ("billing_family_name", "Vogt-Lindner"),
    ("line1", "Merseburger Straße 118"),
    ("line2", ""),
    ("city", "Weißenfels"),
    ("billing_country", "DE"),
    ("billing_state", "ST"),
    ("postal_code", "06667"),
];

/// A draft in one browser.
#[derive(Clone)]
pub(crate) struct Walk {
    pub(crate) client: TestClient,
    /// The address of the draft, without the step.
    pub(crate) base: String,
}

impl Walk {
    /// Presses **Create New Organization**.
    pub(crate) async fn begin(client: &TestClient) -> Self {
        let page = client.post(&format!("{}/organizations/new", client.home), &[]).await;
        page.assert_redirect(&format!("{}/organizations/new/", client.home));
        let base = page.location().strip_suffix("/details").expect("the first step").to_owned();
        Self { client: client.clone(), base }
    }

    /// A draft that is done up to the step named last, which is not.
    pub(crate) async fn up_to(app: &TestApp, client: &TestClient, step: &str) -> Self {
        let walk = Self::begin(client).await;
        for done in ["details", "admin-user", "verification", "subscription", "billing"] {
            if done == step {
                break;
            }
            walk.take(app, done).await;
        }
        walk
    }

    /// Does one step as everybody does it.
    pub(crate) async fn take(&self, app: &TestApp, step: &str) {
        match step {
            "details" => self.save(step, &DETAILS).await.assert_redirect(&self.at("admin-user")),
            "admin-user" => self.save(step, &ADMINISTRATOR).await.assert_redirect(&self.at("verification")),
            "verification" => return self.verify(app, PASSWORD).await,
            "subscription" => self.save(step, &SUBSCRIPTION).await.assert_redirect(&self.at("billing")),
            _ => self.save(step, &BILLING).await.assert_redirect(&self.at("review")),
        };
    }

    /// Code and password.
    pub(crate) async fn verify(&self, app: &TestApp, password: &str) {
        self.send_code().await.assert_redirect(&self.at("verification"));
        let code = app.latest_code().await;
        self.try_code(&code).await.assert_redirect(&self.at("verification"));
        let page = self.client.post(&self.at("verification"), &[("password", password)]).await;
        page.assert_redirect(&self.at("subscription"));
    }

    pub(crate) async fn send_code(&self) -> Page {
        self.client.post(&self.at("code"), &[]).await
    }

    pub(crate) async fn try_code(&self, code: &str) -> Page {
        self.client.post(&self.at("verification"), &[("code", code)]).await
    }

    /// **Create Subscription**.
    pub(crate) async fn create(&self) -> Page {
        let version = self.version("review").await;
        self.client.post(&self.at("review"), &[("version", &version)]).await
    }

    /// The Org Key the confirmation shows.
    pub(crate) async fn created_key(&self) -> String {
        let page = self.show("confirmation").await;
        page.assert_status(200);
        page.text("dd code").expect("an Org Key")
    }

    pub(crate) fn at(&self, step: &str) -> String {
        format!("{}/{step}", self.base)
    }

    pub(crate) async fn show(&self, step: &str) -> Page {
        self.client.get(&self.at(step)).await
    }

    /// The version the page of a step carries.
    pub(crate) async fn version(&self, step: &str) -> String {
        self.show(step).await.field_value("version").unwrap_or_default()
    }

    /// Opens a step and sends its form filled in.
    pub(crate) async fn save(&self, step: &str, form: &[(&str, &str)]) -> Page {
        let version = self.version(step).await;
        self.save_seen(step, form, &version).await
    }

    /// The same with some answers changed.
    pub(crate) async fn save_with(&self, step: &str, form: &[(&str, &str)], changes: &[(&str, &str)]) -> Page {
        let mut changed = with(form, changes);
        let new = changes.iter().filter(|(name, _)| !form.iter().any(|(known, _)| known == name));
        changed.extend(new.copied());
        self.save(step, &changed).await
    }

    /// Sends a form from a page of that version.
    pub(crate) async fn save_seen(&self, step: &str, form: &[(&str, &str)], version: &str) -> Page {
        let mut form = form.to_vec();
        form.push(("version", version));
        self.client.post(&self.at(step), &form).await
    }
}

impl TestApp {
    /// The code in the newest mail that has one.
    pub(crate) async fn latest_code(&self) -> String {
        sqlx::query_scalar(
            "select message ->> 'code' from mails where kind = 'verification_code' order by id desc limit 1",
        )
        .fetch_one(&self.db)
        .await
        .expect("a code was sent")
    }

    /// Six digits that are not the code.
    pub(crate) async fn wrong_code(&self) -> String {
        let code: u32 = self.latest_code().await.parse().expect("digits");
        format!("{:06}", (code + 1) % 1_000_000)
    }

    /// Kinds and addresses of the mails, the oldest first.
    pub(crate) async fn mail_kinds(&self) -> Vec<(String, String)> {
        sqlx::query_as("select kind, to_address from mails order by id").fetch_all(&self.db).await.expect("the outbox")
    }
}
