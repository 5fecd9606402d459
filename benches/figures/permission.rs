//! What it costs to learn who asks and what they may: done before every request to a page of an organization.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tenantry::{database::Database, error::Result, memberships, scope::RowScope, types::OrgKey};
use tracing::{Event, Subscriber, instrument::WithSubscriber};
use tracing_subscriber::{
    Layer, Registry,
    layer::{Context, SubscriberExt},
};
use uuid::Uuid;

/// Queries of one check, the beginning of its transaction not among them, and how long it takes as the median of 1,000:
/// the person with their organizations, and what opens the organization of the address.
pub(crate) async fn check(db: &Database, user_id: Uuid, key: &OrgKey) -> (usize, Duration) {
    let queries = Arc::new(AtomicUsize::new(0));
    let counting = Registry::default().with(Counter(queries.clone()));
    look(db, user_id, key).with_subscriber(counting).await.expect("an answer");
    let mut times = Vec::with_capacity(1000);
    for _ in 0..1000 {
        let begun = Instant::now();
        look(db, user_id, key).await.expect("an answer");
        times.push(begun.elapsed());
    }
    times.sort();
    (queries.load(Ordering::Relaxed), times[times.len() / 2])
}

async fn look(db: &Database, user_id: Uuid, key: &OrgKey) -> Result<()> {
    db.read(RowScope::System("measure the check of permissions"), async |db| {
        memberships::person(db, user_id).await?.expect("the person");
        memberships::access(db, user_id, key).await?.expect("a way in");
        Ok(())
    })
    .await
}

/// Counts what is sent to the database.
struct Counter(Arc<AtomicUsize>);

impl<S: Subscriber> Layer<S> for Counter {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}
