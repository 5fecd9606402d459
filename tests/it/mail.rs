//! Mails from the outbox to a mail server that misbehaves, and to the mailbox where there is none.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration as StdDuration,
};

use secrecy::SecretString;
use tenantry::{
    app::App,
    jobs,
    mail::{self, Mailer, Message, PasswordReset, Sender, VerificationCode},
    scope::RowScope,
    types::EmailAddress,
};
use time::Duration;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};
use uuid::Uuid;

use crate::support::{
    TestApp, logs,
    smtp::{Answer, SmtpSink},
};

/// The portal as a worker sees it that sends through this server.
pub fn sending_through(test: &TestApp, url: &str) -> App {
    let mut settings = (*test.app.settings).clone();
    settings.smtp_url = Some(SecretString::from(url.to_owned()));
    settings.mail_from = "Portal <portal@nordlicht.example>".into();
    let mailer = Mailer::from_settings(&settings).expect("a mail server");
    App { mailer, settings: Arc::new(settings), ..test.app.clone() }
}

pub fn code(digits: &str) -> Message {
    VerificationCode {
        sender: Sender::named("Nordlicht Cloud GmbH"),
        code: digits.into(),
        works_until: "10:52 (CET) on 21 November 2026".into(),
        recipient_name: "Katharina Vogt-Lindner".into(),
        organization_name: "Weißenfelder Präzisionsguss GmbH & Co. KG".into(),
        actor_name: "Maryam Okafor".into(),
    }
    .into()
}

/// Puts a mail into the outbox.
pub async fn enqueue(app: &App, to: &str, message: Message) -> Uuid {
    let to = EmailAddress::parse(to).expect("an address");
    let now = app.clock.now();
    app.write(RowScope::System("a test"), async |db| {
        mail::enqueue(db, None, &to, Some("Katharina Vogt-Lindner"), message, now).await
    })
    .await
    .expect("the outbox takes it")
}

async fn run_due(app: &App) -> usize {
    jobs::run_due(app).await.expect("the queue runs")
}

#[tokio::test]
async fn a_mail_arrives_once_with_both_parts_and_leaves_no_text_behind() {
    let (test, sink) = (TestApp::start().await, SmtpSink::start().await);
    let app = sending_through(&test, &sink.url());
    let id = enqueue(&app, "k.vogt-lindner@guss.example", code("482913")).await;
    assert_eq!(sink.received().len(), 0, "nothing is sent before the job runs");
    assert_eq!(run_due(&app).await, 1);
    assert_eq!(run_due(&app).await, 0);

    let received = sink.received();
    let [mail] = received.as_slice() else { panic!("{} mails", received.len()) };
    assert_eq!(mail.to, "k.vogt-lindner@guss.example");
    assert_eq!(mail.header("From"), "\"Nordlicht Cloud GmbH\" <portal@nordlicht.example>");
    assert_eq!(mail.header("To"), "\"Katharina Vogt-Lindner\" <k.vogt-lindner@guss.example>");
    assert_eq!(mail.header("Subject"), "482913 is your verification code");
    assert_eq!(mail.header("Message-ID"), format!("<{id}@127.0.0.1>"));
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(mail.text().contains("\nWeißenfelder Präzisionsguss GmbH & Co. KG\n"), "{}", mail.text());
    assert!(mail.text().contains("\n    482 913\n"));
    assert!(mail.html().contains("Weißenfelder Präzisionsguss GmbH &#38; Co. KG"), "{}", mail.html());

    let left: (String, String, String, bool) =
        sqlx::query_as("select subject, text_body, html_body, message is null and sent_at is not null from mails")
            .fetch_one(&test.db)
            .await
            .expect("the outbox");
    assert_eq!(left, (String::new(), String::new(), String::new(), true));
}

