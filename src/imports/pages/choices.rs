//! What becomes of which rows: the form, and what it comes to (S212, S213, N5).

use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::words;
use crate::{
    error::{FieldErrors, Result},
    imports::{Choices, Existing, Found, Import, Likely, Verdict, label_of},
    organizations::COUNTED,
    roles::Permission,
    scope::Scope,
    web::{fields::Card, group_choice::GroupChoice},
};

/// What the page posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ChoicesForm {
    create: String,
    existing: String,
    likely: String,
    whole: String,
    tell: String,
    groups: String,
    /// What the button said, see [`counted`].
    pub(super) counted: String,
    /// Which rows the page shows.
    pub(super) only: String,
}

impl ChoicesForm {
    /// Reads the choices. What the page does not ask, because no row is concerned, stays.
    ///
    /// # Errors
    /// A group that is none.
    pub(super) fn parse(&self, present: &Choices) -> Result<Choices, FieldErrors> {
        let group = |raw: &str| raw.parse::<Uuid>().map_err(|_| FieldErrors::on("groups", "Choose one of the groups"));
        Ok(Choices {
            create: match self.create.as_str() {
                "yes" => true,
                "no" => false,
                _ => present.create,
            },
            existing: match self.existing.as_str() {
                "skip" => Existing::Skip,
                "update" => Existing::Update,
                "stop" => Existing::Stop,
                _ => present.existing,
            },
            likely: match self.likely.as_str() {
                "skip" => Likely::Skip,
                "update" => Likely::Update,
                "create" => Likely::Create,
                _ => present.likely,
            },
            whole: !self.whole.is_empty(),
            tell: !self.tell.is_empty(),
            groups: self.groups.split_whitespace().map(group).collect::<Result<_, _>>()?,
        })
    }

    /// The part of the address that keeps the rows the page shows.
    pub(super) fn query(&self) -> String {
        let only = serde_urlencoded::to_string([("only", &self.only)]).unwrap_or_default();
        if self.only.is_empty() { String::new() } else { format!("?{only}") }
    }
}

/// What an import comes to, as the form carries it: how many are created and changed.
pub(super) fn counted(import: &Import) -> String {
    format!("{} {}", import.choices.creates(&import.found), import.choices.updates(&import.found))
}

/// The form.
pub(super) struct ChoicesView {
    pub(super) create: Vec<Card>,
    /// Nothing where no row exists already or stands twice.
    pub(super) existing: Option<Question>,
    pub(super) likely: Vec<Card>,
    pub(super) whole: bool,
    pub(super) tell: bool,
    pub(super) groups: GroupChoice,
}

/// What is asked about rows, with what the page says beside it.
pub(super) struct Question {
    pub(super) legend: &'static str,
    pub(super) hint: &'static str,
    pub(super) class: &'static str,
    pub(super) cards: Vec<Card>,
}

impl ChoicesView {
    pub(super) async fn new(db: &mut PgConnection, scope: &Scope, import: &Import) -> Result<Self> {
        let chosen: Vec<String> = import.choices.groups.iter().map(ToString::to_string).collect();
        let likely = import.found.of(Verdict::Likely);
        Ok(Self {
            create: create(&import.choices),
            existing: existing(&import.choices, &import.found),
            likely: if likely > 0 { likely_ones(&import.choices) } else { Vec::new() },
            whole: import.choices.whole,
            tell: import.choices.tell,
            groups: if scope.may(Permission::CreateOrganizations) {
                GroupChoice::new(db, scope, &chosen.join(" ")).await?
            } else {
                GroupChoice { options: Vec::new(), one: false, ask: String::new() }
            },
        })
    }
}

fn create(choices: &Choices) -> Vec<Card> {
    let present = if choices.create { "yes" } else { "no" };
    vec![
        Card::new("yes", "Create them", "A new organization for each of these rows", present),
        Card::new("no", "Leave them out", "Nothing new is created", present),
    ]
}

/// What becomes of organizations that exist and of rows that repeat an earlier one: an update concerns only the former.
fn existing(choices: &Choices, found: &Found) -> Option<Question> {
    let there = found.of(Verdict::Match) + found.of(Verdict::Same) > 0;
    let twice = found.of(Verdict::Twice) > 0;
    match (there, twice) {
        (false, false) => None,
        (false, true) => Some(repeated(choices)),
        (true, _) => Some(Question {
            legend: label_of("existing"),
            hint: "Recognized by Org Key, customer number or domain; also by registration number, unless customer \
                   number or domain says otherwise",
            class: "three",
            cards: there_already(choices, twice),
        }),
    }
}

fn repeated(choices: &Choices) -> Question {
    let present = if choices.existing == Existing::Stop { "stop" } else { "skip" };
    Question {
        legend: "Rows that repeat an earlier row",
        hint: "",
        class: "two",
        cards: vec![
            Card::new("skip", "Leave them out", "The earlier row counts", present),
            Card::new("stop", "Stop", "Import nothing at all", present),
        ],
    }
}

fn there_already(choices: &Choices, twice: bool) -> Vec<Card> {
    let present = match choices.existing {
        Existing::Skip => "skip",
        Existing::Update => "update",
        Existing::Stop => "stop",
    };
    let update = "Filled cells replace what is there; empty cells change nothing";
    let update = if twice { format!("{update}. Rows that repeat an earlier row are left out") } else { update.into() };
    vec![
        Card::new("skip", "Skip them", "The organizations stay as they are", present),
        Card::new("update", "Update them", update, present),
        Card::new("stop", "Stop", "Import nothing at all", present),
    ]
}

fn likely_ones(choices: &Choices) -> Vec<Card> {
    let present = match choices.likely {
        Likely::Skip => "skip",
        Likely::Update => "update",
        Likely::Create => "create",
    };
    vec![
        Card::new("skip", "Leave them out", "The organizations stay as they are", present),
        Card::new("update", "They are the same", "Link them: filled cells replace what is there", present),
        Card::new("create", "They are others", "Create new organizations that look alike", present),
    ]
}

/// What the choices come to.
pub(super) struct Plan {
    /// "168 created, 21 updated, 7 left out, 4 with errors left out".
    pub(super) sentence: String,
    pub(super) mails: String,
    pub(super) button: String,
    pub(super) counted: String,
    /// Why it cannot be begun.
    pub(super) obstacle: Option<String>,
}

impl Plan {
    pub(super) fn new(import: &Import, mails: i64) -> Self {
        let (choices, found) = (&import.choices, &import.found);
        let (creates, updates) = (choices.creates(found), choices.updates(found));
        let errors = found.of(Verdict::Error);
        let unchanged = if choices.existing == Existing::Update { found.of(Verdict::Same) } else { 0 };
        let rest = i64::from(import.total) - creates - updates - errors - unchanged;
        let counts = [
            (creates, "to be created"),
            (updates, "to be updated"),
            (unchanged, "unchanged"),
            (rest, "left out"),
            (errors, "left out because of errors"),
        ];
        Self {
            sentence: words::listed(&counts, "Nothing"),
            mails: match (choices.tell, mails) {
                (false, _) | (_, 0) => "No mail is sent".to_owned(),
                (_, 1) => "1 mail is sent".to_owned(),
                (_, mails) if mails > COUNTED => format!("More than {} mails are sent", words::number(COUNTED)),
                (_, mails) => format!("{} mails are sent", words::number(mails)),
            },
            button: words::button(creates, updates),
            counted: counted(import),
            obstacle: choices.obstacle(found),
        }
    }
}
