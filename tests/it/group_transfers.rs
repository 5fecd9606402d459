//! Transfers between groups of one partner (N10): asked for by an account manager, answered by those of the other group, done
//! at once by whoever answers for both, taken back within 14 days; who sees the organization before and after.

use tenantry::{
    organizations::Created,
    roles::Role,
    types::AccountKind::{Customer, Partner},
};
use uuid::Uuid;

use crate::support::{TestApp, TestClient, data::new_organization};

/// A partner with a Reseller Admin, two groups with an account manager each, and a customer in the first of them.
struct World {
    app: TestApp,
    partner: Created,
    admin: TestClient,
    north: TestClient,
    south: TestClient,
    nordics: Uuid,
    alps: Uuid,
    customer: Created,
}

impl World {
    async fn make() -> World {
        let app = TestApp::start().await;
        let (_, scope) = app.operator().await;
        let partner = app.create(&scope, new_organization(Partner, "Reseller")).await;
        let admin = app.member(&partner, Role::ResellerAdmin, "admin@reseller.example").await;
        let north = app.member(&partner, Role::KeyAccountManager, "north@reseller.example").await;
        let south = app.member(&partner, Role::SalesAgent, "south@reseller.example").await;
        let scope = app.scope("admin@reseller.example", &admin.home).await;
        let customer = app.create(&scope, new_organization(Customer, "Moving")).await;
        let nordics = app.group(&scope, "Nordics", &[&customer], &["north@reseller.example"]).await;
        let alps = app.group(&scope, "Alps", &[], &["south@reseller.example"]).await;
        World { app, partner, admin, north, south, nordics, alps, customer }
    }

    fn home(&self) -> String {
        format!("/o/{}", self.customer.key)
    }

    /// Where the customer is moved.
    fn page(&self) -> String {
        format!("/o/{}/organizations/{}/group", self.partner.key, self.customer.key)
    }

    /// Where moves are answered.
    fn list(&self) -> String {
        format!("/o/{}/group-transfers", self.partner.key)
    }

    async fn ask(&self, by: &TestClient, from: Uuid, to: &str) {
        let from = from.to_string();
        let form = [("from", from.as_str()), ("to", to), ("message", "They speak German")];
        by.post(&self.page(), &form).await.assert_redirect(&self.list());
    }

    /// The newest question and its state.
    async fn newest(&self) -> (String, String) {
        let query = "select id::text, state from transfers order by id desc limit 1";
        let (id, state): (String, String) = sqlx::query_as(query).fetch_one(&self.app.db).await.expect("a transfer");
        (format!("{}/{id}", self.list()), state)
    }

    async fn groups(&self) -> Vec<Uuid> {
        let query = "select group_ids from organizations where id = $1";
        sqlx::query_scalar(query).bind(self.customer.id).fetch_one(&self.app.db).await.expect("groups")
    }
}

#[tokio::test]
async fn an_account_manager_asks_and_the_other_group_answers() {
    let world = World::make().await;
    let page = world.north.get(&format!("{}?to=alps", world.page())).await;
    page.assert_status(200).assert_contains("From <bdi>Nordics</bdi> to <bdi>Alps</bdi>");
    page.assert_contains("1 person loses sight of it: <bdi>north").assert_contains("1 person gains sight of it.");
    page.assert_contains("Ask the people of the group");
    world.ask(&world.north, world.nordics, "Alps").await;
    // Until it is answered nothing has changed, and the other side sees the name and nothing else.
    assert_eq!(world.groups().await, [world.nordics]);
    world.south.get(&world.home()).await.assert_status(404);
    let list = world.south.get(&world.list()).await;
    list.assert_status(200).assert_contains("Moving").assert_contains("They speak German");
    assert!(!list.body.contains(&format!("href=\"{}\"", world.home())), "it is not theirs to open yet");
    let mails = world.app.mails().await;
    let told: Vec<_> = mails.iter().filter(|mail| mail.subject == "Nordics offers you Moving").collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].to_address, "south@reseller.example");
    let (question, _) = world.newest().await;
    // Whoever asks does not accept for the others.
    world.north.post(&format!("{question}/acceptance"), &[]).await.assert_status(409);
    world.south.post(&format!("{question}/acceptance"), &[]).await.assert_redirect(&world.list());
    assert_eq!(world.groups().await, [world.alps]);
    world.south.get(&world.home()).await.assert_status(200);
    world.north.get(&world.home()).await.assert_status(404);
    world
        .south
        .post(&format!("{question}/acceptance"), &[])
        .await
        .assert_status(409)
        .assert_contains("answered already");

    // Either side takes it back, once.
    world.north.post(&format!("{question}/reversal"), &[]).await.assert_redirect(&world.list());
    assert_eq!(world.groups().await, [world.nordics]);
    world.north.get(&world.home()).await.assert_status(200);
    world.south.post(&format!("{question}/reversal"), &[]).await.assert_status(409);
    let kinds = "select before#>>'{only_above,group}' || ' ' || (after#>>'{only_above,group}') from events
                 where organization_id = $1 and kind = 'organization.transferred' order by id";
    let told: Vec<String> =
        sqlx::query_scalar(kinds).bind(world.customer.id).fetch_all(&world.app.db).await.expect("events");
    assert_eq!(told, ["Nordics Alps", "Alps Nordics"]);
    let of_partner = "select count(*) from events where kind like 'transfer.%' and organization_id = $1";
    let count: i64 =
        sqlx::query_scalar(of_partner).bind(world.partner.id).fetch_one(&world.app.db).await.expect("some");
    assert_eq!(count, 3, "requested, done, reversed");
}

