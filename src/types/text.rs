//! Cleaning of free text: what is trimmed silently, what is refused, and how a message quotes it.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::Invalid;

/// How many characters of what was typed a message repeats.
const QUOTED: usize = 40;
/// More marks than this on one letter is decoration ("zalgo"), not a language.
const MARKS_PER_LETTER: usize = 5;

/// What was typed, in quotation marks, shortened and without anything invisible.
pub(super) fn quoted(raw: &str) -> String {
    let mut visible = raw
        .trim()
        .chars()
        .filter(|c| !c.is_control() && !is_direction(*c) && !is_paste_residue(*c) && !is_combining_mark(*c));
    let mut short: String = visible.by_ref().take(QUOTED).collect();
    if visible.next().is_some() {
        short.pop();
        short.push('…');
    }
    format!("“{short}”")
}

/// One line of text as it is kept: trimmed, runs of white space made one space, composed (NFC), with the invisible
/// characters that pasting leaves behind removed.
///
/// # Errors
/// More than `max` characters; control characters; characters that reverse the reading direction (they can make one
/// name look like another); more marks on a letter than any language uses.
pub(crate) fn clean_line(raw: &str, max: usize) -> Result<String, Invalid> {
    // Far past any limit, even after composing: not worth reading.
    if raw.len() > max.saturating_mul(64) {
        return Err(too_long(raw.chars().count(), max));
    }
    let mut kept = String::with_capacity(raw.len());
    for word in raw.split(char::is_whitespace) {
        let start = kept.len();
        kept.extend(word.chars().filter(|c| !is_paste_residue(*c)));
        if kept.len() > start && start > 0 {
            kept.insert(start, ' ');
        }
    }
    refuse_invisible(&kept)?;
    let composed: String = kept.nfc().collect();
    refuse_piled_marks(&composed)?;
    match composed.chars().count() {
        length if length > max => Err(too_long(length, max)),
        _ => Ok(composed),
    }
}

/// A cleaned line that contains at least one letter or digit of any script.
pub(super) fn clean_name(raw: &str, max: usize) -> Result<String, Invalid> {
    let kept = clean_line(raw, max)?;
    if kept.is_empty() {
        return Err(Invalid::new("Enter a text with at least one letter"));
    }
    if !kept.chars().any(char::is_alphanumeric) {
        return Err(Invalid::new(format!("{} has no letter or digit", quoted(raw))));
    }
    Ok(kept)
}

fn refuse_invisible(kept: &str) -> Result<(), Invalid> {
    match kept.chars().find(|c| c.is_control() || is_direction(*c) || is_unusable(*c)) {
        None => Ok(()),
        Some(c) if is_direction(c) => Err(Invalid::new(format!(
            "{} contains a hidden character that reverses the reading direction. Type it again without it",
            quoted(kept)
        ))),
        Some(c) => Err(Invalid::new(format!(
            "{} contains a hidden character (U+{:04X}). Type it again without it",
            quoted(kept),
            u32::from(c)
        ))),
    }
}

fn refuse_piled_marks(text: &str) -> Result<(), Invalid> {
    let mut run = 0;
    for c in text.chars() {
        run = if is_combining_mark(c) { run + 1 } else { 0 };
        if run > MARKS_PER_LETTER {
            return Err(Invalid::new(format!("{} has too many marks on one letter", quoted(text))));
        }
    }
    Ok(())
}

fn too_long(length: usize, max: usize) -> Invalid {
    Invalid::new(format!("Use at most {} characters. This has {}", grouped(max as u64), grouped(length as u64)))
}

/// A count with a comma every three digits.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// How a choice is compared: lower case, words joined by an underscore.
pub(super) fn choice_key(raw: &str) -> String {
    if raw.len() > 100 {
        return String::new();
    }
    let words: Vec<_> =
        raw.split(|c: char| c.is_whitespace() || c == '-' || c == '_').filter(|w| !w.is_empty()).collect();
    words.join("_").to_lowercase()
}

/// How names are compared by people: without accents, case, or anything but letters and digits.
pub(crate) fn folded(raw: &str) -> String {
    let mut key = String::with_capacity(raw.len());
    for c in raw.nfkd().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric() && !is_combining_mark(*c)) {
        match c {
            'ß' => key.push_str("ss"),
            'ø' => key.push('o'),
            'ł' => key.push('l'),
            'ı' => key.push('i'),
            'đ' => key.push('d'),
            'æ' => key.push_str("ae"),
            c => key.push(c),
        }
    }
    key
}

/// Compatibility-composed text (NFKC), so that full-width letters and digits count as the ordinary ones.
pub(super) fn widened(raw: &str) -> String {
    raw.nfkc().collect()
}

/// [`widened`] text with the decimal digits of every script as ASCII ones, for numbers, codes and phones.
pub(super) fn digits_widened(raw: &str) -> String {
    raw.nfkc().map(|c| decimal_value(c).map_or(c, |value| char::from(b'0' + value))).collect()
}

