//! Keeps the layering of ARCHITECTURE.md: who may import whom, and what may appear where.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Every Rust file below a folder, with its text up to its unit tests.
fn sources(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = vec![root.join(folder)];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting
                .extend(fs::read_dir(&path).expect("a readable folder").map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a readable source");
            let name = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
            found.push((name, text));
        }
    }
    assert!(!found.is_empty(), "{folder} holds no sources");
    found.sort();
    found
}

/// The code of a file without comments and without its unit tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The files of the outer layer: they speak HTTP.
fn translates(path: &str) -> bool {
    let name = file_name(path);
    path.starts_with("src/web/")
        || name == "pages.rs"
        || name == "api.rs"
        || path.contains("/pages/")
        || ["src/health.rs", "src/telemetry.rs", "src/commands/mod.rs", "src/commands/serve.rs"].contains(&path)
        || path.starts_with("src/sessions/rows")
}

#[test]
fn http_and_html_stay_in_the_outer_layer() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let code = code(&text);
        let http = code.contains("actix_web::") || code.contains("actix_session::");
        let html = code.contains("askama::") && !path.starts_with("src/mail/");
        if (http || html) && !translates(&path) {
            wrong.push(path);
        }
    }
    assert!(wrong.is_empty(), "actix and askama belong into pages.rs, api.rs and web/, not into {wrong:?}");
}

#[test]
fn sql_stays_in_the_stores() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let allowed = file_name(&path) == "store.rs"
            || path.contains("/store/")
            || path.starts_with("src/jobs/")
            || path.starts_with("src/database/");
        if code(&text).contains("sqlx::query") && !allowed {
            wrong.push(path);
        }
    }
    assert!(wrong.is_empty(), "SQL belongs into store.rs, not into {wrong:?}");
}

#[test]
fn the_base_knows_nothing_of_the_features() {
    const BASE: [&str; 7] = [
        "src/error.rs",
        "src/scope.rs",
        "src/standing.rs",
        "src/config.rs",
        "src/clock.rs",
        "src/types/",
        "src/roles/",
    ];
    const FEATURES: [&str; 12] = [
        "organizations",
        "onboarding",
        "users",
        "sessions",
        "setup",
        "billing",
        "subscriptions",
        "events",
        "jobs",
        "mail",
        "web",
        "memberships",
    ];
    for (path, text) in sources("src") {
        if BASE.iter().any(|base| path.starts_with(base)) {
            for feature in FEATURES {
                let code = code(&text);
                assert!(!code.contains(&format!("crate::{feature}::")), "{path} must not use {feature}");
            }
        }
    }
}

#[test]
fn organizations_do_not_know_the_doors_that_call_them() {
    for (path, text) in sources("src/organizations") {
        if !translates(&path) {
            assert!(!code(&text).contains("crate::onboarding"), "{path} must not use the wizard");
        }
    }
}

/// Seeing every row is for work without a person behind it; each place that asks for it is listed with its reason.
#[test]
fn only_the_listed_places_see_every_row() {
    const ALLOWED: &[(&str, &str)] = &[
        ("src/scope.rs", "declares it"),
        ("src/database/", "carries it out"),
        ("src/web/access.rs", "decides which rows the rest of the request may see"),
        ("src/web/session.rs", "reads the session, and with it who it is"),
        ("src/sessions/", "a session is read before anybody is known"),
        ("src/users/", "an address is looked up across organizations at sign-in"),
        ("src/credentials/", "a password link is opened before anybody is known"),
        ("src/web/door.rs", "notes a sign-in, as sessions do"),
        ("src/factors/", "a code is checked before anybody is signed in, with a key from the installation's secret"),
        ("src/support_visits/", "a visitor sees nothing of the organization until the visit is open"),
        ("src/limits/", "limits on guessing belong to nobody"),
        ("src/setup/", "the first run has no person yet"),
        ("src/jobs/", "background work"),
        (
            "src/bulk/work.rs",
            "a bulk change goes on without a request; it finds out who asked, and acts as that person",
        ),
        ("src/imports/work.rs", "as a bulk change; and mails of an organization that is removed are seen by nobody"),
        ("src/mail/", "the outbox is sent by a job"),
        ("src/invitations/accept.rs", "an invitation is opened by somebody who belongs to no organization yet"),
        ("src/members/mod.rs", "sessions belong to the person alone, so no organization's scope can end them"),
        ("src/commands/", "whoever runs the binary owns the data"),
        ("src/probe/", "makes two tenants and retires them, from the command line"),
        ("src/demo/", "fills an installation from the command line"),
        ("src/organizations/payer.rs", "names the primary that pays, which stands above the organization"),
        ("src/memberships/ask.rs", "names who can give more rights, who may stand above the organization"),
        ("src/why/", "explains memberships that stand above the organization"),
        ("src/lifecycle/purge.rs", "removes accounts that belong to nobody in sight, as the operator"),
        ("src/transfers/", "a transfer changes both sides, of which nobody but the operator sees both"),
        ("src/web/closed.rs", "names who serves an organization that lets its people in no more"),
        ("src/onboarding/verification", "asks whether a verified address has an account"),
    ];
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        if code(&text).contains("RowScope::System") && !ALLOWED.iter().any(|(allowed, _)| path.starts_with(allowed)) {
            wrong.push(path);
        }
    }
    assert!(wrong.is_empty(), "these ask for every row without being listed: {wrong:?}");
}

#[test]
fn a_scope_never_outlives_its_transaction() {
    for (path, text) in sources("src") {
        let code = code(&text);
        let sets = code.contains("set_config(") || code.contains("set local ");
        assert!(!sets || path == "src/database/mod.rs", "{path} tells a transaction its scope");
        assert!(
            !code.contains("set session ") && !code.contains("\"set app."),
            "{path} sets something for the connection"
        );
        // `set role = $1` in an update is a column of a membership.
        let role = code.to_lowercase().replace("set role =", "").contains("set role");
        assert!(!role, "{path} changes the role");
    }
}

/// House rule 12, with the exceptions that are lists by nature.
#[test]
fn files_stay_under_three_hundred_lines() {
    let long: Vec<_> = sources("src")
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(path, lines)| *lines > 300 && !path.starts_with("src/types/country/"))
        .collect();
    assert!(long.is_empty(), "find the second noun in {long:?}");
}

#[test]
fn templates_hold_neither_script_nor_style() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut waiting = vec![root];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "mail") {
                waiting.extend(
                    fs::read_dir(&path).expect("a readable folder").map(|entry| entry.expect("an entry").path()),
                );
            }
            continue;
        }
        let text = fs::read_to_string(&path).expect("a readable template");
        for forbidden in ["<script>", "<style", " style=\"", " onclick=", " onsubmit=", "javascript:"] {
            assert!(!text.contains(forbidden), "{} holds {forbidden}", path.display());
        }
        // The drawings of icons and marks are the only texts that are markup; everything else is escaped.
        assert!(
            !text.contains("|safe") || path.ends_with("icons.html") || path.ends_with("marks.html"),
            "{} is not escaped",
            path.display()
        );
    }
}
