//! In whose name and with whose rights work goes on, and how it ends where it cannot go on.

use std::time::Duration as StdDuration;

use tenantry::{
    custom_fields::{self, Values},
    error::Error,
    imports::{self, Choices, Existing, Likely, Outcome, State, Undone, Work},
    organizations::{self, OrganizationForm, Rules},
    roles::{Permission, Role},
    scope::Scope,
    types::{AccountKind::Customer, Currency},
};
use time::Duration;
use uuid::Uuid;

use super::{
    HEAD, choose, customers, database, found, good, lines,
    mended::{run, there, update},
    start, take_back, upload,
};
use crate::support::{ADMIN_EMAIL, TestApp};

const PAUL: &str = "paul@nordlicht.example";

/// The person without the right to change what exists.
fn without_edit(scope: &Scope) -> Scope {
    let mut less = scope.clone();
    for grant in &mut less.grants {
        grant.permissions = grant.permissions.without(Permission::EditOrganization);
    }
    less
}

/// Whoever takes an import back does it in their own name and with their own rights.
#[tokio::test]
async fn an_import_is_taken_back_in_the_name_of_whoever_asked_for_that() {
    let app = TestApp::start().await;
    let (_, ingrid) = app.operator().await;
    app.member(&TestApp::own(&ingrid), Role::ResellerAdmin, PAUL).await;
    let paul = app.scope(PAUL, ingrid.organization.key.as_str()).await;
    let [one, two] = [good(150), good(300).replace("kunde", "firma").replace("Kunde", "Firma").replace("K-", "F-")];
    let one = upload(&app, &ingrid, &one).await;
    start(&app, &ingrid, one.id).await;
    let two = upload(&app, &ingrid, &two).await;
    start(&app, &ingrid, two.id).await;
    assert_eq!(customers(&app).await, 450);
    let one = take_back(&app, &paul, one.id).await;
    assert_eq!((one.state, customers(&app).await), (State::Undone, 300));
    let name: String = sqlx::query_scalar("select actor_name from events where kind = 'import.undone'")
        .fetch_one(&mut *database(&app).await)
        .await
        .expect("the event");
    assert_eq!(name, "paul");
    // Without a right of his own nothing goes on, whatever the person may do who imported.
    imports::undo(&app.app, &paul, two.id).await.expect("begun");
    run(&app, "delete from memberships where user_id = (select id from users where email = 'paul@nordlicht.example')")
        .await;
    imports::work(&app.app, Work { import_id: two.id }).await.expect("stopped");
    let two = found(&app, &ingrid, two.id).await;
    assert_eq!(two.stopped.as_deref(), Some("Undoing it was stopped: paul has no access here any more"));
    assert_eq!((two.state, customers(&app).await), (State::Stopped, 300));
    assert_eq!(take_back(&app, &ingrid, two.id).await.state, State::Undone);
    assert_eq!(customers(&app).await, 0);
}

/// An organization somebody is changing at that moment is not removed under their hands.
#[tokio::test]
async fn what_is_being_changed_is_kept() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let import = upload(&app, &scope, &good(2)).await;
    let import = start(&app, &scope, import.id).await;
    let key: String = sqlx::query_scalar("select key from organizations where name = 'Kunde 00001 GmbH'")
        .fetch_one(&mut *database(&app).await)
        .await
        .expect("a key");
    let inside = app.scope(ADMIN_EMAIL, &key).await;
    let mut editing = app.app.db.begin(&inside).await.expect("a transaction");
    let now = organizations::show(&mut editing, &inside).await.expect("there");
    let form = OrganizationForm { city: "Bonn".into(), ..OrganizationForm::of(&now.details) };
    let rules =
        Rules { required: vec![], kinds: vec![Customer], country: None, currency: Currency::EUR, custom: vec![] };
    let new = form.parse(&rules).expect("acceptable").details;
    organizations::edit(&mut editing, &inside, now.version, &new).await.expect("edited");
    let saving = async {
        tokio::time::sleep(StdDuration::from_millis(300)).await;
        editing.commit().await.expect("saved");
    };
    let (undone, ()) = tokio::join!(imports::undo(&app.app, &scope, import.id), saving);
    undone.expect("taken back");
    let import = found(&app, &scope, import.id).await;
    let rows: Vec<Option<(Undone, Option<String>)>> =
        lines(&app, &scope, &import).await.into_iter().map(|line| line.undone).collect();
    let changed = (Undone::Kept, Some("It was changed since".to_owned()));
    assert_eq!(rows, [Some((Undone::Reversed, None)), Some(changed)]);
    assert_eq!(app.number("select count(*) from organizations where city = 'Bonn'").await, 1);
}

