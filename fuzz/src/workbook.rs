//! A workbook around parts a fuzzer wrote.

use flate2::Crc;

const ROOTS: &[u8] =
    br#"<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &[u8] = br#"<workbook><workbookPr date1904="1"/><sheets><sheet name="S" r:id="s"/></sheets></workbook>"#;
const LINKS: &[u8] = br#"<Relationships><Relationship Id="s" Type="x/worksheet" Target="sheet.xml"/>
<Relationship Id="t" Type="x/sharedStrings" Target="strings.xml"/><Relationship Id="u" Type="x/styles" Target="styles.xml"/></Relationships>"#;

/// An archive in which nothing is packed and all sums are right.
pub fn workbook(sheet: &[u8], strings: &[u8], styles: &[u8]) -> Vec<u8> {
    let parts: [(&[u8], &[u8]); 7] = [
        (b"[Content_Types].xml", b"<Types/>"),
        (b"_rels/.rels", ROOTS),
        (b"xl/workbook.xml", BOOK),
        (b"xl/_rels/workbook.xml.rels", LINKS),
        (b"xl/sheet.xml", sheet),
        (b"xl/strings.xml", strings),
        (b"xl/styles.xml", styles),
    ];
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in parts {
        let mut crc = Crc::new();
        crc.update(content);
        let (at, length) = (bytes.len() as u32, content.len() as u32);
        let mut common = vec![0; 8];
        for number in [crc.sum(), length, length, name.len() as u32] {
            common.extend(number.to_le_bytes());
        }
        bytes.extend([b"PK\x03\x04\x14\0", &common[..], name, content].concat());
        directory.extend([b"PK\x01\x02\x14\0\x14\0", &common[..], &[0; 10], &at.to_le_bytes(), name].concat());
    }
    let (at, count) = (bytes.len() as u32, parts.len() as u16);
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    bytes.extend([(directory.len() as u32).to_le_bytes(), at.to_le_bytes()].concat());
    bytes.extend([0, 0]);
    bytes
}
