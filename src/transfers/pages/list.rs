//! The transfers of a partner, and those between its groups: answered, withdrawn, taken back.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;
use uuid::Uuid;

use crate::{
    app::App,
    error::Result,
    scope::Scope,
    transfers::{self, Between, State, Transfer},
    web::{
        frame::{Frame, flash},
        page, see_other,
        when::When,
    },
};

#[derive(Template)]
#[template(path = "transfers/index.html")]
struct IndexPage {
    frame: Frame,
    /// Where the transfers are answered.
    base: String,
    name: String,
    groups: bool,
    /// The page of the other kind, for whoever may see both.
    other: Option<String>,
    rows: Vec<Row>,
}

struct Row {
    id: Uuid,
    /// The organization; with its address where this side has it now.
    organization: String,
    href: Option<String>,
    key: String,
    from: String,
    to: String,
    by: String,
    requested: When,
    message: String,
    status: (&'static str, String),
    accepts: bool,
    /// "Decline" or "Withdraw".
    refuses: Option<&'static str>,
    reverses: bool,
}

impl Row {
    fn new(transfer: Transfer, scope: &Scope) -> Self {
        let zone = scope.actor.zone();
        let (taking, giving) = (transfer.is_taken_by(scope), transfer.is_given_by(scope));
        let state = transfer.state_at(scope.now);
        let reverses = transfer.is_reversible(scope.now);
        let by = transfer.answered_by_name.clone().map(|name| format!(" by {name}")).unwrap_or_default();
        let status = match state {
            State::Waiting => ("info half", format!("Waits for an answer until {}", zone.date(transfer.expires_at))),
            State::Declined => ("off", format!("Declined{by}")),
            State::Withdrawn => ("off", format!("Withdrawn{by}")),
            State::Expired => ("off", "Nobody answered in time".to_owned()),
            State::Reversed => {
                ("off", format!("Taken back by {}", transfer.reversed_by_name.as_deref().unwrap_or("somebody")))
            }
            State::Done => match transfer.reversible_until.filter(|_| reverses) {
                Some(until) => ("ok", format!("Transferred{by}, can be taken back until {}", zone.format(until))),
                None => ("ok", format!("Transferred{by}")),
            },
        };
        let here = if state == State::Done { taking } else { giving };
        let waits = state == State::Waiting;
        Self {
            href: here.then(|| format!("/o/{}", transfer.organization_key)),
            key: transfer.organization_key.to_string(),
            organization: transfer.organization_name,
            from: transfer.from_name,
            to: transfer.to_name,
            by: transfer.requested_by_name,
            requested: When::relative(&zone, transfer.requested_at, scope.now),
            message: transfer.message.unwrap_or_default(),
            accepts: waits && taking,
            refuses: waits.then_some(if taking { "Decline" } else { "Withdraw" }),
            id: transfer.id,
            status,
            reverses,
        }
    }
}

fn list_path(scope: &Scope, between: Between) -> String {
    let page = match between {
        Between::Partners => "transfers",
        Between::Groups => "group-transfers",
    };
    format!("/o/{}/{page}", scope.organization.key)
}

async fn show(app: &App, scope: &Scope, frame: Frame, between: Between) -> Result<HttpResponse> {
    let rows = app.read(scope, async |db| transfers::list(db, scope, between).await).await?;
    let other = if between == Between::Groups { Between::Partners } else { Between::Groups };
    page(
        StatusCode::OK,
        IndexPage {
            frame: frame.at("Transfers").crumb("Transfers", None),
            base: list_path(scope, between),
            name: scope.organization.name.clone(),
            groups: between == Between::Groups,
            other: scope.may(other.permission()).then(|| list_path(scope, other)),
            rows: rows.into_iter().map(|row| Row::new(row, scope)).collect(),
        },
    )
}

pub(super) async fn of_partners(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    show(&app, &scope, frame, Between::Partners).await
}

pub(super) async fn of_groups(app: Data<App>, scope: Scope, frame: Frame) -> Result<HttpResponse> {
    show(&app, &scope, frame, Between::Groups).await
}

type Address = Path<(String, Uuid)>;

fn back(scope: &Scope, session: &Session, between: Between, words: String) -> Result<HttpResponse> {
    flash(session, "ok", words)?;
    see_other(list_path(scope, between))
}

async fn accept(app: &App, scope: &Scope, session: &Session, between: Between, id: Uuid) -> Result<HttpResponse> {
    let transfer = transfers::accept(app, scope, between, id).await?;
    let name = &transfer.organization_name;
    let words = match between {
        Between::Partners => format!("{name} is yours now"),
        Between::Groups => format!("{name} is in {} now", transfer.to_name),
    };
    back(scope, session, between, words)
}

async fn refuse(app: &App, scope: &Scope, session: &Session, between: Between, id: Uuid) -> Result<HttpResponse> {
    let transfer = transfers::refuse(app, scope, between, id).await?;
    back(scope, session, between, format!("{} stays where it is", transfer.organization_name))
}

async fn reverse(app: &App, scope: &Scope, session: &Session, between: Between, id: Uuid) -> Result<HttpResponse> {
    let transfer = transfers::reverse(app, scope, between, id).await?;
    let (name, from) = (&transfer.organization_name, &transfer.from_name);
    let words = match between {
        Between::Partners => format!("{name} is with {from} again"),
        Between::Groups => format!("{name} is in {from} again"),
    };
    back(scope, session, between, words)
}

/// Declares the handlers of one kind for the table of routes.
macro_rules! answers {
    ($($name:ident: $does:ident, $between:ident;)+) => {$(
        pub(super) async fn $name(app: Data<App>, scope: Scope, session: Session, at: Address) -> Result<HttpResponse> {
            $does(&app, &scope, &session, Between::$between, at.1).await
        }
    )+};
}

answers! {
    accepted: accept, Partners;
    refused: refuse, Partners;
    reversed: reverse, Partners;
    move_accepted: accept, Groups;
    move_refused: refuse, Groups;
    move_reversed: reverse, Groups;
}
