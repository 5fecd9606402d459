//! How long each query of the list takes: the portal's own code, on a pool like its own, for each kind of filter and order.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use tenantry::{
    database::Database,
    memberships,
    organizations::{self, Cursor, Filter},
    scope::{RowScope, Scope},
    types::OrgKey,
};
use time::OffsetDateTime;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    instrument::WithSubscriber,
};
use tracing_subscriber::{
    Layer, Registry,
    layer::{Context, SubscriberExt},
};
use uuid::Uuid;

/// A plan is kept from the first run on; the pages of tables are there from the second.
const ROUNDS: usize = 11;
const GOAL: Duration = Duration::from_millis(20);
/// A word search is not held to the goal, but to this.
const SEARCH_GOAL: Duration = Duration::from_millis(300);

/// What is asked: a name and the address. A search is one with words in it.
const LISTS: [(&str, &str); 31] = [
    ("by name", ""),
    ("by name, from the last", "sort=-name"),
    ("200 a page", "size=200"),
    ("the newest first", "sort=-created"),
    ("the most licences first", "sort=-licenses"),
    ("by customer number", "sort=number"),
    ("suspended", "status=suspended"),
    ("archived", "status=archived"),
    ("suspended, the newest first", "status=suspended&sort=-created"),
    ("partners", "type=partner"),
    ("on trial", "plan=trial"),
    ("in two countries", "country=FR&country=SE"),
    ("in a rare country", "country=JP"),
    ("in a rare country, the most licences first", "country=JP&sort=-licenses"),
    ("in a rare country, suspended", "country=JP&status=suspended"),
    ("through a door", "channel=wizard"),
    ("created on a day", "from=DAY&to=DAY"),
    ("created within some months", "from=2026-06-01&to=2026-09-01"),
    ("with a tag", "tag=TAG"),
    ("with a tag, the newest first", "tag=TAG&sort=-created"),
    ("with a rare tag, by customer number", "tag=RARE&sort=number"),
    ("in a group", "group=GROUP"),
    ("in a group, the newest first", "group=GROUP&sort=-created"),
    ("in a group and a country", "group=GROUP&country=SE"),
    ("with sub-partners", "beneath=1"),
    ("with sub-partners, the newest first", "beneath=1&sort=-created"),
    ("a customer number", "q=K-424242"),
    ("a domain", "q=c424242.example"),
    ("an Org Key", "q=org_000000424242"),
    ("nothing that exists", "q=zzzz"),
    ("the few of a day by licences", "from=DAY&to=DAY&sort=licenses"),
];

const SEARCHES: [(&str, &str); 8] = [
    ("a word of every eighth", "q=meridian"),
    ("a word of one in a hundred", "q=vogtmann"),
    ("two words", "q=meridian+vogtmann"),
    ("the beginning of many words", "q=m"),
    ("a word, the newest first", "q=meridian&sort=-created"),
    ("a word in a country", "q=meridian&country=DE"),
    ("a word and a country that never meet", "q=praxis&country=FR"),
    ("a word and a rare country that never meet", "q=praxis&country=JP"),
];

/// Who asks, and what stands for the words in capitals.
pub(crate) struct Asking<'a> {
    pub(crate) db: &'a Database,
    pub(crate) email: &'a str,
    pub(crate) key: &'a OrgKey,
    pub(crate) group: Uuid,
    pub(crate) tag: Uuid,
    pub(crate) rare: Uuid,
    /// The organization in the middle.
    pub(crate) middle: &'a str,
}

/// A line for each list and each search.
pub(crate) async fn figures(asking: &Asking<'_>) {
    let scope = scope(asking).await;
    let middle = OrgKey::parse(asking.middle).expect("a key");
    for (name, query) in LISTS {
        one(asking, &scope, (name, query), None, GOAL).await;
    }
    one(asking, &scope, ("behind the middle", ""), Some(Cursor::After(middle.clone())), GOAL).await;
    one(asking, &scope, ("before the middle", ""), Some(Cursor::Before(middle)), GOAL).await;
    for (name, query) in SEARCHES {
        one(asking, &scope, (name, query), None, SEARCH_GOAL).await;
    }
}

