//! The comparison of the book with what is stored.

use std::collections::{HashMap, HashSet};

use sqlx::{PgConnection, Row, postgres::PgRow};

use super::book::Account;

/// What was found; everything but `stored` must be empty.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// Organizations made by the wizard.
    pub(super) stored: usize,
    /// Acknowledged, but not stored under the acknowledged key and name.
    pub(super) lost: Vec<String>,
    /// More than one organization for a draft, or more than one key acknowledged.
    pub(super) duplicate: Vec<String>,
    /// Without subscription, billing account, event, or the administrator that was asked for.
    pub(super) half: Vec<String>,
    /// Stored, though nobody asked for it.
    pub(super) ghost: Vec<String>,
}

impl Verdict {
    /// One line for people.
    pub(super) fn words(&self) -> String {
        let Verdict { stored, lost, duplicate, half, ghost } = self;
        let counts = [lost, duplicate, half, ghost].map(Vec::len);
        format!(
            "{stored} stored: {} lost, {} duplicate, {} half-written, {} ghost",
            counts[0], counts[1], counts[2], counts[3]
        )
    }

    pub(super) fn assert_spotless(&self) {
        let spotless = [&self.lost, &self.duplicate, &self.half, &self.ghost].iter().all(|found| found.is_empty());
        assert!(spotless, "{}\n{self:#?}", self.words());
    }
}

struct Stored {
    draft: String,
    key: String,
    name: String,
    whole: bool,
}

/// Compares. `accounts` is the book by draft; the draft's id is the command's.
pub(super) async fn compare(db: &mut PgConnection, accounts: &HashMap<String, Account>) -> Verdict {
    let stored = stored(db).await;
    let mut verdict = Verdict { stored: stored.len(), ..Verdict::default() };
    let mut names = HashSet::new();
    for row in &stored {
        let words = format!("{} {} ({})", row.key, row.name, row.draft);
        if !names.insert(&row.name) {
            verdict.duplicate.push(words.clone());
        }
        if !row.whole {
            verdict.half.push(words.clone());
        }
        if !accounts.contains_key(&row.draft) {
            verdict.ghost.push(words);
        }
    }
    for (draft, account) in accounts.iter().filter(|(_, account)| !account.keys.is_empty()) {
        if account.keys.len() > 1 {
            verdict.duplicate.push(format!("{draft} was acknowledged as {:?}", account.keys));
        }
        let found =
            stored.iter().any(|row| row.draft == *draft && account.keys.contains(&row.key) && row.name == account.name);
        if !found {
            verdict.lost.push(format!("{draft} {account:?}"));
        }
    }
    verdict
}

/// The name tells whether an administrator was asked for, so that the check needs no second book.
async fn stored(db: &mut PgConnection) -> Vec<Stored> {
    let rows = sqlx::query(
        "select o.command_id::text as draft, o.key, o.name,
                (select count(*) from subscriptions s where s.organization_id = o.id) = 1
                and exists (select 1 from billing_accounts b where b.organization_id = o.id and b.id = o.billing_account_id)
                and exists (select 1 from events e where e.organization_id = o.id and e.kind = 'organization.created')
                and (select count(*) from memberships m where m.organization_id = o.id)
                    = case when o.name like '%with administrator' then 1 else 0 end
                and (o.name not like '%with administrator' or exists (
                      select 1 from memberships m join users u on u.id = m.user_id where m.organization_id = o.id))
                as whole
         from organizations o where o.channel = 'wizard'",
    );
    let rows: Vec<PgRow> = rows.fetch_all(db).await.expect("the organizations");
    let stored = |row: PgRow| Stored {
        draft: row.get("draft"),
        key: row.get("key"),
        name: row.get("name"),
        whole: row.get("whole"),
    };
    rows.into_iter().map(stored).collect()
}
