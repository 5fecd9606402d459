//! The rules in sentences.

use super::{model::Way, store::Found};
use crate::{roles::Reach, scope::Standing};

/// One membership in words; `own` when the reader is the person.
pub(super) fn way(here: &Standing, found: Found, own: bool, names_groups: bool) -> Way {
    let opens = !found.suspended && !found.closed && found.grant().reaches(here);
    let in_here = found.through == here.id;
    let title =
        if in_here { format!("{} here", found.label) } else { format!("{} in {}", found.label, found.organization) };
    let rule = match () {
        () if found.suspended => "The membership is suspended, so it opens nothing.".to_owned(),
        () if found.closed => {
            format!("{} is suspended or archived, so its people come in nowhere.", found.organization)
        }
        () if in_here => "A membership in the organization itself.".to_owned(),
        () => from_above(here, &found, own, names_groups),
    };
    let groups = !found.suspended && !in_here && found.reach == Reach::Groups;
    let change = match groups {
        true => format!("A Reseller Admin of {} decides who and what is in a group.", found.organization),
        false => format!("An administrator of {} decides about roles.", found.organization),
    };
    Way { opens, title, rule, change }
}

/// A role held in an organization above.
fn from_above(here: &Standing, found: &Found, own: bool, names_groups: bool) -> String {
    let (subject, are, have) = if own { ("You", "are", "your") } else { ("The person", "is", "their") };
    match found.reach {
        Reach::Subtree => format!("The role holds in everything beneath {}.", found.organization),
        Reach::Organization => {
            format!("The role holds in {} alone and reaches nothing beneath it.", found.organization)
        }
        Reach::Groups if found.groups.is_empty() => {
            format!("The role is kept to groups, and {} {are} in none.", subject.to_lowercase())
        }
        Reach::Groups if here.path.iter().rev().nth(1) != Some(&found.through) => {
            format!(
                "The role is kept to groups, and groups hold organizations directly beneath {}.",
                found.organization
            )
        }
        Reach::Groups => {
            let shared: Vec<&str> = found
                .groups
                .iter()
                .zip(&found.group_names)
                .filter(|(id, _)| here.groups.contains(id))
                .map(|(_, name)| name.as_str())
                .collect();
            match (shared.as_slice(), names_groups) {
                ([], true) => format!(
                    "The role is kept to groups, and the organization is in none of {have} groups ({}).",
                    found.group_names.join(", ")
                ),
                ([], false) => format!("The role is kept to groups, and the organization is in none of {have} groups."),
                (names, true) => format!(
                    "Through the group {}: {subject} {are} in it, and so is this organization.",
                    names.join(" and the group ")
                ),
                (_, false) => "Through a group both are in.".to_owned(),
            }
        }
    }
}
