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
        let domain = mail_domain(domain).ok_or_else(|| wrong_domain(text, domain))?;
        let accepted = text.validate_email()
            && MailAddress::new(user, &domain).is_ok()
            && user.len() + 1 + domain.len() <= Self::MAX;
        if accepted { Ok(Self(text.to_owned())) } else { Err(wrong_domain(text, &domain)) }
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

/// The domain in ASCII, by the rules of [`DomainName`], but with a `www.` that belongs to it.
fn mail_domain(domain: &str) -> Option<String> {
    let plain = !domain.contains(['/', '?', '#', '\\']) && !domain.ends_with('.');
    DomainName::parse(domain).ok().filter(|_| plain)?;
    idna::domain_to_ascii_strict(domain).ok()
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(raw: &str) -> String {
        EmailAddress::parse(raw).map_or_else(|error| error.to_string(), |email| format!("accepted {email}"))
    }

    #[test]
    fn an_address_is_kept_as_typed_and_found_by_one_key() {
        let email = EmailAddress::parse("  Anna.Müller+Bill@Müller.Example ");
        assert!(email.is_err(), "a letter with an accent before the @");
        let email = EmailAddress::parse("  Anna.Mueller+Bill@Müller.Example ").expect("an address");
        assert_eq!(email.as_str(), "Anna.Mueller+Bill@Müller.Example");
        assert_eq!(email.key(), "anna.mueller+bill@xn--mller-kva.example");
        assert_eq!(EmailAddress::parse("anna.mueller+bill@XN--mller-kva.example").expect("a twin").key(), email.key());
        assert_eq!(EmailAddress::parse("mailto:anna@firm.example").expect("a link").as_str(), "anna@firm.example");
        assert_eq!(email.domain(), "xn--mller-kva.example");
    }

    #[test]
    fn exactly_one_address_is_taken() {
        for several in ["a@firm.example, b@firm.example", "a@firm.example;b@firm.example", "a@b@firm.example"] {
            assert!(refusal(several).starts_with("Enter one address"), "{several}: {}", refusal(several));
        }
        for injected in [
            "a@firm.example\r\nBcc: b@firm.example",
            "a@firm.example\0",
            "a\u{202e}@firm.example",
            "a@firm.example%0ABcc:b",
        ] {
            assert!(EmailAddress::parse(injected).is_err(), "{injected:?}");
        }
    }

    #[test]
    fn a_refusal_says_what_is_wrong() {
        assert_eq!(refusal("anna"), "“anna” has no @. Enter an address like anna@firm.example");
        assert_eq!(
            refusal("Anna <anna@firm.example>"),
            "“Anna <anna@firm.example>” contains a space. Enter only the address, without a name"
        );
        assert_eq!(refusal("@firm.example"), "Enter the part before the @ too, like anna@firm.example");
        assert_eq!(refusal("anna..b@firm.example"), "“anna..b” has a dot at an end or two dots in a row before the @");
        assert_eq!(refusal("anna@firm"), "“anna@firm” does not end in a domain: check “firm” after the @");
        assert!(refusal("anna@192.0.2.1").contains("does not end in a domain"));
        assert!(refusal("anna@[192.0.2.1]").contains("does not end in a domain"));
        assert!(refusal("anna@www.firm.example").contains("accepted"), "{}", refusal("anna@www.firm.example"));
        assert!(refusal("anna@firm.example/path").contains("does not end in a domain"));
        assert!(refusal("\"anna b\"@firm.example").contains("space"));
        assert!(refusal(&format!("{}@firm.example", "a".repeat(65))).contains("at most 64"));
        assert!(refusal(&format!("a@{}.example", "a.".repeat(130))).contains("too long"));
    }
}