/// A line for each list of somebody who is kept to a group.
pub(crate) async fn of_manager(asking: &Asking<'_>) {
    let scope = scope(asking).await;
    let after = Some(Cursor::After(OrgKey::parse(asking.middle).expect("a key")));
    one(asking, &scope, ("account manager", ""), None, GOAL).await;
    one(asking, &scope, ("account manager, behind the middle", ""), after, GOAL).await;
    one(asking, &scope, ("account manager, the newest first", "sort=-created"), None, GOAL).await;
    one(asking, &scope, ("account manager, a word", "q=meridian"), None, SEARCH_GOAL).await;
}

async fn scope(asking: &Asking<'_>) -> Scope {
    let found = asking.db.read(RowScope::System("measure the queries of the list"), async |db| {
        let user_id = sqlx::query_scalar("select id from users where email = $1").bind(asking.email);
        let user_id = user_id.fetch_one(&mut *db).await?;
        let (actor, _) = memberships::person(db, user_id).await?.expect("the person");
        let access = memberships::access(db, user_id, asking.key).await?.expect("a way in");
        let now: OffsetDateTime = sqlx::query_scalar("select now()").fetch_one(db).await?;
        Ok(access.scope(actor, now, Uuid::nil()))
    });
    found.await.expect("a scope")
}

/// One page with what stands on it: the slowest of its queries decides.
async fn one(asking: &Asking<'_>, scope: &Scope, (name, query): (&str, &str), cursor: Option<Cursor>, goal: Duration) {
    let today = scope.now.date().previous_day().expect("a day").to_string();
    let query = query.replace("DAY", &today).replace("GROUP", &asking.group.to_string());
    let query = query.replace("TAG", &asking.tag.to_string()).replace("RARE", &asking.rare.to_string());
    let filter = Filter::parse(&query);
    let seen = Times::default();
    for _ in 0..ROUNDS {
        let look = asking.db.read(scope, async |db| {
            let page = organizations::list(db, scope, &filter, cursor.as_ref()).await?;
            organizations::names(db, scope, &filter, &page.rows).await?;
            Ok(page.rows.len())
        });
        look.with_subscriber(Registry::default().with(seen.clone())).await.expect("a page");
    }
    let (slowest, whole) = seen.medians();
    let met = if slowest <= goal { "met" } else { "MISSED" };
    let goal = format!("all its queries {:.1} ms; at most {} ms each: {met}", ms(whole), goal.as_millis());
    super::super::line(&format!("query, {name}"), &format!("{:.2} ms", ms(slowest)), &goal);
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// How long each statement took, whenever it ran.
#[derive(Clone, Default)]
struct Times(Arc<Mutex<HashMap<String, Vec<Duration>>>>);

impl Times {
    /// The middle of the times of the slowest statement, and of all together.
    fn medians(&self) -> (Duration, Duration) {
        let mut seen = self.0.lock().expect("the times");
        let middle = |times: &mut Vec<Duration>| {
            times.sort();
            times[times.len() / 2]
        };
        let all: Vec<_> = seen.values_mut().map(middle).collect();
        (all.iter().max().copied().unwrap_or_default(), all.iter().sum())
    }
}

impl<S: Subscriber> Layer<S> for Times {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            let mut statement = Statement::default();
            event.record(&mut statement);
            self.0.lock().expect("the times").entry(statement.text).or_default().push(statement.elapsed);
        }
    }
}

#[derive(Default)]
struct Statement {
    text: String,
    elapsed: Duration,
}

impl Visit for Statement {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "elapsed_secs" {
            self.elapsed = Duration::from_secs_f64(value);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if ["summary", "db.statement"].contains(&field.name()) {
            self.text.push_str(value);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
