//! Lists in XML.

use super::support::{file, looked, refusal, row, table};
use crate::imports::read::*;

#[test]
fn the_shape_of_the_template_is_read() {
    let text = r#"<?xml version="1.0" encoding="UTF-8"?>
        <!-- One for each. -->
        <organizations>
          <organization><name>A &amp; B &#x2014; C</name><domain>a.example</domain><field name="Cost centre">4711</field></organization>
          <organization/>
          <organization>
            <domain><![CDATA[<b>]]></domain>
            <phone>1</phone><phone>2</phone>
            <name>  x </name>
          </organization>
        </organizations>"#;
    let (headings, rows) = table(&file(text));
    assert_eq!(headings, ["name", "domain", "Cost centre", "phone"]);
    assert_eq!(rows[0], row(1, &["A & B — C", "a.example", "4711", ""]));
    assert_eq!(rows[1], row(3, &["  x ", "<b>", "", "1; 2"]), "empty records are passed over and counted");
    assert_eq!(rows.len(), 2);
}

#[test]
fn any_list_of_records_is_read() {
    let text = r#"<x:list xmlns:x="urn:x"><x:row id="7" xmlns:y="urn:y" xml:lang="en"><address kind="post"><city>Ulm</city>
        </address></x:row><x:row id="8"/></x:list>"#;
    let (headings, rows) = table(&file(text));
    assert_eq!(headings, ["id", "address/kind", "address/city"]);
    assert_eq!(rows, [row(1, &["7", "post", "Ulm"]), row(2, &["8", "", ""])]);
}

#[test]
fn a_column_only_the_last_record_has_is_a_column() {
    let mut text = String::from("<l>");
    for number in 0..500 {
        text.push_str(&format!("<r><a>{number}</a></r>"));
    }
    text.push_str("<r><b>last</b></r></l>");
    let (headings, rows) = table(&file(text));
    assert_eq!(headings, ["a", "b"]);
    assert_eq!(rows[500].cells, ["", "last"]);
}

#[test]
fn encodings_are_what_the_file_says() {
    let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><l><r><a>M\xfcller</a></r></l>";
    let (_, rows) = table(&file(latin));
    assert_eq!(rows[0].cells, ["Müller"]);
    let central = b"<?xml version=\"1.0\" encoding=\"iso-8859-2\"?><l><r><a>\xb3\xf3d\xbc</a></r></l>";
    assert_eq!(looked(&file(central)).how.encoding, Some(Encoding::Iso8859_2));
    assert_eq!(table(&file(central)).1[0].cells, ["łódź"]);
    let mut wide = vec![0xff, 0xfe];
    wide.extend("<l><r><a>ł</a></r></l>".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(table(&file(wide)).1[0].cells, ["ł"]);
    let words = refusal(&file(b"<?xml version=\"1.0\" encoding=\"EBCDIC-X\"?><l/>"));
    assert_eq!(words, "The file says it is written in EBCDIC-X, which is not read. Save it as UTF-8");
}

/// Names are headings, which are kept where no NUL can be: an attribute is cleaned of it as a cell is, and a tag with one is
/// none.
#[test]
fn names_have_no_control_characters() {
    // Nothing but UTF-16 gets so far with a NUL near its beginning.
    let wide =
        |text: &str| file(format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    let (headings, rows) =
        table(&wide("<l><r><field name='na\0me'>A</field><field name='\u{1b}b'>\0B</field></r></l>"));
    assert_eq!(headings, ["name", "b"]);
    assert_eq!(rows, [row(1, &["A", "B"])]);
    assert_eq!(
        table(&file("<l><r><field name='a&#13;&#10;b'>A</field></r></l>")).0,
        ["a\nb"],
        "a line break is no harm"
    );
    for text in ["<l><r><na\0me>A</na\0me></r></l>", "<l><r na\0me='A'/></l>", "<l><r><a\u{9d}/></r></l>"] {
        let said = refusal(&wide(text));
        assert!(said.starts_with("Record 1: the name of a value has a control character in it"), "{said}");
    }
    let said = refusal(&wide("<l\0ist/>"));
    assert!(said.contains("its root <list> is empty"), "what is said is kept, too: {said:?}");
}

#[test]
fn what_is_wrong_is_said_with_the_record() {
    let deep = format!("<l><r>{}", "<a>".repeat(100_000));
    let attributes = format!("<l><r {}/></l>", (0..100_000).map(|n| format!("a{n}='1' ")).collect::<String>());
    let spaces = format!("<l><r {}/></l>", (0..100_000).map(|n| format!("xmlns:a{n}='u' ")).collect::<String>());
    let bytes = format!("<l><r><a>{}</a></r></l>", "x".repeat(3 << 20));
    let laughs = r#"<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l><r><a>&b;</a></r></l>"#;
    let external = r#"<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l><r><a>&a;</a></r></l>"#;
    for (text, words) in [
        ("<l><r><a>1</a></r><r><a>2</b></r></l>", "Record 2: the XML is not well formed"),
        ("<l><r><a>1</a></r><r><a>2", "The XML is cut off in record 2: <l> is never closed"),
        ("<l><r><a>A & B</a></r></l>", "Record 1: "),
        ("<l><r><a>&eacute;</a></r></l>", "Record 1: &eacute; is not known. Write the character itself"),
        (laughs, "The XML defines names of its own"),
        (external, "The XML defines names of its own"),
        ("<l/>", "The XML holds no records: its root <l> is empty. A list looks like <organizations>"),
        (
            "<organization><name>A</name><city>B</city></organization>",
            "The XML holds no records: what stands beneath its root",
        ),
        ("<l><r><a>1</a></r></l><l/>", "The XML has a second root"),
        ("<!-- nothing -->", "The XML holds no element"),
        (
            "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>",
            "The file is a workbook written as XML",
        ),
        (&deep, "Record 1: elements stand more than 16 deep"),
        (&attributes, "The records have more than 200 different values"),
        (&spaces, "Row 1 is far longer than a row can be"),
        (&bytes, "Row 1 is far longer than a row can be"),
    ] {
        let said = refusal(&file(text));
        assert!(said.starts_with(words), "{said}");
    }
}
