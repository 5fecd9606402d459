//! How imports end: what the page says of one that was stopped, the mail to whoever may have left (S215), and what becomes
//! of the rows that are left over.

use tenantry::{
    imports::{self, Choices, State, Work},
    jobs,
    organizations::DetailsForm,
    roles::Role,
    types::AccountKind::Customer,
};

use super::{
    choose, customers, found, good,
    mended::run,
    pages::{self, uploaded},
    start, take_back, upload,
};
use crate::support::{
    ADMIN_EMAIL, Mail, TestApp,
    data::{details, new_with},
};

async fn told(app: &TestApp) -> Vec<Mail> {
    let mails = app.mails().await.into_iter();
    mails.filter(|mail| mail.to_address == ADMIN_EMAIL && mail.subject.starts_with("The import of")).collect()
}

/// Whatever went on in the background ends with a mail, an undo as well; what the request itself did needs none.
#[tokio::test]
async fn work_in_the_background_ends_with_a_mail() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let small = upload(&app, &scope, &good(3).replace("unde", "inde")).await;
    start(&app, &scope, small.id).await;
    take_back(&app, &scope, small.id).await;
    assert!(told(&app).await.is_empty());
    let import = upload(&app, &scope, &good(101)).await;
    start(&app, &scope, import.id).await;
    let mails = told(&app).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "The import of kunden.csv is done");
    assert!(mails[0].text_body.contains("101 created."), "{}", mails[0].text_body);
    take_back(&app, &scope, import.id).await;
    let mails = told(&app).await;
    assert_eq!(mails[1].subject, "The import of kunden.csv is undone");
    assert!(mails[1].text_body.contains("101 undone."), "{}", mails[1].text_body);
}

/// Whoever began an import learns that somebody else has ended it.
#[tokio::test]
async fn whoever_began_an_import_is_told_that_it_was_cancelled() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    app.member(&TestApp::own(&scope), Role::ResellerAdmin, "mads@nordlicht.example").await;
    let other = app.scope("mads@nordlicht.example", scope.organization.key.as_str()).await;
    for (who, told_of) in [(&scope, 0), (&other, 1)] {
        let import = upload(&app, &scope, &good(150)).await;
        imports::start(&app.app, &scope, import.id).await.expect("begun");
        app.app.write(who, async |db| imports::cancel(db, who, import.id).await).await.expect("ended");
        let mails = told(&app).await;
        assert_eq!(mails.len(), told_of);
        if let Some(mail) = mails.first() {
            assert_eq!(mail.subject, "The import of kunden.csv was cancelled");
            assert!(mail.text_body.contains("150 not reached.") && mail.text_body.contains("mads cancelled it."));
        }
    }
}

/// An import that was stopped as a whole kept nothing, and does not say that it did.
#[tokio::test]
async fn a_stopped_import_contradicts_itself_in_nothing() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let import = upload(&app, &scope, &good(3)).await;
    choose(&app, &scope, import.id, &Choices { whole: true, ..Choices::default() }).await;
    let taken = DetailsForm { domain: "kunde1.example".into(), ..details(Customer, "Quicker") };
    app.create(&scope, new_with(&taken)).await;
    imports::start(&app.app, &scope, import.id).await.expect("begun");
    imports::work(&app.app, Work { import_id: import.id }).await.expect("nothing more to do");
    assert_eq!(found(&app, &scope, import.id).await.state, State::Stopped);
    let page = admin.get(&format!("{}/imports/{}", admin.home, import.id)).await;
    page.assert_contains("Nothing was imported.").assert_contains("Run the 3 rows that were not reached…");
    assert!(!page.body.contains("What was done before is kept"), "{}", page.body);
}

/// Lets the jobs that are due fail for good, as if their workers had been killed every time, and gives the mails about that.
async fn give_up(app: &TestApp) -> Vec<Mail> {
    run(app, "update jobs set attempts = max_attempts where finished_at is null and kind like '%_import'").await;
    jobs::run_due(&app.app).await.expect("the queue");
    // What helps to look for other failures is none here.
    run(app, "update jobs set last_error = null").await;
    told(app).await
}

