//! Every route in a place that is out of use (T-12): its own people are told so, there and beneath, and nobody else's answer
//! changes because of it; those above come in, and change nothing of what is archived.

use tenantry::{roles::Permission, web::Access};

use super::{
    LEAK, differs,
    rule::{Verdict, verdict},
    take,
    world::{Person, Place, World},
};
use crate::portal::{Form, Portal};

/// How the page of what is closed begins, of the partner of the test.
const SUSPENDED: &str = "<h1><bdi>Partner Ltd</bdi> is suspended</h1>";
const ARCHIVED: &str = "<h1><bdi>Partner Ltd</bdi> is archived</h1>";

/// What is left of anybody's rights in an archive, written down a second time.
fn is_left_in_archive(permission: Permission) -> bool {
    use Permission as P;
    matches!(
        permission,
        P::Enter
            | P::ViewOrganization
            | P::ListOrganizations
            | P::ViewBilling
            | P::ViewUsers
            | P::ViewGroups
            | P::ViewAuditLog
            | P::ManageLifecycle
    )
}

#[tokio::test]
async fn every_route_is_closed_to_the_people_of_what_is_suspended() {
    let world = World::make(Portal::start().await).await;
    put_out_of_use(&world, "suspension", &[("reason", "Bills are open")]).await;
    let wrong = closed(&world, SUSPENDED).await;
    assert!(wrong.is_empty(), "{} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn every_route_is_closed_to_the_people_of_what_is_archived() {
    let world = World::make(Portal::start().await).await;
    let form = [("days", "90"), ("with_beneath", "true"), ("confirm", "Partner Ltd")];
    put_out_of_use(&world, "archive", &form).await;
    let mut wrong = closed(&world, ARCHIVED).await;
    wrong.extend(kept_as_it_is(&world).await);
    assert!(wrong.is_empty(), "{} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// By the page, as whoever stands above.
async fn put_out_of_use(world: &World, page: &str, fields: &[(&str, &str)]) {
    let operator = world.people.iter().find(|person| person.place == Place::Operator).expect("the operator's person");
    let path = format!("{}/{page}", world.home(Place::Partner));
    let form = Form { action: path.clone(), fields: Vec::new() }.fill(fields);
    let answer = operator.client.post(&path, &form.fields).await.expect("an answer");
    assert_eq!(answer.status, 303, "{path} {}", answer.summary());
}

/// People of the partner, there and in a customer beneath: at each route another role, or all of them where
/// `script/isolation` asks at length. What is closed is closed before roles are looked at.
async fn closed(world: &World, heading: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let people: Vec<&Person> = world.people.iter().filter(|person| person.place == Place::Partner).collect();
    assert!(people.len() >= 8, "every role of a partner");
    let at_length = std::env::var("TENANTRY_ISOLATION_PEOPLE").is_ok();
    for (number, route) in tenantry::web::table().into_iter().enumerate() {
        let Access::Organization(_) = route.access else { continue };
        let one = number % people.len();
        let asked = if at_length { &people[..] } else { &people[one..=one] };
        for person in asked {
            for target in [Place::Partner, Place::Customer] {
                let path = world.names(target).fill(&route);
                let answer = take(&person.client, &route, &path).await;
                let who = format!("{LEAK}{} of the partner in {target:?}: {} {path}", person.role, route.method);
                // Everybody of theirs has the right to enter; without it there is nothing to be closed.
                let hidden = verdict(person, target, Permission::Enter) == Verdict::Hidden;
                wrong.extend(differs(&answer, if hidden { 404 } else { 403 }, &who));
                if !hidden && !answer.body.contains(heading) {
                    wrong.push(format!("{who} is not told that it is closed"));
                }
            }
        }
    }
    wrong
}

/// Whoever stands above reads what is archived, and is refused every change but to its lifecycle.
async fn kept_as_it_is(world: &World) -> Vec<String> {
    let mut wrong = Vec::new();
    let operator = world.people.iter().find(|person| person.place == Place::Operator).expect("the operator's person");
    world.renew_proofs().await;
    for route in tenantry::web::table() {
        let Access::Organization(permission) = route.access else { continue };
        // What is left and changes something would end the archive: it is tested with the lifecycle.
        let ends_it = is_left_in_archive(permission) && route.method != "GET";
        if verdict(operator, Place::Partner, permission) != Verdict::Allowed || ends_it {
            continue;
        }
        let path = world.names(Place::Partner).fill(&route);
        let answer = take(&operator.client, &route, &path).await;
        let who = format!("the operator in the archived partner: {} {path}", route.method);
        if !is_left_in_archive(permission) {
            wrong.extend(differs(&answer, 409, &who));
        } else if answer.status == 403 || answer.status == 500 {
            wrong.push(format!("{who} {}", answer.summary()));
        }
    }
    wrong
}
