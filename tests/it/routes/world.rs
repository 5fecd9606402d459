//! A small world to walk in: organizations of every kind at every distance, and a person of every role.

use sqlx::PgConnection;

use super::{Names, rule::Verdict};
use crate::portal::{
    Client, Portal,
    walk::{self, Access, Administrator},
};

/// A place in the tree. The order is that of creation: parents first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Operator,
    Partner,
    Customer,
    Sibling,
    Enterprise,
    Branch,
    OtherPartner,
    OtherCustomer,
}

impl Place {
    pub(super) const ALL: [Place; 8] = [
        Place::Operator,
        Place::Partner,
        Place::Customer,
        Place::Sibling,
        Place::Enterprise,
        Place::Branch,
        Place::OtherPartner,
        Place::OtherCustomer,
    ];

    /// Directly above it in the management tree.
    pub(super) fn parent(self) -> Option<Place> {
        match self {
            Place::Operator => None,
            Place::Partner | Place::OtherPartner => Some(Place::Operator),
            Place::Customer | Place::Sibling | Place::Enterprise => Some(Place::Partner),
            Place::Branch => Some(Place::Enterprise),
            Place::OtherCustomer => Some(Place::OtherPartner),
        }
    }

    pub(super) fn kind(self) -> &'static str {
        match self {
            Place::Operator | Place::Partner | Place::OtherPartner => "partner",
            Place::Enterprise => "enterprise",
            Place::Customer | Place::Sibling | Place::Branch | Place::OtherCustomer => "customer",
        }
    }

    /// Whether it is the other place or stands beneath it.
    pub(super) fn is_within(self, other: Place) -> bool {
        self == other || self.parent().is_some_and(|parent| parent.is_within(other))
    }
}

/// Somebody who is signed in and stands in one place.
pub(super) struct Person {
    pub(super) place: Place,
    /// The stored name of the role.
    pub(super) role: &'static str,
    pub(super) suspended: bool,
    pub(super) client: Client,
}

impl Person {
    pub(super) fn administers(&self) -> bool {
        !self.suspended && matches!(self.role, "reseller_admin" | "org_admin")
    }
}

pub(super) struct World {
    pub(super) portal: Portal,
    pub(super) people: Vec<Person>,
    keys: Vec<(Place, String)>,
    failed_job: i64,
    build: String,
}

impl World {
    /// Made through the pages, by those who may.
    pub(super) async fn make(portal: Portal) -> World {
        let operator = walk::set_up(&portal).await;
        let key = operator.home.trim_start_matches("/o/").to_owned();
        let failed_job = fail_a_job(&mut portal.database().await).await;
        let build = build(&operator.client.page("/help").await);
        let keys = vec![(Place::Operator, key)];
        let mut world = World { portal, people: Vec::new(), keys, failed_job, build };
        for place in &Place::ALL[1..] {
            let parent = place.parent().expect("all others have a parent");
            let maker = Administrator { home: world.home(parent), ..operator.clone() };
            let key = maker.create(place.kind(), &format!("{place:?} Ltd"), Access::Instructions(&email(*place))).await;
            world.keys.push((*place, key));
        }
        give_everybody_the_same_password(&mut world.portal.database().await).await;
        let (place, client) = (Place::Operator, operator.client);
        world.people.push(Person { place, role: "reseller_admin", suspended: false, client });
        for place in [Place::Partner, Place::Enterprise, Place::Customer] {
            let client = walk::sign_in(&world.portal.base, &email(place), walk::PASSWORD).await;
            let role = if place == Place::Partner { "reseller_admin" } else { "org_admin" };
            world.people.push(Person { place, role, suspended: false, client });
        }
        world.add_the_other_roles().await;
        world
    }

    /// After the administrators, who are looked for first. One of them is suspended, which is as if there were none.
    async fn add_the_other_roles(&mut self) {
        const OTHERS: [(Place, &str, bool); 7] = [
            (Place::Partner, "support_admin", false),
            (Place::Partner, "billing_admin", false),
            (Place::Partner, "auditor", false),
            (Place::Customer, "billing_contact", false),
            (Place::Customer, "approver", false),
            (Place::Customer, "member", false),
            (Place::Partner, "org_admin", true),
        ];
        for (place, role, suspended) in OTHERS {
            let email = format!("{role}@{place:?}.example").to_lowercase();
            let mut db = self.portal.database().await;
            add_person(&mut db, &self.key(place), role, &email, suspended).await;
            let client = walk::sign_in(&self.portal.base, &email, walk::PASSWORD).await;
            self.people.push(Person { place, role, suspended, client });
        }
    }

