//! The people of a group: who is assigned, and who can be.

use actix_session::Session;
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use super::{GroupPath, Head, list_path, placed};
use crate::{
    app::App,
    error::Result,
    groups::{self, Person},
    scope::Scope,
    web::{
        frame::{Frame, flash, initials},
        joined::Joined,
        page, see_other,
    },
};

#[derive(Template)]
#[template(path = "groups/people.html")]
struct PeoplePage {
    frame: Frame,
    head: Head,
    /// `/o/{org_key}`.
    home: String,
    rows: Vec<Row>,
    assignable: Vec<Row>,
}

struct Row {
    id: Uuid,
    user_id: Uuid,
    name: String,
    initials: String,
    email: String,
    role: String,
}

impl From<Person> for Row {
    fn from(person: Person) -> Self {
        Self {
            id: person.membership_id,
            user_id: person.user_id,
            initials: initials(&person.name),
            name: person.name,
            email: person.email,
            role: person.role,
        }
    }
}

pub(super) async fn index(app: Data<App>, scope: Scope, frame: Frame, path: GroupPath) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let read = app.read(&scope, async |db| {
        let group = groups::find(db, &scope, id).await?;
        Ok((group, groups::people(db, &scope, id).await?, groups::assignable(db, &scope, id).await?))
    });
    let (group, people, assignable) = read.await?;
    page(
        StatusCode::OK,
        PeoplePage {
            frame: placed(frame, &scope, &group.name),
            head: Head::new(&scope, &group, "people"),
            home: format!("/o/{}", scope.organization.key),
            rows: people.into_iter().map(Row::from).collect(),
            assignable: assignable.into_iter().map(Row::from).collect(),
        },
    )
}

/// Whom the form names: memberships of the partner.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    membership: String,
}

impl Named {
    fn ids(&self) -> Vec<Uuid> {
        self.membership.split_whitespace().filter_map(|id| Uuid::parse_str(id).ok()).collect()
    }
}

fn back(scope: &Scope, id: Uuid) -> Result<HttpResponse> {
    see_other(format!("{}/{id}/people", list_path(scope)))
}

pub(super) async fn assign(
    app: Data<App>,
    scope: Scope,
    session: Session,
    path: GroupPath,
    Joined(named): Joined<Named>,
) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let names = app.write(&scope, async |db| groups::assign(db, &scope, id, &named.ids()).await).await?;
    match names.is_empty() {
        true => flash(&session, "info", "Nobody was assigned: tick the people first")?,
        false => flash(&session, "ok", format!("Assigned: {}", names.join(", ")))?,
    }
    back(&scope, id)
}

pub(super) async fn take_off(
    app: Data<App>,
    scope: Scope,
    session: Session,
    path: GroupPath,
    Joined(named): Joined<Named>,
) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let names = app.write(&scope, async |db| groups::take_off(db, &scope, id, &named.ids()).await).await?;
    match names.is_empty() {
        true => flash(&session, "info", "Nobody was taken off the group")?,
        false => flash(&session, "ok", format!("No longer in the group: {}", names.join(", ")))?,
    }
    back(&scope, id)
}
