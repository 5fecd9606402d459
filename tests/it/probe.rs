//! The shipped probe (SPEC N15): finds nothing in a sound portal, finds a hole where there is one, and leaves nothing
//! behind that anybody could use.

use crate::portal::{
    Portal,
    walk::{self, Administrator},
};

fn probe(portal: &Portal) -> (Option<i32>, String) {
    let output = portal.command(&["probe"]);
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    println!("{said}");
    (output.status.code(), said)
}

async fn page(operator: &Administrator) -> String {
    operator.client.page(&format!("{}/probe", operator.home)).await
}

#[tokio::test]
async fn the_probe_walks_every_route_and_finds_nothing() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    assert!(page(&operator).await.contains("has not run yet"));
    let (code, said) = probe(&portal);
    assert_eq!(code, Some(0), "{said}\n{}", portal.log());
    assert!(said.contains("Leaks 0"));
    let shown = page(&operator).await;
    assert!(shown.contains("No leak") && !shown.contains("has not run yet"));
    let mut db = portal.database().await;
    let number = async |db: &mut sqlx::PgConnection, query: &'static str| -> i64 {
        sqlx::query_scalar(query).fetch_one(db).await.expect(query)
    };
    let open = "select count(*) from users where email like '%@probe.invalid' and (disabled_at is null or password_hash is not null)";
    assert_eq!(number(&mut db, open).await, 0, "nobody gets in any more");
    let live = "select count(*) from organizations where name like 'Probe%' and status <> 'archived'";
    assert_eq!(number(&mut db, live).await, 0, "its tenants are on no list");
    let all = number(&mut db, "select count(*) from organizations").await;
    // A second time takes what the first has made.
    assert_eq!(probe(&portal).0, Some(0));
    assert_eq!(number(&mut db, "select count(*) from organizations").await, all);
}

/// A hole in both walls: a customer of the other tenant carries the first one's key in its path, as if it stood beneath it.
#[tokio::test]
async fn the_probe_finds_a_hole() {
    let portal = Portal::start().await;
    let operator = walk::set_up(&portal).await;
    assert_eq!(probe(&portal).0, Some(0));
    let hole = "set session_replication_role = replica;
                alter table organizations drop constraint organizations_path_check;
                update organizations set path = path || (select id from organizations where customer_number = 'probe-probewalk') || id
                where customer_number like 'probe-probestill%';
                update organizations set path = path || id where not path[array_length(path, 1)] = id";
    sqlx::raw_sql(hole).execute(&mut portal.database().await).await.expect("a hole");
    let (code, said) = probe(&portal);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("LEAK") && page(&operator).await.contains("Leaks found"));
}
