//! How far an import reaches: not beyond what whoever imports may change, and not over what somebody has decided since.

use tenantry::{
    error::Error,
    imports::{self, Outcome, State, Undone},
    lifecycle::{self, Archiving},
    memberships::{self, NewMembership},
    organizations::Created,
    roles::Role,
    scope::{RowScope, Scope, Sight},
    types::AccountKind::Partner,
};
use uuid::Uuid;

use super::{
    choose, customers, database, found, good, lines,
    mended::{run, there, update},
    outcomes, start, take_back, upload,
};
use crate::support::{ADMIN_EMAIL, TestApp, data::new_organization};

const MIA: &str = "mia@nordlicht.example";
const TEST: RowScope = RowScope::System("give somebody a second role in a test");

/// Somebody who reads everything by a role above, and works for one group of a partner.
async fn mia(app: &TestApp, operator: &Scope, partner: &Created, inside: &[&Created]) -> Scope {
    app.member(&TestApp::own(operator), Role::Auditor, MIA).await;
    let user_id: Uuid = sqlx::query_scalar("select id from users where email = $1")
        .bind(MIA)
        .fetch_one(&mut *database(app).await)
        .await
        .expect("a user");
    let new = NewMembership { user_id, organization_id: partner.id, role: Role::KeyAccountManager };
    app.app.write(TEST, async |db| memberships::add(db, &new, app.clock.now()).await).await.expect("a member");
    let admin = app.scope(ADMIN_EMAIL, partner.key.as_str()).await;
    app.group(&admin, "North", inside, &[MIA]).await;
    app.scope(MIA, partner.key.as_str()).await
}

/// What lets somebody see more lets them change no more (S262): neither organizations outside their groups nor what others
/// import.
#[tokio::test]
async fn whoever_works_for_a_group_changes_nothing_else_they_see() {
    let app = TestApp::start().await;
    let (_, operator) = app.operator().await;
    let partner = app.create(&operator, new_organization(Partner, "Fjord Cloud")).await;
    let admin = app.scope(ADMIN_EMAIL, partner.key.as_str()).await;
    let inside = there(&app, &admin, "Inside", "K-1").await;
    there(&app, &admin, "Outside", "K-2").await;
    let mia = mia(&app, &operator, &partner, &[&inside]).await;
    assert_eq!(mia.sight(), Sight::Everything);
    let import = update(&app, &mia, "Customer number;City\nK-1;Leeds\nK-2;York\n").await;
    let rows = lines(&app, &mia, &import).await;
    assert_eq!(outcomes(&rows), [Some(Outcome::Updated), Some(Outcome::Failed)]);
    assert_eq!(rows[1].reason.as_deref(), Some("It is in none of the groups you may change"));

    let others = upload(&app, &admin, &good(3)).await;
    let others = start(&app, &admin, others.id).await;
    assert_eq!(found(&app, &mia, others.id).await.outcomes.of(Outcome::Created), 3, "she may look at it");
    let undone = imports::undo(&app.app, &mia, others.id).await;
    assert!(matches!(undone, Err(Error::NotFound)), "{undone:?}");
    let again = app.app.write(&mia, async |db| imports::retry(db, &mia, others.id).await).await;
    assert!(matches!(again, Err(Error::NotFound)), "{again:?}");
    let waits = upload(&app, &admin, &good(4)).await;
    let forgotten = app.app.write(&mia, async |db| imports::discard(db, &mia, waits.id).await).await;
    assert!(matches!(forgotten, Err(Error::NotFound)), "{forgotten:?}");
    assert_eq!(customers(&app).await, 5);
}

/// Whoever is kept to groups reads nowhere which files others import; of their own they do.
#[tokio::test]
async fn the_log_keeps_imports_from_whoever_is_kept_to_groups() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    app.member(&TestApp::own(&scope), Role::KeyAccountManager, MIA).await;
    let group = app.group(&scope, "North", &[], &[MIA]).await;
    let mia = app.scope(MIA, scope.organization.key.as_str()).await;
    let import = upload(&app, &scope, &good(2)).await;
    start(&app, &scope, import.id).await;
    assert_eq!(told(&app, &mia).await, 0);
    let own =
        upload(&app, &mia, &good(3).replace("kunde", "firma").replace("Kunde", "Firma").replace("K-", "F-")).await;
    choose(&app, &mia, own.id, &imports::Choices { groups: vec![group], ..own.choices.clone() }).await;
    start(&app, &mia, own.id).await;
    assert_eq!((told(&app, &mia).await, told(&app, &scope).await), (2, 4));
}

async fn told(app: &TestApp, scope: &Scope) -> i64 {
    let count = sqlx::query_scalar("select count(*) from events where kind like 'import.%'");
    app.app.read(scope, async |db| Ok(count.fetch_one(db).await?)).await.expect("a count")
}

/// An undo leaves alone what is in the archive, and what is being given to somebody else.
#[tokio::test]
async fn an_undo_leaves_what_somebody_has_decided_about() {
    let app = TestApp::start().await;
    let (_, scope) = app.operator().await;
    let one = there(&app, &scope, "One", "N-1").await;
    let changed = update(&app, &scope, "Customer number;City\nN-1;Leeds\n").await;
    let archiving = Archiving { purge_on: scope.now.date(), reason: None, with_beneath: true, tell: false };
    app.app
        .write(&scope, async |db| lifecycle::archive(db, &scope, &[one.id], &archiving).await)
        .await
        .expect("archived");
    let changed = take_back(&app, &scope, changed.id).await;
    let kept = |why: &str| Some((Undone::Kept, Some(why.to_owned())));
    assert_eq!(lines(&app, &scope, &changed).await[0].undone, kept("It is archived. Restore it first"));

    let created = upload(&app, &scope, &good(2)).await;
    start(&app, &scope, created.id).await;
    run(
        &app,
        "insert into transfers (id, organization_id, organization_key, organization_name, from_id, from_key, from_name,
           to_id, to_key, to_name, requested_at, requested_by, requested_by_name, expires_at)
         select gen_random_uuid(), id, key, name, parent_id, 'a', 'A', gen_random_uuid(), 'b', 'B', created_at, created_by, 'C',
                created_at + interval '7 days'
         from organizations where customer_number = 'K-00000'",
    )
    .await;
    let created = take_back(&app, &scope, created.id).await;
    assert_eq!(created.state, State::Undone);
    let rows = lines(&app, &scope, &created).await;
    assert_eq!(rows[0].undone, kept("A transfer of it waits for an answer"));
    assert_eq!(rows[1].undone, Some((Undone::Reversed, None)));
}
