//! The grid as a page.

use std::collections::HashMap;

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use uuid::Uuid;

use super::Grid;
use crate::{
    custom_fields::CustomField,
    error::Result,
    organizations::{BatchRow, Choice, FIELDS, Field, FieldInfo, MAX_ROWS, Match, Obstacles, Rules, cell},
    scope::Scope,
    types::{FieldKind, OrgKey},
    web::{fields::SelectOption, frame::Frame, group_choice::GroupChoice, page, when::When},
};

/// Everything around the grid.
pub(super) struct GridView<'a> {
    pub(super) scope: &'a Scope,
    pub(super) frame: Frame,
    pub(super) rules: Rules,
    pub(super) groups: GroupChoice,
    /// Names and keys of what was created a moment ago.
    pub(super) created: Vec<(String, OrgKey)>,
    /// When the rows were kept, where the page begins with those of an earlier visit.
    pub(super) kept: Option<When>,
}

#[derive(Template)]
#[template(path = "organizations/rows.html")]
struct RowsPage {
    frame: Frame,
    base: String,
    parent_name: String,
    command: Uuid,
    columns: Vec<Column>,
    /// Ids and entries of the lists that cells choose from.
    lists: Vec<(String, Vec<String>)>,
    rows: Vec<Row>,
    counts: Vec<SelectOption>,
    groups: GroupChoice,
    group_error: Option<String>,
    created: Vec<(String, OrgKey)>,
    kept: Option<When>,
    /// Ids of cells and what is wrong in them, with row and column named.
    faults: Vec<(String, String)>,
    /// Numbers of rows about which somebody has to decide.
    undecided: Vec<usize>,
    filled: usize,
    dropped: usize,
    most: usize,
}

struct Column {
    label: String,
    hint: String,
    optional: bool,
    class: &'static str,
}

struct Row {
    number: usize,
    cells: Vec<Cell>,
    /// Messages of the cells that have one, with the label of the column.
    errors: Vec<(String, String, String)>,
    matches: Vec<Match>,
    /// Name of the choice about them, and what was chosen.
    twin: String,
    choice: Choice,
}

struct Cell {
    id: String,
    label: String,
    value: String,
    wrong: bool,
    /// What is taken where the cell of a touched row is left empty.
    default: String,
    /// The id of the list of what can be chosen.
    list: Option<String>,
}

impl Row {
    fn is_left_out(&self) -> bool {
        self.choice == Choice::LeaveOut
    }

    fn is_created_anyway(&self) -> bool {
        self.choice == Choice::CreateAnyway
    }

    /// Whether a person may say that it is another organization.
    fn is_only_likely(&self) -> bool {
        self.matches.iter().all(|one| !one.key.is_unique())
    }
}

impl GridView<'_> {
    pub(super) fn show(self, grid: &Grid, held: Obstacles) -> Result<HttpResponse> {
        let undecided: Vec<usize> = held.undecided(&grid.rows).into_iter().map(|at| at + 1).collect();
        let group_error = held.page.get("groups").map(str::to_owned);
        let own = &self.rules.custom;
        let rows = rows(grid, own, held);
        let faults = faults(&rows, group_error.as_deref());
        let fine = faults.is_empty() && undecided.is_empty();
        let base = format!("/o/{}", self.scope.organization.key);
        let rows_page = RowsPage {
            frame: self
                .frame
                .at("Organizations")
                .crumb("Organizations", Some(format!("{base}/organizations")))
                .crumb("Several", None),
            base,
            parent_name: self.scope.organization.name.clone(),
            command: grid.command,
            columns: FIELDS.iter().map(|info| column(info, &self.rules)).chain(own.iter().map(own_column)).collect(),
            lists: own.iter().filter_map(|field| Some((list(field)?, field.choices.clone()))).collect(),
            counts: counts(rows.len()),
            groups: self.groups,
            group_error,
            created: self.created,
            kept: self.kept,
            faults,
            undecided,
            filled: grid.rows.iter().filter(|row| row.is_touched() && row.choice != Choice::LeaveOut).count(),
            dropped: grid.dropped,
            most: MAX_ROWS,
            rows,
        };
        page(if fine { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, rows_page)
    }
}

