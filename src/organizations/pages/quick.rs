//! The quick form: one organization in five fields, *More* for the others (S205, S237-S243, S263, S423).

use std::collections::BTreeMap;

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use super::record::{FieldView, RecordView, Section, shows_more};
use crate::{
    app::App,
    custom_fields::{self, CustomField},
    error::{Error, FieldErrors, Result},
    organizations::{self, Batch, BatchRow, Channel, Choice, Entered, Made, Match, Obstacles, OrganizationForm, Rules},
    roles::Permission,
    scope::Scope,
    types::OrgKey,
    web::{
        frame::{Frame, flash},
        group_choice::GroupChoice,
        joined::Joined,
        own_fields::{Control, sent},
        page, see_other,
    },
};

/// What the page posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct QuickForm {
    command: String,
    /// `create`, `another`, or `update` for the page with the states of the country chosen.
    #[serde(rename = "do")]
    act: String,
    groups: String,
    twin: String,
    #[serde(flatten)]
    record: OrganizationForm,
    /// What is left: the fields of the partner's own, among whatever else was sent.
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

/// What the address of an empty form carries on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Carried {
    /// The key of what was created before.
    created: String,
    /// The groups it was put into.
    groups: String,
}

#[derive(Template)]
#[template(path = "organizations/quick.html")]
struct QuickPage {
    frame: Frame,
    base: String,
    parent_name: String,
    command: Uuid,
    first: Vec<Vec<FieldView>>,
    /// The partner's own fields that must be filled in.
    own: Vec<Control>,
    more: Vec<Section>,
    /// The partner's own fields that need not.
    own_more: Vec<Control>,
    open_more: bool,
    errors: FieldErrors,
    groups: GroupChoice,
    /// Name and key of what was created a moment ago.
    created: Option<(String, OrgKey)>,
    /// Organizations that have something in common with what was typed.
    twins: Vec<Match>,
    /// Whether one of them is only likely the same, which a person decides about.
    likely: bool,
    /// Whether the person said that it is not the same.
    anyway: bool,
}

/// Everything around the form.
struct View<'a> {
    scope: &'a Scope,
    frame: Frame,
    rules: Rules,
    groups: GroupChoice,
    command: Uuid,
    created: Option<(String, OrgKey)>,
    anyway: bool,
}

impl<'a> View<'a> {
    async fn new(app: &App, scope: &'a Scope, frame: Frame, command: Uuid, chosen: &str) -> Result<Self> {
        let read = app.read(scope, async |db| {
            let rules = organizations::rules(db, scope, Channel::Form).await?;
            Ok((rules, GroupChoice::new(db, scope, chosen).await?))
        });
        let (rules, groups) = read.await?;
        Ok(Self { scope, frame, rules, groups, command, created: None, anyway: false })
    }

