//! "Set up this organization": what is still open, with a way to do it. Only what exists is offered.

use super::model::{Administrator, Overview};
use crate::{roles::Permission, scope::Scope, types::AccountKind};

/// One line of the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is about.
    pub subject: &'static str,
    /// How it stands, in a sentence.
    pub text: String,
    /// Whether it is done.
    pub done: bool,
    /// What the reader can do about it.
    pub action: Option<Action>,
}

/// A way to do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A page below the organization's address: label and path.
    Open(&'static str, &'static str),
    /// A change at once, by POST: label and path.
    Do(&'static str, &'static str),
}

/// The lines for this organization and this reader; none for whoever may do nothing of it, such as an account manager at
/// home in the partner.
pub fn checklist(overview: &Overview, scope: &Scope) -> Vec<Item> {
    if !sets_up(scope) {
        return Vec::new();
    }
    let operator = overview.organization.parent_id.is_none();
    let mut items = vec![administrator(&overview.administrators), details(overview)];
    if !operator {
        items.push(billing(overview));
        items.push(subscription(overview));
    }
    if overview.organization.details.kind == AccountKind::Partner {
        items.push(prices(overview));
        items.push(support(overview, scope));
    }
    items.push(users(overview.people));
    for item in &mut items {
        let allowed = match item.action {
            Some(Action::Open(_, "/settings/prices")) => scope.may(Permission::ManagePrices),
            Some(Action::Open(_, "/settings/support")) => scope.may(Permission::ManageSettings),
            Some(Action::Open(_, "/settings/billing")) => scope.may(Permission::ManageBilling),
            Some(Action::Do(..) | Action::Open(_, "/users/new")) => scope.may(Permission::ManageUsers),
            _ => scope.may(Permission::EditOrganization),
        };
        if item.done || !allowed {
            item.action = None;
        }
    }
    items
}

fn sets_up(scope: &Scope) -> bool {
    use Permission as P;
    [P::EditOrganization, P::ManageUsers, P::ManageBilling, P::ManagePrices, P::ManageSettings]
        .into_iter()
        .any(|permission| scope.may(permission))
}

fn administrator(people: &[Administrator]) -> Item {
    let without_password = people.iter().find(|person| !person.has_password);
    let (text, action) = if let Some(person) = people.iter().find(|person| person.has_signed_in) {
        (format!("{} has signed in", person.name), None)
    } else if let Some(person) = without_password {
        let action = Action::Do("Send instructions again", "/password-instructions");
        (format!("{} has not chosen a password yet", person.name), Some(action))
    } else if let Some(person) = people.first() {
        (format!("{} can sign in and has not done so yet", person.name), None)
    } else {
        ("Nobody has been named yet. Whoever created the organization looks after it".to_owned(), None)
    };
    Item { subject: "Administrator", text, done: people.iter().any(|person| person.has_signed_in), action }
}

/// "Add user" leads on from the new organization (S140, S424).
fn users(people: i64) -> Item {
    let text = match people {
        0 | 1 => "Nobody besides the administrator has been added".to_owned(),
        count => format!("{count} people belong here or are invited"),
    };
    Item { subject: "Users", text, done: people > 1, action: Some(Action::Open("Add user", "/users/new")) }
}

fn details(overview: &Overview) -> Item {
    let done = overview.organization.details.is_complete();
    let text = if done { "Contact, size and place are complete" } else { "Contact, size or place is missing" };
    Item { subject: "Details", text: text.to_owned(), done, action: Some(Action::Open("Complete", "/settings")) }
}

fn billing(overview: &Overview) -> Item {
    let (done, text) = match &overview.billing {
        None => (true, "Billed to another organization’s account"),
        Some(account) if account.address.is_some() => (true, "The billing address is complete"),
        Some(_) => (false, "The billing address is missing"),
    };
    let action = Some(Action::Open("Complete", "/settings/billing"));
    Item { subject: "Billing", text: text.to_owned(), done, action }
}

fn subscription(overview: &Overview) -> Item {
    let organization = &overview.organization;
    let (done, text) = if organization.license_pool_owner_id != organization.id {
        (true, "Uses the licences of the enterprise above".to_owned())
    } else {
        match overview.subscriptions.as_slice() {
            [] => (false, "No subscription has been chosen".to_owned()),
            [one] => (true, format!("{}, {}", one.plan.label(), licenses(one.licenses.get().into()))),
            several => (true, format!("{} subscriptions, {}", several.len(), licenses(organization.licenses))),
        }
    };
    Item { subject: "Subscription", text, done, action: None }
}

fn prices(overview: &Overview) -> Item {
    let done = overview.prices.monthly_price.is_some() || overview.prices.yearly_price.is_some();
    let text = if done { "A licence has a price" } else { "A licence has no price, so quotes show none" };
    Item {
        subject: "Prices",
        text: text.to_owned(),
        done,
        action: Some(Action::Open("Set prices", "/settings/prices")),
    }
}

fn support(overview: &Overview, scope: &Scope) -> Item {
    let own = overview.prices.organization_id == Some(scope.organization.id);
    let done = own && !overview.prices.support.is_empty();
    let text =
        if done { "Organizations beneath know whom to ask" } else { "Organizations beneath are not told whom to ask" };
    Item {
        subject: "Support contact",
        text: text.to_owned(),
        done,
        action: Some(Action::Open("Name one", "/settings/support")),
    }
}

/// "1 licence", "5 licences".
pub(super) fn licenses(count: i64) -> String {
    if count == 1 { "1 licence".to_owned() } else { format!("{count} licences") }
}
