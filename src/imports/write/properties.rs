//! Any table is read as it was written: any headings, any number of columns, any delimiter.

use std::collections::HashSet;

use proptest::prelude::*;

use super::{FailedRows, tests::read};
use crate::imports::read::{Delimiter, FileKind, How};

/// A cell: of any characters but those of control, which are kept out; of those that mean something; of what looks like
/// something else than a text.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[^\\p{Cc}\u{feff}\u{fffe}\u{ffff}]{0,20}",
        "['\"=+@;,|\t\n<>&a0-9 _x-]{0,10}",
        "[＝＋－＠﹦﹢﹣﹫−‘’“”\u{200b}\u{a0}'=a]{0,6}",
        "0[0-9]{3,18}",
        "-?[0-9]{1,6}[.,][0-9]{1,4}",
        "[0-9]{1,2}[/.][0-9]{1,2}[/.](20)?27",
        "&(amp|lt|#10|#x0A|nbsp);?",
        "_x00[0-9A-F]{2}_",
        prop::sample::select(vec![
            "TRUE",
            "false",
            "1E5",
            "NaN",
            "]]>",
            "<!--",
            "-->",
            "sep=;",
            "\n",
            " ",
            "\u{1f4da}"
        ])
        .prop_map(str::to_owned),
    ]
}

/// Headings that differ, and rows of as many cells. No dots: words around one look like a domain, which is a value.
fn table() -> impl Strategy<Value = (Vec<String>, Vec<Vec<String>>)> {
    let heading = "[A-Za-zÄÖÜäöüß][A-Za-zÄÖÜäöüß /_&<\"-]{0,14}[a-zß]";
    prop::collection::hash_set(heading, 1..6).prop_flat_map(|headings: HashSet<String>| {
        let mut headings: Vec<String> = headings.into_iter().collect();
        headings.sort();
        let row = prop::collection::vec(cell(), headings.len());
        (Just(headings), prop::collection::vec(row, 1..10))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_table_with_any_headings_is_read_as_it_was_written((headings, rows) in table(), pick in 0..4_usize) {
        for kind in [FileKind::Csv, FileKind::Xml, FileKind::Xlsx] {
            let how = How { delimiter: Some(Delimiter::ALL[pick]), ..How::of(kind) };
            let mut out = FailedRows::new(&how, &headings).expect("begun");
            for (number, cells) in (2..).zip(&rows) {
                out.row(number, cells, "x").expect("written");
            }
            let (how, first, found) = read(&out.finish().expect("written"));
            prop_assert_eq!(&first[2..], &headings[..], "{:?}", kind);
            prop_assert!(kind != FileKind::Csv || how.delimiter == Some(Delimiter::ALL[pick]));
            let found: Vec<Vec<String>> = found.into_iter().map(|cells| cells[2..].to_vec()).collect();
            prop_assert_eq!(&found, &rows, "{:?}", kind);
        }
    }
}
