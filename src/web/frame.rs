//! The frame of every page: side-bar, switcher, breadcrumb, account menu, messages.

use std::{future::Ready, future::ready};

use actix_session::{Session, SessionExt};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web::Data};
use serde::{Deserialize, Serialize};

pub(crate) use super::marks::{initials, tile};
use super::{access::Visitor, halt_bar::FrameHalt, visit_bar::FrameVisit};
use crate::{
    app::App,
    error::Result,
    memberships::Membership,
    roles::{Permission, Permissions},
    scope::{Actor, Scope},
    sessions,
    support_visits::Visit,
    types::AccountKind,
};

const SESSION_FLASHES: &str = "flashes";

/// Everything `layout.html` shows around a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frame {
    /// `light` or `dark` where the person chose.
    pub(crate) theme: Option<&'static str>,
    pub(crate) organization: Option<FrameOrganization>,
    pub(crate) switcher: Vec<SwitchEntry>,
    pub(crate) more_organizations: bool,
    pub(crate) nav: Vec<NavEntry>,
    pub(crate) crumbs: Vec<Crumb>,
    pub(crate) person: Option<FramePerson>,
    pub(crate) flashes: Vec<Flash>,
    pub(crate) version: &'static str,
    pub(crate) private_database: bool,
    /// The support visit the person is on.
    pub(crate) visit: Option<FrameVisit>,
    /// Why the organization is out of use.
    pub(crate) halt: Option<FrameHalt>,
    /// Epoch seconds at which the session ends without a further request.
    pub(crate) session_ends: Option<i64>,
}

/// The organization one stands in.
#[derive(Debug, Clone, Default)]
pub(crate) struct FrameOrganization {
    pub(crate) name: String,
    pub(crate) key: String,
    pub(crate) initials: String,
    pub(crate) tile: &'static str,
    pub(crate) role: String,
    /// What the person may do here.
    pub(crate) permissions: Permissions,
    /// What there is to do in an organization of this kind.
    pub(crate) offered: Permissions,
}

/// One line of the switcher.
#[derive(Debug, Clone, Default)]
pub(crate) struct SwitchEntry {
    pub(crate) name: String,
    pub(crate) key: String,
    pub(crate) initials: String,
    pub(crate) tile: &'static str,
    pub(crate) role: String,
    pub(crate) current: bool,
    /// Whether nobody of it gets in for now.
    pub(crate) suspended: bool,
}

/// One entry of the side-bar.
#[derive(Debug, Clone, Default)]
pub(crate) struct NavEntry {
    pub(crate) label: &'static str,
    pub(crate) href: String,
    pub(crate) icon: &'static str,
    pub(crate) current: bool,
    pub(crate) rule_before: bool,
}

/// One step of the breadcrumb; the last has no address.
#[derive(Debug, Clone, Default)]
pub(crate) struct Crumb {
    pub(crate) label: String,
    pub(crate) href: Option<String>,
}

/// The person signed in.
#[derive(Debug, Clone, Default)]
pub(crate) struct FramePerson {
    pub(crate) name: String,
    pub(crate) initials: String,
}

/// A message shown once on the next page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Flash {
    /// `ok`, `info`, `warn` or `bad`.
    pub(crate) level: String,
    pub(crate) text: String,
}

/// Keeps a message for the next page.
pub(crate) fn flash(session: &Session, level: &str, text: impl Into<String>) -> Result<()> {
    let mut flashes: Vec<Flash> = session.get(SESSION_FLASHES).unwrap_or_default().unwrap_or_default();
    flashes.push(Flash { level: level.into(), text: text.into() });
    session.insert(SESSION_FLASHES, flashes).map_err(|error| anyhow::anyhow!("session: {error}").into())
}

impl Frame {
    /// Marks where in the side-bar the page is; `icon` names the entry.
    pub(crate) fn at(mut self, label: &str) -> Self {
        for entry in &mut self.nav {
            entry.current = entry.label == label;
        }
        self
    }

    /// Adds a step to the breadcrumb.
    pub(crate) fn crumb(mut self, label: impl Into<String>, href: Option<String>) -> Self {
        self.crumbs.push(Crumb { label: label.into(), href });
        self
    }

    /// The frame for a request, as far as it got: without a session there is neither person nor organization.
    pub(super) fn of(request: &HttpRequest) -> Self {
        let mut frame = Self::without_session(request);
        let extensions = request.extensions();
        if let Some(visitor) = extensions.get::<Visitor>() {
            frame.add_person(&visitor.actor);
            frame.add_switcher(&visitor.memberships, extensions.get::<Scope>());
            frame.nav = own_places();
        }
        if let Some(scope) = extensions.get::<Scope>() {
            frame.add_organization(scope);
        }
        if let Some((visitor, visit)) = extensions.get::<Visitor>().zip(extensions.get::<Visit>()) {
            frame.visit = Some(FrameVisit::new(&visitor.actor, visit));
        }
        drop(extensions);
        let session = request.get_session();
        frame.session_ends = sessions::current(&session).map(|current| current.ends);
        frame.drain_flashes(&session);
        frame
    }

