//! Where to go after sign-in: only ever a page of ours (QUALITY 40, T-39).

/// The path to go on to when it is one of ours, else `/`.
///
/// Browsers read addresses more generously than the standard: they drop tabs and line ends, take backslashes for
/// slashes, and decode nothing that a server in between would not. So only a plain, printable path is let through, and
/// never one whose second character could begin a host.
pub fn own_path(wanted: &str) -> &str {
    if is_own(wanted) { wanted } else { "/" }
}

fn is_own(path: &str) -> bool {
    let plain = path.len() <= 2000 && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let lower = path.to_ascii_lowercase();
    // An encoded slash, backslash, tab or line end in the path: harmless here, but not for every proxy or browser.
    let hidden = ["%2f", "%5c", "%09", "%0a", "%0d", "%00"].iter().any(|code| path_part(&lower).contains(code));
    plain
        && path.starts_with('/')
        && !path_part(path).contains("//")
        && !hidden
        && !path.starts_with("/sign-out")
        && !path_part(path).split('/').any(|segment| segment == "." || segment == "..")
}

fn path_part(path: &str) -> &str {
    path.split(['?', '#']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn pages_of_ours_are_kept() {
        for path in [
            "/",
            "/organizations",
            "/o/org_3f9a1c7e5b2d/organizations?page=2&q=a%20b",
            "/o/org_3f9a1c7e5b2d/organizations/new/01890a5d/billing#city",
            "/profile?next=https://example.com//x",
        ] {
            assert_eq!(own_path(path), path);
        }
    }

    #[test]
    fn everything_that_could_leave_becomes_the_front_page() {
        let forms = [
            "",
            " ",
            "evil.example",
            "http://evil.example",
            "https://evil.example/",
            "HTTPS://evil.example",
            "http:evil.example",
            "http:/evil.example",
            "https:///evil.example",
            "//evil.example",
            "///evil.example",
            "////evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "\\\\evil.example",
            "/\\/evil.example",
            "//\\evil.example",
            "/%2fevil.example",
            "/%2f%2fevil.example",
            "/%2F/evil.example",
            "%2f%2fevil.example",
            "/%5cevil.example",
            "/%5Cevil.example",
            "/\t/evil.example",
            "\t//evil.example",
            "/\n/evil.example",
            "/\r\n/evil.example",
            "/x\r\nLocation: https://evil.example",
            "/%0d%0aLocation:%20https://evil.example",
            "/%09/evil.example",
            "/.//evil.example",
            "/..//evil.example",
            "/./evil.example",
            "/a/../../evil.example",
            "/a//evil.example",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "//user@evil.example",
            "//evil.example:443",
            "//[::1]/",
            "//evil。example",
            "/\u{2215}/evil.example",
            "/\0/evil.example",
            "?next=//evil.example",
            "#//evil.example",
            "@evil.example",
            ".evil.example",
            "/sign-out",
        ];
        assert!(forms.len() >= 40);
        for form in forms {
            assert_eq!(own_path(form), "/", "{form:?}");
        }
        assert_eq!(own_path(&format!("/{}", "a".repeat(2000))), "/");
    }
}
