//! Logical backups: `pg_dump` into `data/backups`, the newest seven kept (DATABASE.md, point 11).
//!
//! A file is complete or not there: it is written under another name, flushed to the disk and renamed. `tenantry restore`
//! reads one back into an empty database; by hand that is, for the private server,
//!
//! ```text
//! pg_restore --exit-on-error --single-transaction -h ./data/postgres/run -U postgres -d tenantry FILE
//! ```

use std::{
    fs::{self, File, Permissions},
    io,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use percent_encoding::percent_decode_str;
use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

use super::private_postgres::{Access, folder_with, plain_command};

/// How many backups are kept.
pub const KEPT: usize = 7;

const NAME: &[BorrowedFormatItem<'_>] = format_description!("tenantry-[year][month][day]-[hour][minute][second].dump");
const UNFINISHED: &str = "part";

/// Lets the portal's own roles read every row, as its policies allow for work that belongs to no organization.
const SEE_ALL_ROWS: &str = "-c app.system=backup";

/// Which database is backed up or restored.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// The private server, as its superuser.
    Private(&'a Access),
    /// A server of the operator's, as the role of `DATABASE_URL`.
    Url {
        /// How the portal connects to it.
        connect: &'a PgConnectOptions,
        /// `TENANTRY_PG_BIN`: where `pg_dump` is; `None` searches the usual places.
        bin_dir: Option<&'a Path>,
    },
}

/// Why there is no new backup, or why one was not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The folder for backups, or a file in it, cannot be used.
    #[error("cannot use {}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Another backup is being written to the same folder.
    #[error("another backup is being written to {}", .0.display())]
    Busy(PathBuf),
    /// `pg_dump` or `pg_restore` is not installed.
    #[error(
        "{0} was not found. Install the PostgreSQL client programs (Debian and Ubuntu: apt install postgresql-client) \
             or point TENANTRY_PG_BIN at the folder that holds them."
    )]
    NoTool(&'static str),
    /// The tool ran and failed; its own words say why.
    #[error("{tool} failed ({status}): {output}")]
    Tool {
        /// `pg_dump` or `pg_restore`.
        tool: &'static str,
        /// How it ended.
        status: String,
        /// What it printed on its error output.
        output: String,
    },
    /// A backup would silently leave rows out.
    #[error("row-level security would hide rows of {0} from the backup. Use a role that may read every row.")]
    HiddenRows(String),
    /// A backup is read back only into an empty database, so that nothing can be lost.
    #[error(
        "the database holds {0} tables already. Restore into an empty one: stop Tenantry, move the data folder aside \
             or name a new database in DATABASE_URL, and run the command again."
    )]
    NotEmpty(i64),
    /// The database could not be asked.
    #[error("cannot ask the database: {0}")]
    Database(#[from] sqlx::Error),
}

type Result<T, E = BackupError> = std::result::Result<T, E>;

/// Writes `tenantry-YYYYMMDD-HHMMSS.dump` (UTC) into the folder `backups` and removes all but the newest [`KEPT`].
/// It may run beside a working portal.
///
/// # Errors
/// [`BackupError`]; then the earlier backups are all still there.
pub async fn run(source: Source<'_>, backups: &Path, now: OffsetDateTime) -> Result<PathBuf> {
    let _alone = open_folder(backups)?;
    let name = now.to_offset(time::UtcOffset::UTC).format(NAME).expect("a date and a time have all these parts");
    let (finished, unfinished) = (backups.join(&name), backups.join(format!("{name}.{UNFINISHED}")));
    let mut command = source.tool("pg_dump").await?;
    command.args(["--format=custom", "--no-password"]);
    let file = File::options().write(true).create_new(true).mode(0o600).open(&unfinished).map_err(at(&unfinished))?;
    let written = write(command, &file).await;
    if let Err(error) = written {
        // The next run removes it if this does not.
        let _ = fs::remove_file(&unfinished);
        return Err(error);
    }
    fs::rename(&unfinished, &finished).map_err(at(&finished))?;
    File::open(backups).and_then(|folder| folder.sync_all()).map_err(at(backups))?;
    prune(backups)?;
    Ok(finished)
}

/// Reads a backup into an empty database, all of it or nothing.
///
/// # Errors
/// [`BackupError::NotEmpty`] where there are tables already; then nothing was changed.
pub async fn restore(source: Source<'_>, file: &Path) -> Result<()> {
    let mut db = source.connect().connect().await?;
    let tables = sqlx::query_scalar(
        "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'",
    );
    match tables.fetch_one(&mut db).await? {
        0 => db.close().await?,
        count => return Err(BackupError::NotEmpty(count)),
    }
    let mut command = source.tool("pg_restore").await?;
    command.args(["--exit-on-error", "--single-transaction", "--no-password", "--dbname"]).arg(source.database());
    // Handed over open, because the server's user may not be allowed to open it.
    command.stdin(File::open(file).map_err(at(file))?).stdout(Stdio::null());
    finish("pg_restore", command).await
}

/// The finished backups of a folder, oldest first.
///
/// # Errors
/// [`BackupError::File`] when the folder cannot be read.
pub fn list(backups: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(backups).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
    let names = entries.map_err(at(backups))?.into_iter().map(|entry| entry.file_name());
    let ours = |name: &str| time::PrimitiveDateTime::parse(name, NAME).is_ok();
    let mut found: Vec<_> =
        names.filter(|name| name.to_str().is_some_and(ours)).map(|name| backups.join(name)).collect();
    found.sort();
    Ok(found)
}

