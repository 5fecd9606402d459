//! The row grid: up to 200 organizations typed or pasted on one page (S207, S233-S236, N11). What is sent is a plain form;
//! `static/rows.js` makes it quicker.

mod text;
mod view;

use actix_session::Session;
use actix_web::{
    HttpResponse,
    web::{Data, Query},
};
use serde::Deserialize;
use uuid::Uuid;

use self::view::GridView;
use crate::{
    app::App,
    custom_fields::{self, CustomField},
    error::{Error, FieldErrors, Result},
    organizations::{self, Batch, BatchRow, Channel, Choice, Entered, Field, MAX_ROWS, Made, Obstacles},
    roles::Permission,
    scope::Scope,
    types::OrgKey,
    web::{
        frame::{Frame, flash},
        group_choice::GroupChoice,
        large_form::LargeForm,
        see_other,
        when::When,
    },
};

/// How many rows an empty page has.
const ROWS: usize = 5;

/// The grid as it was sent.
#[derive(Debug, Default)]
struct Grid {
    command: Uuid,
    /// `create`, `rows` for more rows, `text` for rows from the text area.
    act: String,
    /// How many rows are asked for.
    count: usize,
    /// Rows as text: a line each, tabs between the cells.
    text: String,
    groups: String,
    rows: Vec<BatchRow>,
    /// How many pasted rows had no place.
    dropped: usize,
}

impl Grid {
    /// Reads what the page sends. Names it does not have are not read (QUALITY 28).
    fn read(pairs: Vec<(String, String)>) -> Self {
        let mut grid = Self { command: Uuid::now_v7(), count: ROWS, ..Self::default() };
        for (name, value) in pairs {
            match name.as_str() {
                "command" => grid.command = Uuid::parse_str(&value).unwrap_or(grid.command),
                "do" => grid.act = value,
                "count" => grid.count = value.trim().parse().unwrap_or(ROWS).clamp(1, MAX_ROWS),
                "text" => grid.text = value,
                "groups" => grid.groups = value,
                cell => grid.fill(cell, value),
            }
        }
        grid
    }

    /// "r3-domain" is the domain of the third row.
    fn fill(&mut self, cell: &str, value: String) {
        let Some((row, field)) = cell.strip_prefix('r').and_then(|rest| rest.split_once('-')) else { return };
        let Some(at) = row.parse::<usize>().ok().and_then(|row| row.checked_sub(1)).filter(|at| *at < MAX_ROWS) else {
            return;
        };
        if self.rows.len() <= at {
            self.rows.resize(at + 1, BatchRow::default());
        }
        match (field, Field::named(field)) {
            ("twin", _) => self.rows[at].choice = Choice::parse(&value),
            (_, Some(field)) => self.rows[at].form.set(field, value),
            (own, None) if own.starts_with("custom_") => drop(self.rows[at].form.custom.insert(own.to_owned(), value)),
            _ => {}
        }
    }

    /// Rows are added and never taken away while something is typed in them (S234).
    fn resize(&mut self, count: usize) {
        let typed = self.rows.iter().rposition(BatchRow::is_touched).map_or(0, |last| last + 1);
        self.rows.resize(count.max(typed), BatchRow::default());
    }

    /// Puts the rows of the text area behind what is typed.
    fn take_text(&mut self, own: &[CustomField]) {
        let rows = text::rows(&std::mem::take(&mut self.text), own);
        let typed = self.rows.iter().rposition(BatchRow::is_touched).map_or(0, |last| last + 1);
        self.rows.truncate(typed);
        self.dropped = (typed + rows.len()).saturating_sub(MAX_ROWS);
        self.rows.extend(rows.into_iter().map(|form| BatchRow { form, choice: Choice::Ask }).take(MAX_ROWS - typed));
    }

    /// A row in which something is typed gets the defaults of the partner's own fields where it is silent about them.
    fn put_defaults(&mut self, own: &[CustomField]) {
        for row in self.rows.iter_mut().filter(|row| row.is_touched()) {
            custom_fields::put_defaults(own, &mut row.form.custom);
        }
    }
}

/// What the address of an empty page carries on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    count: String,
    /// Keys of what was created a moment ago, by commas.
    created: String,
    groups: String,
}

