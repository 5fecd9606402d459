//! Transfers between partners (N10): asked for, accepted, declined, withdrawn, run out, taken back; who sees what before and
//! after; the paths of everything that moves along.

use tenantry::{
    organizations::Created,
    roles::Role,
    types::AccountKind::{Customer, Partner},
};

use crate::{
    custom_fields::{make, three},
    support::{
        ADMIN_EMAIL, TestApp, TestClient,
        data::{details, new_organization, new_with},
    },
};

/// Two partners beneath the operator, each with its Reseller Admin, and a partner of the first with a customer beneath.
struct World {
    app: TestApp,
    operator: TestClient,
    from: Created,
    to: Created,
    giver: TestClient,
    taker: TestClient,
    moving: Created,
    leaf: Created,
}

impl World {
    async fn make() -> World {
        let app = TestApp::start().await;
        let (operator, scope) = app.operator().await;
        let from = app.create(&scope, new_organization(Partner, "North")).await;
        let to = app.create(&scope, new_organization(Partner, "South")).await;
        let giver = app.member(&from, Role::ResellerAdmin, "north@partner.example").await;
        let taker = app.member(&to, Role::ResellerAdmin, "south@partner.example").await;
        let mut form = details(Partner, "Moving");
        (form.domain, form.customer_number) = ("moving.example".into(), "K-7".into());
        let scope = app.scope("north@partner.example", &giver.home).await;
        let moving = app.create(&scope, new_with(&form)).await;
        let scope = app.scope(ADMIN_EMAIL, moving.key.as_str()).await;
        let leaf = app.create(&scope, new_organization(Customer, "Leaf")).await;
        World { app, operator, from, to, giver, taker, moving, leaf }
    }

    fn home(&self) -> String {
        format!("/o/{}", self.moving.key)
    }

    fn leaf_home(&self) -> String {
        format!("/o/{}", self.leaf.key)
    }

    /// Asked for by the giving side; returns where the transfer is answered.
    async fn ask(&self) -> String {
        let form = [("to", self.to.key.as_str()), ("message", "They asked for it")];
        self.giver.post(&format!("{}/transfer", self.home()), &form).await.assert_redirect(&self.home());
        self.newest().await
    }

    async fn newest(&self) -> String {
        let query = "select id::text from transfers order by id desc limit 1";
        let id: String = sqlx::query_scalar(query).fetch_one(&self.app.db).await.expect("a transfer");
        format!("/transfers/{id}")
    }

    /// Whether each path is the one of the parent and the organization itself.
    async fn paths_hold(&self) {
        let query = "select count(*) from organizations o join organizations p on p.id = o.parent_id
                     where o.path <> p.path || o.id";
        assert_eq!(self.app.number(query).await, 0, "a path is not that of its parent");
    }

    async fn state(&self) -> String {
        let query = "select state from transfers order by id desc limit 1";
        sqlx::query_scalar(query).fetch_one(&self.app.db).await.expect("a transfer")
    }
}

#[tokio::test]
async fn both_sides_agree_and_everything_beneath_moves_along() {
    let world = World::make().await;
    let scope = world.app.scope("north@partner.example", &world.giver.home).await;
    let group = world.app.group(&scope, "Nordics", &[&world.moving], &[]).await;
    let page = world.giver.get(&format!("{}/transfer?to={}", world.home(), world.to.key)).await;
    page.assert_status(200).assert_contains("Nordics").assert_contains("To <bdi>South</bdi>");
    assert!(page.body.contains("north") && !page.body.contains("I answer for both sides"));
    let answer = world.ask().await;
    // Until it is done the taking side sees the name and nothing else.
    for path in [world.home(), world.leaf_home()] {
        world.taker.get(&path).await.assert_status(404);
        world.giver.get(&path).await.assert_status(200);
    }
    let list = world.taker.get(&format!("{}/transfers", world.taker.home)).await;
    list.assert_status(200).assert_contains("Moving").assert_contains("They asked for it");
    assert!(!list.body.contains("moving.example") && !list.body.contains("Leaf"));
    let mails = world.app.mails().await;
    assert!(
        mails
            .iter()
            .any(|mail| mail.to_address == "south@partner.example" && mail.subject == "North offers you Moving")
    );
    // The giving side does not accept for the other.
    world.giver.post(&format!("{}{answer}/acceptance", world.giver.home), &[]).await.assert_status(409);
    let accept = format!("{}{answer}/acceptance", world.taker.home);
    world.taker.post(&accept, &[]).await.assert_redirect(&format!("{}/transfers", world.taker.home));
    world.taker.post(&accept, &[]).await.assert_status(409).assert_contains("answered already");
    for path in [world.home(), world.leaf_home()] {
        world.taker.get(&path).await.assert_status(200);
        world.giver.get(&path).await.assert_status(404);
        world.operator.get(&path).await.assert_status(200);
    }
    world.paths_hold().await;
    assert_eq!(world.app.number("select count(*) from group_organizations").await, 0);
    assert_eq!(world.app.number("select sum(organizations)::bigint from groups").await, 0);

    // Either side takes it back; the former group is still there.
    world.giver.post(&format!("{}{answer}/reversal", world.giver.home), &[]).await.assert_status(303);
    world.giver.get(&world.leaf_home()).await.assert_status(200);
    world.taker.get(&world.leaf_home()).await.assert_status(404);
    world.paths_hold().await;
    let back: Vec<uuid::Uuid> =
        sqlx::query_scalar("select group_id from group_organizations").fetch_all(&world.app.db).await.expect("groups");
    assert_eq!(back, [group]);
    world.taker.post(&format!("{}{answer}/reversal", world.taker.home), &[]).await.assert_status(409);
    let kinds: Vec<String> = sqlx::query_scalar("select kind from events where organization_id = $1 order by id")
        .bind(world.moving.id)
        .fetch_all(&world.app.db)
        .await
        .expect("events");
    assert_eq!(kinds.iter().filter(|kind| *kind == "organization.transferred").count(), 2);
    let of_partner = "select count(*) from events where kind like 'transfer.%' and organization_id = $1";
    for side in [world.from.id, world.to.id] {
        let count: i64 = sqlx::query_scalar(of_partner).bind(side).fetch_one(&world.app.db).await.expect("a number");
        assert_eq!(count, 3, "requested, done, reversed");
    }
}

