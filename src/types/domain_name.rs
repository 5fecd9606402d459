//! Domain names of organizations (S217, S241).

use std::{fmt, net::Ipv6Addr};

use super::{
    Invalid,
    text::{is_direction, is_paste_residue, quoted, widened},
};

/// A domain with at least one dot, kept in lower-case ASCII (punycode), shown in its own script.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct DomainName(String);

impl DomainName {
    /// The most bytes a domain has.
    pub const MAX: usize = 253;

    /// Reads a domain; see [`DomainName::parse_noting`].
    ///
    /// # Errors
    /// As there.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        Self::parse_noting(raw).map(|(domain, _)| domain)
    }

    /// Reads a domain and says in words what was left out of what was typed: a scheme, `www.`, a path, a dot at the
    /// end (S217).
    ///
    /// # Errors
    /// An email address, an IP address, a port, no dot, or a part that no domain can have.
    pub fn parse_noting(raw: &str) -> Result<(Self, Option<String>), Invalid> {
        if raw.len() > 4_000 {
            return Err(Invalid::new("This is too long for a domain. A domain has at most 253 characters"));
        }
        let typed = raw.trim_matches(|c: char| c.is_whitespace() || is_paste_residue(c) || is_direction(c));
        let wide = widened(typed);
        let (host, left_out) = host_of(&wide);
        refuse_other_things(typed, host)?;
        let ascii = idna::domain_to_ascii_strict(host).map_err(|_| refusal(typed, host))?;
        let last = ascii.rsplit('.').next().unwrap_or_default();
        if !ascii.contains('.') {
            return Err(Invalid::new(format!("{} has no ending. Enter a domain like firm.example", quoted(typed))));
        }
        if last.bytes().all(|b| b.is_ascii_digit()) || ascii.len() > Self::MAX {
            return Err(refusal(typed, host));
        }
        // Mapping can uncover a "www." that was typed in other letters; one more round leaves none.
        if host_of(&ascii).0 != ascii {
            return Self::parse_noting(&ascii);
        }
        let note = left_out.split_last().map(|(last, before)| match before {
            [] => format!("We left out {last}"),
            before => format!("We left out {} and {last}", before.join(", ")),
        });
        Ok((Self(ascii), note))
    }

    /// The domain in its own script: "müller.example" for "xn--mller-kva.example".
    pub fn unicode(&self) -> String {
        match idna::domain_to_unicode(&self.0) {
            (shown, Ok(())) => shown,
            _ => self.0.clone(),
        }
    }

    /// The stored form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
read_by_parse!(DomainName);

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.unicode())
    }
}

/// The host within an address as browsers show it, and what stood around it.
fn host_of(text: &str) -> (&str, Vec<String>) {
    let mut host = text;
    let mut left_out = Vec::new();
    while let Some((scheme, rest)) = host.split_once("://") {
        if scheme.is_empty() || !scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) {
            break;
        }
        left_out.push(quoted(&format!("{scheme}://")));
        host = rest;
    }
    let (before, after) = host.split_at(host.find(['/', '?', '#', '\\']).unwrap_or(host.len()));
    host = before;
    while host.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."))
        && host[4..].trim_end_matches('.').contains('.')
    {
        left_out.push(quoted(&host[..4]));
        host = &host[4..];
    }
    if let Some(without) = host.strip_suffix('.') {
        left_out.push("the dot at the end".to_owned());
        host = without;
    }
    if after.len() > 1 {
        left_out.push(quoted(after));
    }
    (host, left_out)
}

fn refuse_other_things(typed: &str, host: &str) -> Result<(), Invalid> {
    if host.is_empty() {
        return Err(Invalid::new("Enter a domain like firm.example"));
    }
    if let Some((_, domain)) = host.rsplit_once('@') {
        let domain = quoted(domain);
        return Err(Invalid::new(format!("{} is an email address. Enter only the domain {domain}", quoted(typed))));
    }
    let numeric = host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if (numeric && host.contains('.')) || host.trim_matches(['[', ']']).parse::<Ipv6Addr>().is_ok() {
        return Err(Invalid::new(format!("{} is an IP address. Enter a domain like firm.example", quoted(typed))));
    }
    match host.rsplit_once(':') {
        Some((before, port)) if port.bytes().all(|b| b.is_ascii_digit()) => {
            let before = quoted(before);
            Err(Invalid::new(format!("{} has a port. Enter only the domain {before}", quoted(typed))))
        }
        _ => Ok(()),
    }
}

