//! What is done to an import: rows are corrected, choices made; it is begun, cancelled, forgotten, tried again.

use std::collections::BTreeMap;

use actix_session::Session;
use actix_web::{
    HttpResponse,
    web::{Data, Form},
};

use super::{
    ImportPath, check,
    choices::{ChoicesForm, counted},
    import_path, list_path,
    show::ShowQuery,
    words,
};
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    imports::{self, Import, Outcome, State, Verdict},
    scope::Scope,
    web::{
        frame::{Frame, flash},
        large_form::LargeForm,
        see_other,
    },
};

async fn found(app: &App, scope: &Scope, path: ImportPath) -> Result<Import> {
    let id = path.into_inner().1;
    app.read(scope, async |db| imports::find(db, scope, id).await).await
}

/// Corrected cells (N2): "r17c2" is the third column of row 17.
pub(super) async fn rows(
    app: Data<App>,
    scope: Scope,
    session: Session,
    path: ImportPath,
    LargeForm(pairs): LargeForm,
) -> Result<HttpResponse> {
    let before = found(&app, &scope, path).await?;
    let id = before.id;
    let typed = cells(&pairs);
    let again = app.write(&scope, async |db| {
        let others = imports::correct_shown(db, &scope, id, &typed).await?;
        Ok((imports::find(db, &scope, id).await?, others))
    });
    let (after, others) = again.await?;
    let (left, was) = (after.found.of(Verdict::Error), before.found.of(Verdict::Error));
    let said = match (was - left, left) {
        (_, 0) => "No row has errors any more".to_owned(),
        (..=0, left) => format!("{} still to be corrected", words::rows(left)),
        (fixed, left) => format!("{} corrected, {} left", words::rows(fixed), words::number(left)),
    };
    let said = match others {
        0 => said,
        others => format!("{said}. Somebody else had corrected {} meanwhile", words::rows(others as i64)),
    };
    flash(&session, if left == 0 { "ok" } else { "info" }, said)?;
    let carried = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.as_str());
    // Where nothing is left to correct, all rows are shown from the first.
    let (only, after) = match carried("only") {
        "error" if left == 0 => ("all", "0"),
        only => (only, carried("after")),
    };
    let query = serde_urlencoded::to_string([("only", only), ("after", after)]).unwrap_or_default();
    see_other(format!("{}?{query}#rows", import_path(&scope, id)))
}

fn cells(pairs: &[(String, String)]) -> BTreeMap<i32, BTreeMap<usize, String>> {
    let mut typed: BTreeMap<i32, BTreeMap<usize, String>> = BTreeMap::new();
    for (name, value) in pairs {
        let place = name.strip_prefix('r').and_then(|rest| rest.split_once('c'));
        if let Some((row, column)) = place
            && let (Ok(row), Ok(column)) = (row.parse(), column.parse())
        {
            typed.entry(row).or_default().insert(column, value.clone());
        }
    }
    typed
}

/// What is to become of which rows; the page then says what that comes to.
pub(super) async fn choices(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    path: ImportPath,
    Form(form): Form<ChoicesForm>,
) -> Result<HttpResponse> {
    let import = found(&app, &scope, path).await?;
    match choose(&app, &scope, &import, &form).await {
        Ok(_) => see_other(format!("{}{}#plan", import_path(&scope, import.id), form.query())),
        Err(Error::Invalid(errors)) => refuse(&app, &scope, frame, import, &form, errors).await,
        Err(error) => Err(error),
    }
}

/// Keeps the choices, and returns the import with them.
async fn choose(app: &App, scope: &Scope, import: &Import, form: &ChoicesForm) -> Result<Import> {
    let choices = form.parse(&import.choices)?;
    let kept = app.write(scope, async |db| {
        imports::set_choices(db, scope, import.id, &choices).await?;
        imports::find(db, scope, import.id).await
    });
    kept.await
}

/// The page with the choices as they were sent and what is wrong with them.
async fn refuse(
    app: &App,
    scope: &Scope,
    frame: Frame,
    mut import: Import,
    form: &ChoicesForm,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    if let Ok(choices) = form.parse(&import.choices) {
        import.choices = choices;
    }
    check::show(app, scope, frame, import, &ShowQuery { only: form.only.clone(), ..ShowQuery::default() }, errors).await
}

/// Begins, where the page said what these choices come to; else it says so first (S213).
pub(super) async fn start(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    session: Session,
    path: ImportPath,
    Form(form): Form<ChoicesForm>,
) -> Result<HttpResponse> {
    let import = found(&app, &scope, path).await?;
    let here = import_path(&scope, import.id);
    let chosen = match choose(&app, &scope, &import, &form).await {
        Ok(import) => import,
        Err(Error::Invalid(errors)) => return refuse(&app, &scope, frame, import, &form, errors).await,
        Err(error) => return Err(error),
    };
    if counted(&chosen) != form.counted || chosen.choices.obstacle(&chosen.found).is_some() {
        flash(&session, "warn", "What would be done has changed since the page was shown. Look at it, then begin")?;
        return see_other(format!("{here}{}#plan", form.query()));
    }
    imports::start(&app, &scope, import.id).await?;
    see_other(here)
}

pub(super) async fn cancel(app: Data<App>, scope: Scope, session: Session, path: ImportPath) -> Result<HttpResponse> {
    let import = found(&app, &scope, path).await?;
    app.write(&scope, async |db| imports::cancel(db, &scope, import.id).await).await?;
    if import.state == State::Checking {
        flash(&session, "info", format!("{} is forgotten. Nothing was imported", import.file_name))?;
        return see_other(list_path(&scope));
    }
    if import.state == State::Undoing {
        flash(&session, "info", "Undoing was stopped. What is undone stays undone; the rest can be undone later")?;
        return see_other(import_path(&scope, import.id));
    }
    let after = app.read(&scope, async |db| imports::find(db, &scope, import.id).await).await?;
    let kept = after.outcomes.of(Outcome::Created) + after.outcomes.of(Outcome::Updated);
    flash(&session, "info", format!("Cancelled. {} created or updated before are kept", words::organizations(kept)))?;
    see_other(import_path(&scope, import.id))
}

pub(super) async fn discard(app: Data<App>, scope: Scope, session: Session, path: ImportPath) -> Result<HttpResponse> {
    let import = found(&app, &scope, path).await?;
    app.write(&scope, async |db| imports::discard(db, &scope, import.id).await).await?;
    flash(&session, "ok", format!("{} is forgotten. Nothing was imported", import.file_name))?;
    see_other(list_path(&scope))
}

/// The rows that failed as an import of their own, to be corrected and run; the one there is while it is not through.
pub(super) async fn retry(app: Data<App>, scope: Scope, path: ImportPath) -> Result<HttpResponse> {
    let import = found(&app, &scope, path).await?;
    let again = app.write(&scope, async |db| imports::retry(db, &scope, import.id).await).await?;
    see_other(import_path(&scope, again))
}

#[cfg(test)]
mod tests {
    use super::cells;

    #[test]
    fn names_of_cells_say_where_they_are() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let typed = cells(&[
            pair("r17c2", "a"),
            pair("r17c0", "b"),
            pair("rc", "x"),
            pair("only", "error"),
            pair("r1c-1", "x"),
        ]);
        assert_eq!(typed.len(), 1);
        assert_eq!(typed[&17][&2], "a");
        assert_eq!(typed[&17][&0], "b");
    }
}
