//! Taking a file in: it is looked at, kept, its columns are guessed or said, and its rows are judged.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Columns, Door, Import, Incoming, Meaning, NewImport, State, check, columns, enqueue, file, keeping, open,
    read::{self, FileKind, How, Look, dates},
    store::{self, state},
    template_columns,
};
use crate::{
    app::App,
    custom_fields::{self, CustomField},
    error::{Error, Result},
    jobs::JobKind,
    organizations::{self, Field, Rules},
    roles::Permission,
    scope::Scope,
};

/// Files up to so many bytes are checked in the request itself.
const AT_ONCE: i64 = 256 * 1024;
/// So many parts of a file, a megabyte each, hold the first rows of nearly every text.
const HEAD: i32 = 4;

/// Takes a file in: it is looked at, kept, and its columns are guessed. Where everything about it is plain, it goes on to the
/// check; else somebody has to say what its columns are. Returns its id.
///
/// # Errors
/// Without [`Permission::CreateOrganizations`]; [`Error::Refused`] for a file that cannot be read and where too many wait,
/// in words; [`Error::Unavailable`] while the disk is full.
pub async fn upload(app: &App, scope: &Scope, door: Door, name: &str, incoming: Incoming) -> Result<Uuid> {
    scope.require(Permission::CreateOrganizations)?;
    let (file, bytes, hash) = incoming.finish();
    let (mut file, look) = look_at(app, file, None).await?;
    let new = NewImport { door, file_name: plain_name(name), bytes: i64::try_from(bytes).unwrap_or(i64::MAX), hash };
    let id = Uuid::now_v7();
    let plain = app
        .write(scope, async |db| {
            store::insert(db, scope, id, &new, &look.how).await?;
            file::keep(db, (scope.organization.id, id), &mut file).await?;
            keeping::require_room(db, scope).await?;
            let import = store::find(db, scope, id).await?.ok_or(Error::NotFound)?;
            let (columns, plain) = guessed(db, scope, &look).await?;
            state::set_reading(db, &import, (&look.how, &look.headings, &columns), State::Uploaded).await?;
            if plain {
                begin_check(db, scope, &import).await?;
            }
            Ok(plain)
        })
        .await?;
    if plain && new.bytes <= AT_ONCE {
        check::at_once(app, scope, id).await?;
    }
    Ok(id)
}

/// The name without folders and control characters, short enough for a page.
fn plain_name(raw: &str) -> String {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    if clean.trim().is_empty() { "file".to_owned() } else { clean }
}

/// Looks at the head of a file on a thread for blocking work.
async fn look_at(app: &App, file: std::fs::File, how: Option<How>) -> Result<(std::fs::File, Look)> {
    let limits = app.settings.import_limits();
    let look = tokio::task::spawn_blocking(move || {
        let look = read::look(&file, how.as_ref(), &limits);
        (file, look)
    });
    let (file, look) = look.await.map_err(anyhow::Error::from)?;
    match look {
        Ok(look) => Ok((file, look)),
        Err(unread) => Err(Error::Refused(file::words(unread)?.into())),
    }
}

/// What the columns seem to be, and whether everything about the file is plain: each column is something, no mandatory field
/// is missing, and its first rows can be read in one way alone.
async fn guessed(db: &mut PgConnection, scope: &Scope, look: &Look) -> Result<(Columns, bool)> {
    let custom = custom_fields::list(db, scope).await?;
    let keys: Vec<String> = look.headings.iter().map(|heading| columns::key_of(heading)).collect();
    let remembered = store::headings::find(db, scope.organization.id, &keys).await?;
    let meanings = columns::guess(&look.headings, &custom, &remembered);
    let order = dates::detect(days(look, &meanings, &custom));
    let columns = Columns { dates: order, meanings, ..Columns::default() };
    let known = columns.meanings.iter().all(|meaning| *meaning != Meaning::Ignored);
    // Whoever fills in a template reads in it how days are written.
    let ours = template_columns(db, scope).await?;
    let is_ours = ours.iter().map(|column| columns::key_of(&column.heading)).eq(keys);
    let either = !is_ours && either_day(look, &columns, &custom).is_some();
    let missing = missing(db, scope, &columns).await?;
    Ok((columns, known && missing.is_empty() && !either && !read::letters_seem_wrong(look)))
}

/// A cell that is one day with the day first and another with the month first, where neither the file nor anybody says which.
pub fn either_day<'a>(look: &'a Look, columns: &Columns, custom: &[CustomField]) -> Option<&'a str> {
    let mut days = days(look, &columns.meanings, custom).into_iter();
    days.find(|day| columns.dates.is_none() && dates::is_ambiguous(day))
}

/// What the first rows have in columns of days.
fn days<'a>(look: &'a Look, meanings: &[Meaning], custom: &[CustomField]) -> Vec<&'a str> {
    let places = meanings.iter().enumerate().filter(|(_, meaning)| meaning.is_date(custom)).map(|(at, _)| at);
    places.flat_map(|at| look.samples.iter().filter_map(move |row| row.cells.get(at))).map(String::as_str).collect()
}

