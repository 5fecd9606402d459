//! From the cells of a row to what is known about an organization: the same rules as every other door (SPEC section 2).

use sqlx::PgConnection;
use time::Date;

use super::{
    columns::{Columns, Meaning},
    model::Problem,
    read::dates::{self, DateOrder},
};
use crate::{
    custom_fields::{self, CustomField, Values},
    error::Result,
    organizations::{self, Candidate, Channel, Details, FIELDS, Field, Organization, OrganizationForm, Parsed, Rules},
    scope::Scope,
    types::{
        Country, Currency, CustomerNumber, DomainName, FieldKind, OrgKey, day_month_year, parse_date, parse_yes_no,
        yes_no,
    },
};

/// What spreadsheet programs write where a formula came to nothing, in English and in German.
const FAILED: [&str; 14] = [
    "#N/A", "#NV", "#REF!", "#BEZUG!", "#VALUE!", "#WERT!", "#DIV/0!", "#NAME?", "#NUM!", "#ZAHL!", "#NULL!",
    "#SPILL!", "#CALC!", "#ERROR!",
];

/// What rows of a file are read by.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    columns: Columns,
    rules: Rules,
}

/// A row that was read, before it is known whether it exists already.
#[derive(Debug, Clone)]
pub(super) struct ReadRow {
    pub(super) row: i32,
    pub(super) cells: Vec<String>,
    /// What it is compared by.
    pub(super) candidate: Candidate,
    /// The Org Key it names.
    pub(super) key: Option<OrgKey>,
    form: OrganizationForm,
    problems: Vec<Problem>,
}

/// A row with what it is as a new organization. That is worked out where the row is read, while the database is busy with
/// the rows before it.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    pub(super) read: ReadRow,
    pub(super) new: Result<Parsed, Vec<Problem>>,
}

impl Reader {
    /// Reads rows beneath the scope's organization.
    pub(super) async fn new(db: &mut PgConnection, scope: &Scope, columns: &Columns) -> Result<Self> {
        let mut rules = organizations::rules(db, scope, Channel::Import).await?;
        if let Some(country) = columns.country.as_deref().and_then(|code| Country::parse(code).ok()) {
            rules.country = Some(country);
        }
        Ok(Self { columns: columns.clone(), rules })
    }

    /// The partner's own fields.
    pub(super) fn custom(&self) -> &[CustomField] {
        &self.rules.custom
    }

    /// The values of the fields in use; those of archived ones are nobody's business here.
    pub(super) fn in_use(&self, values: &Values) -> Values {
        let used = self.custom().iter().filter_map(|field| Some((field.id, values.get(field.id)?.to_owned())));
        Values(used.collect())
    }

    /// Takes the cells of a row apart.
    pub(super) fn read(&self, row: i32, cells: Vec<String>) -> ReadRow {
        let mut read = ReadRow {
            row,
            cells: Vec::new(),
            candidate: Candidate::default(),
            key: None,
            form: OrganizationForm::default(),
            problems: Vec::new(),
        };
        for (meaning, cell) in self.columns.meanings.iter().zip(&cells) {
            match cell.trim() {
                "" => {}
                failed if FAILED.contains(&failed) && self.is_read(*meaning) => {
                    let words = format!("{failed} is a formula that failed. Mend it, or empty the cell");
                    read.problems.push(Problem::new(&meaning.word(), words));
                }
                _ => self.take(&mut read, *meaning, cell),
            }
        }
        read.candidate = candidate(&read.form);
        read.cells = cells;
        read
    }

    /// Takes the cells of a row apart, and reads them as a new organization.
    pub(super) fn prepare(&self, row: i32, cells: Vec<String>) -> Prepared {
        let read = self.read(row, cells);
        Prepared { new: self.as_new(&read), read }
    }

    /// Whether cells of this meaning become something.
    fn is_read(&self, meaning: Meaning) -> bool {
        match meaning {
            Meaning::Custom(id) => self.custom().iter().any(|field| field.id == id),
            meaning => meaning != Meaning::Ignored,
        }
    }

    fn take(&self, read: &mut ReadRow, meaning: Meaning, cell: &str) {
        match meaning {
            Meaning::Field(field) if field.info().entry == organizations::Entry::Date => {
                let day = self.day(read, field.name(), cell);
                read.form.set(field, day);
            }
            Meaning::Field(field) => read.form.set(field, cell.to_owned()),
            Meaning::Custom(id) => {
                if let Some(field) = self.custom().iter().find(|field| field.id == id) {
                    let control = field.control();
                    let date = field.kind == FieldKind::Date;
                    let typed = if date { self.day(read, &control, cell) } else { cell.to_owned() };
                    read.form.custom.insert(control, typed);
                }
            }
            Meaning::Key => match OrgKey::parse(cell.trim()) {
                Ok(key) => read.key = Some(key),
                Err(error) => read.problems.push(Problem::new("key", error.to_string())),
            },
            Meaning::Kind => read.form.kind = cell.trim().to_lowercase(),
            Meaning::Ignored => {}
        }
    }

    /// A day as the rules read it, whatever order the file has. They read the day first, so a day that only makes sense
    /// so is none where the file has the month first.
    fn day(&self, read: &mut ReadRow, field: &str, cell: &str) -> String {
        let order = self.columns.dates.unwrap_or(DateOrder::DayFirst);
        let iso = dates::to_iso(cell, order);
        // What the rules say of a day with strokes asks for the day first.
        let stroked = cell.contains('/') || cell.contains('.') && parse_date(cell).is_ok();
        let words = match order {
            DateOrder::MonthFirst if iso.is_none() && stroked => {
                Some(format!("{} is not a date; use MM/DD/YYYY", cell.trim()))
            }
            DateOrder::MonthFirst => None,
            DateOrder::DayFirst => dates::with_month_first(cell).map(|day| month_first(cell, day)),
        };
        read.problems.extend(words.map(|words| Problem::new(field, words)));
        iso.unwrap_or_else(|| cell.to_owned())
    }

