//! The rows of a file as a table: those with errors can be corrected in it (N2, S212).

use std::collections::HashMap;

use sqlx::PgConnection;

use super::{import_path, show::ShowQuery, words};
use crate::{
    custom_fields::{self, CustomField},
    error::Result,
    imports::{
        self, Change, Import, Line, Meaning, Problem, Verdict,
        read::dates::{self, DateOrder},
    },
    organizations::Field,
    roles::Permission,
    scope::Scope,
    settings,
    types::{Currency, date_in_words},
};

/// The table.
pub(super) struct Grid {
    pub(super) heading: String,
    pub(super) columns: Vec<Head>,
    pub(super) rows: Vec<GridRow>,
    /// How many of the rows can be corrected.
    pub(super) editable: usize,
    /// Whether rows of several verdicts are shown.
    pub(super) mixed: bool,
    /// How many columns stand behind the number of the row.
    pub(super) width: usize,
    /// What the address says about it.
    pub(super) only: String,
    pub(super) after: i32,
    pub(super) begin: String,
    pub(super) next: Option<String>,
}

/// A column that is something, by its place in the file.
pub(super) struct Head {
    pub(super) label: String,
    pub(super) class: &'static str,
    place: usize,
    meaning: Meaning,
    is_date: bool,
}

pub(super) struct GridRow {
    pub(super) number: i32,
    pub(super) verdict: (&'static str, &'static str),
    pub(super) cells: Vec<Cell>,
    pub(super) editable: bool,
    pub(super) faults: Vec<Fault>,
    /// What was read otherwise than written, or is like it.
    pub(super) notes: Vec<Fault>,
    /// The organization it is or looks like: address and name.
    pub(super) target: Option<(String, String)>,
    pub(super) changes: Vec<Change>,
}

impl GridRow {
    pub(super) fn has_more(&self) -> bool {
        !(self.faults.is_empty() && self.notes.is_empty() && self.changes.is_empty()) || self.target.is_some()
    }
}

pub(super) struct Cell {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) value: String,
    /// The day it means, spelt out, where it holds one and is only shown (D10).
    pub(super) day: Option<String>,
    pub(super) wrong: bool,
}

/// A message about a row, with the id of its cell where it has one and the label of the column.
pub(super) struct Fault {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) words: String,
}

impl Grid {
    /// The rows of one verdict, or all of them; those with errors where nothing was asked for and there are some.
    pub(super) async fn read(db: &mut PgConnection, scope: &Scope, import: &Import, query: &ShowQuery) -> Result<Self> {
        let errors = import.found.of(Verdict::Error);
        let only = match query.only.as_str() {
            "" if errors > 0 => Some(Verdict::Error),
            word => Verdict::parse(word),
        };
        let (lines, more) = imports::lines(db, scope, import, (only, None), query.after()).await?;
        let custom = custom_fields::list(db, scope).await?;
        let changes = imports::changes(db, scope, import, &lines).await?;
        let may = scope.may(Permission::CreateOrganizations) && import.is_open_to(scope);
        let word = only.map_or("all", Verdict::as_str);
        let begin = format!("{}?only={word}", import_path(scope, import.id));
        let columns = heads(import, &custom, settings::in_force(db, scope).await?.currency);
        let order = import.columns.dates.unwrap_or(DateOrder::DayFirst);
        let mut rows = Rows { columns: &columns, custom: &custom, order, changes, may };
        let rows: Vec<GridRow> = lines.iter().map(|line| rows.row(line)).collect();
        Ok(Self {
            heading: heading(import, only),
            editable: rows.iter().filter(|row| row.editable).count(),
            mixed: only.is_none(),
            width: columns.len() + usize::from(only.is_none()),
            only: word.to_owned(),
            after: query.after(),
            next: lines.last().filter(|_| more).map(|line| format!("{begin}&after={}#rows", line.row)),
            begin,
            columns,
            rows,
        })
    }
}

