//! The first page of an organization: a customer's dashboard, and the home of whoever has organizations beneath.

use tenantry::{
    organizations::{DetailsForm, NewAdministrator, NewOrganization},
    roles::Role,
    types::AccountKind::{Customer, Enterprise, Partner},
    users::NewUser,
};
use time::Duration;

use crate::support::{
    ADMIN_EMAIL, TestApp,
    data::{details, new_organization, new_user, new_with},
};

/// A customer whose administrator has been asked by mail to choose a password.
async fn invited(app: &TestApp) -> NewOrganization {
    let user = NewUser { password: None, ..new_user(app, "malgorzata@kowalczyk.example").await };
    let form = DetailsForm {
        domain: "kowalczyk.example".into(),
        customer_number: "K-20411".into(),
        notification_email: "it@kowalczyk.example".into(),
        ..details(Customer, "Kowalczyk i Wspólnicy")
    };
    NewOrganization { administrator: NewAdministrator::New { user, send_instructions: true }, ..new_with(&form) }
}

#[tokio::test]
async fn a_dashboard_shows_what_was_set_and_what_is_open() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let made = app.create(&scope, invited(&app).await).await;
    let page = client.get(&format!("/o/{}", made.key)).await;
    page.assert_status(200);
    assert_eq!(page.text("h1").as_deref(), Some("Kowalczyk i Wspólnicy"));
    let facts = page.texts("dl.dl div").join("\n");
    for fact in [
        "Customer no.K-20411",
        "Katharina Vogt-Lindner+49 3443 5550142",
        "51–200 people",
        "it@kowalczyk.example",
        "Own account (primary)",
        "21 Nov 2026by Ingrid Sørensen, in the wizard",
    ] {
        assert!(facts.contains(fact), "{fact} is missing in {facts}");
    }
    assert_eq!(page.attribute("dl [data-copy]", "data-copy").as_deref(), Some(made.key.as_str()));
    assert_eq!(page.text(".head .st").as_deref(), Some("Trial, 30 days left"));
    assert_eq!(page.texts("#setup + span"), ["3 of 5 done"]);
    assert_eq!(page.texts("ul.box li form button"), ["Send instructions again"]);
    assert_eq!(page.texts("ul.box a"), ["Add user"], "what is done offers no button");
    let feed = page.texts("ol.tl li").join("\n");
    assert!(feed.contains("You added the subscription Kowalczyk i Wspólnicy"), "{feed}");
    assert!(feed.contains("You created this organization"), "{feed}");
}

#[tokio::test]
async fn the_countdown_changes_its_words_three_days_before_the_end() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let made = app.create(&scope, new_organization(Customer, "Kowalczyk")).await;
    let address = format!("/o/{}", made.key);
    let mut client = client.clone();
    for (days, status, heading, over, warns) in [
        (0, "Trial, 30 days left", "The trial ends in 30 days, 21 Dec 2026", "0", false),
        (26, "Trial, 4 days left", "The trial ends in 4 days", "26", false),
        (1, "Trial, ends in 3 days", "The trial ends in 3 days", "27", true),
        (2, "Trial, ends tomorrow", "The trial ends tomorrow, 21 Dec 2026, 10:42 CET", "29", true),
        (1, "Trial over", "The trial ended on 21 Dec 2026", "30", true),
    ] {
        app.clock.advance(Duration::days(days));
        client.sign_in(ADMIN_EMAIL, crate::support::ADMIN_PASSWORD).await.assert_status(303);
        let page = client.get(&address).await;
        assert_eq!(page.text(".head .st").as_deref(), Some(status));
        assert!(page.text(".note b").is_some_and(|text| text.starts_with(heading)), "{heading}");
        assert_eq!(page.attribute("progress", "value").as_deref(), Some(over));
        assert_eq!(page.has(".note.warn"), warns);
    }
}

