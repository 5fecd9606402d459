//! axe-core on the page that is open: no violation, light and dark (UX 41, 48; WCAG 2.2 AA).

use serde::Deserialize;
use serde_json::Value;

use super::Browser;

const AXE: &str = include_str!("../../vendor/axe-core/axe.min.js");

/// Rules beyond WCAG ("best-practice") count as well: landmarks, one h1, order of headings.
const RUN: &str = "const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ['violations'] }).then(
  found => done(found.violations.map(rule => ({
    id: rule.id, help: rule.help,
    nodes: rule.nodes.map(node => node.target.join(' ') + ': ' + (node.failureSummary || '').replace(/\\s+/g, ' ')),
  }))),
  error => done([{ id: 'axe', help: String(error), nodes: [] }]));";

#[derive(Debug, Deserialize)]
struct Violation {
    id: String,
    help: String,
    nodes: Vec<String>,
}

/// Every violation on the page as it stands, one line each with the elements beneath.
pub(super) async fn violations(browser: &Browser) -> Vec<String> {
    let session = &browser.driver.session;
    let loaded = session.execute("return typeof window.axe", Vec::new()).await.expect("a script");
    if loaded.json() != "object" {
        session.execute(AXE, Vec::new()).await.expect("axe-core is loaded");
    }
    let found = session.execute_async(RUN, Vec::<Value>::new()).await.expect("axe-core runs");
    let found: Vec<Violation> = found.convert().expect("what axe-core found");
    found.into_iter().map(|rule| format!("{}: {}\n    {}", rule.id, rule.help, rule.nodes.join("\n    "))).collect()
}