#[tokio::test]
async fn it_is_declined_withdrawn_or_runs_out() {
    let world = World::make().await;
    let first = world.ask().await;
    let again = [("to", world.to.key.as_str())];
    let page = world.giver.post(&format!("{}/transfer", world.home()), &again).await;
    page.assert_status(409).assert_contains("waits for an answer");
    world.taker.post(&format!("{}{first}/refusal", world.taker.home), &[]).await.assert_status(303);
    assert_eq!(world.state().await, "declined");
    let second = world.ask().await;
    world.giver.post(&format!("{}{second}/refusal", world.giver.home), &[]).await.assert_status(303);
    assert_eq!(world.state().await, "withdrawn");
    let third = world.ask().await;
    let over = "update transfers set requested_at = requested_at - interval '15 days',
                  expires_at = expires_at - interval '15 days' where state = 'waiting'";
    sqlx::query(over).execute(&world.app.db).await.expect("time passes");
    let accept = format!("{}{third}/acceptance", world.taker.home);
    world.taker.post(&accept, &[]).await.assert_status(409).assert_contains("within 14 days");
    world.giver.get(&format!("{}/transfers", world.giver.home)).await.assert_contains("Nobody answered in time");
    world.ask().await;
    assert_eq!(world.app.number("select count(*) from transfers where state = 'expired'").await, 1);
    world.giver.get(&world.home()).await.assert_status(200);
}

/// Whoever stands above both confirms for both.
#[tokio::test]
async fn somebody_entitled_on_both_sides_confirms_for_both() {
    let world = World::make().await;
    let path = format!("{}/transfer", world.home());
    world.operator.get(&path).await.assert_status(200).assert_contains("South");
    let page = world.operator.get(&format!("{path}?to={}", world.to.key)).await;
    page.assert_status(200).assert_contains("I answer for both sides");
    let form = [("to", world.to.key.as_str()), ("both", "true")];
    world.operator.post(&path, &form).await.assert_redirect(&world.home());
    assert_eq!(world.state().await, "done");
    world.taker.get(&world.leaf_home()).await.assert_status(200);
    // Somebody without a right on the other side says so in vain.
    let back = [("to", world.from.key.as_str()), ("both", "true")];
    world.taker.post(&path, &back).await.assert_redirect(&world.home());
    assert_eq!(world.state().await, "waiting");
    world.taker.get(&world.home()).await.assert_status(200);
}

#[tokio::test]
async fn what_is_in_the_way_is_said_and_nothing_moves() {
    let world = World::make().await;
    let path = format!("{}/transfer", world.home());
    let at = async |to: &str| world.giver.post(&path, &[("to", to), ("message", "kept")]).await;
    let page = at("").await;
    page.assert_status(422).assert_field_error("to", "Enter the Org Key of the partner");
    at("org_zzzzzzzzzzzz").await.assert_status(422).assert_contains("No partner has exactly this Org Key");
    at(world.leaf.key.as_str()).await.assert_status(422).assert_contains("No partner has exactly this Org Key");
    at(world.from.key.as_str()).await.assert_status(422).assert_contains("beneath this partner already");
    at(world.moving.key.as_str()).await.assert_status(422).assert_contains("beneath the organization itself");
    world.giver.get(&format!("{}/transfer", world.giver.home)).await.assert_status(409);
    let mut form = details(Customer, "Twin");
    form.domain = "moving.example".into();
    let scope = world.app.scope("south@partner.example", &world.taker.home).await;
    world.app.create(&scope, new_with(&form)).await;
    let page = world.giver.get(&format!("{path}?to={}", world.to.key)).await;
    page.assert_status(200).assert_contains("has its domain");
    assert!(!page.body.contains("Twin"), "whose it is, is not for the giving side");
    at(world.to.key.as_str()).await.assert_status(409);
    let page = world.operator.get(&format!("{path}?to={}", world.to.key)).await;
    page.assert_contains("has its domain (Twin)");
    assert_eq!(world.app.number("select count(*) from transfers").await, 0);
}