/// A field of the partner's own is part of the organization: who changes it afterwards is not overwritten by an undo.
#[tokio::test]
async fn later_changes_of_own_fields_are_kept() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let field = [("name", "Contract"), ("kind", "text")];
    let field: Uuid = crate::custom_fields::make(&app, &admin, &field).await;
    for number in ["K-1", "K-2"] {
        there(&app, &scope, number, number).await;
    }
    let import = update(&app, &scope, "Customer number;City;Contract\nK-1;Leeds;A\nK-2;York;B\n").await;
    assert_eq!(import.outcomes.of(Outcome::Updated), 2);
    let values = Values([(field, "C".to_owned())].into());
    let key = lines(&app, &scope, &import).await[1].organization.clone().expect("the second").0;
    app.app
        .write(&scope, async |db| custom_fields::set(db, &scope, &key, &values).await)
        .await
        .expect("changed by somebody");
    let import = take_back(&app, &scope, import.id).await;
    let undone: Vec<Option<Undone>> =
        lines(&app, &scope, &import).await.into_iter().map(|line| line.undone.map(|(undone, _)| undone)).collect();
    assert_eq!(undone, [Some(Undone::Reversed), Some(Undone::Kept)]);
    let rest: Vec<(Option<String>, serde_json::Value)> =
        sqlx::query_as("select city, custom from organizations where kind = 'customer' order by customer_number")
            .fetch_all(&mut *database(&app).await)
            .await
            .expect("organizations");
    assert_eq!(rest[0], (None, serde_json::json!({})));
    assert_eq!(rest[1], (Some("York".to_owned()), serde_json::json!({ field.to_string(): "C" })));
}

/// Whether somebody may change what exists is said when they choose it, not by a worker behind the first rows; what changes
/// nothing does not ask for it.
#[tokio::test]
async fn the_right_to_change_is_asked_for_when_it_is_chosen() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    there(&app, &scope, "There", "K-1").await;
    let import = upload(&app, &scope, &(HEAD.to_owned() + ";;;K-1;Leeds;\nNew;new.example;it@new.example;;;\n")).await;
    let less = without_edit(&scope);
    let updating = Choices { existing: Existing::Update, ..Choices::default() };
    let linking = Choices { likely: Likely::Update, ..Choices::default() };
    for (choices, field) in [(&updating, "existing"), (&linking, "likely")] {
        let chosen = app.app.write(&less, async |db| imports::set_choices(db, &less, import.id, choices).await).await;
        let Err(Error::Invalid(errors)) = chosen else { panic!("{chosen:?}") };
        assert!(errors.get(field).is_some_and(|words| words.starts_with("Your role does not change")), "{errors:?}");
    }
    choose(&app, &scope, import.id, &updating).await;
    assert!(matches!(imports::start(&app.app, &less, import.id).await, Err(Error::Invalid(_))));
    assert_eq!(found(&app, &scope, import.id).await.state, State::Checked);
    let import = start(&app, &scope, import.id).await;
    assert_eq!((import.outcomes.of(Outcome::Created), import.outcomes.of(Outcome::Updated)), (1, 1));
    let refused = imports::undo(&app.app, &less, import.id).await;
    assert!(matches!(refused, Err(Error::Forbidden(Permission::EditOrganization))));
    // What changes nothing needs no such right.
    let none = app.app.write(&less, async |db| organizations::edit_many(db, &less, &[], "import").await).await;
    assert!(none.expect("nothing to do").is_empty());
}