/// The value of a decimal digit of the scripts in use.
fn decimal_value(c: char) -> Option<u8> {
    const ZEROS: [u32; 19] = [
        0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20,
        0x1040, 0x17e0, 0x1810,
    ];
    let distance = ZEROS.iter().filter_map(|zero| u32::from(c).checked_sub(*zero)).find(|distance| *distance < 10)?;
    u8::try_from(distance).ok()
}

/// Embeddings, overrides and isolates of the reading direction.
pub(super) fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Invisible characters that copying from web pages and office files leaves in a text, of no meaning in a name.
pub(super) fn is_paste_residue(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2060}' | '\u{feff}')
}

/// Characters no text has: tags, private use, and the ends of the planes.
fn is_unusable(c: char) -> bool {
    matches!(u32::from(c), 0xe000..=0xf8ff | 0xfdd0..=0xfdef | 0xfff9..=0xfffb | 0xfffd | 0xe_0000..=0x10_ffff)
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Text of several lines, such as a description or a note, of at most 2,000 characters. Line breaks stay.
#[derive(Debug, Clone, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct FreeText(String);

impl FreeText {
    /// The most characters that are kept.
    pub const MAX: usize = 2_000;

    /// Cleans each line like a name; empty text is accepted.
    ///
    /// # Errors
    /// Too long, or with hidden characters.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        if raw.len() > Self::MAX * 64 {
            return Err(too_long(raw.chars().count(), Self::MAX));
        }
        let lines = raw.trim().lines().map(|line| clean_line(line, usize::MAX / 64));
        let text = lines.collect::<Result<Vec<_>, _>>()?.join("\n");
        match text.chars().count() {
            length if length > Self::MAX => Err(too_long(length, Self::MAX)),
            _ => Ok(Self(text)),
        }
    }
}
text_type!(FreeText);

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(raw: &str) -> String {
        clean_name(raw, 100).map_or_else(|error| error.to_string(), |kept| format!("kept {kept}"))
    }

    #[test]
    fn white_space_and_paste_residue_are_tidied_silently() {
        assert_eq!(clean_line("  Anna \t\u{a0} Maria\r\n Vogt\u{200b} ", 100).as_deref(), Ok("Anna Maria Vogt"));
        assert_eq!(clean_line("\u{feff}Zoe\u{308}", 100).as_deref(), Ok("Zoë"), "composed, so that it is found again");
        assert_eq!(clean_line(" \u{200b} ", 100).as_deref(), Ok(""));
        assert_eq!(clean_line("می\u{200c}خواهم", 100).as_deref(), Ok("می\u{200c}خواهم"), "Persian needs this joiner");
        assert_eq!(clean_line("a \u{200b} b", 100).as_deref(), Ok("a b"));
    }

    #[test]
    fn hidden_characters_are_refused_by_name() {
        assert_eq!(
            refusal("Anna\u{202e}gtoV"),
            "“AnnagtoV” contains a hidden character that reverses the reading direction. Type it again without it"
        );
        assert_eq!(refusal("An\0na"), "“Anna” contains a hidden character (U+0000). Type it again without it");
        for hidden in ["a\u{e0041}", "a\u{f8ff}", "a\u{ffff}", "a\u{1b}[31m", "a\u{2066}b", "a\u{85}b\u{7f}"] {
            assert!(clean_line(hidden, 100).is_err(), "{hidden:?}");
        }
    }

    #[test]
    fn something_to_read_is_needed() {
        assert_eq!(refusal("!!!"), "“!!!” has no letter or digit");
        assert_eq!(refusal(""), "Enter a text with at least one letter");
        assert_eq!(refusal("😀"), "“😀” has no letter or digit");
        for name in ["李", "O’Brien", "<script>", "+ Grøn A/S", "عائشة", "3M"] {
            assert_eq!(refusal(name), format!("kept {name}"));
        }
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(clean_name(&"ü".repeat(100), 100).is_ok());
        assert_eq!(refusal(&"ü".repeat(1_234)), "Use at most 100 characters. This has 1,234");
        assert_eq!(refusal(&"x".repeat(1_000_000)), "Use at most 100 characters. This has 1,000,000");
    }

    #[test]
    fn piled_marks_are_refused() {
        assert!(
            refusal(&format!("Z{}algo", "\u{315}\u{327}\u{302}".repeat(4)))
                .ends_with("has too many marks on one letter")
        );
        assert_eq!(refusal("Nguyễn Thị Ngọc Ánh"), "kept Nguyễn Thị Ngọc Ánh");
    }

    #[test]
    fn a_quotation_is_short_and_visible() {
        assert_eq!(quoted("  a\u{202e}b\0  "), "“ab”");
        assert_eq!(quoted(&"x".repeat(41)), format!("“{}…”", "x".repeat(39)));
        assert_eq!(quoted(&"x".repeat(40)), format!("“{}”", "x".repeat(40)));
    }

    #[test]
    fn free_text_keeps_its_lines() {
        let text = FreeText::parse(" one\r\n\r\n  two   words \n").expect("text");
        assert_eq!(text.as_str(), "one\n\ntwo words");
        assert!(FreeText::parse("").is_ok());
        assert!(FreeText::parse(&"x\n".repeat(1_001)).is_err());
    }
}