/// Work that failed at every attempt is told to whoever asked for it, and its page leads on.
#[tokio::test]
async fn an_import_that_is_given_up_says_so_and_goes_on() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let import = upload(&app, &scope, &good(150)).await;
    let path = format!("{}/imports/{}", admin.home, import.id);
    imports::start(&app.app, &scope, import.id).await.expect("begun");
    let mails = give_up(&app).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "The import of kunden.csv was stopped");
    let text = &mails[0].text_body;
    assert!(text.contains("150 not reached.") && text.contains("Why: It failed again and again"), "{text}");
    assert!(text.contains(&path), "{text}");
    let page = admin.get(&path).await;
    page.assert_contains("This import was stopped").assert_contains("The rows that are left can be run again");
    let again = admin.post(&format!("{path}/retry"), &[]).await.location();
    let id = again.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
    imports::work(&app.app, Work { import_id: id }).await.expect("checked");
    let again = start(&app, &scope, id).await;
    assert_eq!((again.state, again.done), (State::Done, 150));
    // Taking it back is given up as well, and can be begun again.
    imports::undo(&app.app, &scope, id).await.expect("begun");
    let mails = give_up(&app).await;
    let last = mails.last().expect("a mail");
    assert!(last.text_body.contains("Why: Undoing it was stopped: It failed again and again"), "{}", last.text_body);
    let page = admin.get(&format!("{}/imports/{id}", admin.home)).await;
    page.assert_contains("What was done can be undone");
    assert_eq!(take_back(&app, &scope, id).await.state, State::Undone);
}

/// A check that is given up says nothing about the file: it is checked again where there is one, else from where its rows
/// came.
#[tokio::test]
async fn a_check_that_is_given_up_leads_on() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let import = upload(&app, &scope, &good(2)).await;
    let path = format!("{}/imports/{}", admin.home, import.id);
    run(&app, "update imports set state = 'checking'").await;
    let job = "insert into jobs (kind, payload, attempts, max_attempts, run_at, created_at)
               select 'check_import', jsonb_build_object('import_id', id), 20, 20, created_at, created_at from imports";
    run(&app, job).await;
    let mails = give_up(&app).await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text_body.contains("nothing was imported."), "{}", mails[0].text_body);
    let page = admin.get(&path).await;
    page.assert_contains("This file could not be checked");
    assert!(page.has(&format!("a[href='{path}?step=columns']")));
    admin.get(&format!("{path}?step=columns")).await.assert_status(200).assert_contains("step 2 of 3");
    admin.get(&format!("{}/imports", admin.home)).await.assert_contains("Could not be checked");
    run(&app, "update imports set follows = id").await;
    let page = admin.get(&path).await;
    assert!(page.has(&format!("main a[href='{path}']")) && !page.has("a[href$='step=columns']"));
}

/// Rows that are left over become one import, however often that is asked for, and the first one leads to it.
#[tokio::test]
async fn rows_that_failed_are_run_again_once() {
    let app = TestApp::start().await;
    let (admin, _) = app.operator().await;
    let import = uploaded(&admin, &(good(2) + "Schlecht;schlecht;x;;;\n")).await;
    pages::start(&admin, &import, &[]).await.assert_redirect(&import);
    let retry = format!("{import}/retry");
    let again = admin.post(&retry, &[]).await.location();
    assert_eq!(admin.post(&retry, &[]).await.location(), again);
    let page = admin.get(&import).await;
    page.assert_contains("The rows left over wait to be run again");
    assert!(page.has(&format!(".head a[href='{again}']")) && !page.has(&format!("form[action='{retry}']")));
    admin.get(&again).await.assert_contains("Forget these rows?").assert_contains("from the import they come from");
    run(&app, "update imports set state = 'checking' where follows is not null").await;
    admin.get(&again).await.assert_contains("can be run again from the earlier import");
    run(&app, "update imports set state = 'checked' where follows is not null").await;
    // Forgotten, they are where they were.
    admin.post(&format!("{again}/discard"), &[]).await.assert_status(303);
    assert!(admin.get(&import).await.has(&format!("form[action='{retry}']")));
    let again = admin.post(&retry, &[]).await.location();
    let typed = [("only", "error"), ("r4c1", "schlecht.example"), ("r4c2", "it@schlecht.example")];
    admin.post(&format!("{again}/rows"), &typed).await.assert_redirect(&format!("{again}?only=all"));
    pages::start(&admin, &again, &[]).await.assert_redirect(&again);
    let page = admin.get(&import).await;
    page.assert_contains("The rows left over were run again");
    assert!(!page.has(&format!("form[action='{retry}']")));
    assert_eq!(customers(&app).await, 3);
}