    /// The row as a new organization.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(super) fn as_new(&self, read: &ReadRow) -> Result<Parsed, Vec<Problem>> {
        let mut form = read.form.clone();
        if let Some(country) = self.columns.country.as_ref().filter(|_| form.country.trim().is_empty()) {
            form.country.clone_from(country);
        }
        if let Some(approval) = self.columns.approval.filter(|_| form.approval_required.is_empty()) {
            form.approval_required = yes_no(approval).to_owned();
        }
        custom_fields::put_defaults(self.custom(), &mut form.custom);
        match named_currency(&form.approval_limit) {
            Some(currency) if currency != self.rules.currency => {
                parse(read, &form, &Rules { currency, ..self.rules.clone() })
            }
            _ => parse(read, &form, &self.rules),
        }
    }

    /// The organization with what the row says about it: filled cells replace, empty ones leave what is there.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(super) fn as_update(&self, read: &ReadRow, of: &Organization, values: &Values) -> Result<Parsed, Vec<Problem>> {
        let details = &of.details;
        let mut after = self.in_use(values);
        // The limit stays in the currency it is in.
        let kept = details.approval_limit.filter(|_| read.form.approval_limit.is_empty()).map(|limit| limit.currency);
        let rules = Rules {
            required: vec![Field::Name],
            kinds: vec![details.kind],
            country: Some(details.country),
            currency: named_currency(&read.form.approval_limit).or(kept).unwrap_or(self.rules.currency),
            custom: self.said_otherwise(read, &after),
        };
        let form = OrganizationForm { custom: read.form.custom.clone(), ..overlaid(details, &read.form) };
        let mut parsed = parse(read, &form, &rules)?;
        after.0.extend(parsed.custom.values.0);
        parsed.custom.values = after;
        Ok(parsed)
    }

    /// The partner's own fields of which the row says something else than is kept. Of the others nothing is read: what is
    /// kept need not fit its field any more.
    fn said_otherwise(&self, read: &ReadRow, kept: &Values) -> Vec<CustomField> {
        let differs = |field: &&CustomField| {
            let typed = read.form.custom.get(&field.control()).map(|cell| cell.trim());
            typed.is_some_and(|cell| kept.get(field.id).is_none_or(|value| cell != value && cell != field.shown(value)))
        };
        let fields = self.custom().iter().filter(differs);
        fields.map(|field| CustomField { mandatory: false, ..field.clone() }).collect()
    }
}

fn month_first(cell: &str, day: Date) -> String {
    format!(
        "{} has the month first. Choose MM/DD/YYYY under “Change how the file is read”, or write {}",
        cell.trim(),
        day_month_year(day)
    )
}

/// By the rules, with what was found before.
fn parse(read: &ReadRow, form: &OrganizationForm, rules: &Rules) -> Result<Parsed, Vec<Problem>> {
    match form.parse(rules) {
        Ok(parsed) if read.problems.is_empty() => Ok(parsed),
        parsed => {
            let errors = parsed.err().unwrap_or_default();
            // What was found about a cell of the file says more than what the rules say of the field.
            let is_new = |field: &str| read.problems.iter().all(|known| known.field != field);
            let found = errors.iter().filter(|one| is_new(one.0)).map(|(field, words)| Problem::new(field, words));
            Err(read.problems.iter().cloned().chain(found).collect())
        }
    }
}

/// The currency an amount names by its code, as an export writes a limit that is in another one than the partner's.
fn named_currency(cell: &str) -> Option<Currency> {
    let words = cell.split(|c: char| !c.is_alphabetic());
    words.filter(|word| word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase())).find_map(Currency::from_code)
}

/// What is there with what was typed laid over it.
fn overlaid(details: &Details, typed: &OrganizationForm) -> OrganizationForm {
    let mut form = OrganizationForm::of(details);
    // A file has the contact as a whole (D7): where it says nothing else, first and last name stay what they are.
    let known = details.contact().is_some_and(|contact| contact == typed.contact_name.trim());
    for info in &FIELDS {
        let cell = typed.get(info.field);
        let stays = cell.is_empty() || known && info.field == Field::ContactName;
        if !stays {
            form.set(info.field, cell.to_owned());
        }
    }
    // A file that ends the approval process means its limit, too; one that moves the organization to another country
    // means no state of the old one.
    let off = parse_yes_no(&typed.approval_required) == Ok(false);
    if off && typed.approval_limit.is_empty() {
        form.approval_limit.clear();
    }
    let moved = Country::parse(typed.country.trim()).is_ok_and(|country| country != details.country);
    if moved && typed.state.is_empty() {
        form.state.clear();
    }
    if !typed.kind.is_empty() {
        form.kind.clone_from(&typed.kind);
    }
    if !typed.contact_name.is_empty() && !known {
        form.contact_given_name.clear();
        form.contact_family_name.clear();
    }
    form
}

/// What can be compared, as far as it can be read.
fn candidate(form: &OrganizationForm) -> Candidate {
    let text = |raw: &str| (!raw.trim().is_empty()).then(|| raw.trim().to_owned());
    Candidate {
        name: text(&form.name),
        registration_number: text(&form.registration_number),
        ..Candidate::unique(
            DomainName::parse(&form.domain).ok().as_ref(),
            CustomerNumber::parse(&form.customer_number).ok().as_ref(),
        )
    }
}
