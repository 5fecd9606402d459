//! How a file is read, as the page shows and changes it (S211).

use super::show::ShowQuery;
use crate::{
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
    /// Of the address; nothing where it says nothing.
    pub(super) fn of_query(query: &'a ShowQuery) -> Option<Self> {
        let said = Self {
            encoding: &query.encoding,
            delimiter: &query.delimiter,
            sheet: &query.sheet,
            header_row: &query.header_row,
        };
        let all = [said.encoding, said.delimiter, said.sheet, said.header_row];
        all.iter().any(|word| !word.is_empty()).then_some(said)
    }

    /// Of the fields of a form.
    pub(super) fn of_pairs(pairs: &'a [(String, String)]) -> Self {
        let value =
            |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.as_str());
        Self {
            encoding: value("encoding"),
            delimiter: value("delimiter"),
            sheet: value("sheet"),
            header_row: value("header_row"),
        }
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

/// The fields that ask how the file is read; those that do not concern its kind are empty.
pub(super) struct ReadingView {
    pub(super) kind: String,
    pub(super) encodings: Vec<SelectOption>,
    pub(super) delimiters: Vec<SelectOption>,
    pub(super) sheets: Vec<SelectOption>,
    /// Nothing in XML.
    pub(super) header_row: Option<String>,
    /// What the form about the columns carries on.
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
            header_row: (how.kind != FileKind::Xml).then(|| header_row.clone()),
            hidden: [
                ("encoding", encoding.to_owned()),
                ("delimiter", delimiter.to_owned()),
                ("sheet", sheet),
                ("header_row", header_row),
            ]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect(),
        }
    }
}

/// The orders of days.
pub(super) fn date_orders(present: Option<DateOrder>) -> Vec<SelectOption> {
    let present = present.unwrap_or(DateOrder::DayFirst).as_str();
    DateOrder::ALL.into_iter().map(|order| SelectOption::new(order.as_str(), order.label(), present)).collect()
}