pub(super) async fn show(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<HttpResponse> {
    scope.require(Permission::CreateOrganizations)?;
    let count = asked.count.trim().parse().unwrap_or(ROWS).clamp(1, MAX_ROWS);
    let typed = app.read(&scope, async |db| organizations::typed(db, &scope).await).await?;
    let kept = typed.as_ref().map(|typed| When::relative(&scope.actor.zone(), typed.at, scope.now));
    let mut grid = match typed {
        Some(typed) => Grid::read(typed.cells),
        None => Grid { command: Uuid::now_v7(), groups: asked.groups, ..Grid::default() },
    };
    grid.resize(count);
    let mut view = view(&app, &scope, frame, &grid).await?;
    view.kept = kept;
    let keys: Vec<OrgKey> = asked.created.split(',').take(MAX_ROWS).filter_map(|raw| OrgKey::parse(raw).ok()).collect();
    if !keys.is_empty() {
        view.created = app.read(&scope, async |db| organizations::named(db, &scope, &keys).await).await?;
    }
    view.show(&grid, Obstacles::default())
}

pub(super) async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    LargeForm(pairs): LargeForm,
) -> Result<HttpResponse> {
    // Whatever becomes of it, what was typed is kept until it is created (S233).
    app.write(&scope, async |db| organizations::keep_typed(db, &scope, &pairs).await).await?;
    let mut grid = Grid::read(pairs);
    // Without script somebody fills the text area and presses *Create* at once: its rows are read first, and shown.
    let view = view(&app, &scope, frame, &grid).await?;
    let reads_text = grid.act == "text" || !grid.text.trim().is_empty();
    if reads_text {
        grid.take_text(&view.rules.custom);
    }
    let count = if grid.act == "rows" && !reads_text { grid.count } else { grid.rows.len().max(1) };
    grid.resize(count);
    if reads_text || grid.act == "rows" {
        return view.show(&grid, Obstacles::default());
    }
    grid.put_defaults(&view.rules.custom);
    if !grid.rows.iter().any(BatchRow::is_touched) {
        let page = FieldErrors::on("r1-name", "Fill in at least one row");
        return view.show(&grid, Obstacles { page, ..Obstacles::default() });
    }
    let batch =
        Batch { channel: Channel::Rows, command: grid.command, groups: view.groups.chosen(), rows: grid.rows.clone() };
    let entered = app.write(&scope, async |db| {
        let entered = organizations::enter(db, &scope, &batch).await?;
        if matches!(entered, Entered::Created(_)) {
            organizations::forget_typed(db, &scope).await?;
        }
        Ok(entered)
    });
    match entered.await {
        Ok(Entered::Created(made)) => onward(&scope, &session, &made),
        Ok(Entered::Held(obstacles)) => view.show(&grid, *obstacles),
        Err(Error::Invalid(page)) => view.show(&grid, Obstacles { page, ..Obstacles::default() }),
        Err(error) => Err(error),
    }
}

/// What stands in the grid while somebody types; the page's script sends it.
pub(super) async fn keep(app: Data<App>, scope: Scope, LargeForm(pairs): LargeForm) -> Result<HttpResponse> {
    app.write(&scope, async |db| organizations::keep_typed(db, &scope, &pairs).await).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Begins with empty rows.
pub(super) async fn discard(app: Data<App>, scope: Scope) -> Result<HttpResponse> {
    app.write(&scope, async |db| organizations::forget_typed(db, &scope).await).await?;
    see_other(format!("/o/{}/organizations/rows", scope.organization.key))
}

async fn view<'a>(app: &App, scope: &'a Scope, frame: Frame, grid: &Grid) -> Result<GridView<'a>> {
    let read = app.read(scope, async |db| {
        let rules = organizations::rules(db, scope, Channel::Rows).await?;
        Ok((rules, GroupChoice::new(db, scope, &grid.groups).await?))
    });
    let (rules, groups) = read.await?;
    Ok(GridView { scope, frame, rules, groups, created: Vec::new(), kept: None })
}

/// How many values that were taken otherwise than typed are told after creating.
const NOTES: usize = 3;

/// To an empty page that lists what was created.
fn onward(scope: &Scope, session: &Session, made: &[Made]) -> Result<HttpResponse> {
    let mut said = match made.len() {
        0 => "Every row was left out. Nothing is created".to_owned(),
        1 => "1 organization is created".to_owned(),
        count => format!("{count} organizations are created"),
    };
    let notes: Vec<String> = made
        .iter()
        .flat_map(|one| {
            let number = one.at + 1;
            one.notes.iter().map(move |note| format!("Row {number}, {}: {}", note.field.info().label, note.words))
        })
        .collect();
    for note in notes.iter().take(NOTES) {
        said.push_str(". ");
        said.push_str(note);
    }
    if notes.len() > NOTES {
        said.push_str(&format!(". {} more values were read in the same way", notes.len() - NOTES));
    }
    flash(session, "ok", said)?;
    let keys: Vec<&str> = made.iter().map(|one| one.created.key.as_str()).collect();
    see_other(format!("/o/{}/organizations/rows?created={}", scope.organization.key, keys.join(",")))
}