fn refusal(typed: &str, host: &str) -> Invalid {
    let typed = quoted(typed);
    let strange = |c: &char| c.is_ascii() && !c.is_ascii_alphanumeric() && !".-".contains(*c);
    Invalid::new(match host.chars().find(strange) {
        Some(c) if c.is_whitespace() => format!("{typed} contains a space, which domains cannot have"),
        Some(c) if !c.is_control() => format!("{typed} contains {}, which domains cannot have", quoted(&c.to_string())),
        _ if host.contains("..") || host.starts_with('.') => format!("{typed} has a dot too many"),
        _ if host.split('.').any(|part| part.starts_with('-') || part.ends_with('-')) => {
            format!("{typed} has a part that starts or ends with a hyphen")
        }
        _ if host.split('.').any(|part| part.len() > 63) => format!("{typed} has a part of more than 63 characters"),
        _ => format!("{typed} is not a possible domain. Enter one like firm.example"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(raw: &str) -> String {
        match DomainName::parse_noting(raw) {
            Ok((domain, None)) => domain.as_str().to_owned(),
            Ok((domain, Some(note))) => format!("{} | {note}", domain.as_str()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_surrounds_a_domain_is_left_out_and_said() {
        assert_eq!(parsed(" Firm.Example "), "firm.example");
        assert_eq!(
            parsed("https://www.firm.example/start?a=1#b"),
            "firm.example | We left out “https://”, “www.” and “/start?a=1#b”"
        );
        assert_eq!(parsed("firm.example."), "firm.example | We left out the dot at the end");
        assert_eq!(parsed("WWW.firm.example/"), "firm.example | We left out “WWW.”");
        assert_eq!(parsed("www.example"), "www.example", "a domain that is called www");
        assert_eq!(parsed("ｆｉｒｍ．ｅｘａｍｐｌｅ"), "firm.example");
        assert_eq!(parsed("firm。example"), "firm.example");
    }

    #[test]
    fn domains_are_kept_in_ascii_and_shown_in_their_script() {
        let domain = DomainName::parse("Müller.Example").expect("a domain");
        assert_eq!(domain.as_str(), "xn--mller-kva.example");
        assert_eq!(domain.to_string(), "müller.example");
        assert_eq!(DomainName::parse("xn--mller-kva.EXAMPLE").expect("the same"), domain, "two spellings, one domain");
    }

    #[test]
    fn other_things_are_refused_by_name() {
        assert_eq!(parsed("firm"), "“firm” has no ending. Enter a domain like firm.example");
        assert_eq!(
            parsed("a@firm.example"),
            "“a@firm.example” is an email address. Enter only the domain “firm.example”"
        );
        assert_eq!(parsed("firm.example:8080"), "“firm.example:8080” has a port. Enter only the domain “firm.example”");
        for address in ["192.0.2.1", "http://192.0.2.1/", "[2001:db8::1]", "2001:db8::1", "1.2.3"] {
            assert!(parsed(address).contains("is an IP address"), "{address}: {}", parsed(address));
        }
        assert_eq!(parsed("my firm.example"), "“my firm.example” contains a space, which domains cannot have");
        assert_eq!(parsed("my_firm.example"), "“my_firm.example” contains “_”, which domains cannot have");
        assert_eq!(parsed("-firm.example"), "“-firm.example” has a part that starts or ends with a hyphen");
        assert_eq!(parsed("firm..example"), "“firm..example” has a dot too many");
        assert!(parsed(&format!("{}.example", "a".repeat(64))).contains("more than 63 characters"));
        assert_eq!(parsed(""), "Enter a domain like firm.example");
        for bad in [
            "firm.example\0",
            "firm.\u{202e}example",
            "<script>.example",
            "firm.123",
            "http://",
            "xn--a.example",
            "a,b.example",
        ] {
            assert!(DomainName::parse(bad).is_err(), "{bad:?}: {}", parsed(bad));
        }
    }
}
