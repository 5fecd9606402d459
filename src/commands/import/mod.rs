//! `import`: a file of organizations from the command line, by the same rules and into the same history as from the pages.

mod mapping;
mod report;
mod show;

use std::{
    fs::File,
    io::{Read, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use uuid::Uuid;

use self::{mapping::Mapping, report::Report};
use super::Installation;
use crate::{
    app::App,
    config::Settings,
    custom_fields,
    error::Error,
    imports::{self, Door, Import, Incoming, Outcome, State, Verdict, Work},
    memberships,
    scope::{RowScope, Scope},
    types::{EmailAddress, OrgKey},
    users,
};

/// What the help says at its end.
pub(super) const EXIT_CODES: &str = "Exit codes:
  0  every row is what was asked for; with --dry-run, it would be
  1  it could not be begun, or not be followed to its end; the message says why
  2  the command line is wrong
  3  some rows failed or would fail, or were not reached because the import was ended";

/// What `import` can be told.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// CSV, XML, XLS or XLSX; the pages have templates.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The address of the person in whose name, and with whose rights, it is imported.
    #[arg(long = "as", value_name = "EMAIL")]
    person: String,
    /// The organization beneath which the rows come to stand.
    #[arg(long, value_name = "ORG_KEY")]
    into: String,
    /// Says what would become of the rows, and changes nothing.
    #[arg(long)]
    dry_run: bool,
    /// TOML that says what the columns are, where their headings do not, and what is to be done:
    /// [columns] "Heading" = "customer_number"; [choices] existing = "update". README.md shows all of it.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Where every row's fate is written, as CSV with the file's own columns.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

/// A worker of the portal that has not moved for so long is not there any more.
const SILENCE: Duration = Duration::from_secs(15);

/// What the command ends with when some rows are not what was asked for.
const SOME_FAILED: u8 = 3;

/// Imports the file and ends as [`EXIT_CODES`] says.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let mapping = arguments.mapping.as_deref().map(Mapping::read).transpose()?.unwrap_or_default();
    let report = arguments.report.as_deref().map(Report::begin).transpose()?;
    let installation = Installation::beside(arguments.settings.clone()).await?;
    let outcome = import(&installation.app, &arguments, &mapping, report).await;
    installation.close().await?;
    if !outcome? {
        std::io::stdout().flush()?;
        std::process::exit(i32::from(SOME_FAILED));
    }
    Ok(())
}

/// Returns whether every row is what was asked for. A file of which nothing is imported is forgotten again.
async fn import(app: &App, arguments: &Arguments, mapping: &Mapping, report: Option<Report>) -> anyhow::Result<bool> {
    let scope = scope(app, &arguments.person, &arguments.into).await?;
    let id = upload(app, &scope, &arguments.file).await?;
    let done = carry_out(app, &scope, id, (arguments.dry_run, mapping, report)).await;
    if arguments.dry_run || done.is_err() {
        let forgotten = forget(app, &scope, id).await;
        return done.and_then(|done| forgotten.map(|()| done));
    }
    done
}

async fn carry_out(
    app: &App,
    scope: &Scope,
    id: Uuid,
    (dry_run, mapping, report): (bool, &Mapping, Option<Report>),
) -> anyhow::Result<bool> {
    let import = checked(app, scope, id, (dry_run, mapping)).await?;
    show::verdicts(&import);
    let choices = mapping.choices();
    app.write(scope, async |db| imports::set_choices(db, scope, id, &choices).await).await.map_err(plain)?;
    let mut import = find(app, scope, id).await?;
    if dry_run {
        let mails = app.read(scope, async |db| imports::mails(db, scope, &import).await).await;
        show::plan(&import, mails.map_err(plain)?);
    } else {
        let now = Scope { now: app.clock.now(), ..scope.clone() };
        imports::start(app, &now, id).await.map_err(plain)?;
        import = followed(app, scope, id).await?;
        show::outcomes(&import);
    }
    if let Some(report) = report {
        report.write(app, scope, &import).await?;
    }
    ended(&import)
}

/// Whether every row is what was asked for.
fn ended(import: &Import) -> anyhow::Result<bool> {
    let changed = import.outcomes.of(Outcome::Created) + import.outcomes.of(Outcome::Updated);
    match (import.state, &import.stopped) {
        (State::Checked, _) => match import.choices.obstacle(&import.found) {
            Some(why) => bail!(why),
            None => Ok(import.found.of(Verdict::Error) == 0),
        },
        (State::Stopped, Some(why)) if changed == 0 => bail!("the import was stopped: {why}"),
        (State::Stopped, why) => {
            eprintln!("The import was stopped: {}", why.as_deref().unwrap_or("nobody knows why"));
            Ok(false)
        }
        (State::Cancelled, _) => {
            eprintln!("Somebody cancelled the import; {} rows were not reached", import.unreached());
            Ok(false)
        }
        _ => Ok(import.outcomes.of(Outcome::Failed) == 0),
    }
}

/// Forgets the file, unless something may have been imported of it.
async fn forget(app: &App, scope: &Scope, id: Uuid) -> anyhow::Result<()> {
    let forgotten = match find(app, scope, id).await?.state {
        State::Uploaded | State::Checked | State::Unreadable => {
            app.write(scope, async |db| imports::discard(db, scope, id).await).await
        }
        State::Checking => app.write(scope, async |db| imports::cancel(db, scope, id).await).await,
        _ => Ok(()),
    };
    forgotten.map_err(plain)
}

/// A refusal in the words of the pages: what is wrong with a field names it as they do.
fn plain(error: Error) -> anyhow::Error {
    match error {
        Error::Refused(why) => anyhow::anyhow!(why),
        Error::Invalid(errors) => anyhow::anyhow!(errors.iter().map(labelled).collect::<Vec<_>>().join(". ")),
        Error::Forbidden(permission) => {
            anyhow::anyhow!("the role of the person named by --as does not allow them to {}", permission.label())
        }
        Error::NotFound => anyhow::anyhow!("the import is gone; somebody may have forgotten it in the portal"),
        other => other.into(),
    }
}

/// "Organization group of new organizations: Choose one of your own groups".
fn labelled((field, words): (&str, &str)) -> String {
    match imports::label_of(field) {
        "" => words.to_owned(),
        label => format!("{label}: {words}"),
    }
}

/// The rights the person has there now.
async fn scope(app: &App, email: &str, key: &str) -> anyhow::Result<Scope> {
    let email = EmailAddress::parse(email).map_err(|error| anyhow::anyhow!("--as: {error}"))?;
    let key = OrgKey::parse(key).map_err(|error| anyhow::anyhow!("--into: {error}"))?;
    let now = app.clock.now();
    let found = app
        .read(RowScope::System("find in whose name a file is imported"), async |db| {
            let Some(account) = users::find_by_email(db, &email).await? else { return Ok(None) };
            let Some((actor, _)) = memberships::person(db, account.id).await? else { return Ok(None) };
            let access = memberships::access(db, account.id, &key).await?;
            Ok(access.map(|access| access.scope(actor, now, Uuid::now_v7())))
        })
        .await
        .map_err(plain)?;
    found.with_context(|| format!("{} has no access to {key}", email.as_str()))
}

async fn upload(app: &App, scope: &Scope, path: &Path) -> anyhow::Result<Uuid> {
    let mut file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    let mut incoming = Incoming::new().map_err(plain)?;
    let mut buffer = vec![0; 1 << 20];
    let limit = app.settings.import_limits().bytes;
    loop {
        match file.read(&mut buffer).with_context(|| format!("{} cannot be read", path.display()))? {
            0 => break,
            more => incoming.write(&buffer[..more]).map_err(plain)?,
        }
        if incoming.bytes() > limit {
            bail!(
                "the file has more than {} MB; divide it into several, or raise TENANTRY_IMPORT_MEGABYTES",
                limit / 1024 / 1024
            );
        }
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    imports::upload(app, scope, Door::CommandLine, &name, incoming).await.map_err(plain)
}

/// The import with a verdict on every row.
async fn checked(app: &App, scope: &Scope, id: Uuid, (dry_run, mapping): (bool, &Mapping)) -> anyhow::Result<Import> {
    let mut import = find(app, scope, id).await?;
    if import.state == State::Checking {
        import = followed(app, scope, id).await?;
    }
    if import.state == State::Uploaded || mapping.says_more() {
        let custom = app.read(scope, async |db| custom_fields::list(db, scope).await).await.map_err(plain)?;
        let look = imports::look(app, scope, &import, mapping.how(import.how.kind)).await.map_err(plain)?;
        if look.headings != import.headings {
            let guessed = app.read(scope, async |db| imports::guess(db, scope, &look).await).await;
            import.columns = guessed.map_err(plain)?;
            import.headings.clone_from(&look.headings);
        }
        let columns = mapping.columns(&import, &custom)?;
        show::doubts(&look, &columns, &custom);
        let missing = app.read(scope, async |db| imports::missing(db, scope, &columns).await).await.map_err(plain)?;
        if !missing.is_empty() && !mapping.choices().creates_nothing() {
            let names: Vec<&str> = missing.iter().map(|field| field.info().heading).collect();
            let known = import.headings.join(", ");
            bail!("no column holds {}; the file has: {known}. Say so with --mapping", names.join(", "));
        }
        let said = match dry_run {
            true => imports::try_columns(app, scope, id, &look, &columns).await,
            false => imports::set_columns(app, scope, id, &look, &columns).await,
        };
        said.map_err(plain)?;
        import = followed(app, scope, id).await?;
    }
    match import.stopped {
        Some(why) => bail!(why),
        None => Ok(import),
    }
}

async fn find(app: &App, scope: &Scope, id: Uuid) -> anyhow::Result<Import> {
    app.read(scope, async |db| imports::find(db, scope, id).await).await.map_err(plain)
}

/// Does the work to its end, beside whatever workers there are, and shows how far it is.
async fn followed(app: &App, scope: &Scope, id: Uuid) -> anyhow::Result<Import> {
    let begun = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(500));
    loop {
        let work = imports::work_to_end(app, Work { import_id: id });
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => break done.map_err(plain)?,
                _ = tick.tick() => show::progress(&find(app, scope, id).await?, begun.elapsed()),
            }
        }
        let import = waited(app, scope, id, begun).await?;
        if !import.state.is_working() {
            show::end_of_progress();
            return Ok(import);
        }
    }
}

/// Waits while a worker of the portal is at it. Should that one be killed, this says so by an import under way.
async fn waited(app: &App, scope: &Scope, id: Uuid, begun: Instant) -> anyhow::Result<Import> {
    let (mut last, mut since) = (find(app, scope, id).await?, Instant::now());
    while last.state.is_working() && since.elapsed() < SILENCE {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let import = find(app, scope, id).await?;
        show::progress(&import, begun.elapsed());
        if (import.state, import.done) != (last.state, last.done) {
            since = Instant::now();
        }
        last = import;
    }
    Ok(last)
}
