//! Several organizations typed on one page: all of them or none (S233-S236). The quick form is a batch of one row.

use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Candidate, Channel, Created, Details, Field, Match, NewAdministrator, NewOrganization, Note, OrganizationForm,
    Parsed, Rules, create, matches, rules, store,
};
use crate::{
    custom_fields::Filled,
    error::{Error, FieldErrors, Result},
    roles::Permission,
    scope::Scope,
};

/// The most rows of one batch. More than that is a file.
pub const MAX_ROWS: usize = 200;

/// Organizations to be, as they were typed.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The door they come through.
    pub channel: Channel,
    /// The page they were typed on: sending it again finds what it made.
    pub command: Uuid,
    /// The groups all of them are put into (S263).
    pub groups: Vec<Uuid>,
    /// The rows, untouched ones included.
    pub rows: Vec<BatchRow>,
}

/// One row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchRow {
    /// What was typed.
    pub form: OrganizationForm,
    /// What is to become of it where an organization like it exists already.
    pub choice: Choice,
}

/// What a person decided about a likely duplicate (N3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Choice {
    /// Nothing yet: it is shown first.
    #[default]
    Ask,
    /// It is another company: create it.
    CreateAnyway,
    /// It is the same: leave the row out.
    LeaveOut,
}

impl Choice {
    /// Reads what a form sends.
    pub fn parse(raw: &str) -> Self {
        match raw {
            "anyway" => Self::CreateAnyway,
            "skip" => Self::LeaveOut,
            _ => Self::Ask,
        }
    }

    /// What a form sends.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ask => "",
            Self::CreateAnyway => "anyway",
            Self::LeaveOut => "skip",
        }
    }
}

impl BatchRow {
    /// Whether somebody typed something into it.
    pub fn is_touched(&self) -> bool {
        let own = self.form.custom.values().any(|typed| !typed.trim().is_empty());
        own || super::FIELDS.iter().any(|info| !self.form.get(info.field).trim().is_empty())
    }

    fn counts(&self) -> bool {
        self.is_touched() && self.choice != Choice::LeaveOut
    }
}

/// What is in the way of a batch, by rows.
#[derive(Debug, Clone, Default)]
pub struct Obstacles {
    /// Places of rows and what is wrong with them.
    pub errors: Vec<(usize, FieldErrors)>,
    /// Organizations that have something in common with rows.
    pub matches: Vec<Match>,
    /// What is wrong with the page as a whole, such as the choice of groups.
    pub page: FieldErrors,
}

/// What became of a batch.
#[derive(Debug)]
pub enum Entered {
    /// Everything exists now.
    Created(Vec<Made>),
    /// Nothing was written.
    Held(Box<Obstacles>),
}

/// What was made of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The place of the row.
    pub at: usize,
    /// The organization.
    pub created: Created,
    /// What was taken otherwise than typed.
    pub notes: Vec<Note>,
}

impl Obstacles {
    fn add(&mut self, row: usize, field: &'static str, message: String) {
        match self.errors.iter_mut().find(|(at, _)| *at == row) {
            Some((_, errors)) => errors.add(field, message),
            None => self.errors.push((row, FieldErrors::on(field, message))),
        }
    }

    /// Rows that look like an organization that exists, about which nobody has decided.
    pub fn undecided(&self, rows: &[BatchRow]) -> Vec<usize> {
        let mut at: Vec<usize> = self.matches.iter().filter(|one| !one.key.is_unique()).map(|one| one.at).collect();
        at.retain(|row| rows.get(*row).is_some_and(|row| row.choice == Choice::Ask));
        at.dedup();
        at
    }
}

/// Creates what the rows say, in the caller's transaction: every touched row, or nothing. Rows that look like an
/// organization that exists are shown first, unless somebody decided about them (N3).
///
/// # Errors
/// Without [`Permission::CreateOrganizations`]; [`Error::Refused`] for more than [`MAX_ROWS`].
pub async fn enter(db: &mut PgConnection, scope: &Scope, batch: &Batch) -> Result<Entered> {
    scope.require(Permission::CreateOrganizations)?;
    if batch.rows.len() > MAX_ROWS {
        return Err(Error::Refused(format!("At most {MAX_ROWS} organizations can be created at once.").into()));
    }
    let rules = rules(db, scope, batch.channel).await?;
    let mut obstacles = Obstacles::default();
    let parsed = parse(batch, &rules, &mut obstacles);
    same_twice(&parsed, &mut obstacles);
    look_for_twins(db, scope, batch, &parsed, &mut obstacles).await?;
    match super::check_groups(db, scope, &batch.groups).await {
        Err(Error::Invalid(errors)) => obstacles.page = errors,
        other => other?,
    }
    if !obstacles.errors.is_empty() || !obstacles.page.is_empty() || !obstacles.undecided(&batch.rows).is_empty() {
        obstacles.errors.sort_by_key(|(at, _)| *at);
        return Ok(Entered::Held(Box::new(obstacles)));
    }
    let mut created = Vec::with_capacity(parsed.len());
    for (at, Parsed { details, custom, notes }) in parsed {
        let new = organization(batch, at, details, custom);
        let made = create(db, scope, new).await.map_err(|error| in_row(at, error))?;
        created.push(Made { at, created: made, notes });
    }
    Ok(Entered::Created(created))
}

