//! How a file is read: what was found out about it and what somebody chose instead.

use serde::{Deserialize, Serialize};

/// What a file is, by its content; its name says nothing (issue 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// Text with a delimiter between cells.
    Csv,
    /// A list of records in XML.
    Xml,
    /// An Excel workbook as Excel 97 to 2003 wrote it.
    Xls,
    /// An Excel workbook.
    Xlsx,
}

impl FileKind {
    /// The word in addresses and databases, and how the file's name ends.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xml => "xml",
            Self::Xls => "xls",
            Self::Xlsx => "xlsx",
        }
    }

    /// The kind with this word.
    pub fn parse(raw: &str) -> Option<Self> {
        [Self::Csv, Self::Xml, Self::Xls, Self::Xlsx].into_iter().find(|kind| kind.as_str() == raw)
    }
}

/// How letters are written in a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8, with or without its mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, the lower byte first.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, the higher byte first.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// What Excel writes in Western Europe and the Americas; what is not UTF-8 is taken for this.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// What Excel writes in Central Europe.
    #[serde(rename = "windows-1250")]
    Windows1250,
    /// Latin 2, of Central Europe.
    #[serde(rename = "iso-8859-2")]
    Iso8859_2,
}

impl Encoding {
    /// All of them, in the order of a list to choose from.
    pub const ALL: [Self; 6] =
        [Self::Utf8, Self::Windows1252, Self::Windows1250, Self::Iso8859_2, Self::Utf16Le, Self::Utf16Be];

    /// The word in forms and databases.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
            Self::Windows1250 => "windows-1250",
            Self::Iso8859_2 => "iso-8859-2",
        }
    }

    /// What pages call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16 (little-endian)",
            Self::Utf16Be => "UTF-16 (big-endian)",
            Self::Windows1252 => "Windows-1252 (Western Europe)",
            Self::Windows1250 => "Windows-1250 (Central Europe)",
            Self::Iso8859_2 => "ISO-8859-2 (Central Europe)",
        }
    }

    /// The encoding with this word.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.as_str() == raw)
    }

    pub(super) fn codec(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::Windows1252 => encoding_rs::WINDOWS_1252,
            Self::Windows1250 => encoding_rs::WINDOWS_1250,
            Self::Iso8859_2 => encoding_rs::ISO_8859_2,
        }
    }
}

/// What stands between two cells of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// The tabulator.
    Tab,
    /// `|`
    Pipe,
}

impl Delimiter {
    /// All of them, in the order of a list to choose from.
    pub const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Pipe];

    /// The word in forms and databases.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
            Self::Pipe => "pipe",
        }
    }

    /// What pages call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Comma => "Comma ,",
            Self::Semicolon => "Semicolon ;",
            Self::Tab => "Tab",
            Self::Pipe => "Pipe |",
        }
    }

    /// The delimiter with this word.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|delimiter| delimiter.as_str() == raw)
    }

    /// The character itself.
    pub fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }
}

/// How a file is read. [`super::look`] fills in all that applies to its kind; what is left empty in a choice is found out
/// from the file. Whoever chooses another sheet leaves the header row empty, so that it is looked for there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct How {
    /// What the file is; never chosen, always what its content says.
    pub kind: FileKind,
    /// CSV and XML: how letters are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// CSV: what stands between cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<Delimiter>,
    /// Workbooks: the sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The row the headings stand in, numbered as [`super::Row::number`]; none in XML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_row: Option<u32>,
    /// XML: the names of all columns, in the order in which the file first names them; never chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

impl How {
    /// A choice that leaves everything to be found out.
    pub fn of(kind: FileKind) -> Self {
        Self { kind, encoding: None, delimiter: None, sheet: None, header_row: None, columns: Vec::new() }
    }
}
