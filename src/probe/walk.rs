//! The walk: every route by every role.

use std::{net::SocketAddr, time::Duration};

use uuid::Uuid;

use super::{
    client::{Answer, Client},
    model::Report,
    world::World,
};
use crate::{
    types::OrgKey,
    web::{Access, RouteRow, table},
};

struct Walk<'a> {
    world: &'a World,
    report: Report,
    foreign: Vec<Duration>,
    random: Vec<Duration>,
}

pub(super) async fn walk(world: &World, address: SocketAddr) -> anyhow::Result<Report> {
    let routes: Vec<RouteRow> = table().into_iter().filter(|route| !ends_the_session(route)).collect();
    let report = Report { routes: routes.len(), roles: world.people.len(), ..Report::default() };
    let mut walk = Walk { world, report, foreign: Vec::new(), random: Vec::new() };
    for (role, email) in &world.people {
        let client = Client::sign_in(address, email, &world.password).await?;
        for route in &routes {
            walk.take(&client, role.row().label, route).await?;
        }
    }
    let micros = |times| u64::try_from(median(times).as_micros()).unwrap_or(u64::MAX);
    (walk.report.foreign_micros, walk.report.random_micros) = (micros(walk.foreign), micros(walk.random));
    Ok(walk.report)
}

fn ends_the_session(route: &RouteRow) -> bool {
    route.path.starts_with("/sign-out") || route.path.starts_with("/profile/session")
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The address of a route with a key for the organization and something else for everything beneath it.
fn path(route: &RouteRow, key: &OrgKey, child: &str, id: &str) -> String {
    let path = route.path.replace("{org_key}", key.as_str()).replace("{child_key}", child);
    let mut parts: Vec<&str> = path.split('/').collect();
    for part in &mut parts {
        if part.starts_with('{') {
            *part = id;
        }
    }
    parts.join("/")
}

impl Walk<'_> {
    async fn take(&mut self, client: &Client, role: &str, route: &RouteRow) -> anyhow::Result<()> {
        let (own, foreign) = (&self.world.own, &self.world.foreign);
        let (nobody, nothing) = (OrgKey::generate(), Uuid::now_v7().to_string());
        let theirs = foreign.id.to_string();
        let deep = route.path.matches('{').count() > 1;
        if matches!(route.access, Access::Organization(_)) {
            let foreign_path = path(route, &foreign.key, foreign.child.as_str(), &theirs);
            let random_path = path(route, &nobody, nobody.as_str(), &nothing);
            // In turns: whoever asks second finds the portal warm.
            let (answer, random) = if self.foreign.len().is_multiple_of(2) {
                let answer = self.ask(client, role, route, &foreign_path).await?;
                (answer, self.ask(client, role, route, &random_path).await?)
            } else {
                let random = self.ask(client, role, route, &random_path).await?;
                (self.ask(client, role, route, &foreign_path).await?, random)
            };
            self.foreign.push(answer.took);
            self.random.push(random.took);
            self.must_equal(role, route, (&answer, &foreign_path), (&random, &random_path));
            if answer.status != 404 {
                self.leak(role, route, &format!("{foreign_path} answered {}", answer.status));
            }
        }
        // With nothing of the other tenant in it, a change would be a change; only pages are asked for.
        if deep {
            let foreign_path = path(route, &own.key, foreign.child.as_str(), &theirs);
            let random_path = path(route, &own.key, nobody.as_str(), &nothing);
            let answer = self.ask(client, role, route, &foreign_path).await?;
            let random = self.ask(client, role, route, &random_path).await?;
            self.must_equal(role, route, (&answer, &foreign_path), (&random, &random_path));
        } else if route.method == "GET" {
            let own_path = path(route, &own.key, own.child.as_str(), &nothing);
            self.ask(client, role, route, &own_path).await?;
        }
        Ok(())
    }

    /// Every answer is searched for what the other tenant has.
    async fn ask(&mut self, client: &Client, role: &str, route: &RouteRow, path: &str) -> anyhow::Result<Answer> {
        let answer = client.ask(&route.method, path).await?;
        let foreign = &self.world.foreign;
        self.report.cells += 1;
        let body = answer.body.replace(path, "");
        let marks = [foreign.word, foreign.child.as_str(), foreign.key.as_str()];
        // An error page may repeat what was asked for, and nothing else.
        let asked = |mark: &&str| !path.contains(*mark);
        if let Some(mark) = marks.iter().filter(|mark| asked(mark)).find(|mark| body.contains(**mark)) {
            self.leak(role, route, &format!("{path} shows {mark}"));
        }
        if answer.status >= 500 {
            self.leak(role, route, &format!("{path} answered {}", answer.status));
        }
        Ok(answer)
    }

    fn must_equal(&mut self, role: &str, route: &RouteRow, foreign: (&Answer, &str), random: (&Answer, &str)) {
        if foreign.0.status != random.0.status {
            let words = format!("{} answered {}, a random one {}", foreign.1, foreign.0.status, random.0.status);
            self.leak(role, route, &words);
        } else if plain(foreign.0) != plain(random.0) {
            self.leak(role, route, &format!("{} answered in other words than a random one", foreign.1));
        }
    }

    fn leak(&mut self, role: &str, route: &RouteRow, words: &str) {
        self.report.leaks.push(format!("{role}: {} {words}", route.method));
    }
}

/// The page without keys and ids, which differ from request to request, and without numbers of the moment.
fn plain(answer: &Answer) -> String {
    let words = answer.body.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'));
    let lasting = |word: &&str| {
        Uuid::parse_str(word).is_err() && !word.starts_with("org_") && !word.bytes().all(|byte| byte.is_ascii_digit())
    };
    words.filter(lasting).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::path;
    use crate::{
        roles::Permission,
        types::OrgKey,
        web::{Access, RouteRow},
    };

    #[test]
    fn everything_beneath_the_organization_is_replaced() {
        let route = RouteRow {
            method: "GET".into(),
            path: "/o/{org_key}/things/{id}/parts/{name:.*}",
            access: Access::Organization(Permission::Enter),
            fresh: false,
        };
        let key = OrgKey::generate();
        assert_eq!(path(&route, &key, "child", "7"), format!("/o/{key}/things/7/parts/7"));
    }
}