    /// The same person in another browser, whose session may end.
    pub(super) async fn double(&self, person: &Person) -> Client {
        walk::sign_in(&self.portal.base, &email(person.place), walk::PASSWORD).await
    }

    /// Some routes are only for whoever has just signed in; how long the test takes must not matter.
    pub(super) async fn renew_proofs(&self) {
        let query = "update sessions set created_at = now() where user_id is not null";
        sqlx::query(query).execute(&mut self.portal.database().await).await.expect("sessions");
    }

    /// A draft of the person beneath the organization where they may have one, else somebody else's.
    pub(super) async fn draft(&self, person: &Person, target: Place, verdict: Verdict) -> String {
        match verdict {
            Verdict::Allowed if target.kind() != "customer" => self.begin(person, target).await,
            _ => self.draft_of_another(person, target).await,
        }
    }

    /// A draft of somebody else, beneath the same organization where that is possible.
    pub(super) async fn draft_of_another(&self, person: &Person, target: Place) -> String {
        let wanted = |other: &&Person| other.place != person.place && target.is_within(other.place);
        let other = self.people.iter().find(wanted).unwrap_or(&self.people[0]);
        if other.place == person.place || target.kind() == "customer" {
            return uuid::Uuid::now_v7().to_string();
        }
        self.begin(other, target).await
    }

    async fn begin(&self, person: &Person, target: Place) -> String {
        let person = Administrator { client: person.client.clone(), home: self.home(target) };
        person.begin().await.rsplit('/').nth(1).expect("a draft").to_owned()
    }

    /// The path of an organization.
    pub(super) fn home(&self, place: Place) -> String {
        format!("/o/{}", self.key(place))
    }

    /// The key of an organization.
    pub(super) fn key(&self, place: Place) -> String {
        self.keys.iter().find(|(known, _)| *known == place).expect("it has been made").1.clone()
    }

    /// What there is in and beneath a place.
    pub(super) fn names(&self, place: Place) -> Names {
        let child = Place::ALL.into_iter().find(|child| child.parent() == Some(place)).unwrap_or(place);
        let home = self.home(place);
        Names { child: self.key(child), job: self.failed_job, build: self.build.clone(), ..Names::of_nothing(&home) }
    }
}

fn email(place: Place) -> String {
    if place == Place::Operator {
        return walk::EMAIL.to_owned();
    }
    format!("admin@{place:?}.example").to_lowercase()
}

async fn give_everybody_the_same_password(db: &mut PgConnection) {
    let query = "update users set password_hash = (select password_hash from users where password_hash is not null)";
    sqlx::query(query).execute(db).await.expect("passwords");
}

/// With the password that everybody has.
async fn add_person(db: &mut PgConnection, key: &str, role: &str, email: &str, suspended: bool) {
    let query = "with person as (
           insert into users (id, email, email_key, display_name, password_hash, created_at)
           select gen_random_uuid(), $1, $1, $1, password_hash, now() from users where password_hash is not null limit 1
           returning id)
         insert into memberships (id, user_id, organization_id, role, created_at, suspended_at)
         select gen_random_uuid(), person.id, o.id, $2, now(), case when $3 then now() end
         from person, organizations o where o.key = $4";
    let added =
        sqlx::query(query).bind(email).bind(role).bind(suspended).bind(key).execute(db).await.expect("a person");
    assert_eq!(added.rows_affected(), 1);
}

/// A job for the operator to try again.
async fn fail_a_job(db: &mut PgConnection) -> i64 {
    let query = "insert into jobs (kind, payload, run_at, attempts, max_attempts, last_error, created_at, failed_at)
                 values ('send_mail', '{}', now(), 1, 1, 'refused', now(), now()) returning id";
    sqlx::query_scalar(query).fetch_one(db).await.expect("a failed job")
}

/// The folder of the static files, from a page that uses them.
fn build(page: &str) -> String {
    let (_, rest) = page.split_once("/static/").expect("a page has a style sheet");
    rest.split('/').next().unwrap_or_default().to_owned()
}
