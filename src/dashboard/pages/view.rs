//! What the templates of the dashboard read: everything decided, nothing but text.

use time::OffsetDateTime;

use crate::{
    dashboard::{Item, Overview, checklist},
    events::{Event, EventKind},
    organizations::Channel,
    roles::Permission,
    scope::Scope,
    settings::Support,
    subscriptions::{Subscription, TrialState},
    types::{Commitment, CompanySize, PhoneNumber, TimeZone},
    web::{
        frame::{initials, tile},
        when::When,
        words::status,
    },
};

/// Lines of the feed.
const FEED: usize = 8;

/// An organization as its page shows it.
pub(super) struct OverviewView {
    pub(super) base: String,
    pub(super) name: String,
    pub(super) key: String,
    pub(super) initials: String,
    pub(super) tile: &'static str,
    pub(super) kind: &'static str,
    pub(super) place: String,
    pub(super) domain: Option<String>,
    pub(super) status: (&'static str, String),
    pub(super) trial: Option<Trial>,
    pub(super) facts: Vec<Fact>,
    pub(super) created: When,
    pub(super) created_by: String,
    pub(super) subscriptions: Vec<SubscriptionRow>,
    pub(super) pool: bool,
    pub(super) items: Vec<Item>,
    pub(super) items_done: usize,
    pub(super) feed: Vec<FeedLine>,
    pub(super) support: Vec<(&'static str, String, String)>,
    pub(super) may_edit: bool,
    /// Whether who is billed and what it costs is shown (a Sales Agent sees no cost).
    pub(super) sees_billing: bool,
}

/// One fact: term, value, a smaller line below.
pub(super) struct Fact {
    pub(super) term: &'static str,
    pub(super) value: String,
    pub(super) more: Option<String>,
}

/// The countdown.
pub(super) struct Trial {
    pub(super) tone: &'static str,
    pub(super) heading: String,
    pub(super) text: String,
    pub(super) days: i64,
    pub(super) over: i64,
}

/// One line of the subscriptions.
pub(super) struct SubscriptionRow {
    pub(super) name: String,
    pub(super) plan: &'static str,
    pub(super) commitment: &'static str,
    pub(super) licenses: String,
    /// Only for whoever sees billing.
    pub(super) price: Option<String>,
    pub(super) next: Option<When>,
    pub(super) next_word: &'static str,
}

/// One line of the feed.
pub(super) struct FeedLine {
    pub(super) initials: Option<String>,
    pub(super) actor: String,
    pub(super) words: String,
    pub(super) subject: Option<String>,
    /// Name and address of the organization, where it is another one.
    pub(super) organization: Option<(String, String)>,
    /// Whether the organization is the object of the sentence.
    pub(super) about_organization: bool,
    pub(super) when: When,
}

impl OverviewView {
    pub(super) fn new(overview: &Overview, payer: Option<String>, scope: &Scope) -> Self {
        let organization = &overview.organization;
        let zone = scope.actor.zone();
        let sees_billing = scope.may(Permission::ViewBilling);
        let items = checklist(overview, scope);
        let place =
            [organization.details.state.as_ref().map(|state| state.name()), Some(organization.details.country.name())];
        let by = overview.created_by.as_deref().map(|name| format!("by {name}, ")).unwrap_or_default();
        Self {
            base: format!("/o/{}", organization.key),
            name: organization.details.name.to_string(),
            key: organization.key.to_string(),
            initials: initials(organization.details.name.as_str()),
            tile: tile(organization.key.as_str()),
            kind: if organization.parent_id.is_none() { "Operator" } else { organization.details.kind.label() },
            place: place.into_iter().flatten().collect::<Vec<_>>().join(", "),
            domain: organization.details.domain.as_ref().map(ToString::to_string),
            status: status(&organization.status, organization.trial_ends_at, scope.now, &zone),
            trial: organization.trial_ends_at.map(|ends_at| Trial::new(ends_at, overview, scope.now, &zone)),
            facts: facts(overview, payer, sees_billing),
            created: When::day(&zone, organization.created_at),
            created_by: format!("{by}{}", Channel::words(&organization.channel)),
            subscriptions: overview
                .subscriptions
                .iter()
                .map(|one| SubscriptionRow::new(one, &zone, sees_billing))
                .collect(),
            pool: organization.license_pool_owner_id != organization.id,
            items_done: items.iter().filter(|item| item.done).count(),
            items,
            feed: feed(overview, scope, &zone),
            support: support(&overview.support),
            may_edit: scope.may(Permission::EditOrganization),
            sees_billing,
        }
    }

    /// Whether the checklist still has something open.
    pub(super) fn is_open(&self) -> bool {
        self.items_done < self.items.len()
    }
}

fn facts(overview: &Overview, payer: Option<String>, sees_billing: bool) -> Vec<Fact> {
    let organization = &overview.organization;
    let text = |value: Option<String>, term, more| value.map(|value| Fact { term, value, more });
    let phone = organization.details.contact_phone.as_ref().map(PhoneNumber::display);
    let billing = match payer {
        Some(payer) => format!("Billed to {payer}"),
        None => "Own account (primary)".to_owned(),
    };
    let pool =
        if organization.license_pool_owner_id == organization.id { "Own licences" } else { "The enterprise’s" };
    [
        text(organization.details.customer_number.as_ref().map(ToString::to_string), "Customer no.", None),
        text(organization.details.registration_number.as_ref().map(ToString::to_string), "Registration", None),
        text(organization.details.contact(), "Contact", phone),
        text(organization.details.company_size.map(CompanySize::label), "Size", None),
        text(organization.details.notification_email.as_ref().map(ToString::to_string), "Notices to", None),
        organization.parent_id.filter(|_| sees_billing).and(text(Some(billing), "Billing", address(overview))),
        organization.parent_id.and(text(Some(pool.to_owned()), "Licence pool", None)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn address(overview: &Overview) -> Option<String> {
    let address = overview.billing.as_ref()?.address.as_ref()?;
    Some(address.lines().join(", "))
}

impl Trial {
    fn new(ends_at: OffsetDateTime, overview: &Overview, now: OffsetDateTime, zone: &TimeZone) -> Self {
        let first = overview.subscriptions.iter().map(|one| one.starts_on).min();
        let last = zone.day(ends_at);
        let days = first.map_or(1, |first| (last - first).whole_days()).max(1);
        let left = (last - zone.day(now)).whole_days().max(0);
        let over = (days - left).clamp(0, days);
        let at = zone.format(ends_at);
        let (tone, heading) = match TrialState::of(ends_at, now, zone) {
            TrialState::Running { days_left } => ("", format!("The trial ends in {days_left} days, {at}")),
            TrialState::Ending { days_left: 0 } => ("warn", format!("The trial ends today, {at}")),
            TrialState::Ending { days_left: 1 } => ("warn", format!("The trial ends tomorrow, {at}")),
            TrialState::Ending { days_left } => ("warn", format!("The trial ends in {days_left} days, {at}")),
            TrialState::Over => ("warn", format!("The trial ended on {at}")),
        };
        let text = "Nothing is deleted when a trial ends.".to_owned();
        Self { tone, heading, text, days, over }
    }
}

impl SubscriptionRow {
    fn new(subscription: &Subscription, zone: &TimeZone, sees_billing: bool) -> Self {
        let (next, next_word) = match (subscription.trial_ends_at, subscription.renews_on) {
            (Some(at), _) => (Some(When::day(zone, at)), "Ends"),
            (None, Some(date)) => (Some(When::date(date)), "Renews"),
            (None, None) => (None, ""),
        };
        let trial = subscription.trial_ends_at.is_some();
        Self {
            name: subscription.name.to_string(),
            plan: subscription.plan.label(),
            commitment: match subscription.commitment {
                _ if trial => "None",
                Commitment::MonthToMonth => "Month-to-month",
                Commitment::Yearly => "Yearly",
            },
            licenses: subscription.licenses.to_string(),
            price: sees_billing.then(|| match subscription.unit_price {
                Some(price) => price.to_string(),
                None if trial => "Free".to_owned(),
                None => "Not set".to_owned(),
            }),
            next,
            next_word,
        }
    }
}

/// The latest events. The first subscription of an organization beneath came with its creation and is not told twice.
fn feed(overview: &Overview, scope: &Scope, zone: &TimeZone) -> Vec<FeedLine> {
    let came_with_creation = |event: &Event| {
        event.kind == EventKind::SubscriptionCreated.as_str()
            && event.organization_id != scope.organization.id
            && overview.events.iter().any(|other| {
                other.kind == EventKind::OrganizationCreated.as_str()
                    && (other.organization_id, other.at) == (event.organization_id, event.at)
            })
    };
    let told = overview.events.iter().filter(|event| !came_with_creation(event));
    told.take(FEED).map(|event| FeedLine::new(event, scope, zone)).collect()
}

impl FeedLine {
    fn new(event: &Event, scope: &Scope, zone: &TimeZone) -> Self {
        let elsewhere = event.organization_id != scope.organization.id;
        let is_me = event.actor_user_id == Some(scope.actor.user_id);
        Self {
            initials: event.actor_user_id.map(|_| initials(&event.actor_name)),
            actor: if is_me { "You".to_owned() } else { event.actor_name.clone() },
            words: event.sentence().to_owned(),
            subject: event.subject_name.clone(),
            organization: elsewhere
                .then(|| (event.organization_name.clone(), format!("/o/{}", event.organization_key))),
            about_organization: event.is_about_organization(),
            when: When::relative(zone, event.at, scope.now),
        }
    }
}

/// What can be asked, as term, words and address.
fn support(support: &Support) -> Vec<(&'static str, String, String)> {
    let email = support.email.as_ref().map(|email| ("Mail", email.to_string(), format!("mailto:{email}")));
    let phone = support.phone.as_ref().map(|phone| ("Phone", phone.display(), format!("tel:{}", phone.e164())));
    let url = support.url.as_ref().map(|url| ("Help", url.clone(), url.clone()));
    [email, phone, url].into_iter().flatten().collect()
}
