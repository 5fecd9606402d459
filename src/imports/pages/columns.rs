//! Step 2: how the file is read and what its columns are.

use actix_web::{HttpResponse, http::StatusCode, web::Data};
use askama::Template;
use sqlx::PgConnection;

use super::{
    Head, ImportPath, import_path, placed,
    reading::{ReadingView, Said, date_orders, shown, value},
};
use crate::{
    app::App,
    custom_fields::{self, CustomField},
    error::{Error, FieldErrors, Result},
    imports::{
        self, Columns, Import, Meaning, State,
        read::{How, Look, dates::DateOrder},
    },
    organizations::{FIELDS, Field},
    scope::Scope,
    types::Country,
    web::{choices::countries, fields::SelectOption, frame::Frame, large_form::LargeForm, page, see_other},
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
    /// Whether it is read otherwise than when "Check rows" was pressed.
    changed: bool,
    columns: Vec<Column>,
    /// A day that could be two, and nobody has said which.
    either: Option<String>,
    /// Whether the letters look as if they were in another encoding.
    strange: bool,
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
    /// The beginning of the heading, which the form carries.
    brief: String,
    samples: Vec<String>,
    options: Vec<SelectOption>,
    error: Option<String>,
    known: bool,
}

/// The page for the file as it is read now.
pub(super) async fn show(app: &App, scope: &Scope, frame: Frame, import: Import) -> Result<HttpResponse> {
    let look = imports::look(app, scope, &import, None).await?;
    let as_before = look.headings == import.headings && !import.columns.meanings.is_empty();
    let columns = match as_before {
        true => import.columns.clone(),
        false => app.read(scope, async |db| imports::guess(db, scope, &look).await).await?,
    };
    View::new(scope, frame, import, look, columns).show(app, FieldErrors::default()).await
}

/// Everything the page needs.
struct View<'a> {
    scope: &'a Scope,
    frame: Frame,
    import: Import,
    look: Look,
    columns: Columns,
    unread: Option<String>,
    changed: bool,
    /// What was said of how it is read, where that cannot be done.
    said: Option<&'a Said<'a>>,
}

impl<'a> View<'a> {
    fn new(scope: &'a Scope, frame: Frame, import: Import, look: Look, columns: Columns) -> Self {
        Self { scope, frame, import, look, columns, unread: None, changed: false, said: None }
    }

    async fn show(self, app: &App, errors: FieldErrors) -> Result<HttpResponse> {
        let read = app.read(self.scope, async |db| self.asked(db).await);
        let (custom, missing) = read.await?;
        let fine = errors.is_empty() && self.unread.is_none();
        let reading = ReadingView::new(&self.look.how, &self.look.sheets);
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
                reading: match self.said {
                    Some(said) => reading.said_as(said),
                    None => reading,
                },
                either: imports::either_day(&self.look, &self.columns, &custom).map(str::to_owned),
                strange: imports::read::letters_seem_wrong(&self.look),
                unread: self.unread,
                changed: self.changed,
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
            brief: brief(heading),
            id,
        }
    };
    look.headings.iter().enumerate().map(column).collect()
}

/// What tells a heading from others, without what a browser changes on the way.
fn brief(heading: &str) -> String {
    heading.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(60).collect()
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

/// What the page sent.
struct Sent<'a> {
    pairs: &'a [(String, String)],
    said: Said<'a>,
    /// How the file was read on that page.
    shown: How,
}

impl<'a> Sent<'a> {
    fn new(pairs: &'a [(String, String)], import: &Import) -> Self {
        let shown = match value(pairs, "shown") {
            "" => import.how.clone(),
            raw => shown(raw, import.how.kind),
        };
        Self { pairs, said: Said::of_pairs(pairs), shown }
    }

    fn asks_again(&self) -> bool {
        !value(self.pairs, "again").is_empty()
    }

    /// Whether the file is to be read otherwise than the page showed it, so that nobody has seen these columns yet.
    fn is_changed(&self) -> bool {
        let raw = value(self.pairs, "shown");
        !raw.is_empty() && !self.said.is_as_shown(raw)
    }

    /// How many columns the page had.
    fn count(&self) -> usize {
        let is_column = |name: &str| name.strip_prefix('c').is_some_and(|at| at.parse::<usize>().is_ok());
        self.pairs.iter().filter(|(name, _)| is_column(name)).count()
    }

