//! Email addresses (S112, S219, S231, S414), and the key a person signs in with.

use lettre::Address as MailAddress;
use validator::ValidateEmail;

use super::{
    DomainName, Invalid,
    text::{is_direction, is_paste_residue, quoted, widened},
};

/// One email address, kept as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The most bytes of an address that mail servers take.
    pub const MAX: usize = 254;

    /// Reads exactly one address. A `mailto:` in front and angle brackets around it are removed.
    ///
    /// # Errors
    /// No address, more than one, one that the browsers' rule or the mail library refuses, or a domain that is no
    /// [`DomainName`].
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let text = bare(raw);
        refuse_obvious(text)?;
        let Some((user, domain)) = text.rsplit_once('@') else {
            return Err(Invalid::new(format!("{} has no @. Enter an address like anna@firm.example", quoted(raw))));
        };
        refuse_user(user)?;
        let (domain, noted) = DomainName::parse_noting(domain).map_err(|_| wrong_domain(text, domain))?;
        let accepted = noted.is_none()
            && text.validate_email()
            && MailAddress::new(user, domain.as_str()).is_ok()
            && user.len() + 1 + domain.as_str().len() <= Self::MAX;
        if accepted { Ok(Self(text.to_owned())) } else { Err(wrong_domain(text, domain.as_str())) }
    }

    /// The one spelling under which a person is found and is unique: lower case, the domain as ASCII (T-26, T-48).
    pub fn key(&self) -> String {
        let (user, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase());
        format!("{}@{domain}", widened(&user.to_lowercase()))
    }

    /// The part after the @, as [`DomainName`] keeps it.
    pub fn domain(&self) -> String {
        self.key().rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default()
    }
}
text_type!(EmailAddress);

fn bare(raw: &str) -> &str {
    let text = raw.trim_matches(|c: char| c.is_whitespace() || is_paste_residue(c) || is_direction(c));
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    text.strip_prefix('<').and_then(|t| t.strip_suffix('>')).unwrap_or(text).trim()
}

/// Refuses what is clearly not one address, before any pattern sees it (T-24, T-45).
fn refuse_obvious(text: &str) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::new("Enter an address like anna@firm.example"));
    }
    if text.chars().filter(|c| *c == '@').count() > 1 || text.contains([',', ';']) {
        return Err(Invalid::new(format!("Enter one address. {} looks like several", quoted(text))));
    }
    if text.len() > EmailAddress::MAX {
        return Err(Invalid::new("This address is too long. An address has at most 254 characters"));
    }
    if text.contains(char::is_whitespace) {
        return Err(Invalid::new(format!("{} contains a space. Enter only the address, without a name", quoted(text))));
    }
    if text.contains(|c: char| c.is_control() || is_direction(c) || is_paste_residue(c)) {
        return Err(Invalid::new(format!("{} contains a hidden character. Type the address again", quoted(text))));
    }
    Ok(())
}

fn refuse_user(user: &str) -> Result<(), Invalid> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    if user.is_empty() {
        return Err(Invalid::new("Enter the part before the @ too, like anna@firm.example"));
    }
    if user.len() > 64 {
        return Err(Invalid::new("The part before the @ is too long. It has at most 64 characters"));
    }
    if let Some(c) = user.chars().find(|c| !allowed(*c)) {
        return Err(Invalid::new(format!(
            "{} contains {} before the @, which addresses cannot have",
            quoted(user),
            quoted(&c.to_string())
        )));
    }
    if user.starts_with('.') || user.ends_with('.') || user.contains("..") {
        return Err(Invalid::new(format!("{} has a dot at an end or two dots in a row before the @", quoted(user))));
    }
    Ok(())
}

fn wrong_domain(text: &str, domain: &str) -> Invalid {
    Invalid::new(format!("{} does not end in a domain: check {} after the @", quoted(text), quoted(domain)))
}
