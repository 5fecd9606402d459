//! The forms of the invitations: strings in, types out.

use std::collections::HashMap;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::model::{Invitee, Newcomer};
use crate::{
    error::FieldErrors,
    types::{DisplayName, EmailAddress, NewPassword},
};

/// The most people one list invites.
const MOST: usize = 500;

/// One person to be invited.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct InviteForm {
    /// The address.
    pub email: String,
    /// The name, where it is known.
    pub name: String,
    /// The value of the role.
    pub role: String,
}

impl InviteForm {
    /// Reads the address and the name; the role is looked up by the domain.
    ///
    /// # Errors
    /// A message for every field that is missing or wrong.
    pub fn parse(&self) -> Result<Vec<(String, Invitee)>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let email = errors.required("email", &self.email, "Enter the email address", EmailAddress::parse);
        let name = errors.optional("name", &self.name, DisplayName::parse);
        if self.role.is_empty() {
            errors.add("role", "Choose a role");
        }
        match email {
            Some(email) if errors.is_empty() => Ok(vec![("email".to_owned(), Invitee { email, name })]),
            _ => Err(errors),
        }
    }
}

/// Many people to be invited, one a line.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BulkForm {
    /// As it was pasted.
    pub people: String,
    /// The value of the role for all of them.
    pub role: String,
}

impl BulkForm {
    /// Reads every line: an address, `Name <address>` or `address;name`. Empty lines are passed over. The field of a
    /// line is `line-` and its number.
    ///
    /// # Errors
    /// A message for every line that cannot be read or names an address again.
    pub fn parse(&self) -> Result<Vec<(String, Invitee)>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let lines: Vec<(usize, &str)> =
            self.people.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).collect();
        if lines.is_empty() {
            errors.add("people", "Enter at least one address");
        } else if lines.len() > MOST {
            errors.add("people", format!("Enter at most {MOST} people at a time. These are {}", lines.len()));
        }
        if self.role.is_empty() {
            errors.add("role", "Choose a role");
        }
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut people = Vec::with_capacity(lines.len().min(MOST));
        for (index, line) in lines.into_iter().take(MOST) {
            let number = index + 1;
            let field = format!("line-{number}");
            match parse_line(line) {
                Err(message) => errors.add(field, message),
                Ok(invitee) => match seen.insert(invitee.email.key(), number) {
                    Some(first) => errors.add(field, format!("{} stands in line {first} already", invitee.email)),
                    None => people.push((field, invitee)),
                },
            }
        }
        errors.into_result().map(|()| people)
    }
}

fn parse_line(line: &str) -> Result<Invitee, String> {
    let line = line.trim();
    let (email, name) = match (line.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')), line.split_once(';')) {
        (Some((name, email)), _) => (email, name.trim().trim_matches('"')),
        (None, Some((email, name))) => (email, name),
        (None, None) => (line, ""),
    };
    let email = EmailAddress::parse(email).map_err(|error| error.to_string())?;
    let name = match name.trim() {
        "" => None,
        name => Some(DisplayName::parse(name).map_err(|error| error.to_string())?),
    };
    Ok(Invitee { email, name })
}

/// What somebody without an account types on the invitation page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewcomerForm {
    pub(crate) display_name: String,
    pub(crate) password: SecretString,
}

impl NewcomerForm {
    /// Checks the password for this person; `email` is what a guesser tries first.
    pub(crate) fn parse(&self, email: &str) -> Result<Newcomer, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.required("display_name", &self.display_name, "Enter your name", DisplayName::parse);
        let known = [self.display_name.trim(), email];
        let typed = self.password.expose_secret();
        let password =
            errors.required("password", typed, "Choose a password", |raw| NewPassword::parse_for(raw, &known));
        match (name, password) {
            (Some(display_name), Some(password)) => Ok(Newcomer { display_name, password }),
            _ => Err(errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BulkForm;

    fn read(people: &str) -> Result<Vec<(String, String, String)>, crate::error::FieldErrors> {
        let form = BulkForm { people: people.into(), role: "member".into() };
        let people = form.parse()?;
        let words = |name: Option<crate::types::DisplayName>| name.map(|name| name.to_string()).unwrap_or_default();
        Ok(people.into_iter().map(|(field, one)| (field, one.email.to_string(), words(one.name))).collect())
    }

    #[test]
    fn every_form_of_a_line_is_read_and_empty_lines_keep_their_numbers() {
        let list = "anna@firm.example\r\n\r\n  Li Wójcik <li@firm.example>\n\"Ng, Kim\" <kim@firm.example>\nbo@firm.example; Bo";
        let read = read(list).expect("acceptable");
        let expected = [
            ("line-1", "anna@firm.example", ""),
            ("line-3", "li@firm.example", "Li Wójcik"),
            ("line-4", "kim@firm.example", "Ng, Kim"),
            ("line-5", "bo@firm.example", "Bo"),
        ];
        assert_eq!(read.len(), expected.len());
        for (one, (field, email, name)) in read.iter().zip(expected) {
            assert_eq!((one.0.as_str(), one.1.as_str(), one.2.as_str()), (field, email, name));
        }
    }

    #[test]
    fn every_wrong_line_is_named() {
        let errors = read("anna@firm.example\nnobody\nANNA@firm.example\na@b.example, c@d.example").expect_err("wrong");
        assert_eq!(errors.len(), 3);
        assert_eq!(errors.get("line-3"), Some("ANNA@firm.example stands in line 1 already"));
        assert!(errors.get("line-2").is_some_and(|message| message.contains("has no @")));
        assert!(errors.get("line-4").is_some_and(|message| message.contains("several")));
        assert_eq!(read(" \n").expect_err("empty").get("people"), Some("Enter at least one address"));
        let many: String = (0..501).map(|number| format!("p{number}@firm.example\n")).collect();
        assert!(read(&many).expect_err("many").get("people").is_some_and(|message| message.contains("501")));
    }
}
