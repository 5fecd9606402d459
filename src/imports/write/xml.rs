//! Records of XML in the shape the template has.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use quick_xml::escape::escape;

/// What a list begins with.
pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<organizations>\n";
/// What it ends with.
pub(super) const TAIL: &str = "</organizations>\n";

/// Writes a record of values and their names.
pub(super) fn record<'a>(out: &mut impl Write, values: impl IntoIterator<Item = (&'a str, &'a str)>) -> io::Result<()> {
    writeln!(out, "  <organization>")?;
    for (name, value) in values {
        let value = escape(kept(value));
        match is_name(name) {
            true => writeln!(out, "    <{name}>{value}</{name}>")?,
            false => writeln!(out, "    <field name=\"{}\">{value}</field>", attribute(name))?,
        }
    }
    writeln!(out, "  </organization>")
}

/// Writes a comment.
pub(super) fn comment(out: &mut impl Write, text: &str) -> io::Result<()> {
    // Two hyphens would end it.
    writeln!(out, "  <!-- {} -->", kept(text).replace("--", "- -").trim_end_matches('-'))
}

fn attribute(text: &str) -> String {
    escape(kept(text)).replace('\n', "&#10;").replace('\t', "&#9;")
}

/// Without the characters XML cannot hold.
fn kept(text: &str) -> Cow<'_, str> {
    let allowed = |c: char| matches!(c, '\n' | '\t') || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'));
    match text.chars().all(allowed) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.chars().filter(|c| allowed(*c)).collect()),
    }
}

/// Whether a text can be the name of an element. `field` has a meaning of its own.
fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    let first = letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    first && text != "field" && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}
