//! How a file is read, as the page shows and changes it (S211).

use crate::{
    error::FieldErrors,
    imports::{
        Import,
        read::{Delimiter, Encoding, FileKind, How, Sheet, dates::DateOrder},
    },
    web::fields::SelectOption,
};

/// "XLSX, sheet “Kunden”, 200 rows. Dates are read as DD/MM/YYYY."
pub(super) fn in_words(import: &Import) -> String {
    let mut parts = vec![import.how.kind.as_str().to_uppercase()];
    parts.extend(import.how.sheet.as_ref().map(|sheet| format!("sheet “{sheet}”")));
    parts.extend(import.how.encoding.map(|encoding| encoding.label().to_owned()));
    parts.extend(import.how.delimiter.map(|delimiter| format!("cells separated by {}s", delimiter.as_str())));
    parts.push(super::words::rows(import.total.into()));
    let order = import.columns.dates.unwrap_or(DateOrder::DayFirst);
    format!("{}. Dates are read as {}.", parts.join(", "), order.label())
}

/// What a person said about how the file is read.
#[derive(Debug, Default)]
pub(super) struct Said<'a> {
    pub(super) encoding: &'a str,
    pub(super) delimiter: &'a str,
    pub(super) sheet: &'a str,
    pub(super) header_row: &'a str,
}

impl<'a> Said<'a> {
    /// Of the fields of a form.
    pub(super) fn of_pairs(pairs: &'a [(String, String)]) -> Self {
        Self {
            encoding: value(pairs, "encoding"),
            delimiter: value(pairs, "delimiter"),
            sheet: value(pairs, "sheet"),
            header_row: value(pairs, "header_row"),
        }
    }

    /// What is wrong with it.
    pub(super) fn fault(&self) -> Option<FieldErrors> {
        let row = self.header_row.trim();
        let is_row = row.is_empty() || row.parse::<u32>().is_ok_and(|row| row > 0);
        (!is_row).then(|| FieldErrors::on("header_row", "Give the number of a row, such as 2, or leave it empty"))
    }

    /// Whether it is what the page showed. What a browser may change on the way is passed over.
    pub(super) fn is_as_shown(&self, shown: &str) -> bool {
        let pairs = shown_pairs(shown);
        let before = Said::of_pairs(&pairs);
        let all = |said: &Said<'_>| [said.encoding, said.delimiter, said.sheet, said.header_row].map(plain);
        all(self) == all(&before)
    }

    /// How the file is to be read. What is not said is found out from the file.
    pub(super) fn how(&self, kind: FileKind) -> How {
        How {
            kind,
            encoding: Encoding::parse(self.encoding),
            delimiter: Delimiter::parse(self.delimiter),
            // The database keeps no NUL, and no sheet has one in its name.
            sheet: Some(self.sheet.replace('\0', "")).filter(|sheet| !sheet.is_empty()),
            header_row: self.header_row.trim().parse().ok().filter(|row| *row > 0),
            columns: Vec::new(),
        }
    }

    /// The same for a file that was read before: in another sheet the headings stand somewhere else, unless somebody says
    /// where.
    pub(super) fn again(&self, before: &How) -> How {
        let mut how = self.how(before.kind);
        if how.sheet != before.sheet && how.header_row == before.header_row {
            how.header_row = None;
        }
        how
    }
}

/// The value of a field that was sent; empty where it was not.
pub(super) fn value<'a>(pairs: &'a [(String, String)], wanted: &str) -> &'a str {
    pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.as_str())
}

/// How the page showed the file, as its form carries it in one field.
pub(super) fn shown(raw: &str, kind: FileKind) -> How {
    Said::of_pairs(&shown_pairs(raw)).how(kind)
}

fn shown_pairs(raw: &str) -> Vec<(String, String)> {
    serde_urlencoded::from_str(raw).unwrap_or_default()
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !c.is_control() && *c != char::REPLACEMENT_CHARACTER).collect()
}

/// The fields that ask how the file is read; those that do not concern its kind are empty.
pub(super) struct ReadingView {
    pub(super) kind: String,
    pub(super) encodings: Vec<SelectOption>,
    pub(super) delimiters: Vec<SelectOption>,
    pub(super) sheets: Vec<SelectOption>,
    /// Nothing in XML.
    pub(super) header_row: Option<String>,
    /// What is not asked.
    pub(super) hidden: Vec<(&'static str, String)>,
}

impl ReadingView {
    pub(super) fn new(how: &How, sheets: &[Sheet]) -> Self {
        let encoding = how.encoding.map(Encoding::as_str).unwrap_or_default();
        let delimiter = how.delimiter.map(Delimiter::as_str).unwrap_or_default();
        let sheet = how.sheet.clone().unwrap_or_default();
        let header_row = how.header_row.map(|row| row.to_string()).unwrap_or_default();
        let is = |kinds: &[FileKind]| kinds.contains(&how.kind);
        let option = |one: &Sheet| {
            let hidden = if one.hidden { " (hidden)" } else { "" };
            SelectOption::new(one.name.clone(), format!("{}{hidden}", one.name), &sheet)
        };
        Self {
            kind: how.kind.as_str().to_uppercase(),
            encodings: if is(&[FileKind::Csv]) {
                Encoding::ALL.into_iter().map(|one| SelectOption::new(one.as_str(), one.label(), encoding)).collect()
            } else {
                Vec::new()
            },
            delimiters: if is(&[FileKind::Csv]) {
                Delimiter::ALL.into_iter().map(|one| SelectOption::new(one.as_str(), one.label(), delimiter)).collect()
            } else {
                Vec::new()
            },
            sheets: sheets.iter().map(option).collect(),
            header_row: (how.kind != FileKind::Xml).then_some(header_row),
            hidden: hidden(how),
        }
    }

    /// The same with what was said in the fields, where that cannot be done.
    pub(super) fn said_as(mut self, said: &Said<'_>) -> Self {
        let lists = [
            (&mut self.encodings, said.encoding),
            (&mut self.delimiters, said.delimiter),
            (&mut self.sheets, said.sheet),
        ];
        for (options, present) in lists {
            for option in options {
                option.selected = option.value == present;
            }
        }
        self.header_row = self.header_row.map(|_| said.header_row.to_owned());
        self
    }
}

/// The encoding of XML, which the file itself names; and how the page shows the file, so that a change is noticed.
fn hidden(how: &How) -> Vec<(&'static str, String)> {
    let encoding = how.encoding.map(Encoding::as_str).unwrap_or_default();
    let header_row = how.header_row.map(|row| row.to_string()).unwrap_or_default();
    let shown = [
        ("encoding", encoding),
        ("delimiter", how.delimiter.map(Delimiter::as_str).unwrap_or_default()),
        ("sheet", how.sheet.as_deref().unwrap_or_default()),
        ("header_row", header_row.as_str()),
    ];
    let mut hidden = vec![("shown", serde_urlencoded::to_string(shown).unwrap_or_default())];
    if how.kind == FileKind::Xml {
        hidden.push(("encoding", encoding.to_owned()));
    }
    hidden
}

/// The orders of days.
pub(super) fn date_orders(present: Option<DateOrder>) -> Vec<SelectOption> {
    let present = present.unwrap_or(DateOrder::DayFirst).as_str();
    DateOrder::ALL.into_iter().map(|order| SelectOption::new(order.as_str(), order.label(), present)).collect()
}
