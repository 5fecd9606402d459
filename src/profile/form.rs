//! The profile form.

use serde::Deserialize;

use crate::{
    error::FieldErrors,
    types::{DisplayName, PersonName, TimeZone},
    users::{Profile, ProfileChanges},
};

/// What is typed on the profile page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ProfileForm {
    pub(crate) given_name: String,
    pub(crate) family_name: String,
    pub(crate) display_name: String,
    pub(crate) zone: String,
}

impl From<&Profile> for ProfileForm {
    fn from(profile: &Profile) -> Self {
        Self {
            given_name: profile.given_name.clone().unwrap_or_default(),
            family_name: profile.family_name.clone().unwrap_or_default(),
            display_name: profile.display_name.clone(),
            zone: profile.time_zone.clone(),
        }
    }
}

impl ProfileForm {
    pub(crate) fn parse(&self) -> Result<ProfileChanges, FieldErrors> {
        let mut errors = FieldErrors::default();
        let display_name =
            errors.required("display_name", &self.display_name, "Enter the name others see", DisplayName::parse);
        let given_name = errors.optional("given_name", &self.given_name, PersonName::parse);
        let family_name = errors.optional("family_name", &self.family_name, PersonName::parse);
        let time_zone = errors.required("zone", &self.zone, "Choose a time zone", TimeZone::parse);
        match (display_name, time_zone) {
            (Some(display_name), Some(time_zone)) if errors.is_empty() => {
                Ok(ProfileChanges { given_name, family_name, display_name, time_zone })
            }
            _ => Err(errors),
        }
    }
}
