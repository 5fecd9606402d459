//! Writes lists into files an import reads: the template (S209, S210) and the file of rows that could not be imported.
//!
//! What is written here, [`super::read`] reads as it was. Texts cannot become formulas (QUALITY 47): a workbook says of each
//! cell that it is a text, CSV is guarded. Both block.

mod csv;
mod example;
mod failed;
mod template;
mod xml;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use self::{
    csv::csv_line,
    example::is_example,
    failed::{FailedRows, ROW, WRONG},
    template::template,
};

/// How the cells of a column are kept in a workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kept {
    /// As they are typed, so that leading zeros and plus signs stay.
    #[default]
    Text,
    /// As days.
    Date,
    /// As numbers.
    Number,
}

/// A column of a template.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Column {
    /// What stands above it.
    pub heading: String,
    /// Its element in XML; empty where it has none of its own and is written `<field name="heading">`, as custom fields are.
    pub name: String,
    /// How to fill it in.
    pub hint: String,
    /// A value as the example row has it; days as DD/MM/YYYY.
    pub example: String,
    /// Whether it must be filled in.
    pub mandatory: bool,
    /// How its cells are kept in a workbook.
    pub kept: Kept,
    /// What to choose from; empty where anything may be written.
    pub choices: Vec<String>,
}

impl Column {
    /// The heading as files have it: what must be filled in says so in words.
    fn marked(&self) -> String {
        match self.mandatory {
            true => format!("{} {}", self.heading, super::read::MANDATORY),
            false => self.heading.clone(),
        }
    }
}