/// The mandatory fields no column holds, and nothing that is said of all rows.
///
/// # Errors
/// The database's.
pub async fn missing(db: &mut PgConnection, scope: &Scope, columns: &Columns) -> Result<Vec<Field>> {
    let Rules { required, .. } = organizations::rules(db, scope, organizations::Channel::Import).await?;
    let held = |field: &Field| match field {
        Field::Country if columns.country.is_some() => true,
        Field::ApprovalRequired if columns.approval.is_some() => true,
        field => columns.place(Meaning::Field(*field)).is_some(),
    };
    Ok(required.into_iter().filter(|field| !held(field)).collect())
}

/// The head of the file, read as it would be now or as `how` says.
///
/// # Errors
/// [`Error::NotFound`] where the file is gone; [`Error::Refused`] where it cannot be read so.
pub async fn look(app: &App, scope: &Scope, import: &Import, how: Option<How>) -> Result<Look> {
    scope.require(Permission::CreateOrganizations)?;
    let how = how.unwrap_or_else(|| import.how.clone());
    if let Some(look) = look_at_head(app, scope, import, &how).await? {
        return Ok(look);
    }
    let file = file::fetch(app, scope, import, None).await?.ok_or(Error::NotFound)?;
    Ok(look_at(app, file, Some(how)).await?.1)
}

/// The same without fetching a large file, where its first parts say enough: a text of which nothing has to be found out.
async fn look_at_head(app: &App, scope: &Scope, import: &Import, how: &How) -> Result<Option<Look>> {
    // What is chosen never names the columns of XML, which were found when it came in.
    let how = How { kind: import.how.kind, columns: import.how.columns.clone(), ..how.clone() };
    let is_known = match how.kind {
        FileKind::Csv => how.encoding.is_some() && how.delimiter.is_some(),
        FileKind::Xml => how == import.how && !how.columns.is_empty(),
        FileKind::Xls | FileKind::Xlsx => false,
    };
    if !is_known || import.bytes <= i64::from(HEAD) << 20 {
        return Ok(None);
    }
    let Some(head) = file::fetch(app, scope, import, Some(HEAD)).await? else { return Ok(None) };
    let limits = app.settings.import_limits();
    let look = tokio::task::spawn_blocking(move || read::look_again(&head, &how, &limits));
    let look = look.await.map_err(anyhow::Error::from)?;
    // What cannot be read so far, or has few rows, may be otherwise further down.
    Ok(look.ok().filter(|look| look.samples.len() >= read::SAMPLES))
}

/// What the columns of a file that is read otherwise seem to be.
///
/// # Errors
/// The database's.
pub async fn guess(db: &mut PgConnection, scope: &Scope, look: &Look) -> Result<Columns> {
    Ok(guessed(db, scope, look).await?.0)
}

/// Says how the file is read and what its columns are, remembers that, and has every row judged. A small file is through
/// when this returns. What was corrected stays, unless the file is read otherwise than before.
///
/// # Errors
/// Without [`Permission::CreateOrganizations`]; [`Error::NotFound`]; [`Error::Refused`] once the import was begun.
pub async fn set_columns(app: &App, scope: &Scope, id: Uuid, look: &Look, columns: &Columns) -> Result<()> {
    say(app, scope, id, (look, columns), true).await
}

/// The same without remembering it for the next file: for a rehearsal.
///
/// # Errors
/// As [`set_columns`].
pub async fn try_columns(app: &App, scope: &Scope, id: Uuid, look: &Look, columns: &Columns) -> Result<()> {
    say(app, scope, id, (look, columns), false).await
}

async fn say(app: &App, scope: &Scope, id: Uuid, (look, columns): (&Look, &Columns), remember: bool) -> Result<()> {
    let bytes = app
        .write(scope, async |db| {
            let import = open(db, scope, id).await?;
            if remember {
                let keys: Vec<String> = look.headings.iter().map(|heading| columns::key_of(heading)).collect();
                let meanings: Vec<String> = columns.meanings.iter().map(|meaning| meaning.word()).collect();
                store::headings::save(db, import.partner_id, &keys, &meanings).await?;
            }
            state::set_reading(db, &import, (&look.how, &look.headings, columns), State::Uploaded).await?;
            begin_check(db, scope, &import).await?;
            Ok(import.bytes)
        })
        .await?;
    if bytes <= AT_ONCE {
        check::at_once(app, scope, id).await?;
    }
    Ok(())
}

async fn begin_check(db: &mut PgConnection, scope: &Scope, import: &Import) -> Result<()> {
    state::begin_check(db, import).await?;
    enqueue(db, scope, JobKind::CheckImport, import, import.bytes <= AT_ONCE).await
}
