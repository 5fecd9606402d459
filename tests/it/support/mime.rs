//! Reads mails as a mail program does, as far as the portal's go: one level of parts, base64 and quoted-printable.

/// One part of a mail.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its content type in lower case.
    pub kind: String,
    /// Its text, decoded, with plain line breaks.
    pub body: String,
}

/// A header of a mail or of a part, with its lines joined and its encoded words decoded.
pub fn header(text: &str, name: &str) -> Option<String> {
    let (head, _) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let line = unfolded.split("\r\n").find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })?;
    Some(decode_words(&line))
}

/// The parts of a mail.
pub fn parts(mail: &str) -> Vec<Part> {
    let kind = header(mail, "Content-Type").unwrap_or_default();
    let Some((_, rest)) = kind.split_once("boundary=") else { return vec![part(mail)] };
    let boundary = format!("--{}", rest.trim_start_matches('"').split(['"', ';']).next().unwrap_or_default());
    let sections = mail.split(&boundary).skip(1);
    sections.filter(|section| !section.starts_with("--")).map(|section| part(section.trim_start())).collect()
}

fn part(text: &str) -> Part {
    let kind = header(text, "Content-Type").unwrap_or_default().to_lowercase();
    let (_, body) = text.split_once("\r\n\r\n").unwrap_or(("", text));
    let bytes = match header(text, "Content-Transfer-Encoding").as_deref() {
        Some("base64") => base64(body),
        Some("quoted-printable") => quoted_printable(body),
        _ => body.as_bytes().to_vec(),
    };
    Part { kind, body: String::from_utf8(bytes).expect("UTF-8").replace("\r\n", "\n") }
}

/// `=?utf-8?b?…?=` (RFC 2047).
fn decode_words(value: &str) -> String {
    let mut decoded = Vec::new();
    let mut was_encoded = false;
    for word in value.split(' ') {
        let inner = word.strip_prefix("=?utf-8?").and_then(|rest| rest.strip_suffix("?="));
        let bytes = match inner.and_then(|inner| inner.split_once('?')) {
            Some(("b", text)) => base64(text),
            Some(("q", text)) => quoted_printable(&text.replace('_', " ")),
            _ => word.as_bytes().to_vec(),
        };
        // White space between two encoded words is not part of the text.
        let between_encoded = was_encoded && inner.is_some();
        if !decoded.is_empty() && !between_encoded {
            decoded.push(b' ');
        }
        was_encoded = inner.is_some();
        decoded.extend(bytes);
    }
    String::from_utf8(decoded).expect("UTF-8")
}

fn base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0u32, 0);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).expect("eight bits"));
        }
    }
    bytes
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'=' {
            let digits = [rest.next().expect("a digit"), rest.next().expect("a digit")];
            let digits = std::str::from_utf8(&digits).expect("digits");
            bytes.push(u8::from_str_radix(digits, 16).expect("two digits"));
        } else {
            bytes.push(byte);
        }
    }
    bytes
}
