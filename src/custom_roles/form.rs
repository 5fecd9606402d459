//! The form of a custom role: strings in, types out.

use serde::{Deserialize, Serialize};

use super::model::{CustomRole, NewCustomRole};
use crate::{
    error::FieldErrors,
    roles::{Permission, Permissions, Role},
    types::{DisplayName, Invalid},
};

/// What stands before the name of a permission in the name of its box.
const BOX: &str = "may_";
/// The longest name, in characters: it stands in the side-bar and in tables.
const LONGEST: usize = 60;

/// Name, base and the ticked boxes. Fields the page does not have are not read (QUALITY 28).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(from = "Vec<(String, String)>", into = "Vec<(String, String)>")]
pub struct CustomRoleForm {
    /// What the role is called.
    pub name: String,
    /// The name of the built-in role it is made from.
    pub base: String,
    /// The ticked permissions.
    pub ticked: Permissions,
    /// The version the page was made from.
    pub version: i32,
}

impl From<Vec<(String, String)>> for CustomRoleForm {
    fn from(fields: Vec<(String, String)>) -> Self {
        let mut form = Self::default();
        for (field, value) in fields {
            match field.as_str() {
                "name" => form.name = value,
                "base" => form.base = value,
                "version" => form.version = value.parse().unwrap_or_default(),
                other => {
                    let permission = other.strip_prefix(BOX).and_then(Permission::from_name);
                    form.ticked = permission.map_or(form.ticked, |permission| form.ticked.with(permission));
                }
            }
        }
        form
    }
}

impl From<CustomRoleForm> for Vec<(String, String)> {
    fn from(form: CustomRoleForm) -> Self {
        let ticked = form.ticked.iter().map(|one| (format!("{BOX}{}", one.name()), "true".to_owned()));
        [("name".to_owned(), form.name), ("base".to_owned(), form.base)].into_iter().chain(ticked).collect()
    }
}

impl CustomRoleForm {
    /// The form as it is filled in at first.
    pub fn of(role: &CustomRole) -> Self {
        let held = &role.held;
        Self {
            name: held.label.clone(),
            base: held.role.name().to_owned(),
            ticked: held.permissions,
            version: role.version,
        }
    }

    /// Reads every field. Coming in is part of every role: without it the others could not be used.
    ///
    /// # Errors
    /// A message for every field that is missing or wrong.
    pub fn parse(&self) -> Result<NewCustomRole, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.required("name", &self.name, "Enter a name for the role", parse_name);
        let base = errors.required("base", &self.base, "Choose the role it is made from", |raw| {
            Role::from_name(raw).ok_or_else(|| Invalid::new("Choose a role from the list"))
        });
        match (name, base) {
            (Some(name), Some(base)) if errors.is_empty() => {
                Ok(NewCustomRole { name, base, permissions: self.ticked.with(Permission::Enter) })
            }
            _ => Err(errors),
        }
    }
}

fn parse_name(raw: &str) -> Result<String, Invalid> {
    let name = DisplayName::parse(raw)?.as_str().to_owned();
    if name.chars().count() > LONGEST {
        return Err(Invalid::new(format!("Use at most {LONGEST} characters. This has {}", name.chars().count())));
    }
    if Role::is_label(&name) {
        return Err(Invalid::new(format!("{name} is a role of its own. Choose another name")));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::CustomRoleForm;
    use crate::roles::{Permission, Permissions, Role};

    fn form(fields: &[(&str, &str)]) -> CustomRoleForm {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>().into()
    }

    #[test]
    fn ticked_boxes_are_read_and_others_are_not() {
        let form =
            form(&[("name", " Front  desk "), ("base", "org_admin"), ("may_view_users", "true"), ("may_fly", "1")]);
        let new = form.parse().expect("acceptable");
        assert_eq!((new.name.as_str(), new.base), ("Front desk", Role::OrgAdmin));
        assert_eq!(new.permissions, Permissions::of(&[Permission::Enter, Permission::ViewUsers]));
    }

    #[test]
    fn a_name_is_needed_and_no_built_in_role_s() {
        let errors = form(&[("base", "captain")]).parse().expect_err("wrong");
        assert_eq!(errors.get("name"), Some("Enter a name for the role"));
        assert_eq!(errors.get("base"), Some("Choose a role from the list"));
        let errors = form(&[("name", "org ADMIN"), ("base", "member")]).parse().expect_err("wrong");
        assert_eq!(errors.get("name"), Some("org ADMIN is a role of its own. Choose another name"));
    }
}
