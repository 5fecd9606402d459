//! What the home of whoever has organizations beneath shows above and besides their own.

use crate::{
    onboarding::DraftSummary,
    organizations::{Figures, TRIALS},
    scope::Scope,
    types::grouped,
    web::{
        frame::{initials, tile},
        when::When,
        words::up_to,
    },
};

/// The figures above a home.
pub(super) struct HomeFigures {
    pub(super) organizations: String,
    pub(super) on_trial: String,
    pub(super) ending: String,
    pub(super) licenses: String,
    pub(super) licenses_of: &'static str,
}

impl HomeFigures {
    pub(super) fn new(figures: &Figures) -> Self {
        Self {
            organizations: grouped(u64::try_from(figures.organizations).unwrap_or_default()),
            on_trial: up_to(TRIALS, figures.on_trial),
            ending: match figures.ending {
                0 => "none end within 7 days".to_owned(),
                1 => "1 ends within 7 days".to_owned(),
                more => format!("{} end within 7 days", up_to(TRIALS, more)),
            },
            licenses: grouped(u64::try_from(figures.licenses).unwrap_or_default()),
            licenses_of: "in their subscriptions",
        }
    }
}

/// Something a person should look at.
pub(super) struct Attention {
    pub(super) title: String,
    pub(super) text: String,
    pub(super) href: String,
    pub(super) label: &'static str,
}

pub(super) fn attention(figures: &Figures, scope: &Scope) -> Vec<Attention> {
    let Some((key, name, ends_at)) = &figures.first_ending else { return Vec::new() };
    let ends = scope.actor.zone().relative(*ends_at, scope.now);
    if figures.ending == 1 {
        let title = "1 trial ends within 7 days".to_owned();
        return vec![Attention { title, text: format!("{name}, {ends}"), href: format!("/o/{key}"), label: "Open" }];
    }
    vec![Attention {
        title: format!("{} trials end within 7 days", up_to(TRIALS, figures.ending)),
        text: format!("First: {name}, {ends}"),
        href: format!("/o/{}/organizations?view=ending", scope.organization.key),
        label: "Review trials",
    }]
}

/// An unfinished draft of the reader's.
pub(super) struct DraftRow {
    pub(super) name: String,
    pub(super) initials: String,
    pub(super) tile: &'static str,
    pub(super) step: String,
    pub(super) saved: When,
    pub(super) href: String,
}

impl DraftRow {
    pub(super) fn new(draft: DraftSummary, scope: &Scope) -> Self {
        Self {
            initials: initials(&draft.name),
            tile: tile(&draft.id.to_string()),
            step: format!("Step {} of 7, {}", draft.step.number(), draft.step.label()),
            saved: When::relative(&scope.actor.zone(), draft.updated_at, scope.now),
            href: draft.path,
            name: draft.name,
        }
    }
}

/// "Good morning, Ingrid", by the clock of the reader; the whole name where no first name is known.
pub(super) fn greeting(scope: &Scope, given_name: Option<&str>) -> String {
    let clock = scope.actor.zone().time(scope.now);
    let part = match clock.get(..2).and_then(|hour| hour.parse::<u8>().ok()).unwrap_or(12) {
        5..12 => "morning",
        12..18 => "afternoon",
        _ => "evening",
    };
    format!("Good {part}, {}", given_name.unwrap_or(&scope.actor.display_name))
}

/// "Saturday, 21 November 2026".
pub(super) fn today(scope: &Scope) -> String {
    let day = scope.actor.zone().day(scope.now);
    format!("{}, {} {} {}", day.weekday(), day.day(), day.month(), day.year())
}
