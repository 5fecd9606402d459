//! Every route, taken by everybody everywhere (QUALITY 23, 35-37; SPEC N15). The routes come from the product's table.

mod closed;
mod locks;
mod rule;
mod table;
mod world;

use std::collections::BTreeSet;

use tenantry::web::{Access, RouteRow};
use uuid::Uuid;

use self::{
    rule::{Verdict, verdict},
    table::{ROWS, Row, fields, row},
    world::{Person, Place, World},
};
use crate::portal::{Answer, Client, Portal};

/// Method and pattern, as the table of this test has it.
fn name(route: &RouteRow) -> String {
    format!("{} {}", route.method, route.path)
}

/// What the parameters of a pattern stand for. What is not known names nothing that exists.
pub(super) struct Names {
    /// The path of the organization.
    home: String,
    /// The key of an organization beneath it.
    child: String,
    draft: String,
    group: String,
    job: i64,
    /// The folder of the present build's static files.
    build: String,
}

impl Names {
    fn of_nothing(home: &str) -> Names {
        let key = "org_zzzzzzzzzzzz".to_owned();
        let (draft, group) = (Uuid::now_v7().to_string(), Uuid::now_v7().to_string());
        Names { home: home.to_owned(), child: key, draft, group, job: 0, build: "0".to_owned() }
    }

    /// The pattern with its parameters filled in.
    fn fill(&self, route: &RouteRow) -> String {
        let id = if route.path.contains("/jobs/") { self.job.to_string() } else { Uuid::nil().to_string() };
        let values = [
            ("/o/{org_key}", self.home.as_str()),
            ("{child_key}", &self.child),
            ("{draft}", &self.draft),
            ("{group}", &self.group),
            ("{request}", &id),
            ("{id}", &id),
            ("{token}", "no-such-token"),
            ("{build}", &self.build),
            ("{name:.*}", "app.css"),
        ];
        values.iter().fold(route.path.to_owned(), |path, (name, value)| path.replace(name, value))
    }
}

async fn take(client: &Client, route: &RouteRow, path: &str) -> Answer {
    let answer = match route.method.as_str() {
        "GET" => client.get(path).await,
        _ => client.post(path, &fields(&name(route))).await,
    };
    answer.unwrap_or_else(|error| panic!("{} {path}: {error}", route.method))
}

/// A route cannot be added without saying here what it answers.
#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let routes: Vec<String> = tenantry::web::table().iter().map(name).collect();
    let without: Vec<_> = routes.iter().filter(|route| row(route).is_none()).collect();
    assert!(without.is_empty(), "these routes have no row in tests/it/routes/table.rs: {without:#?}");
    let stale: Vec<_> = ROWS.iter().filter(|(known, _)| !routes.iter().any(|route| route == known)).collect();
    assert!(stale.is_empty(), "these rows have no route: {stale:#?}");
}

/// QUALITY 23: anonymous, Reseller Admin of the operator and of a partner, Org Admin of an enterprise and of a customer,
/// the other roles of a partner and of a customer, whoever is kept to a group or has none, somebody suspended; in their own
/// organization, above, beneath, beside it and elsewhere.
#[tokio::test]
async fn every_route_answers_everybody_everywhere_as_declared() {
    let world = World::make(Portal::start().await).await;
    everybody(&world, world.people.len()).await;
}

/// The same without row-level security: the code's scope alone keeps everybody out (SPEC section 2). In `script/test` one
/// person, the one with the fewest rights; in `script/isolation` all of them.
#[tokio::test]
async fn without_row_level_security_every_route_answers_the_same() {
    let world = World::make(Portal::start().await).await;
    let statements = "do $$ declare name text; begin
        for name in select relname from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace loop
          execute format('alter table %I disable row level security, no force row level security', name);
        end loop; end $$";
    sqlx::raw_sql(statements).execute(&mut world.portal.database().await).await.expect("the wall comes down");
    let people = std::env::var("TENANTRY_ISOLATION_PEOPLE").map_or(1, |number| number.parse().expect("a number"));
    everybody(&world, people).await;
}

/// How an answer begins that gives something away.
const LEAK: &str = "leak: ";