fn parse(batch: &Batch, rules: &Rules, obstacles: &mut Obstacles) -> Vec<(usize, Parsed)> {
    let mut parsed = Vec::new();
    for (at, row) in batch.rows.iter().enumerate().filter(|(_, row)| row.counts()) {
        match row.form.parse(rules) {
            Ok(row) => parsed.push((at, row)),
            Err(errors) => obstacles.errors.push((at, errors)),
        }
    }
    parsed
}

/// Two rows cannot have the same domain or customer number either.
fn same_twice(parsed: &[(usize, Parsed)], obstacles: &mut Obstacles) {
    for field in [Field::Domain, Field::CustomerNumber] {
        let mut seen: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
        for (at, row) in parsed {
            let value = row.details.text(field);
            if value.is_empty() {
                continue;
            }
            if let Some(first) = seen.get(&value) {
                let label = field.info().label.to_lowercase();
                obstacles.add(*at, field.name(), format!("Row {} has the same {label}", first + 1));
            } else {
                seen.insert(value, *at);
            }
        }
    }
}

async fn look_for_twins(
    db: &mut PgConnection,
    scope: &Scope,
    batch: &Batch,
    parsed: &[(usize, Parsed)],
    obstacles: &mut Obstacles,
) -> Result<()> {
    let candidates: Vec<Candidate> = parsed.iter().map(|(_, row)| Candidate::of(&row.details)).collect();
    let mut found = matches(db, scope, &candidates).await?;
    for one in &mut found {
        one.at = parsed.get(one.at).map_or(one.at, |(row, _)| *row);
    }
    // What this very page made, a double click ago, is no twin. Asked last, so that it is seen if it was found.
    let commands: Vec<Uuid> = found.iter().map(|one| command(batch, one.at)).collect();
    let done = store::many::commands_done(db, scope.organization.id, &commands).await?;
    found.retain(|one| !done.contains(&command(batch, one.at)));
    for one in found.iter().filter(|one| one.key.is_unique()) {
        obstacles.add(one.at, one.key.as_str(), one.taken.message());
    }
    // What is the same by its domain need not be asked about again because of its name.
    let unique: Vec<usize> = found.iter().filter(|one| one.key.is_unique()).map(|one| one.at).collect();
    found.retain(|one| one.key.is_unique() || !unique.contains(&one.at));
    obstacles.matches = found;
    Ok(())
}

/// The same row of the same page is the same command; a row that was changed since is another.
fn command(batch: &Batch, at: usize) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(batch.command.as_bytes());
    if let Some(row) = batch.rows.get(at) {
        for info in &super::FIELDS {
            hash.update(row.form.get(info.field).as_bytes());
            hash.update([0]);
        }
        for (control, typed) in &row.form.custom {
            hash.update(control.as_bytes());
            hash.update(typed.as_bytes());
            hash.update([0]);
        }
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

fn organization(batch: &Batch, at: usize, details: Details, custom: Filled) -> NewOrganization {
    NewOrganization {
        command_id: command(batch, at),
        channel: batch.channel,
        administrator: NewAdministrator::Later { email: details.contact_email.clone() },
        details,
        subscription: None,
        billing: None,
        groups: batch.groups.clone(),
        custom,
    }
}

/// Somebody else was quicker: the message stands at its row.
fn in_row(at: usize, error: Error) -> Error {
    let Error::Invalid(errors) = error else { return error };
    let mut named = FieldErrors::default();
    for (field, message) in errors.iter() {
        named.add(cell(at, field), message.to_owned());
    }
    Error::Invalid(named)
}

/// The name of a row's field in a form: "r3-domain" for the third.
pub fn cell(at: usize, field: &str) -> String {
    format!("r{}-{field}", at + 1)
}