/// Whoever manages groups answers for both, and so does whoever is in both.
#[tokio::test]
async fn whoever_answers_for_both_groups_moves_it_at_once() {
    let world = World::make().await;
    let page = world.admin.get(&format!("{}?to=Alps", world.page())).await;
    page.assert_status(200).assert_contains("Move it now").assert_contains("gains sight of it: <bdi>south");
    world.ask(&world.admin, world.nordics, "Alps").await;
    assert_eq!((world.newest().await.1.as_str(), world.groups().await), ("done", vec![world.alps]));
    world.north.get(&world.home()).await.assert_status(404);
    let both = world.app.member(&world.partner, Role::KeyAccountManager, "both@reseller.example").await;
    let join = "insert into group_members (group_id, membership_id, partner_id)
                select g.id, m.id, m.organization_id from groups g, memberships m join users u on u.id = m.user_id
                where g.partner_id = $1 and u.email = 'both@reseller.example'";
    sqlx::query(join).bind(world.partner.id).execute(&world.app.db).await.expect("a person of both");
    world.ask(&both, world.alps, "nordics").await;
    assert_eq!((world.newest().await.1.as_str(), world.groups().await), ("done", vec![world.nordics]));
}

#[tokio::test]
async fn it_is_declined_withdrawn_or_runs_out() {
    let world = World::make().await;
    world.ask(&world.north, world.nordics, "Alps").await;
    let form = [("from", world.nordics.to_string()), ("to", "Alps".into())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    world.north.post(&world.page(), &form).await.assert_status(409).assert_contains("waits for an answer");
    let (first, _) = world.newest().await;
    world.south.post(&format!("{first}/refusal"), &[]).await.assert_redirect(&world.list());
    assert_eq!(world.newest().await.1, "declined");
    world.ask(&world.north, world.nordics, "Alps").await;
    let (second, _) = world.newest().await;
    world.north.post(&format!("{second}/refusal"), &[]).await.assert_redirect(&world.list());
    assert_eq!(world.newest().await.1, "withdrawn");
    world.ask(&world.north, world.nordics, "Alps").await;
    let over = "update transfers set requested_at = requested_at - interval '15 days',
                  expires_at = expires_at - interval '15 days' where state = 'waiting'";
    sqlx::query(over).execute(&world.app.db).await.expect("time passes");
    let (third, _) = world.newest().await;
    world.south.post(&format!("{third}/acceptance"), &[]).await.assert_status(409).assert_contains("within 14 days");
    // Left behind by then: taken out of the group by somebody else.
    world.ask(&world.north, world.nordics, "Alps").await;
    let (fourth, _) = world.newest().await;
    let out = "delete from group_organizations where organization_id = $1";
    sqlx::query(out).bind(world.customer.id).execute(&world.app.db).await.expect("out");
    world.south.post(&format!("{fourth}/acceptance"), &[]).await.assert_status(409).assert_contains("any more");
    assert!(world.groups().await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_is_said_beside_the_field() {
    let world = World::make().await;
    let from = world.nordics.to_string();
    let at = async |from: &str, to: &str| {
        world.north.post(&world.page(), &[("from", from), ("to", to), ("message", "kept")]).await
    };
    at(&from, "").await.assert_status(422).assert_field_error("to", "Enter the name of the group");
    at(&from, "Elsewhere").await.assert_status(422).assert_field_error("to", "No group has exactly this name");
    at(&from, "Nordics").await.assert_status(422).assert_field_error("to", "It is in this group already");
    at(&world.alps.to_string(), "Nordics").await.assert_status(422);
    at("", "Alps").await.assert_status(422);
    assert_eq!(world.app.number("select count(*) from transfers").await, 0);
}

/// No other role has a part in it, no other group, and no other partner.
#[tokio::test]
async fn nobody_else_asks_or_answers() {
    let world = World::make().await;
    world.ask(&world.north, world.nordics, "Alps").await;
    let (question, _) = world.newest().await;
    for role in [Role::KeyAccountViewer, Role::Auditor, Role::BillingAdmin] {
        let person = world.app.member(&world.partner, role, &format!("{}@reseller.example", role.name())).await;
        person.get(&world.list()).await.assert_status(403);
        person.post(&format!("{question}/acceptance"), &[]).await.assert_status(403);
    }
    let third = world.app.member(&world.partner, Role::KeyAccountManager, "third@reseller.example").await;
    assert!(!third.get(&world.list()).await.assert_status(200).body.contains("Moving"));
    third.get(&world.page()).await.assert_status(404);
    for answer in ["acceptance", "refusal", "reversal"] {
        third.post(&format!("{question}/{answer}"), &[]).await.assert_status(404);
    }
    // Neither is it a transfer between partners.
    let id = question.rsplit('/').next().expect("an id");
    let other = format!("/o/{}/transfers/{id}/acceptance", world.partner.key);
    world.admin.post(&other, &[]).await.assert_status(404);
    assert_eq!(world.newest().await.1, "waiting");
}

/// After 14 days it stays.
#[tokio::test]
async fn a_move_is_taken_back_within_fourteen_days_only() {
    let world = World::make().await;
    world.ask(&world.admin, world.nordics, "Alps").await;
    let (question, _) = world.newest().await;
    let over = "update transfers set reversible_until = reversible_until - interval '14 days'";
    sqlx::query(over).execute(&world.app.db).await.expect("time passes");
    world.north.post(&format!("{question}/reversal"), &[]).await.assert_status(409).assert_contains("within 14 days");
    assert_eq!(world.groups().await, [world.alps]);
}