    /// What is known before there is a session.
    pub(super) fn without_session(request: &HttpRequest) -> Self {
        let app = request.app_data::<Data<App>>();
        let private_database = app.is_some_and(|app| app.settings.database_url.is_none());
        Self { version: env!("CARGO_PKG_VERSION"), private_database, ..Self::default() }
    }

    fn add_person(&mut self, actor: &Actor) {
        self.theme = match actor.theme.as_deref() {
            Some("dark") => Some("dark"),
            Some("light") => Some("light"),
            _ => None,
        };
        self.person = Some(FramePerson { name: actor.display_name.clone(), initials: initials(&actor.display_name) });
    }

    fn add_switcher(&mut self, memberships: &[Membership], scope: Option<&Scope>) {
        self.more_organizations = memberships.len() > 20;
        self.switcher = memberships
            .iter()
            .take(20)
            .map(|membership| SwitchEntry {
                name: membership.name.clone(),
                key: membership.key.as_str().to_owned(),
                initials: initials(&membership.name),
                tile: tile(membership.key.as_str()),
                role: membership.role.clone(),
                suspended: membership.suspended,
                current: scope.is_some_and(|scope| scope.organization.id == membership.organization_id),
            })
            .collect();
    }

    fn add_organization(&mut self, scope: &Scope) {
        let organization = &scope.organization;
        let key = organization.key.as_str().to_owned();
        self.nav = navigation(scope);
        self.halt = FrameHalt::of(scope);
        let here = (&organization.key, &organization.name);
        let way = organization.above.iter().map(|(key, name)| (key, name)).chain([here]);
        self.crumbs =
            way.map(|(key, name)| Crumb { label: name.clone(), href: Some(format!("/o/{}", key.as_str())) }).collect();
        self.organization = Some(FrameOrganization {
            name: organization.name.clone(),
            initials: initials(&organization.name),
            tile: tile(&key),
            role: scope.role_label().to_owned(),
            permissions: scope.permissions(),
            offered: Permissions::ALL
                .iter()
                .filter(|one| scope.organization_has(*one))
                .fold(Permissions::NONE, Permissions::with),
            key,
        });
    }

    fn drain_flashes(&mut self, session: &Session) {
        if let Ok(Some(flashes)) = session.get::<Vec<Flash>>(SESSION_FLASHES) {
            session.remove(SESSION_FLASHES);
            self.flashes = flashes;
        }
    }
}

/// The places of SPEC section 4 that exist, for this kind of organization and this role.
fn navigation(scope: &Scope) -> Vec<NavEntry> {
    let base = format!("/o/{}", scope.organization.key.as_str());
    let home = if scope.organization.kind == AccountKind::Customer {
        ("Dashboard", "layout-dashboard")
    } else {
        ("Home", "home")
    };
    // Whoever has no part in transfers between partners finds those between groups there.
    let transfers = match scope.may(Permission::TransferOrganizations) {
        true => ("/transfers", Permission::TransferOrganizations),
        false => ("/group-transfers", Permission::TagOrganizations),
    };
    let places: [(&'static str, &'static str, &str, Permission, bool); 9] = [
        (home.0, home.1, "", Permission::Enter, false),
        ("Organizations", "building-community", "/organizations", Permission::ListOrganizations, true),
        ("Groups", "folders", "/groups", Permission::ViewGroups, false),
        ("Transfers", "route", transfers.0, transfers.1, false),
        ("Users", "users", "/users", Permission::ViewUsers, false),
        ("Support", "route", "/support", Permission::EnterForSupport, false),
        ("Audit log", "history", "/audit", Permission::ViewAuditLog, true),
        ("Settings", "settings", "/settings", Permission::EditOrganization, false),
        ("Jobs", "robot", "/jobs", Permission::OperateInstallation, false),
    ];
    places
        .into_iter()
        .filter(|(_, _, _, permission, _)| scope.may(*permission) && scope.roles_have(*permission))
        .map(|(label, icon, path, _, rule_before)| NavEntry {
            label,
            href: format!("{base}{path}"),
            icon,
            current: false,
            rule_before,
        })
        .chain(way_up(scope))
        .collect()
}

/// The places of a person on a page that belongs to no organization.
fn own_places() -> Vec<NavEntry> {
    [("Your organizations", "/organizations", "building-community"), ("Profile", "/profile", "user")]
        .map(|(label, href, icon)| NavEntry { label, href: href.to_owned(), icon, ..NavEntry::default() })
        .into()
}

/// Back to the list one came from: the organizations of the nearest one above that the person reaches.
fn way_up(scope: &Scope) -> Option<NavEntry> {
    let (key, _) = scope.organization.above.last()?;
    Some(NavEntry {
        label: "All organizations",
        href: format!("/o/{}/organizations", key.as_str()),
        icon: "arrow-left",
        current: false,
        rule_before: true,
    })
}

impl FromRequest for Frame {
    type Error = crate::error::Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}