    fn show(self, form: &OrganizationForm, held: Obstacles) -> Result<HttpResponse> {
        let likely = held.matches.iter().any(|one| !one.key.is_unique());
        let mut errors = held.errors.into_iter().next().map(|(_, errors)| errors).unwrap_or_default();
        held.page.iter().for_each(|(field, message)| errors.add(field.to_owned(), message.to_owned()));
        let held_back = likely || !errors.is_empty();
        let record = RecordView::new(form, &errors, &self.rules);
        let fields = &self.rules.custom;
        let (own_more, own) =
            Control::all(fields, &form.custom, &errors).into_iter().partition(|control: &Control| control.optional);
        let page_of = QuickPage {
            frame: self
                .frame
                .at("Organizations")
                .crumb("Organizations", Some(format!("/o/{}/organizations", self.scope.organization.key)))
                .crumb("New", None),
            base: format!("/o/{}", self.scope.organization.key),
            parent_name: self.scope.organization.name.clone(),
            command: self.command,
            first: record.first(),
            own,
            more: record.more(),
            open_more: shows_more(form, &errors) || shows_own(fields, form, &errors) || self.groups.is_chosen_apart(),
            own_more,
            groups: self.groups,
            created: self.created,
            twins: held.matches,
            likely,
            anyway: self.anyway,
            errors,
        };
        page(if held_back { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, page_of)
    }
}

/// Whether a field of the partner's own that *More* hides differs from its default or has a message.
fn shows_own(fields: &[CustomField], form: &OrganizationForm, errors: &FieldErrors) -> bool {
    let mut untouched = BTreeMap::new();
    custom_fields::put_defaults(fields, &mut untouched);
    fields.iter().filter(|field| !field.mandatory).map(CustomField::control).any(|control| {
        let of = |typed: &BTreeMap<String, String>| typed.get(&control).map(|value| value.trim().to_owned());
        errors.get(&control).is_some() || of(&form.custom).unwrap_or_default() != of(&untouched).unwrap_or_default()
    })
}

pub(super) async fn new(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    Query(carried): Query<Carried>,
) -> Result<HttpResponse> {
    scope.require(Permission::CreateOrganizations)?;
    let mut view = View::new(&app, &scope, frame, Uuid::now_v7(), &carried.groups).await?;
    if let Ok(key) = OrgKey::parse(&carried.created) {
        let found = app.read(&scope, async |db| organizations::find(db, &scope, &key).await).await;
        view.created = found.ok().map(|made| (made.details.name.to_string(), made.key));
    }
    let mut form = OrganizationForm::default();
    custom_fields::put_defaults(&view.rules.custom, &mut form.custom);
    view.show(&form, Obstacles::default())
}

pub(super) async fn create(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    Joined(form): Joined<QuickForm>,
) -> Result<HttpResponse> {
    // The account type is a choice of the wizard; what the quick form makes is a customer.
    let record = OrganizationForm { kind: String::new(), custom: sent(form.rest), ..form.record };
    let command = Uuid::parse_str(&form.command).unwrap_or_else(|_| Uuid::now_v7());
    let mut view = View::new(&app, &scope, frame, command, &form.groups).await?;
    view.anyway = form.twin == Choice::CreateAnyway.as_str();
    if form.act == "update" {
        return view.show(&record, Obstacles::default());
    }
    let batch = Batch {
        channel: Channel::Form,
        command,
        groups: view.groups.chosen(),
        rows: vec![BatchRow {
            form: record.clone(),
            choice: if view.anyway { Choice::CreateAnyway } else { Choice::Ask },
        }],
    };
    if !batch.rows.iter().any(BatchRow::is_touched) {
        let errors = record.parse(&view.rules).err().unwrap_or_default();
        return view.show(&record, Obstacles { errors: vec![(0, errors)], ..Obstacles::default() });
    }
    let entered = app.write(&scope, async |db| organizations::enter(db, &scope, &batch).await).await;
    match entered {
        Ok(Entered::Created(made)) => onward(&scope, &session, made, &form.act, &form.groups),
        Ok(Entered::Held(obstacles)) => view.show(&record, *obstacles),
        Err(Error::Invalid(errors)) => {
            view.show(&record, Obstacles { errors: vec![(0, bare(&errors))], ..Obstacles::default() })
        }
        Err(error) => Err(error),
    }
}

/// Messages of the one row under the names of this form.
fn bare(errors: &FieldErrors) -> FieldErrors {
    let mut named = FieldErrors::default();
    for (field, message) in errors.iter() {
        named.add(field.strip_prefix("r1-").unwrap_or(field).to_owned(), message.to_owned());
    }
    named
}

/// To the new organization, or to an empty form that says what was created and keeps the groups (S423).
fn onward(scope: &Scope, session: &Session, made: Vec<Made>, act: &str, groups: &str) -> Result<HttpResponse> {
    let Some(Made { created: made, notes, .. }) = made.into_iter().next() else { return Err(Error::NotFound) };
    let notes: String = notes.iter().map(|note| format!(". {}", note.words)).collect();
    flash(session, "ok", format!("{} is created{notes}", made.name))?;
    if act == "another" {
        let carried = [("created", made.key.as_str()), ("groups", groups)];
        let query = serde_urlencoded::to_string(carried).map_err(|error| Error::Internal(error.into()))?;
        return see_other(format!("/o/{}/organizations/quick?{query}", scope.organization.key));
    }
    see_other(format!("/o/{}", made.key))
}