#[tokio::test]
async fn a_change_that_is_taken_back_sends_nothing() {
    let (test, sink) = (TestApp::start().await, SmtpSink::start().await);
    let app = sending_through(&test, &sink.url());
    let to = EmailAddress::parse("k@guss.example").expect("an address");
    let now = app.clock.now();
    let refused: tenantry::error::Result<()> = app
        .write(RowScope::System("a test"), async |db| {
            mail::enqueue(db, None, &to, None, code("482913"), now).await?;
            Err(tenantry::error::Error::NotFound)
        })
        .await;
    assert!(refused.is_err());
    assert_eq!(run_due(&app).await, 0);
    assert_eq!(test.number("select count(*) from mails").await, 0);
}

#[tokio::test]
async fn mails_wait_for_a_server_that_is_down_for_an_hour_and_arrive_once_in_order() {
    const ADDRESSES: usize = 20;
    const EACH: usize = 10;
    let (test, mut sink) = (TestApp::start().await, SmtpSink::start().await);
    let app = sending_through(&test, &sink.url());
    sink.go_down().await;
    for number in 0..ADDRESSES * EACH {
        enqueue(&app, &format!("person{}@firm.example", number % ADDRESSES), code(&format!("{number:06}"))).await;
    }
    for _ in 0..12 {
        run_due(&app).await;
        test.clock.advance(Duration::minutes(5));
    }
    assert_eq!(sink.received().len(), 0);
    let failed = test.number("select count(*) from jobs where failed_at is not null").await;
    assert_eq!(failed, 0, "an hour is no reason to give up");

    // Back, first slow, then asking to come again.
    sink.go_up().await;
    sink.order((0..8).map(|_| Answer::TakeSlowly(StdDuration::from_millis(50))));
    sink.order((0..8).map(|_| Answer::Later("4.2.1 busy")));
    for _ in 0..4 {
        test.clock.advance(Duration::minutes(16));
        run_due(&app).await;
    }

    let mut by_address: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    for mail in sink.received() {
        assert!(ids.insert(mail.header("Message-ID")), "{} came twice", mail.header("Message-ID"));
        by_address.entry(mail.to.clone()).or_default().push(mail.header("Subject"));
    }
    assert_eq!(ids.len(), ADDRESSES * EACH, "some did not arrive");
    for (address, subjects) in by_address {
        assert!(subjects.is_sorted(), "{address} got {subjects:?}");
    }
}

#[tokio::test]
async fn a_server_that_says_later_gets_the_mail_later() {
    let (test, sink) = (TestApp::start().await, SmtpSink::start().await);
    let app = sending_through(&test, &sink.url());
    sink.order([Answer::Later("4.7.1 greylisted 482913, come again")]);
    enqueue(&app, "k@guss.example", code("482913")).await;
    run_due(&app).await;
    assert_eq!(run_due(&app).await, 0, "it waits before it tries again");
    let error: String =
        sqlx::query_scalar("select last_error from jobs").fetch_one(&test.db).await.expect("the reason");
    assert!(error.contains("greylisted [hidden], come again"), "{error}");

    test.clock.advance(Duration::seconds(10));
    assert_eq!(run_due(&app).await, 1);
    assert_eq!(sink.received().len(), 1);
    assert_eq!(sink.conversations(), 2);
}

#[tokio::test]
async fn a_refused_mail_is_not_tried_again_and_the_operator_reads_why() {
    let (test, sink) = (TestApp::start().await, SmtpSink::start().await);
    let app = sending_through(&test, &sink.url());
    sink.order([Answer::Refuse("5.1.1 no mailbox <b>here</b> by that name")]);
    enqueue(&app, "nobody@guss.example", code("482913")).await;
    run_due(&app).await;
    test.clock.advance(Duration::hours(2));
    run_due(&app).await;
    assert_eq!(sink.conversations(), 1);
    assert_eq!(test.number("select count(*) from mails where refused_at is not null and message is null").await, 1);

    let operator = test.reseller_admin().await;
    let page = operator.get(&format!("{}/jobs", operator.home)).await;
    page.assert_status(200);
    let row = page.texts("[aria-labelledby=refused] tbody td");
    assert_eq!(row[..2], ["Verification code", "nobody@guss.example"]);
    assert!(row[2].contains("550") && row[2].contains("5.1.1 no mailbox <b>here</b> by that name"), "{row:?}");
}