    /// What was picked, where a column is the one it was: by its heading, or because only letters are read otherwise.
    /// Else what it seems to be.
    fn kept(&self, look: &Look, guess: Columns) -> Columns {
        let picked = parse(self.pairs, look.headings.len());
        let place = |how: &How| (how.delimiter, how.sheet.clone(), how.header_row);
        let as_many = self.count() == look.headings.len();
        let all = as_many && place(&self.shown) == place(&look.how);
        let same = |at: usize, heading: &str| all || value(self.pairs, &format!("h{at}")) == brief(heading);
        let both = picked.meanings.iter().zip(&guess.meanings).zip(&look.headings).enumerate();
        Columns {
            meanings: both
                .map(|(at, ((picked, guess), heading))| if same(at, heading) { *picked } else { *guess })
                .collect(),
            dates: if as_many { picked.dates } else { guess.dates },
            ..picked
        }
    }
}

/// What was said about the columns; then every row is judged. A file that is to be read otherwise is shown so first.
pub(super) async fn update(
    app: Data<App>,
    scope: Scope,
    frame: Frame,
    path: ImportPath,
    LargeForm(pairs): LargeForm,
) -> Result<HttpResponse> {
    let id = path.into_inner().1;
    let import = app.read(&scope, async |db| imports::find(db, &scope, id).await).await?;
    let sent = Sent::new(&pairs, &import);
    if let Some(errors) = sent.said.fault() {
        let look = imports::look(&app, &scope, &import, Some(sent.shown.clone())).await?;
        let columns = parse(&pairs, look.headings.len());
        let view = View { said: Some(&sent.said), ..View::new(&scope, frame, import, look, columns) };
        return view.show(&app, errors).await;
    }
    if sent.asks_again() || sent.is_changed() {
        return read_again(&app, &scope, frame, import, &sent).await;
    }
    let look = imports::look(&app, &scope, &import, Some(sent.said.how(import.how.kind))).await?;
    let columns = parse(&pairs, look.headings.len());
    if let Some(meaning) = columns.twice() {
        let custom = app.read(&scope, async |db| custom_fields::list(db, &scope).await).await?;
        let at = columns.meanings.iter().rposition(|one| *one == meaning).unwrap_or_default();
        let words = format!("{} stands above two columns. Leave one of them out", meaning.label(&custom));
        let mut errors = FieldErrors::default();
        errors.add(format!("c{at}"), words);
        return View::new(&scope, frame, import, look, columns).show(&app, errors).await;
    }
    imports::set_columns(&app, &scope, id, &look, &columns).await?;
    see_other(import_path(&scope, id))
}

/// The page with the file read as was said; nothing is kept of it yet.
async fn read_again(app: &App, scope: &Scope, frame: Frame, import: Import, sent: &Sent<'_>) -> Result<HttpResponse> {
    let how = sent.said.again(&sent.shown);
    let (look, unread) = match imports::look(app, scope, &import, Some(how)).await {
        Ok(look) => (look, None),
        // As it was read before it can be shown, and nothing is lost but the wish.
        Err(Error::Refused(why)) => {
            (imports::look(app, scope, &import, Some(sent.shown.clone())).await?, Some(why.into_owned()))
        }
        Err(error) => return Err(error),
    };
    let guess = app.read(scope, async |db| imports::guess(db, scope, &look).await).await?;
    let columns = sent.kept(&look, guess);
    let changed = unread.is_none() && !sent.asks_again();
    let view = View { unread, changed, ..View::new(scope, frame, import, look, columns) };
    view.show(app, FieldErrors::default()).await
}

fn parse(pairs: &[(String, String)], count: usize) -> Columns {
    Columns {
        meanings: (0..count).map(|at| Meaning::parse(value(pairs, &format!("c{at}")))).collect(),
        dates: DateOrder::parse(value(pairs, "dates")),
        country: Country::parse(value(pairs, "country")).ok().map(|country| country.alpha2().to_owned()),
        approval: match value(pairs, "approval") {
            "TRUE" => Some(true),
            "FALSE" => Some(false),
            _ => None,
        },
    }
}