impl Source<'_> {
    fn connect(&self) -> PgConnectOptions {
        match self {
            Source::Private(access) => access.superuser(),
            Source::Url { connect, .. } => (*connect).clone(),
        }
    }

    fn database(&self) -> String {
        let connect = self.connect();
        connect.get_database().unwrap_or(connect.get_username()).to_owned()
    }

    /// The tool with its way to the database in the environment: arguments are visible to every user of the machine.
    async fn tool(&self, name: &'static str) -> Result<Command> {
        let connect = self.connect();
        let mut command = match self {
            Source::Private(access) => access.tool(name),
            Source::Url { bin_dir, .. } => {
                let folder =
                    bin_dir.map(Path::to_owned).or_else(|| folder_with(name)).ok_or(BackupError::NoTool(name))?;
                let mut command = plain_command(&folder.join(name));
                secrets(&connect, &mut command);
                command
            }
        };
        let host = connect.get_socket().map_or_else(|| connect.get_host().into(), |dir| dir.as_os_str().to_owned());
        command.env("PGHOST", host).env("PGPORT", connect.get_port().to_string());
        command.env("PGUSER", connect.get_username()).env("PGDATABASE", self.database());
        if name == "pg_dump" && matches!(self, Source::Url { .. }) {
            refuse_hidden_rows(&connect).await?;
            let options = connect.get_options().map_or(SEE_ALL_ROWS.to_owned(), |own| format!("{own} {SEE_ALL_ROWS}"));
            command.arg("--enable-row-security").env("PGOPTIONS", options);
        }
        Ok(command)
    }
}

/// Password and certificates, which the options show only as a URL.
fn secrets(connect: &PgConnectOptions, command: &mut Command) {
    // The rest is replaced because not every host and user survives the way through a URL.
    let url = connect.clone().socket("/").username("x").database("x").to_url_lossy();
    if let Some(password) = url.password() {
        command.env("PGPASSWORD", percent_decode_str(password).decode_utf8_lossy().as_ref());
    }
    for (name, value) in url.query_pairs() {
        let variable = match name.as_ref() {
            "sslmode" => "PGSSLMODE",
            "sslrootcert" => "PGSSLROOTCERT",
            "sslcert" => "PGSSLCERT",
            "sslkey" => "PGSSLKEY",
            _ => continue,
        };
        command.env(variable, value.as_ref());
    }
}

/// A policy that knows no exception for the portal's own work would leave its rows out without a word.
async fn refuse_hidden_rows(connect: &PgConnectOptions) -> Result<()> {
    let mut db = connect.connect().await?;
    let hidden: Option<String> = sqlx::query_scalar(
        "select string_agg(c.oid::regclass::text, ', ' order by c.oid::regclass::text)
         from pg_class c
         where row_security_active(c.oid) and not exists (
             select from pg_policy p
             where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('*', 'r')
               and pg_get_expr(p.polqual, p.polrelid) like '%app_system()%')",
    )
    .fetch_one(&mut db)
    .await?;
    PgConnection::close(db).await?;
    hidden.map_or(Ok(()), |tables| Err(BackupError::HiddenRows(tables)))
}

async fn write(mut command: Command, file: &File) -> Result<()> {
    let output = file.try_clone().map_err(at("the backup"))?;
    command.stdin(Stdio::null()).stdout(output);
    finish("pg_dump", command).await?;
    let file = file.try_clone().map_err(at("the backup"))?;
    tokio::fs::File::from_std(file).sync_all().await.map_err(at("the backup"))
}

async fn finish(tool: &'static str, mut command: Command) -> Result<()> {
    let program = PathBuf::from(command.get_program());
    command.stderr(Stdio::piped());
    let child = tokio::process::Command::from(command).kill_on_drop(true).spawn();
    let child = child.map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => BackupError::NoTool(tool),
        _ => BackupError::File { path: program.clone(), source },
    })?;
    let output = child.wait_with_output().await.map_err(at(program))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(BackupError::Tool { tool, status: output.status.to_string(), output: text })
}

/// The folder, for us alone, without what an interrupted backup left; the lock is held as long as the value lives.
fn open_folder(backups: &Path) -> Result<File> {
    fs::create_dir_all(backups).map_err(at(backups))?;
    fs::set_permissions(backups, Permissions::from_mode(0o700)).map_err(at(backups))?;
    let path = backups.join("lock");
    let lock = File::options().write(true).create(true).truncate(false).open(&path).map_err(at(&path))?;
    lock.try_lock().map_err(|_| BackupError::Busy(backups.to_owned()))?;
    for entry in fs::read_dir(backups).map_err(at(backups))?.flatten() {
        if entry.path().extension().is_some_and(|extension| extension == UNFINISHED) {
            fs::remove_file(entry.path()).map_err(at(entry.path()))?;
        }
    }
    Ok(lock)
}

fn prune(backups: &Path) -> Result<()> {
    let found = list(backups)?;
    let surplus = found.len().saturating_sub(KEPT);
    found.into_iter().take(surplus).try_for_each(|path| fs::remove_file(&path).map_err(at(path)))
}

fn at(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.into();
    move |source| BackupError::File { path, source }
}