#[tokio::test]
async fn an_answer_lost_after_the_mail_was_taken_costs_at_most_one_copy_with_the_same_id() {
    const CUTS: usize = 20;
    let (test, sink) = (TestApp::start().await, SmtpSink::start().await);
    let app = sending_through(&test, &sink.url());
    sink.order((0..CUTS).map(|_| Answer::TakeAndCut));
    let mut expected = BTreeSet::new();
    for number in 0..CUTS * 2 {
        let id = enqueue(&app, &format!("p{number}@firm.example"), code("482913")).await;
        expected.insert(format!("<{id}@127.0.0.1>"));
    }
    for _ in 0..3 {
        run_due(&app).await;
        test.clock.advance(Duration::minutes(1));
    }
    let received: Vec<String> = sink.received().iter().map(|mail| mail.header("Message-ID")).collect();
    let distinct: BTreeSet<String> = received.iter().cloned().collect();
    assert_eq!(distinct, expected, "none is lost, and a copy has the id of the first");
    assert!(received.len() <= CUTS * 3, "{} mails for {CUTS} cuts", received.len());
}

#[tokio::test]
async fn a_server_with_a_certificate_nobody_vouches_for_gets_nothing() {
    let (test, sink) = (TestApp::start().await, SmtpSink::start_tls(self_signed()).await);
    let app = sending_through(&test, &sink.url());
    enqueue(&app, "k@guss.example", code("482913")).await;
    run_due(&app).await;
    assert_eq!((sink.conversations(), sink.received().len()), (0, 0));
    let error: String =
        sqlx::query_scalar("select last_error from jobs").fetch_one(&test.db).await.expect("the reason");
    assert!(error.to_lowercase().contains("certificate"), "{error}");
}

fn self_signed() -> TlsAcceptor {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a pair");
    TlsAcceptor::from(Arc::new(config))
}

#[tokio::test]
async fn a_name_with_line_breaks_makes_one_mail_to_one_address() {
    let (test, sink) = (TestApp::start().await, SmtpSink::start().await);
    let app = sending_through(&test, &sink.url());
    let name = "Firm\r\nBcc: all@firm.example\r\n\r\n.\r\nMAIL FROM:<x@y.example>\0";
    let message = PasswordReset {
        sender: Sender::named(name),
        path: "/password/abc".into(),
        works_for: "30 minutes".into(),
        requested_from: name.into(),
    };
    let to = EmailAddress::parse("k@guss.example").expect("an address");
    let now = app.clock.now();
    app.write(RowScope::System("a test"), async |db| mail::enqueue(db, None, &to, Some(name), message, now).await)
        .await
        .expect("the outbox takes it");
    run_due(&app).await;
    let received = sink.received();
    let [mail] = received.as_slice() else { panic!("{} mails", received.len()) };
    assert_eq!(mail.to, "k@guss.example");
    assert_eq!(mail.header("Bcc"), "");
    assert!(mail.header("From").contains("Firm Bcc: all@firm.example . MAIL FROM:<x@y.example>"), "{}", mail.raw);
}

#[tokio::test]
async fn without_a_server_mails_are_kept_and_can_be_read_on_this_computer() {
    let test = TestApp::start().await;
    let client = test.client();
    client.get("/dev/mailbox").await.assert_status(200).assert_contains("No mail yet");
    let first = enqueue(&test.app, "k@guss.example", code("111222")).await;
    let second = enqueue(&test.app, "k@guss.example", code("333444")).await;
    assert_eq!(run_due(&test.app).await, 2);

    let list = client.get("/dev/mailbox").await;
    assert_eq!(list.texts("tbody a"), ["333444 is your verification code", "111222 is your verification code"]);
    assert_eq!(list.attribute("tbody a", "href"), Some(format!("/dev/mailbox/{second}")));
    let mail = client.get(&format!("/dev/mailbox/{first}")).await;
    assert_eq!(mail.text("h1").as_deref(), Some("111222 is your verification code"));
    assert!(mail.text("pre").expect("the text").contains("111 222"));

    let html = client.get(&format!("/dev/mailbox/{first}/html")).await;
    assert!(html.header("content-security-policy").contains("sandbox;"), "{}", html.header("content-security-policy"));
    assert!(!html.header("content-security-policy").contains("script-src"));
    html.assert_status(200).assert_contains("111 222");
    client.get(&format!("/dev/mailbox/{}", Uuid::nil())).await.assert_status(404);
    client.get("/dev/mailbox/1").await.assert_status(404);
}

