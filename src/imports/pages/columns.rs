//! Step 2: how the file is read and what its columns are.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;
use sqlx::PgConnection;

use super::{
    Head, ImportPath, import_path, placed,
    reading::{ReadingView, Said, date_orders},
    show::ShowQuery,
};
use crate::{
    app::App,
    custom_fields::{self, CustomField},
    error::{Error, FieldErrors, Result},
    imports::{
        self, Columns, Import, Meaning, State,
        read::{Look, dates::DateOrder},
    },
    organizations::{FIELDS, Field},
    scope::Scope,
    types::Country,
    web::{choices::countries, fields::SelectOption, frame::Frame, page, see_other},
};

/// Filled cells that are shown of a column.
const SAMPLES: usize = 3;

#[derive(Template)]
#[template(path = "imports/columns.html")]
struct ColumnsPage {
    frame: Frame,
    head: Head,
    reading: ReadingView,
    /// Why it cannot be read as was asked.
    unread: Option<String>,
    columns: Vec<Column>,
    /// Labels of mandatory fields no column holds.
    missing: Vec<String>,
    /// Headings of columns that are left out.
    ignored: Vec<String>,
    /// Whether nobody has said yet what the columns are.
    guessed: bool,
    orders: Vec<SelectOption>,
    countries: Vec<SelectOption>,
    approvals: Vec<SelectOption>,
    errors: FieldErrors,
}

struct Column {
    /// "c3", which is the name of its field, too.
    id: String,
    heading: String,
    samples: Vec<String>,
    options: Vec<SelectOption>,
    error: Option<String>,
    known: bool,
}

/// The page for the file as it is read now, or as the address says.
pub(super) async fn show(
    app: &App,
    scope: &Scope,
    frame: Frame,
    import: Import,
    query: &ShowQuery,
) -> Result<HttpResponse> {
    let said = Said::of_query(query).map(|said| said.again(&import.how));
    let asked = said.is_some();
    let (look, unread) = match imports::look(app, scope, &import, said).await {
        Ok(look) => (look, None),
        // As it was read before it can be shown, and nothing is lost but the wish.
        Err(Error::Refused(why)) if asked => (imports::look(app, scope, &import, None).await?, Some(why.into_owned())),
        Err(error) => return Err(error),
    };
    let as_before = look.headings == import.headings && !import.columns.meanings.is_empty();
    let columns = match as_before {
        true => import.columns.clone(),
        false => app.read(scope, async |db| imports::guess(db, scope, &look).await).await?,
    };
    let view = View { scope, frame, import, look, columns, unread };
    view.show(app, FieldErrors::default()).await
}

/// Everything the page needs.
struct View<'a> {
    scope: &'a Scope,
    frame: Frame,
    import: Import,
    look: Look,
    columns: Columns,
    unread: Option<String>,
}

impl View<'_> {
    async fn show(self, app: &App, errors: FieldErrors) -> Result<HttpResponse> {
        let read = app.read(self.scope, async |db| self.asked(db).await);
        let (custom, missing) = read.await?;
        let fine = errors.is_empty() && self.unread.is_none();
        let columns = columns(&self.look, &self.columns, &custom, &errors);
        let approval = match self.columns.approval {
            Some(true) => "TRUE",
            Some(false) => "FALSE",
            None => "",
        };
        page(
            if fine { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY },
            ColumnsPage {
                frame: placed(self.frame, self.scope, &self.import),
                head: Head::new(&self.import, self.scope),
                reading: ReadingView::new(&self.look.how, &self.look.sheets),
                unread: self.unread,
                missing: missing.into_iter().map(|field| field.info().label.to_owned()).collect(),
                ignored: columns.iter().filter(|column| !column.known).map(|column| column.heading.clone()).collect(),
                guessed: self.import.state == State::Uploaded,
                orders: date_orders(self.columns.dates),
                countries: countries(self.columns.country.as_deref().unwrap_or_default()),
                approvals: ["TRUE", "FALSE"].map(|word| SelectOption::new(word, word, approval)).into(),
                columns,
                errors,
            },
        )
    }

    async fn asked(&self, db: &mut PgConnection) -> Result<(Vec<CustomField>, Vec<Field>)> {
        let custom = custom_fields::list(db, self.scope).await?;
        Ok((custom, imports::missing(db, self.scope, &self.columns).await?))
    }
}

fn columns(look: &Look, present: &Columns, custom: &[CustomField], errors: &FieldErrors) -> Vec<Column> {
    let column = |(at, heading): (usize, &String)| {
        let id = format!("c{at}");
        let meaning = present.meanings.get(at).copied().unwrap_or(Meaning::Ignored);
        let filled = look.samples.iter().filter_map(|row| row.cells.get(at)).filter(|cell| !cell.trim().is_empty());
        Column {
            heading: if heading.trim().is_empty() { format!("Column {}", at + 1) } else { heading.clone() },
            samples: filled.take(SAMPLES).map(|cell| cell.chars().take(60).collect()).collect(),
            options: options(meaning, custom),
            error: errors.get(&id).map(str::to_owned),
            known: meaning != Meaning::Ignored,
            id,
        }
    };
    look.headings.iter().enumerate().map(column).collect()
}

/// Everything a column can be.
fn options(present: Meaning, custom: &[CustomField]) -> Vec<SelectOption> {
    let fields = FIELDS.iter().map(|info| Meaning::Field(info.field));
    let own = custom.iter().map(|field| Meaning::Custom(field.id));
    let all = fields.chain(own).chain([Meaning::Key, Meaning::Kind]);
    let present = present.word();
    let known = all.map(|meaning| SelectOption::new(meaning.word(), meaning.label(custom), &present));
    [SelectOption::new("", "Leave out", &present)].into_iter().chain(known).collect()
}

/// What was said about the columns; then every row is judged.
pub(super) async fn update(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    path: ImportPath,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let import = app.read(&scope, async |db| imports::find(db, &scope, id).await).await?;
    let how = Said::of_pairs(&pairs).how(import.how.kind);
    let look = imports::look(&app, &scope, &import, Some(how)).await?;
    let columns = parse(&pairs, look.headings.len());
    if let Some(meaning) = columns.twice() {
        let custom = app.read(&scope, async |db| custom_fields::list(db, &scope).await).await?;
        let at = columns.meanings.iter().rposition(|one| *one == meaning).unwrap_or_default();
        let words = format!("{} stands above two columns. Leave one of them out", meaning.label(&custom));
        let mut errors = FieldErrors::default();
        errors.add(format!("c{at}"), words);
        let view = View { scope: &scope, frame, import, look, columns, unread: None };
        return view.show(&app, errors).await;
    }
    imports::set_columns(&app, &scope, id, &look, &columns).await?;
    see_other(import_path(&scope, id))
}

fn parse(pairs: &[(String, String)], count: usize) -> Columns {
    let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.as_str());
    Columns {
        meanings: (0..count).map(|at| Meaning::parse(value(&format!("c{at}")))).collect(),
        dates: DateOrder::parse(value("dates")),
        country: Country::parse(value("country")).ok().map(|country| country.alpha2().to_owned()),
        approval: match value("approval") {
            "TRUE" => Some(true),
            "FALSE" => Some(false),
            _ => None,
        },
    }
}
