//! Files made to bring the server down (QUALITY 45, T-41 to T-43): refused at once, without unpacking them.

use std::{
    io::{Read, Write},
    time::Instant,
};

use flate2::{Compression, Crc, write::DeflateEncoder};

use super::support::{file, real, refusal, table};

/// A part of an archive: its name, how it is packed, what the directory says of its size and its sum.
pub(super) struct Part<'a> {
    name: &'a str,
    pub(super) packed: Vec<u8>,
    pub(super) size: u32,
    crc: u32,
}

/// A part as honest programs write it.
pub(super) fn part<'a>(name: &'a str, pieces: impl IntoIterator<Item = Vec<u8>>) -> Part<'a> {
    let (mut packer, mut crc, mut size) = (DeflateEncoder::new(Vec::new(), Compression::fast()), Crc::new(), 0);
    for piece in pieces {
        packer.write_all(&piece).expect("packed");
        crc.update(&piece);
        size += piece.len() as u32;
    }
    Part { name, packed: packer.finish().expect("packed"), size, crc: crc.sum() }
}

/// An archive; with `overlapping` all parts of the directory lie in the same place.
pub(super) fn archive(parts: &[Part<'_>], overlapping: bool) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (number, part) in parts.iter().enumerate() {
        let at = if overlapping { 0 } else { bytes.len() as u32 };
        let mut common = vec![0, 0, 8, 0, 0, 0, 0, 0];
        for number in [part.crc, part.packed.len() as u32, part.size, part.name.len() as u32] {
            common.extend(number.to_le_bytes());
        }
        if number == 0 || !overlapping {
            bytes.extend(b"PK\x03\x04\x14\0");
            bytes.extend(&common);
            bytes.extend(part.name.as_bytes());
            bytes.extend(&part.packed);
        }
        directory.extend(b"PK\x01\x02\x14\0\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(part.name.as_bytes());
    }
    let (at, count) = (bytes.len() as u32, parts.len() as u16);
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(at.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

const ROOTS: &str =
    r#"<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook><sheets><sheet name="S" r:id="s"/></sheets></workbook>"#;
const LINKS: &str = r#"<Relationships><Relationship Id="s" Type="x/worksheet" Target="sheet.xml"/>
    <Relationship Id="t" Type="x/sharedStrings" Target="strings.xml"/></Relationships>"#;

/// The parts every workbook has.
fn frame<'a>() -> Vec<Part<'a>> {
    vec![
        part("[Content_Types].xml", [b"<Types/>".to_vec()]),
        part("_rels/.rels", [ROOTS.into()]),
        part("xl/workbook.xml", [BOOK.into()]),
        part("xl/_rels/workbook.xml.rels", [LINKS.into()]),
    ]
}

/// A workbook with these parts.
pub(super) fn book(more: Vec<Part<'_>>) -> Vec<u8> {
    archive(&frame().into_iter().chain(more).collect::<Vec<_>>(), false)
}

/// A sheet with these rows.
pub(super) fn sheet(rows: &str) -> Part<'static> {
    part("xl/sheet.xml", [format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").into_bytes()])
}

/// Refused with these words, within the time there is.
pub(super) fn refused(bytes: &[u8], words: &str) {
    let start = Instant::now();
    let said = refusal(&file(bytes));
    assert!(said.starts_with(words), "{said}");
    assert!(start.elapsed().as_secs_f32() < 2.0, "{said} after {:?}", start.elapsed());
}

#[test]
fn a_workbook_without_a_trick_is_read() {
    let rows = "<row><c t='inlineStr'><is><t>Name</t></is></c><c t='inlineStr'><is><t>City</t></is></c></row>\
                <row r='7'><c r='B7' t='inlineStr'><is><t>a_x000A_b</t></is></c></row>";
    let file = file(book(vec![sheet(rows)]));
    let (headings, rows) = table(&file);
    assert_eq!(headings, ["Name", "City"]);
    assert_eq!(rows, [super::support::row(7, &["", "a\nb"])]);
}

#[test]
fn a_sheet_packed_a_thousandfold_is_refused() {
    // One piece of a megabyte, 256 times: packing all of it would take the time.
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&[b' '; 1 << 20]).and_then(|()| packer.flush()).expect("packed");
    let packed = packer.get_ref().repeat(256);
    assert!(packed.len() < 1 << 20);
    let bomb = Part { name: "xl/sheet.xml", packed, size: 256 << 20, crc: 0 };
    refused(&book(vec![bomb]), "The workbook unpacks to 256 MB, which is far more");
}

#[test]
fn a_directory_that_lies_is_refused() {
    let mut lying = sheet(&"<row/>".repeat(100_000));
    lying.size = 1000;
    refused(&book(vec![lying]), "The workbook unpacks to more than it says");
    let mut wrong = sheet("<row/>");
    wrong.crc ^= 1;
    let rows = "<row><c t='str'><v>Name</v></c><c t='str'><v>City</v></c></row><row><c><v>1</v></c></row>";
    let mut broken = sheet(rows);
    broken.crc ^= 1;
    refused(&book(vec![wrong]), "The workbook is damaged or incomplete");
    refused(&book(vec![broken]), "The workbook is damaged or incomplete");
    refused(&archive(&frame(), true), "The workbook is damaged or incomplete");
    let many: Vec<Part<'_>> = (0..20_000).map(|_| part("x", [Vec::new()])).collect();
    refused(&archive(&many, false), "The file is an archive of very many files");
    refused(&archive(&[part("readme.txt", [b"x".to_vec()])], false), "The file is an archive. Unpack it");
    refused(&archive(&[part("word/document.xml", [b"x".to_vec()])], false), "The file is a Word document");
    refused(
        &archive(&[part("xl/workbook.bin", [b"x".to_vec()])], false),
        "The file is an Excel workbook in the binary",
    );
}

#[test]
fn texts_that_are_not_there_or_have_no_end_are_refused() {
    let strings = |inside: &str| part("xl/strings.xml", [format!("<sst>{inside}</sst>").into_bytes()]);
    let cell = |number: &str| sheet(&format!("<row><c t='s'><v>{number}</v></c><c t='s'><v>0</v></c></row>"));
    let one = "<si><t>a</t></si>";
    refused(&book(vec![cell("4000000000"), strings(one)]), "The workbook is damaged");
    refused(&book(vec![cell("-1"), strings(one)]), "The workbook is damaged");
    refused(&book(vec![cell("0")]), "The workbook is damaged");
    let long = format!("<si><t>{}</t></si>", "abcdefgh".repeat(300_000));
    refused(&book(vec![cell("0"), strings(&long)]), "The workbook holds a text far longer than a cell can be");
    let deep = "<a>".repeat(100_000);
    refused(&book(vec![cell("0"), strings(&deep)]), "The workbook is damaged");
    let laughs =
        part("xl/strings.xml", [b"<!DOCTYPE sst [<!ENTITY a \"ha\">]><sst><si><t>&a;</t></si></sst>".to_vec()]);
    refused(&book(vec![cell("0"), laughs]), "The workbook is damaged");
}

#[test]
fn a_million_columns_are_refused() {
    let cells: String = (0..1_000_000).map(|_| "<c><v>1</v></c>").collect();
    refused(&book(vec![sheet(&format!("<row>{cells}</row>"))]), "Row 1 has cells beyond column 200");
    let far = "<row><c r='A1' t='str'><v>x</v></c></row><row><c r='XFD2'><v>1</v></c></row>";
    refused(&book(vec![sheet(far)]), "Row 2 has cells beyond column 200");
    refused(&book(vec![sheet("<row r='4000000000'><c><v>1</v></c></row>")]), "The workbook is damaged");
    let back = "<row r='5'><c><v>1</v></c></row><row r='4'><c><v>1</v></c></row>";
    refused(&book(vec![sheet(back)]), "The workbook names row 4 behind row 5");
}

#[test]
fn a_chain_that_bites_its_tail_is_refused() {
    let mut original = Vec::new();
    real("customers.xls").read_to_end(&mut original).expect("read");
    let number = |at: usize| u32::from_le_bytes(original[at..at + 4].try_into().expect("four bytes"));
    let chains = (number(76) as usize + 1) * 512;
    let directory = number(48);
    // The first entry of the directory that is called Workbook says where the stream begins.
    let name: Vec<u8> = "Workbook".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let entry = original.windows(16).position(|window| window == name).expect("the stream");
    let stream = number(entry + 116);
    let mut looped = original.clone();
    looped[chains + directory as usize * 4..][..4].copy_from_slice(&directory.to_le_bytes());
    refused(&looped, "The workbook is damaged");
    let mut looped = original.clone();
    looped[chains + stream as usize * 4..][..4].copy_from_slice(&stream.to_le_bytes());
    refused(&looped, "The workbook");
    let mut looped = original.clone();
    looped[68..72].copy_from_slice(&directory.to_le_bytes());
    refused(&looped, "The workbook is damaged");
}

/// The archive with all numbers of its directory in the places for those that do not fit into four bytes.
pub(super) fn widened(archive: &[u8]) -> Vec<u8> {
    let end = archive.len() - 22;
    let number = |at: usize| u64::from(u32::from_le_bytes(archive[at..at + 4].try_into().expect("four bytes")));
    let (mut at, start, count) = (number(end + 16) as usize, number(end + 16), u64::from(archive[end + 10]));
    let mut bytes = archive[..at].to_vec();
    while at < end {
        let behind = at + 46 + usize::from(archive[at + 28]);
        let mut head = archive[at..at + 46].to_vec();
        head[20..28].fill(0xff);
        head[30] = 28;
        head[42..46].fill(0xff);
        bytes.extend(head);
        bytes.extend(&archive[at + 46..behind]);
        bytes.extend([1, 0, 24, 0]);
        bytes.extend([number(at + 24), number(at + 20), number(at + 42)].map(u64::to_le_bytes).concat());
        at = behind;
    }
    let record = bytes.len() as u64;
    bytes.extend(b"PK\x06\x06");
    bytes.extend([0; 20]);
    bytes.extend([count, count, record - start, start].map(u64::to_le_bytes).concat());
    bytes.extend(b"PK\x06\x07\0\0\0\0");
    bytes.extend(record.to_le_bytes());
    bytes.extend([1, 0, 0, 0]);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([0xff; 12]);
    bytes.extend([0, 0]);
    bytes
}

#[test]
fn an_archive_with_wide_numbers_is_the_same_archive() {
    let rows = "<row><c t='str'><v>Name</v></c><c t='str'><v>City</v></c></row><row><c><v>1</v></c></row>";
    let plain = book(vec![sheet(rows)]);
    assert_eq!(table(&file(widened(&plain))), table(&file(&plain)));
    let mut lost = widened(&plain);
    let locator = lost.len() - 42;
    lost[locator + 8..locator + 16].fill(0xee);
    refused(&lost, "The workbook is damaged");
}