#[tokio::test]
async fn with_a_server_there_is_no_mailbox() {
    let test = TestApp::start_with(|settings| settings.smtp_url = Some(SecretString::from("smtp://localhost:1"))).await;
    let id = enqueue(&test.app, "k@guss.example", code("111222")).await;
    for path in ["/dev/mailbox".to_owned(), format!("/dev/mailbox/{id}"), format!("/dev/mailbox/{id}/html")] {
        test.client().get(&path).await.assert_status(404);
    }
}

#[tokio::test]
async fn the_mailbox_answers_only_to_the_names_of_this_computer() {
    let test = TestApp::start().await;
    let client = test.client();
    let elsewhere = client.request(reqwest::Method::GET, "/dev/mailbox").header("host", "rebound.example");
    client.send(elsewhere).await.assert_status(404);

    let proxied =
        TestApp::start_with(|settings| settings.public_url = Some("https://portal.nordlicht.example".into())).await;
    proxied.client().get("/dev/mailbox").await.assert_status(404);
}

#[tokio::test]
async fn links_start_with_the_configured_address() {
    let test =
        TestApp::start_with(|settings| settings.public_url = Some("https://portal.nordlicht.example".into())).await;
    let message = PasswordReset {
        sender: Sender::named("Nordlicht"),
        path: "/password/abc".into(),
        works_for: "30 minutes".into(),
        requested_from: "203.0.113.7".into(),
    };
    enqueue(&test.app, "k@guss.example", message.into()).await;
    run_due(&test.app).await;
    let mails = test.mails().await;
    assert!(mails[0].text_body.contains("\nhttps://portal.nordlicht.example/password/abc\n"), "{}", mails[0].text_body);
    assert!(mails[0].html_body.contains("href=\"https://portal.nordlicht.example/password/abc\""));
}

#[tokio::test]
async fn neither_codes_nor_tokens_reach_the_logs() {
    const CODE: &str = "738164";
    const TOKEN: &str = "c0ffee5f3c8f0f6b7d4ce0a3a1b7d25a4c9d1e5f3c8f0f6b7d4ce0a3a1b7d25a";
    let (test, sink) = (TestApp::start().await, SmtpSink::start().await);
    logs::keep(&test.app.settings);
    let app = sending_through(&test, &sink.url());
    sink.order([Answer::Later("4.7.1 what is 738164"), Answer::Refuse("5.7.1 spam: 738164")]);
    enqueue(&app, "k@guss.example", code(CODE)).await;
    for _ in 0..2 {
        run_due(&app).await;
        test.clock.advance(Duration::minutes(1));
    }
    let message = PasswordReset {
        sender: Sender::named("Nordlicht"),
        path: format!("/password/{TOKEN}"),
        works_for: "30 minutes".into(),
        requested_from: "203.0.113.7".into(),
    };
    enqueue(&app, "other@guss.example", message.into()).await;
    run_due(&app).await;
    let client = test.client();
    for path in ["/password/", "/setup/", "/dev/mailbox/", "/healthz?token="] {
        client.get(&format!("{path}{TOKEN}")).await;
    }
    client.post("/sign-in", &[("email", "k@guss.example"), ("password", TOKEN)]).await;

    let logged = logs::all();
    assert!(logged.contains("\"route\":\"/healthz\""), "requests are logged by their pattern");
    assert!(logged.contains("job failed, will be tried again"), "jobs are logged");
    assert!(logged.contains("the mail server refused a mail"), "refusals are logged");
    for secret in [CODE, TOKEN] {
        let line = logged.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "a secret was logged");
    }
    assert_eq!(test.number("select count(*) from jobs where last_error like '%738164%'").await, 0);
    assert_eq!(test.number("select count(*) from mails where last_error like '%738164%'").await, 0);
}
