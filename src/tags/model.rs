//! Types of the tags.

use uuid::Uuid;

use crate::types::TagName;

/// A tag, as its page lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// How many organizations have it; counting stops above 10,000.
    pub organizations: i64,
}

/// What putting a tag on organizations, or taking it off, came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The name of the tag.
    pub tag: String,
    /// The organizations that changed; those that had it already, or had it not, are not among them.
    pub ids: Vec<Uuid>,
}

/// The tags of one organization, as the form beside it shows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OnOne {
    /// The name of the organization.
    pub organization: String,
    /// Names of its tags, by name.
    pub names: Vec<String>,
    /// Ids and names of all tags of the partner, by name, to choose from.
    pub known: Vec<(Uuid, String)>,
}

/// Tags as a person types them: "priority, DACH". Reads names apart at commas; the same name counts once, whatever its
/// case.
///
/// # Errors
/// The first name that is none, with why.
pub fn parse_names(raw: &str) -> Result<Vec<TagName>, String> {
    let mut names: Vec<TagName> = Vec::new();
    for part in raw.split([',', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
        let name = TagName::parse(part).map_err(|error| error.to_string())?;
        if !names.iter().any(|known| known.as_str().to_lowercase() == name.as_str().to_lowercase()) {
            names.push(name);
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::parse_names;

    #[test]
    fn names_are_read_apart_at_commas_and_count_once() {
        let names = parse_names(" Priority, DACH ,priority,\nÖPNV").expect("names");
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        assert_eq!(names, ["Priority", "DACH", "ÖPNV"]);
        assert_eq!(parse_names(" , ").expect("none"), []);
        assert!(parse_names(&"long ".repeat(20)).is_err());
    }
}