#[tokio::test]
async fn instructions_are_sent_again_until_there_is_a_password() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let made = app.create(&scope, invited(&app).await).await;
    let jobs = "select count(*) from jobs where kind = 'send_password_instructions'";
    assert_eq!(app.number(jobs).await, 1);
    let again = format!("/o/{}/password-instructions", made.key);
    client.post(&again, &[]).await.assert_redirect(&format!("/o/{}", made.key));
    assert_eq!(app.number(jobs).await, 2);
    let page = client.get(&format!("/o/{}", made.key)).await;
    page.assert_contains("Password instructions are on their way to malgorzata@kowalczyk.example");
    page.assert_contains("sent password instructions to");
    sqlx::raw_sql("update users set password_hash = 'x' where password_hash is null")
        .execute(&app.db)
        .await
        .expect("a password");
    client.post(&again, &[]).await.assert_status(303);
    assert_eq!(app.number(jobs).await, 2);
    let page = client.get(&format!("/o/{}", made.key)).await;
    page.assert_contains("Every administrator has a password already");
    assert!(!page.has("ul.box form"));
    // Somebody from elsewhere can neither see nor send.
    let stranger = app.create(&scope, new_organization(Customer, "Elsewhere")).await;
    let stranger = app.member(&stranger, Role::OrgAdmin, "pia@elsewhere.example").await;
    stranger.post(&again, &[]).await.assert_status(404);
}

#[tokio::test]
async fn a_home_counts_what_stands_beneath_and_says_which_trials_end() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let page = client.get(&client.home).await;
    page.assert_status(200).assert_contains("Saturday, 21 November 2026");
    assert_eq!(page.text("h1").as_deref(), Some("Good morning, Ingrid"));
    assert_eq!(page.texts(".stat b"), ["0", "0", "0"]);
    assert_eq!(page.attribute(".head .btn-primary", "href"), Some(format!("{}/organizations/new", client.home)));
    page.assert_contains("Nothing needs you now");
    for name in ["Alpha", "Beta"] {
        app.create(&scope, new_organization(Customer, name)).await;
    }
    let partner = app.create(&scope, new_organization(Partner, "Südwind IT")).await;
    let inside = app.scope(ADMIN_EMAIL, partner.key.as_str()).await;
    app.create(&inside, new_organization(Customer, "Theirs")).await;
    sqlx::raw_sql(
        "update organizations set trial_ends_at = trial_ends_at - interval '29 days' where name in ('Alpha', 'Beta')",
    )
    .execute(&app.db)
    .await
    .expect("nearer");
    let page = client.get(&client.home).await;
    assert_eq!(page.texts(".stat b"), ["3", "3", "15"]);
    page.assert_contains("2 trials end within 7 days").assert_contains("First: Alpha, Tomorrow, 10:42");
    let list = client.get(&page.attribute("ul.list a", "href").expect("a link")).await;
    assert_eq!(list.texts("td.org a"), ["Alpha", "Beta"]);
    let feed = page.texts("ol.tl li").join("\n");
    assert!(feed.contains("You created Alpha") && !feed.contains("Theirs"), "{feed}");
}

#[tokio::test]
async fn an_unfinished_draft_is_offered_on_the_home() {
    let app = TestApp::start().await;
    let (client, _) = app.operator().await;
    let first = client.post(&format!("{}/organizations/new", client.home), &[]).await.location();
    let page = client.get(&client.home).await;
    assert_eq!(page.attribute("a[aria-label^=Continue]", "href").as_deref(), Some(first.as_str()));
}

#[tokio::test]
async fn a_secondary_says_whose_account_pays() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let enterprise = app.create(&scope, new_organization(Enterprise, "Tagesklinik Verbund")).await;
    let inside = app.scope(ADMIN_EMAIL, enterprise.key.as_str()).await;
    let part = NewOrganization { subscription: None, billing: None, ..new_organization(Customer, "Tagesklinik Nord") };
    let part = app.create(&inside, part).await;
    let page = client.get(&format!("/o/{}", part.key)).await;
    page.assert_contains("Billed to Tagesklinik Verbund")
        .assert_contains("Draws its licences from the enterprise above");
    client
        .get(&format!("/o/{}/settings/billing", part.key))
        .await
        .assert_status(200)
        .assert_contains("This organization has no billing address of its own");
}

#[tokio::test]
async fn a_customers_administrator_sees_the_support_contact_but_no_list() {
    let app = TestApp::start().await;
    let (client, scope) = app.operator().await;
    let support =
        [("version", "1"), ("support_email", "help@nordlicht.example"), ("support_phone", ""), ("support_url", "")];
    client.post(&format!("{}/settings/support", client.home), &support).await.assert_status(303);
    let made = app.create(&scope, invited(&app).await).await;
    let person = app.member(&made, Role::OrgAdmin, "pia@kowalczyk.example").await;
    let page = person.get(&person.home).await;
    page.assert_status(200);
    assert_eq!(page.text("a[href^=mailto]").as_deref(), Some("help@nordlicht.example"));
    assert!(!page.has("nav.side a[href$='/organizations']"));
    assert!(page.has(&format!("a[href='{}/settings']", person.home)));
}
