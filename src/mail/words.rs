//! Makes text fit for a mail: nothing invisible, names that cannot turn the text around them, short lines.

use serde_json::Value;

/// The longest line of a text part, as mail programs have shown it for decades (RFC 3676 section 4.2).
const LINE: usize = 72;
const ISOLATE: char = '\u{2068}';
const END_ISOLATE: char = '\u{2069}';

/// Cleans every text of a message. Line breaks and NUL in a name could otherwise become a header or a line of the
/// conversation with the mail server (QUALITY T-45).
pub(super) fn clean(value: &mut Value) {
    match value {
        Value::String(text) => *text = plain(text),
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Object(fields) => fields.values_mut().for_each(clean),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// One line without control characters, line separators and characters that change the reading direction.
pub(super) fn plain(text: &str) -> String {
    let visible = text.chars().filter(|c| !is_direction(*c));
    let spaced: String = visible.map(|c| if is_break(c) { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name in a text part: one that is written from right to left keeps its order to itself.
pub(super) fn isolate(name: &str) -> String {
    if name.chars().any(is_right_to_left) { format!("{ISOLATE}{name}{END_ISOLATE}") } else { name.to_owned() }
}

fn is_break(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn is_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The blocks of scripts that run from right to left (Unicode: Hebrew to Arabic Extended, presentation forms, and the
/// two ranges of the supplementary plane set aside for such scripts).
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Breaks longer lines at spaces; a word that is longer by itself, such as a link, stays whole. Indentation is kept.
pub(super) fn wrap(text: &str) -> String {
    let mut wrapped = String::with_capacity(text.len() + 16);
    for line in text.lines() {
        // "-- " with its space is what marks a signature (RFC 3676 section 4.3).
        let line = if line == "-- " { line } else { line.trim_end() };
        wrap_line(line, &mut wrapped);
    }
    wrapped
}

fn wrap_line(line: &str, wrapped: &mut String) {
    if line.chars().count() <= LINE {
        wrapped.push_str(line);
        wrapped.push('\n');
        return;
    }
    let indent = &line[..line.len() - line.trim_start().len()];
    let mut length = 0;
    for word in line.split_whitespace() {
        let letters = word.chars().count();
        if length > 0 && length + 1 + letters > LINE {
            wrapped.push('\n');
            length = 0;
        }
        wrapped.push_str(if length == 0 { indent } else { " " });
        length += letters + if length == 0 { indent.chars().count() } else { 1 };
        wrapped.push_str(word);
    }
    wrapped.push('\n');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{clean, isolate, plain, wrap};

    #[test]
    fn line_breaks_and_nul_become_spaces() {
        assert_eq!(plain("Firm\r\nBcc: all@firm.example\0x\u{2028}y"), "Firm Bcc: all@firm.example x y");
    }

    #[test]
    fn characters_that_turn_the_text_around_are_gone() {
        assert_eq!(plain("\u{202e}moc.live\u{2069}\u{200f}"), "moc.live");
    }

    #[test]
    fn every_text_of_a_message_is_cleaned() {
        let mut value = json!({"a": ["x\ny"], "b": {"c": "\0z"}, "d": 1});
        clean(&mut value);
        assert_eq!(value, json!({"a": ["x y"], "b": {"c": "z"}, "d": 1}));
    }

    #[test]
    fn only_names_from_right_to_left_are_isolated() {
        assert_eq!(isolate("Nordlicht"), "Nordlicht");
        assert_eq!(isolate("שלום"), "\u{2068}שלום\u{2069}");
    }

    #[test]
    fn long_lines_break_at_spaces_and_links_stay_whole() {
        let link = format!("https://portal.example.com/password/{}", "a".repeat(64));
        let text = wrap(&format!("{}\n\n{link}\n\n    482 913\n-- \n", "word ".repeat(30)));
        assert!(text.lines().all(|line| line.chars().count() <= 72 || line == link), "{text}");
        assert!(text.contains(&link) && text.contains("\n    482 913\n") && text.ends_with("-- \n"));
    }
}