impl Row {
    fn new(at: usize, row: &BatchRow, own: &[CustomField]) -> Self {
        let cells = FIELDS.iter().map(|info| Cell {
            id: cell(at, info.name),
            label: info.label.to_owned(),
            value: row.form.get(info.field).to_owned(),
            wrong: false,
            default: String::new(),
            list: None,
        });
        Self {
            number: at + 1,
            cells: cells.chain(own.iter().map(|field| own_cell(at, row, field))).collect(),
            errors: Vec::new(),
            matches: Vec::new(),
            twin: cell(at, "twin"),
            choice: row.choice,
        }
    }

    fn refuse(&mut self, field: &str, message: &str) {
        // What belongs to no cell is told at the first.
        let id = cell(self.number - 1, field);
        let place = self.cells.iter().position(|cell| cell.id == id).unwrap_or_default();
        if let Some(cell) = self.cells.get_mut(place) {
            cell.wrong = true;
            self.errors.push((cell.id.clone(), cell.label.clone(), message.to_owned()));
        }
    }
}

/// The rows with what is wrong and what may exist already.
fn rows(grid: &Grid, own: &[CustomField], held: Obstacles) -> Vec<Row> {
    let mut rows: Vec<Row> = grid.rows.iter().enumerate().map(|(at, row)| Row::new(at, row, own)).collect();
    for (at, errors) in &held.errors {
        if let Some(row) = rows.get_mut(*at) {
            errors.iter().for_each(|(field, message)| row.refuse(field, message));
        }
    }
    // The database's verdict on a row that somebody else was quicker with.
    for (name, message) in held.page.iter() {
        if let Some((row, field)) = name.strip_prefix('r').and_then(|rest| rest.split_once('-'))
            && let Some(row) = row.parse::<usize>().ok().and_then(|number| rows.get_mut(number.checked_sub(1)?))
        {
            row.refuse(field, message);
        }
    }
    let mut matches: HashMap<usize, Vec<Match>> = HashMap::new();
    held.matches.into_iter().for_each(|one| matches.entry(one.at).or_default().push(one));
    for (at, row) in rows.iter_mut().enumerate() {
        row.matches = matches.remove(&at).unwrap_or_default();
    }
    rows
}

fn faults(rows: &[Row], group_error: Option<&str>) -> Vec<(String, String)> {
    let of_groups = group_error.map(|message| ("groups".to_owned(), message.to_owned()));
    let of_rows = rows.iter().flat_map(|row| {
        let number = row.number;
        row.errors.iter().map(move |(id, label, message)| (id.clone(), format!("Row {number}, {label}: {message}")))
    });
    of_groups.into_iter().chain(of_rows).collect()
}

fn column(info: &'static FieldInfo, rules: &Rules) -> Column {
    let amount = info.entry == crate::organizations::Entry::Amount;
    Column {
        label: info.label.to_owned(),
        hint: if amount { format!("In {}", rules.currency.code()) } else { info.hint.to_owned() },
        optional: !rules.requires(info.field),
        class: match info.field {
            Field::Name | Field::Domain | Field::NotificationEmail | Field::Street | Field::ContactEmail => "w2",
            _ => "w1",
        },
    }
}

fn own_column(field: &CustomField) -> Column {
    let hint = field.hint.clone().unwrap_or_default();
    Column { label: field.name.clone(), hint, optional: !field.mandatory, class: "w1" }
}

fn own_cell(at: usize, row: &BatchRow, field: &CustomField) -> Cell {
    let control = field.control();
    Cell {
        id: cell(at, &control),
        label: field.name.clone(),
        value: row.form.custom.get(&control).cloned().unwrap_or_default(),
        wrong: false,
        default: field.default_value.as_deref().map(|value| field.shown(value)).unwrap_or_default(),
        list: list(field),
    }
}

/// A cell stays one to type and paste into: what does not fit is refused and kept, which a drop-down could not.
fn list(field: &CustomField) -> Option<String> {
    (field.kind == FieldKind::Choice).then(|| format!("list_{}", field.id))
}

/// How many rows may be asked for; the present number is one of them.
fn counts(present: usize) -> Vec<SelectOption> {
    let mut counts = vec![1, 5, 8, 20, 50, 100, 150, MAX_ROWS];
    if !counts.contains(&present) {
        counts.push(present);
        counts.sort_unstable();
    }
    let chosen = present.to_string();
    counts.into_iter().map(|count| SelectOption::new(count.to_string(), count.to_string(), &chosen)).collect()
}
