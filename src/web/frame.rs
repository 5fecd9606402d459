//! What `layout.html` needs to draw the frame around a page.

/// Everything `layout.html` shows around the content of a page.
#[derive(Debug, Default, Clone)]
pub struct Frame {
    /// `Some("dark")` or `Some("light")` where the person has chosen; `None` follows the system.
    pub theme: Option<&'static str>,
    /// The organization the page stands in.
    pub organization: Option<FrameOrganization>,
    /// The organizations one can switch to.
    pub switcher: Vec<SwitchEntry>,
    /// Whether there are more than the switcher lists.
    pub more_organizations: bool,
    /// The side-bar.
    pub nav: Vec<NavEntry>,
    /// The breadcrumb, the present page last.
    pub crumbs: Vec<Crumb>,
    /// Who is signed in.
    pub person: Option<FramePerson>,
    /// Messages left by the request before this one.
    pub flashes: Vec<Flash>,
    /// The version of this program.
    pub version: &'static str,
    /// Whether the portal runs its own database.
    pub private_database: bool,
    /// When the session ends unless something happens, in seconds since 1970 (UX 47).
    pub session_ends: Option<i64>,
}

/// The organization a page stands in.
#[derive(Debug, Default, Clone)]
pub struct FrameOrganization {
    /// Its name.
    pub name: String,
    /// Its Org Key.
    pub key: String,
    /// Two letters for its tile.
    pub initials: String,
    /// The colour of its tile: `t2` to `t5` or empty.
    pub tile: &'static str,
    /// The person's role in it, in words.
    pub role: String,
    /// Whether nothing can be created beneath it.
    pub is_customer: bool,
}

/// An organization in the switcher.
#[derive(Debug, Default, Clone)]
pub struct SwitchEntry {
    /// Its name.
    pub name: String,
    /// Its Org Key.
    pub key: String,
    /// Two letters for its tile.
    pub initials: String,
    /// The colour of its tile: `t2` to `t5` or empty.
    pub tile: &'static str,
    /// The person's role in it, in words.
    pub role: String,
    /// Whether the page stands in it.
    pub current: bool,
}

/// A place in the side-bar.
#[derive(Debug, Default, Clone)]
pub struct NavEntry {
    /// Its name.
    pub label: &'static str,
    /// Where it leads.
    pub href: String,
    /// The name of its icon.
    pub icon: &'static str,
    /// Whether the page belongs to it.
    pub current: bool,
    /// Whether a rule stands above it.
    pub rule_before: bool,
}

/// A step of the breadcrumb.
#[derive(Debug, Default, Clone)]
pub struct Crumb {
    /// Its words.
    pub label: String,
    /// Where it leads; `None` for the page itself.
    pub href: Option<String>,
}

/// Who is signed in.
#[derive(Debug, Default, Clone)]
pub struct FramePerson {
    /// Their name.
    pub name: String,
    /// Two letters for their face.
    pub initials: String,
}

/// A message left by the request before.
#[derive(Debug, Default, Clone)]
pub struct Flash {
    /// `ok`, `info`, `warn` or `bad`.
    pub level: &'static str,
    /// The words.
    pub text: String,
}