/// What the giving partner has set for it and the taking one has not is named, and nothing else.
#[tokio::test]
async fn settings_that_end_to_hold_are_named() {
    let world = World::make().await;
    let path = format!("{}/transfer?to={}", world.home(), world.to.key);
    let page = world.giver.get(&path).await;
    assert!(!page.assert_status(200).body.contains("ends to hold"), "both have what the operator has set");
    let set = "insert into partner_settings (organization_id, currency, trial_days, support_email, required_fields)
               values ($1, 'EUR', 30, 'help@north.example', '{domain}')";
    sqlx::query(set).bind(world.from.id).execute(&world.app.db).await.expect("settings");
    let page = world.giver.get(&path).await;
    page.assert_contains("ends to hold").assert_contains("the support contact, the fields that must be filled in.");
    assert!(!page.body.contains("the prices of new"), "these are the same");
    // What it has set itself goes with it.
    let own = "insert into partner_settings (organization_id, currency, trial_days) values ($1, 'EUR', 14)";
    sqlx::query(own).bind(world.moving.id).execute(&world.app.db).await.expect("settings");
    assert!(!world.giver.get(&path).await.body.contains("ends to hold"));
}

/// Nobody else of the two partners has any part in it.
#[tokio::test]
async fn other_roles_neither_ask_nor_answer() {
    let world = World::make().await;
    let answer = world.ask().await;
    for role in [Role::SupportAdmin, Role::Auditor, Role::KeyAccountManager] {
        let person = world.app.member(&world.to, role, &format!("{}@south.example", role.name())).await;
        person.get(&format!("{}/transfers", person.home)).await.assert_status(403);
        person.post(&format!("{}{answer}/acceptance", person.home), &[]).await.assert_status(403);
        let seen = person.get(&person.home).await;
        assert!(!seen.body.contains("Moving") || role != Role::KeyAccountManager, "{}", role.name());
    }
    let scope = world.app.scope(ADMIN_EMAIL, &world.operator.home).await;
    let third = world.app.create(&scope, new_organization(Partner, "Third")).await;
    let other = world.app.member(&third, Role::ResellerAdmin, "third@partner.example").await;
    other.post(&format!("{}{answer}/acceptance", other.home), &[]).await.assert_status(404);
    assert!(!other.get(&format!("{}/transfers", other.home)).await.body.contains("Moving"));
    assert_eq!(world.state().await, "waiting");
}

/// After 14 days it stays.
#[tokio::test]
async fn a_transfer_is_taken_back_within_fourteen_days_only() {
    let world = World::make().await;
    let answer = world.ask().await;
    world.taker.post(&format!("{}{answer}/acceptance", world.taker.home), &[]).await.assert_status(303);
    let over = "update transfers set reversible_until = reversible_until - interval '14 days'";
    sqlx::query(over).execute(&world.app.db).await.expect("time passes");
    let page = world.giver.post(&format!("{}{answer}/reversal", world.giver.home), &[]).await;
    page.assert_status(409).assert_contains("within 14 days");
    world.taker.get(&world.home()).await.assert_status(200);
}

/// The values of the giving partner's own fields are named before, gone after, and back when it is taken back; what the
/// taking side entered meanwhile goes with it.
#[tokio::test]
async fn values_of_the_partners_own_fields_stay_with_the_partner() {
    let world = World::make().await;
    let [region, cost, _] = three(&world.app, &world.giver).await;
    let fields = format!("{}/organizations/{}/fields", world.giver.home, world.moving.key);
    let values = [(region.as_str(), "North"), (cost.as_str(), "12")];
    world.giver.post(&fields, &values).await.assert_status(303);
    let page = world.giver.get(&format!("{}/transfer?to={}", world.home(), world.to.key)).await;
    page.assert_contains("It loses what stands in your own fields")
        .assert_contains("Region")
        .assert_contains("Cost centre");
    assert!(!page.body.contains("Customer since"), "it has no value");
    let answer = world.ask().await;
    world.taker.post(&format!("{}{answer}/acceptance", world.taker.home), &[]).await.assert_status(303);
    let kept = "select count(*) from organizations where custom <> '{}'";
    let carried = "select count(*) from organization_field_values";
    assert_eq!((world.app.number(kept).await, world.app.number(carried).await), (0, 0));
    let own = make(&world.app, &world.taker, &[("name", "Segment"), ("kind", "text")]).await;
    let taken = format!("{}/organizations/{}/fields", world.taker.home, world.moving.key);
    world.taker.post(&taken, &[(format!("custom_{own}").as_str(), "A")]).await.assert_status(303);
    world.giver.post(&format!("{}{answer}/reversal", world.giver.home), &[]).await.assert_status(303);
    world.giver.get(&fields).await.assert_field_value(&cost, "12");
    let list = world.giver.get(&format!("{}/organizations?{region}=North", world.giver.home)).await;
    list.assert_contains("Moving");
    assert_eq!((world.app.number(kept).await, world.app.number(carried).await), (1, 2));
}
