//! How much of a file is read at most. Told before the upload, kept while reading.

/// What a file may hold. Everything is counted while it is read; what a file says about itself is believed only where it
/// makes the limit narrower (QUALITY 45, T-41).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The bytes of the file as it was uploaded.
    pub bytes: u64,
    /// Rows below the header that are not empty.
    pub rows: u32,
    /// Columns; empty cells beyond them do not count.
    pub columns: usize,
    /// Characters of one cell. A longer one is cut to one character more than this, which no field takes: the check of the
    /// row says that it is too long, and a long note in a column nobody imports stops nothing.
    pub cell: usize,
    /// The bytes all parts of a workbook have when unpacked. One of a million rows and 17 columns has about 1 GiB.
    pub inflated: u64,
    /// The bytes of the texts a workbook keeps apart from its cells; they lie in a temporary file while it is read.
    pub strings: u64,
}

impl Default for Limits {
    /// 200 MB and 1,000,000 rows (issue 5).
    fn default() -> Self {
        Self {
            bytes: 200 * 1024 * 1024,
            rows: 1_000_000,
            columns: 200,
            cell: 10_000,
            inflated: 4 << 30,
            strings: 512 << 20,
        }
    }
}

/// What one row may hold in bytes over all its cells. Whoever reads rows keeps thousands of them at once, and a workbook
/// names the same text in each of them with a few bytes. The fields of an organization take a few KiB, thirty fields of a
/// partner's own, full of letters of three bytes, 45 KiB.
pub(super) const ROW: usize = 64 << 10;

/// So far the end of a row of text or of a record of XML is looked for, before cells are cut; a quotation mark that is never
/// closed ends here.
pub(super) const RECORD: usize = 1 << 20;

/// What one piece of XML, such as a tag or a text, may hold in bytes.
pub(super) const PIECE: usize = 1 << 20;

/// A number as pages show it: "1,000,000".
pub(super) fn in_words(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
