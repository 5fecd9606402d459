//! Types of the explanation.

use crate::roles::Permission;

/// Why a person sees an organization or not.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The person.
    pub name: String,
    /// Whether it is the reader.
    pub own: bool,
    /// Every membership on the way from the top of the tree down to the organization, the nearest first.
    pub ways: Vec<Way>,
    /// What the person may do here.
    pub rights: Vec<Right>,
    /// Names and addresses of those who can change it.
    pub ask: Vec<(String, String)>,
}

/// One membership and what it comes to here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Whether it opens the organization.
    pub opens: bool,
    /// "Key Account Manager in Nordlicht Cloud GmbH".
    pub title: String,
    /// The rule, in a sentence.
    pub rule: String,
    /// Who can change that.
    pub change: String,
}

/// One permission.
#[derive(Debug, Clone)]
pub struct Right {
    /// Which.
    pub permission: Permission,
    /// The name of the role it comes from; none where the person does not have it.
    pub from: Option<String>,
}