/// So many people, the last first.
async fn everybody(world: &World, people: usize) {
    let mut wrong = Vec::new();
    let mut routes = tenantry::web::table();
    // Some of a person's own routes end sessions, so they come last.
    routes.sort_by_key(|route| !matches!(route.access, Access::Organization(_)));
    let (many, mut cells) = (routes.len(), 0);
    for route in routes {
        cells += 1; // nobody
        let row = row(&name(&route)).expect("every route has a row");
        wrong.extend(anonymous(world, &route, row).await);
        if route.fresh {
            world.renew_proofs().await;
        }
        for person in world.people.iter().rev().take(people) {
            cells += match route.access {
                Access::Organization(_) => person.targets().len(),
                // The same for every role.
                Access::Public | Access::SignedIn => usize::from(person.administers()),
            };
            wrong.extend(signed_in(world, &route, row, person).await);
        }
    }
    let people = &world.people[world.people.len().saturating_sub(people)..];
    let roles: BTreeSet<_> = people.iter().map(|person| person.role).collect();
    let leaks = wrong.iter().filter(|words| words.starts_with(LEAK)).count();
    println!(
        "matrix: {many} routes, {} roles of {} people and nobody, {} places, {cells} cells, {} wrong, {leaks} leaks",
        roles.len(),
        people.len(),
        Place::ALL.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

async fn anonymous(world: &World, route: &RouteRow, row: Row) -> Option<String> {
    let client = Client::new(&world.portal.base);
    let path = world.names(Place::Customer).fill(route);
    let answer = take(&client, route, &path).await;
    match row {
        Row::Public(status, _) => differs(&answer, status, &format!("anonymous: {} {path}", route.method)),
        Row::SignedIn(_) | Row::Organization(_) => {
            let sent_to_sign_in = answer.location().is_some_and(|to| to == "/sign-in" || to.starts_with("/sign-in?"));
            (!sent_to_sign_in).then(|| format!("anonymous: {} {path} {}", route.method, answer.summary()))
        }
    }
}

async fn signed_in(world: &World, route: &RouteRow, row: Row, person: &Person) -> Vec<String> {
    let mut wrong = Vec::new();
    match (route.access, row) {
        // What belongs to no organization is the same for every role.
        (Access::Public, Row::Public(..)) | (Access::SignedIn, Row::SignedIn(_)) if !person.administers() => {}
        (Access::Public, Row::Public(_, status)) | (Access::SignedIn, Row::SignedIn(status)) => {
            let path = world.names(person.place).fill(route);
            // A way out ends the session, so somebody else takes it.
            let client = world.double(person).await;
            let answer = take(&client, route, &path).await;
            wrong.extend(differs(
                &answer,
                status,
                &format!("{} of {:?}: {} {path}", person.role, person.place, route.method),
            ));
        }
        (Access::Organization(permission), Row::Organization(status)) => {
            for target in person.targets() {
                let (target, verdict) = (*target, verdict(person, *target, permission));
                wrong.extend(in_organization(world, route, person, target, (verdict, status)).await);
            }
        }
        (declared, row) => wrong.push(format!("{}: declared as {declared:?}, listed as {row:?}", name(route))),
    }
    wrong
}

async fn in_organization(
    world: &World,
    route: &RouteRow,
    person: &Person,
    target: Place,
    (verdict, status): (Verdict, u16),
) -> Vec<String> {
    let mut names = world.names(target);
    // Whoever may take such a route may also begin a draft.
    if route.path.contains("{draft}") {
        names.draft = world.draft(person, target, verdict).await;
    }
    // Without a group no organization beneath is there.
    let unseen = person.in_group == Some(false) && route.path.contains("{child_key}");
    // Nobody suspends or archives the organization their own role is in.
    let ends =
        ["/o/{org_key}/suspension", "/o/{org_key}/suspension/end", "/o/{org_key}/archive", "/o/{org_key}/transfer"];
    let own = target == person.place && ends.contains(&route.path);
    let status = match (unseen, own) {
        (true, _) => 404,
        (_, true) => 409,
        _ => status,
    };
    let path = names.fill(route);
    let answer = take(&person.client, route, &path).await;
    let who = format!("{} of {:?} in {target:?}: {} {path}", person.role, person.place, route.method);
    let mut wrong = Vec::new();
    match verdict {
        Verdict::Allowed => {
            wrong.extend(differs(&answer, status, &who));
            wrong.extend(somebody_elses(world, route, person, target).await);
            // A message for the next page is not for the page of the next comparison.
            person.client.page("/help").await;
        }
        Verdict::Forbidden => wrong.extend(differs(&answer, 403, &format!("{LEAK}{who}"))),
        Verdict::Hidden => {
            wrong.extend(differs(&answer, 404, &format!("{LEAK}{who}")));
            // It must not be told from one that does not exist (QUALITY 27).
            let nowhere = take(&person.client, route, &Names::of_nothing("/o/org_zzzzzzzzzzzz").fill(route)).await;
            if without_ids(&nowhere) != without_ids(&answer) {
                wrong.push(format!("{LEAK}{who} can be told from an organization that does not exist"));
            }
        }
    }
    wrong
}

/// In one's own organization, what belongs to others does not exist either (T-03).
async fn somebody_elses(world: &World, route: &RouteRow, person: &Person, target: Place) -> Option<String> {
    let mut names = world.names(target);
    if route.path.contains("{draft}") {
        names.draft = world.draft_of_another(person, target).await;
    } else if route.path.contains("{group}") {
        let elsewhere =
            [Place::Operator, Place::Partner, Place::OtherPartner].into_iter().find(|place| *place != target)?;
        names.group = world.group(elsewhere);
    } else if route.path.contains("{child_key}") {
        let elsewhere = Place::ALL.into_iter().find(|place| !place.is_within(target))?;
        names.child = world.key(elsewhere);
    } else {
        return None;
    }
    let path = names.fill(route);
    let answer = take(&person.client, route, &path).await;
    let who = format!("{LEAK}{:?} in {target:?}: {} {path}, which is not theirs,", person.place, route.method);
    differs(&answer, 404, &who)
}

fn differs(answer: &Answer, status: u16, who: &str) -> Option<String> {
    (answer.status != status).then(|| format!("{who} should be {status} and {}", answer.summary()))
}

/// The page without what differs from request to request.
fn without_ids(answer: &Answer) -> String {
    let words = answer.body.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'));
    // Neither do the second at which the session ends (it moves once a minute) nor the request's own id belong to it.
    let is_second = |word: &str| word.len() == 10 && word.bytes().all(|letter| letter.is_ascii_digit());
    let plain = |word: &&str| Uuid::parse_str(word).is_err() && !word.starts_with("org_") && !is_second(word);
    words.filter(plain).collect::<Vec<_>>().join(" ")
}