/// Work that fails at its last attempt leaves nobody waiting: the import says so, and the file is free again.
#[tokio::test]
async fn an_import_whose_job_has_failed_for_good_is_stopped() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let import = upload(&app, &scope, &good(150)).await;
    imports::start(&app.app, &scope, import.id).await.expect("begun");
    // What is stored cannot be read, so that every attempt fails.
    run(&app, "update imports set columns = '7'").await;
    run(&app, "update jobs set attempts = max_attempts - 2 where kind = 'run_import'").await;
    tenantry::jobs::run_due(&app.app).await.expect("the queue");
    assert_eq!(
        app.number("select count(*) from imports where state = 'running'").await,
        1,
        "there is one attempt left"
    );
    app.clock.advance(Duration::minutes(20));
    tenantry::jobs::run_due(&app.app).await.expect("the queue");
    assert_eq!(app.number("select count(*) from jobs where failed_at is not null").await, 1);
    run(&app, "update imports set columns = '{}'").await;
    let import = found(&app, &scope, import.id).await;
    assert_eq!(import.state, State::Stopped);
    assert!(import.stopped.as_deref().is_some_and(|why| why.starts_with("It failed again and again")));
    let again = upload(&app, &scope, &good(150)).await;
    assert_eq!(start(&app, &scope, again.id).await.outcomes.of(Outcome::Created), 150);
    // One whose workers were killed every time, so that none could say so, and in the middle of a check.
    let last = upload(&app, &scope, &good(1)).await;
    run(&app, "update imports set state = 'checking' where total = 1").await;
    run(&app, "delete from jobs where kind = 'check_import'").await;
    let job = "insert into jobs (kind, payload, attempts, max_attempts, run_at, created_at)
               select 'check_import', jsonb_build_object('import_id', id), 20, 20, created_at, created_at
               from imports where total = 1";
    run(&app, job).await;
    tenantry::jobs::run_due(&app.app).await.expect("the queue");
    let last = found(&app, &scope, last.id).await;
    assert_eq!(last.state, State::Unreadable);
}

/// Taking back can be ended: what is taken back stays so, and the rest is taken back another time.
#[tokio::test]
async fn an_undo_can_be_ended_and_begun_again() {
    let app = TestApp::start().await;
    let (admin, scope) = app.operator().await;
    let import = upload(&app, &scope, &good(2_500)).await;
    start(&app, &scope, import.id).await;
    imports::undo(&app.app, &scope, import.id).await.expect("begun");
    let page = admin.get(&format!("{}/imports/{}", admin.home, import.id)).await;
    page.assert_status(200).assert_contains("Stop undoing after the present rows?");
    let (_wire, worker) = super::paused::worker(&app);
    let mut work = std::pin::pin!(imports::work(&worker, Work { import_id: import.id }));
    super::paused::pause(&app, work.as_mut(), "(select done from imports) = 1000").await;
    app.app.write(&scope, async |db| imports::cancel(db, &scope, import.id).await).await.expect("ended");
    work.await.expect("nothing to do any more");
    let import = found(&app, &scope, import.id).await;
    assert_eq!((import.state, customers(&app).await), (State::Done, 1_500));
    let page = admin.get(&format!("{}/imports/{}", admin.home, import.id)).await;
    page.assert_status(200).assert_contains("Undone in part").assert_contains("1,000 undone");
    let again = app.app.write(&scope, async |db| imports::cancel(db, &scope, import.id).await).await;
    assert!(matches!(again, Err(Error::Refused(_))));
    let import = take_back(&app, &scope, import.id).await;
    assert_eq!((import.state, import.done, customers(&app).await), (State::Undone, 2_500, 0));
    let told: Vec<serde_json::Value> =
        sqlx::query_scalar("select after from events where kind = 'import.undone' order by id")
            .fetch_all(&mut *database(&app).await)
            .await
            .expect("events");
    assert_eq!(
        told,
        [serde_json::json!({ "ended_early": true, "reversed": 1_000 }), serde_json::json!({ "reversed": 2_500 })]
    );
}