fn heading(import: &Import, only: Option<Verdict>) -> String {
    let Some(only) = only else { return words::rows(import.total.into()) };
    let count = import.found.of(only);
    let rows = words::rows(count);
    let fit = |one: &'static str, more: &'static str| if count == 1 { one } else { more };
    match only {
        Verdict::New => format!("{rows} of {}", fit("a new organization", "new organizations")),
        Verdict::Match => format!("{rows} of {}", fit("an organization that exists", "organizations that exist")),
        Verdict::Same => format!("{rows} that {} nothing new", fit("says", "say")),
        Verdict::Likely => format!("{rows} that {} like an organization that exists", fit("looks", "look")),
        Verdict::Twice => format!("{rows} that {} an earlier row", fit("repeats", "repeat")),
        Verdict::Error => format!("{rows} with errors"),
    }
}

fn heads(import: &Import, custom: &[CustomField], currency: Currency) -> Vec<Head> {
    let head = |(place, meaning): (usize, &Meaning)| Head {
        label: match meaning {
            // Cells that name no other are in this one.
            Meaning::Field(Field::ApprovalLimit) => format!("{} ({})", meaning.label(custom), currency.code()),
            _ => meaning.label(custom),
        },
        class: match meaning {
            Meaning::Field(
                Field::Name | Field::Domain | Field::NotificationEmail | Field::Street | Field::ContactEmail,
            ) => "w2",
            _ => "w1",
        },
        place,
        meaning: *meaning,
        is_date: meaning.is_date(custom),
    };
    let used = |(_, meaning): &(usize, &Meaning)| **meaning != Meaning::Ignored;
    let heads = import.columns.meanings.iter().enumerate().filter(used).map(head);
    // A field the partner has no more is no column any longer.
    heads.filter(|head| !head.label.is_empty()).collect()
}

/// As a field of one line shows it and the rules read it. A browser would take line ends away, and what stood on two lines
/// would come back as one word.
fn in_one_line(value: &str) -> String {
    value.replace("\r\n", " ").replace(['\r', '\n'], " ")
}

/// What every row is made with.
struct Rows<'a> {
    columns: &'a [Head],
    custom: &'a [CustomField],
    order: DateOrder,
    changes: HashMap<i32, Vec<Change>>,
    may: bool,
}

impl Rows<'_> {
    fn row(&mut self, line: &Line) -> GridRow {
        let number = line.row;
        let id = |place: usize| format!("r{number}c{place}");
        let messages: Vec<Fault> = line.problems.iter().map(|problem| self.fault(number, problem)).collect();
        let is_error = line.verdict == Verdict::Error;
        let editable = self.may && line.verdict.is_to_be_corrected();
        let cell = |head: &Head| {
            let id = id(head.place);
            let value = line.cells.get(head.place).map(String::as_str).unwrap_or_default();
            Cell {
                wrong: is_error && messages.iter().any(|fault| fault.id == id),
                label: head.label.clone(),
                day: dates::day(value, self.order).filter(|_| head.is_date && !editable).map(date_in_words),
                value: if editable { in_one_line(value) } else { value.to_owned() },
                id,
            }
        };
        let cells = self.columns.iter().map(cell).collect();
        let (faults, notes) = if is_error { (messages, Vec::new()) } else { (Vec::new(), messages) };
        GridRow {
            number,
            verdict: words::verdict(line.verdict),
            cells,
            editable,
            faults,
            notes,
            target: line.organization.as_ref().map(|(key, name)| (format!("/o/{key}"), name.clone())),
            changes: self.changes.remove(&number).unwrap_or_default(),
        }
    }

    /// A message at its cell; without one where no column holds the field.
    fn fault(&self, row: i32, problem: &Problem) -> Fault {
        let meaning = Meaning::parse(&problem.field);
        let head = self.columns.iter().find(|head| head.meaning == meaning);
        Fault {
            id: head.map(|head| format!("r{row}c{}", head.place)).unwrap_or_default(),
            label: meaning.label(self.custom),
            words: problem.words.clone(),
        }
    }
}
