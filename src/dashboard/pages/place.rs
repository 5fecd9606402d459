//! Where an organization stands: what is above and beneath it, and what the partner above keeps about it.

use crate::{
    app::App,
    dashboard::{self, BENEATH, Beneath, Overview},
    error::Result,
    roles::Permission,
    scope::Scope,
    types::{AccountKind, OrgKey},
    web::{
        access::scope_above,
        frame::{initials, tile},
    },
};

/// One organization of the hierarchy.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) initials: String,
    pub(super) tile: &'static str,
    pub(super) kind: &'static str,
}

impl Line {
    fn new(key: &OrgKey, name: &str, kind: &'static str) -> Self {
        Self {
            name: name.to_owned(),
            href: format!("/o/{key}"),
            initials: initials(name),
            tile: tile(key.as_str()),
            kind,
        }
    }
}

/// The hierarchy around an organization, as far as the person sees it.
pub(super) struct Place {
    /// From the highest down to the one directly above.
    pub(super) above: Vec<Line>,
    pub(super) beneath: Vec<Line>,
    /// The list of all beneath, where not all are named here.
    pub(super) all: Option<String>,
    /// "Partner": for "Add account underneath this Partner" (S403).
    pub(super) adds_to: Option<&'static str>,
    pub(super) labels: Option<LabelsView>,
}

/// What the partner above keeps, and where it is changed.
pub(super) struct LabelsView {
    pub(super) partner: String,
    pub(super) groups: Vec<String>,
    pub(super) tags: Vec<String>,
    /// Pages that change the tags and the partner's own fields, for whoever may.
    pub(super) edit: Option<(String, String)>,
    /// The page that moves it to another group, for whoever may, where it is in one.
    pub(super) moves: Option<String>,
}

impl Place {
    /// Reads what the partner above keeps, in the person's scope there.
    pub(super) async fn read(app: &App, scope: &Scope, overview: &Overview) -> Result<Self> {
        let labels = match scope_above(app, scope).await? {
            Some(above) if above.organization.kind == AccountKind::Partner => labels(app, scope, &above).await?,
            _ => None,
        };
        let base = format!("/o/{}", scope.organization.key);
        let adds = scope.may(Permission::CreateOrganizations);
        let beneath = overview.beneath.iter().take(BENEATH);
        Ok(Self {
            above: scope.organization.above.iter().map(|(key, name)| Line::new(key, name, "")).collect(),
            beneath: beneath.map(|Beneath { key, name, kind }| Line::new(key, name, kind.label())).collect(),
            all: (overview.beneath.len() > BENEATH).then(|| format!("{base}/organizations")),
            adds_to: adds.then(|| scope.organization.kind.label()),
            labels,
        })
    }

    /// Whether there is anything to show.
    pub(super) fn is_empty(&self) -> bool {
        self.above.is_empty() && self.beneath.is_empty() && self.adds_to.is_none()
    }
}

async fn labels(app: &App, scope: &Scope, above: &Scope) -> Result<Option<LabelsView>> {
    if !above.may(Permission::ListOrganizations) {
        return Ok(None);
    }
    let found = app.read(above, async |db| dashboard::labels(db, above, scope.organization.id).await).await?;
    let page = |what: &str| format!("/o/{}/organizations/{}/{what}", above.organization.key, scope.organization.key);
    let may_edit = above.may(Permission::TagOrganizations) && !scope.organization.is_archived();
    Ok(Some(LabelsView {
        moves: (may_edit && !found.groups.is_empty()).then(|| page("group")),
        partner: above.organization.name.clone(),
        groups: found.groups,
        tags: found.tags,
        edit: may_edit.then(|| (page("tags"), page("fields"))),
    }))
}
