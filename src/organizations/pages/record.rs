//! The fields of the record as forms show them: made from the one table, so that quick form and edit page ask alike.

use crate::{
    error::FieldErrors,
    organizations::{Entry, FIELDS, Field, OrganizationForm, Rules},
    types::parse_yes_no,
    web::{
        choices::{self, CountryRules},
        fields::SelectOption,
    },
};

/// One field of a form.
pub(super) struct FieldView {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) value: String,
    pub(super) error: Option<String>,
    pub(super) optional: bool,
    /// Which macro shows it.
    pub(super) kind: &'static str,
    pub(super) autocomplete: &'static str,
    /// The place in the help that says more (S269).
    pub(super) help: Option<&'static str>,
    /// Entries of a drop-down.
    pub(super) options: Vec<SelectOption>,
    pub(super) checked: bool,
    /// Whether the present country has no such thing.
    pub(super) hidden: bool,
}

/// Fields under one heading; each row has one field, or two side by side.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) rows: Vec<Vec<FieldView>>,
}

/// What a form of the record is made from.
pub(super) struct RecordView<'a> {
    form: &'a OrganizationForm,
    errors: &'a FieldErrors,
    rules: &'a Rules,
    country: CountryRules,
}

impl<'a> RecordView<'a> {
    pub(super) fn new(form: &'a OrganizationForm, errors: &'a FieldErrors, rules: &'a Rules) -> Self {
        let default = rules.country.map(|country| country.alpha2()).unwrap_or_default();
        let country = if form.country.trim().is_empty() { default } else { &form.country };
        Self { country: CountryRules::of(country), form, errors, rules }
    }

    /// The five fields every form begins with (S238, S240-S243).
    pub(super) fn first(&self) -> Vec<Vec<FieldView>> {
        use Field as F;
        self.rows(&[&[F::Name], &[F::Domain], &[F::RegistrationNumber], &[F::NotificationEmail], &[F::ContactPhone]])
    }

    /// The others (S239).
    pub(super) fn more(&self) -> Vec<Section> {
        use Field as F;
        vec![
            Section { title: "Your reference", rows: self.rows(&[&[F::CustomerNumber]]) },
            Section {
                title: "Primary contact",
                rows: self.rows(&[&[F::ContactName], &[F::ContactEmail, F::ContactMobile]]),
            },
            Section {
                title: "Address",
                rows: self.rows(&[&[F::Street], &[F::PostalCode, F::City], &[F::Country, F::State]]),
            },
            Section {
                title: "Approvals and billing",
                rows: self.rows(&[&[F::ApprovalRequired], &[F::ApprovalLimit], &[F::BillingStartsOn]]),
            },
        ]
    }

    /// What only the wizard and the edit page ask: first and last name apart (D7), and the size.
    pub(super) fn wizard_fields(&self) -> Section {
        let line = |name, label: &str, value: &str, autocomplete| FieldView {
            label: label.to_owned(),
            value: value.to_owned(),
            autocomplete,
            ..self.blank(name)
        };
        let form = self.form;
        let given = line("contact_given_name", "First name", &form.contact_given_name, "given-name");
        let family = line("contact_family_name", "Last name", &form.contact_family_name, "family-name");
        let size = FieldView {
            kind: "select",
            options: choices::sizes(&form.company_size),
            ..line("company_size", "Company size", "", "")
        };
        Section { title: "As the wizard asks", rows: vec![vec![given, family], vec![size]] }
    }

    fn rows(&self, rows: &[&[Field]]) -> Vec<Vec<FieldView>> {
        rows.iter().map(|row| row.iter().map(|field| self.field(*field)).collect()).collect()
    }

    fn blank(&self, name: &'static str) -> FieldView {
        FieldView {
            name,
            label: String::new(),
            hint: String::new(),
            value: String::new(),
            error: self.errors.get(name).map(str::to_owned),
            optional: true,
            kind: "text",
            autocomplete: "off",
            help: None,
            options: Vec::new(),
            checked: false,
            hidden: false,
        }
    }

    fn field(&self, field: Field) -> FieldView {
        let info = field.info();
        let value = self.form.get(field).to_owned();
        let view = FieldView {
            label: info.label.to_owned(),
            hint: info.hint.to_owned(),
            optional: !self.rules.requires(field),
            autocomplete: autocomplete(field),
            help: info.help,
            checked: parse_yes_no(&value).unwrap_or(false),
            value,
            ..self.blank(info.name)
        };
        match info.entry {
            Entry::Line if field == Field::PostalCode => FieldView {
                label: self.country.postal_label.to_owned(),
                hint: self.country.postal_hint.clone(),
                hidden: !self.country.has_postal_code && view.value.is_empty(),
                kind: "postal",
                ..view
            },
            Entry::Line | Entry::Date => view,
            Entry::Amount => FieldView { hint: format!("In {}. {}", self.rules.currency.code(), view.hint), ..view },
            Entry::Domain => FieldView { kind: "domain", ..view },
            Entry::Email => FieldView { kind: "email", ..view },
            Entry::Phone => FieldView { kind: "tel", ..view },
            Entry::YesNo => FieldView { kind: "checkbox", ..view },
            Entry::Country => self.country_field(view),
            Entry::State => self.state_field(view),
        }
    }

    fn country_field(&self, view: FieldView) -> FieldView {
        let default = self.rules.country.map(|country| country.alpha2()).unwrap_or_default();
        let present = if view.value.trim().is_empty() { default } else { &view.value };
        FieldView { kind: "country", hint: String::new(), options: choices::countries(present), ..view }
    }

    fn state_field(&self, view: FieldView) -> FieldView {
        let default = self.rules.country.map(|country| country.alpha2()).unwrap_or_default();
        let country = if self.form.country.trim().is_empty() { default } else { &self.form.country };
        FieldView {
            kind: "state",
            label: self.country.state_label.to_owned(),
            options: choices::states(country, &view.value),
            hidden: self.country.state.is_empty() && view.value.is_empty(),
            ..view
        }
    }
}

/// Whether one of the fields that *More* hides holds something or has a message: then they are shown.
pub(super) fn shows_more(form: &OrganizationForm, errors: &FieldErrors) -> bool {
    const FIRST: [Field; 5] =
        [Field::Name, Field::Domain, Field::RegistrationNumber, Field::NotificationEmail, Field::ContactPhone];
    FIELDS.iter().filter(|info| !FIRST.contains(&info.field)).any(|info| {
        let typed = info.field != Field::Country && !form.get(info.field).trim().is_empty();
        typed || errors.get(info.name).is_some()
    })
}

/// What browsers may fill in. The person at the keyboard is not the contact, so most is left to them.
fn autocomplete(field: Field) -> &'static str {
    match field {
        Field::Name => "organization",
        _ => "off",
    }
}
