//! Keeps spreadsheets from taking a text for a formula (QUALITY 47, T-44). They decide by how a cell begins, also behind
//! spaces and quotation marks, and some take full-width signs too. An apostrophe before it makes it a text. Only CSV needs
//! this: a workbook says of each cell that it is a text.
//!
//! [`guard`] and [`unguard`] are inverse: what is exported and imported again is what it was, for any text. Phone numbers
//! begin with `+` and so carry the apostrophe in CSV.

use std::borrow::Cow;

/// What a formula begins with, in the forms in which spreadsheets know it; and what some skip and start anew behind.
const SIGNS: [char; 16] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−'];

/// What may stand before the sign without taking its effect away: spaces, invisible marks, quotation marks. The apostrophe
/// must be one of them, or a guarded text would not be recognised as such.
fn is_passed_over(c: char) -> bool {
    matches!(c, '\'' | '"' | '`' | '\u{2018}'..='\u{201f}' | '＇' | '＂' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
        || (c.is_whitespace() && !SIGNS.contains(&c))
}

/// Whether a spreadsheet may take the text for a formula.
pub fn is_formula(text: &str) -> bool {
    text.trim_start_matches(is_passed_over).starts_with(SIGNS)
}

/// The text as it may stand in a CSV file.
pub fn guard(text: &str) -> Cow<'_, str> {
    if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// What a cell of a CSV file says: without the apostrophe that [`guard`], or somebody who knows the trick, put before it.
pub fn unguard(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| is_formula(text)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{guard, is_formula, unguard};

    #[test]
    fn no_cell_is_a_formula() {
        for raw in [
            "=1+1",
            "+49 3443 555",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\rx",
            "\nx",
            "=cmd|' /C calc'!A0",
            "＝1",
            "  =1",
            "\"=1",
            "'=1",
            "\u{a0}+1",
            "\u{feff}@x",
            "’−1",
        ] {
            assert!(is_formula(raw), "{raw:?}");
            assert_eq!(guard(raw), format!("'{raw}"));
        }
        for raw in ["", "a=b", "Kowalczyk", "'t Hooft", "\"the best\"", "1-2", "3 + 4", "O'Neil"] {
            assert!(!is_formula(raw), "{raw:?}");
            assert_eq!(guard(raw), raw);
        }
    }

    #[test]
    fn what_somebody_else_guarded_is_read_too() {
        assert_eq!(unguard("'+49 3443 555"), "+49 3443 555");
        assert_eq!(unguard("'t Hooft"), "'t Hooft");
    }

    proptest! {
        /// For any text, and for texts made of what matters.
        #[test]
        fn unguard_undoes_guard(any in ".*", made in "['\"=+@ \t\r\n＝a-]{0,6}") {
            for text in [any, made] {
                let cell = guard(&text);
                prop_assert_eq!(unguard(&cell), &text);
                prop_assert!(!is_formula(&text) || cell.starts_with('\''));
            }
        }
    }
}
