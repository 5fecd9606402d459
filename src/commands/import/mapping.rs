//! The file of `--mapping`: what the columns are and what is to be done. Nothing in it is passed over: a word that is none is
//! named.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, bail};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    custom_fields::CustomField,
    imports::{
        Choices, Columns, Existing, Import, Likely, Meaning,
        read::{Delimiter, Encoding, FileKind, How, dates::DateOrder},
    },
    organizations::FIELDS,
    types::Country,
};

/// What is said about a file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Mapping {
    /// Headings and the names of fields: `name`, `domain`, `custom_…`, `key`; an empty text leaves a column out.
    columns: BTreeMap<String, String>,
    /// The country of rows that name none.
    country: Option<String>,
    /// The approval process of rows that say nothing.
    approval: Option<bool>,
    /// How dates are written that could be either.
    dates: Option<DateOrder>,
    /// How the file is read, where that is not to be found out.
    read: Reading,
    /// What becomes of which rows.
    choices: Wanted,
}

/// How a file is read, as far as it is said.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Reading {
    encoding: Option<Encoding>,
    delimiter: Option<Delimiter>,
    sheet: Option<String>,
    header_row: Option<u32>,
}

/// Choices, as far as they are not to be as ever.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Wanted {
    create: Option<bool>,
    existing: Option<Existing>,
    likely: Option<Likely>,
    whole: Option<bool>,
    tell: Option<bool>,
    groups: Option<Vec<Uuid>>,
}

impl Mapping {
    /// Reads it.
    ///
    /// # Errors
    /// A file that cannot be read, and the first word in it that is none.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        Self::parse(&text).with_context(|| format!("{} is not a mapping", path.display()))
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let mut mapping: Self = toml::from_str(text)?;
        if let Some(raw) = &mapping.country {
            let country = Country::parse(raw).map_err(|error| anyhow::anyhow!("country: {error}"))?;
            mapping.country = Some(country.alpha2().to_owned());
        }
        Ok(mapping)
    }

    /// Whether it says more about the rows than their headings do.
    pub(super) fn says_more(&self) -> bool {
        let says = self.country.is_some() || self.approval.is_some() || self.dates.is_some();
        says || !self.columns.is_empty() || self.read != Reading::default()
    }

    /// How a file of this kind is to be read; nothing where all of that is found out.
    pub(super) fn how(&self, kind: FileKind) -> Option<How> {
        let Reading { encoding, delimiter, sheet, header_row } = &self.read;
        let how = || How {
            encoding: *encoding,
            delimiter: *delimiter,
            sheet: sheet.clone(),
            header_row: *header_row,
            ..How::of(kind)
        };
        (self.read != Reading::default()).then(how)
    }

    /// What is to be done.
    pub(super) fn choices(&self) -> Choices {
        let (wanted, usual) = (&self.choices, Choices::default());
        Choices {
            create: wanted.create.unwrap_or(usual.create),
            existing: wanted.existing.unwrap_or(usual.existing),
            likely: wanted.likely.unwrap_or(usual.likely),
            whole: wanted.whole.unwrap_or(usual.whole),
            tell: wanted.tell.unwrap_or(usual.tell),
            groups: wanted.groups.clone().unwrap_or(usual.groups),
        }
    }

    /// What the columns of the file are: what was guessed, and what is said here.
    ///
    /// # Errors
    /// A heading the file does not have, a field that is none, and one that stands above two columns.
    pub(super) fn columns(&self, import: &Import, custom: &[CustomField]) -> anyhow::Result<Columns> {
        let mut columns = import.columns.clone();
        for (heading, word) in &self.columns {
            let meaning = meaning(word, custom).with_context(|| format!("\"{heading}\" = \"{word}\""))?;
            let named = import.headings.iter().zip(&mut columns.meanings).filter(|(known, _)| *known == heading);
            if named.map(|(_, place)| *place = meaning).count() == 0 {
                bail!("the file has no column \"{heading}\"; it has: {}", import.headings.join(", "));
            }
        }
        if let Some(meaning) = columns.twice() {
            bail!("{} stands above two columns; leave one out with an empty text", meaning.label(custom));
        }
        columns.country = self.country.clone().or(columns.country);
        columns.approval = self.approval.or(columns.approval);
        columns.dates = self.dates.or(columns.dates);
        Ok(columns)
    }
}

fn meaning(word: &str, custom: &[CustomField]) -> anyhow::Result<Meaning> {
    let is_there = |meaning: &Meaning| match meaning {
        Meaning::Custom(id) => custom.iter().any(|field| field.id == *id),
        Meaning::Ignored => word.is_empty(),
        _ => true,
    };
    Some(Meaning::parse(word)).filter(is_there).with_context(|| {
        let own = custom.iter().map(|field| format!("{} ({})", field.control(), field.name));
        let fields = FIELDS.iter().map(|info| info.name.to_owned()).chain(["key".to_owned(), "kind".to_owned()]);
        let all: Vec<String> = fields.chain(own).collect();
        format!("there is no field \"{word}\"; there are: {}", all.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        format!("{:#}", Mapping::parse(text).expect_err("a word that is none"))
    }

    #[test]
    fn every_unknown_word_is_named() {
        assert!(refused("contry = \"DE\"").contains("contry"));
        assert!(refused("country = \"Germoney\"").contains("Germoney"));
        assert!(refused("[choices]\nexsisting = \"update\"").contains("exsisting"));
        assert!(refused("[choices]\nexisting = \"updaet\"").contains("updaet"));
        assert!(refused("dates = \"month\"").contains("month"));
        assert!(refused("[read]\ndelimiter = \"dot\"").contains("dot"));
        let wrong = meaning("custmer_number", &[]).expect_err("no field").to_string();
        assert!(wrong.contains("\"custmer_number\"") && wrong.contains("customer_number, "), "{wrong}");
        assert!(meaning(&format!("custom_{}", Uuid::nil()), &[]).is_err());
    }

    #[test]
    fn what_is_not_said_is_as_ever() {
        let mapping = Mapping::parse("country = \"germany\"\n[choices]\nexisting = \"update\"").expect("a mapping");
        assert_eq!(mapping.country.as_deref(), Some("DE"));
        assert_eq!(mapping.choices(), Choices { existing: Existing::Update, ..Choices::default() });
        assert!(mapping.says_more() && !Mapping::default().says_more());
        assert_eq!(mapping.how(FileKind::Xlsx), None);
        let mapping = Mapping::parse("dates = \"month-first\"\n[read]\nsheet = \"Kunden\"").expect("a mapping");
        assert_eq!(mapping.dates, Some(DateOrder::MonthFirst));
        let how = How { sheet: Some("Kunden".to_owned()), ..How::of(FileKind::Xlsx) };
        assert_eq!(mapping.how(FileKind::Xlsx), Some(how));
        assert_eq!(meaning("", &[]).expect("left out"), Meaning::Ignored);
    }
}
