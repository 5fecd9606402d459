//! The tabs of an organization's settings: one concern a page.

use crate::{roles::Permission, scope::Scope};

/// One of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Details,
    Billing,
    Prices,
    Support,
    Tags,
    Fields,
    SignIn,
    SupportAccess,
}

/// The tabs this person has here; `templates/settings/_tabs.html` shows them.
#[derive(Debug, Clone)]
pub(crate) struct SettingsTabs {
    pub(crate) name: String,
    pub(crate) base: String,
    pub(crate) entries: Vec<TabEntry>,
}

/// One tab.
#[derive(Debug, Clone)]
pub(crate) struct TabEntry {
    pub(crate) label: &'static str,
    pub(crate) href: String,
    pub(crate) current: bool,
}

impl SettingsTabs {
    /// The tabs, with the present one marked.
    pub(crate) fn new(scope: &Scope, current: Tab) -> Self {
        const TABS: [(Tab, &str, &str, Permission); 8] = [
            (Tab::Details, "Details", "/settings", Permission::EditOrganization),
            (Tab::Billing, "Billing address", "/settings/billing", Permission::ManageBilling),
            (Tab::Prices, "Prices and trials", "/settings/prices", Permission::ManagePrices),
            (Tab::Support, "Support contact", "/settings/support", Permission::ManageSettings),
            (Tab::Tags, "Tags", "/settings/tags", Permission::ManageSettings),
            (Tab::Fields, "Fields", "/settings/fields", Permission::ManageSettings),
            (Tab::SignIn, "Sign-in rules", "/settings/sign-in", Permission::ManageRoles),
            (Tab::SupportAccess, "Support access", "/support-access", Permission::ViewAuditLog),
        ];
        let base = format!("/o/{}", scope.organization.key);
        let entries = TABS
            .into_iter()
            .filter(|(_, _, _, permission)| scope.may(*permission))
            .map(|(tab, label, path, _)| TabEntry { label, href: format!("{base}{path}"), current: tab == current })
            .collect();
        Self { name: scope.organization.name.clone(), base, entries }
    }
}
