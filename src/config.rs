//! Settings: flags, environment and a file, in this order; checked at start with messages that name the setting.
//! `tenantry serve --help` is the reference.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use secrecy::{ExposeSecret, SecretString};

use crate::imports::read::Limits;

/// What `serve` and `worker` can be told.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Address and port to listen on.
    #[arg(long, env = "TENANTRY_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,

    /// Address under which people reach the portal; every link in a mail starts with it. Default: http:// and the
    /// address listened on. Anything but a loopback address must be https://.
    #[arg(long, env = "TENANTRY_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,

    /// Folder of the private database, its backups and the lock.
    #[arg(long, env = "TENANTRY_DATA_DIR", default_value = "./data", value_name = "DIR")]
    pub data_dir: PathBuf,

    /// Postgres 15 or later, as the role the portal works with. Without it a private server is started in the data
    /// folder.
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<SecretString>,

    /// The same database as the role that owns the schema and runs migrations. Default: DATABASE_URL.
    #[arg(long, env = "DATABASE_OWNER_URL", value_name = "URL", hide_env_values = true)]
    pub database_owner_url: Option<SecretString>,

    /// Connections to the database.
    #[arg(long, env = "TENANTRY_DATABASE_CONNECTIONS", default_value_t = 8, value_name = "N",
          value_parser = clap::value_parser!(u32).range(2..=500))]
    pub database_connections: u32,

    /// Prepared statements kept a connection; 0 behind PgBouncer before 1.21 in transaction mode.
    #[arg(long, env = "TENANTRY_DATABASE_STATEMENT_CACHE", default_value_t = 200, value_name = "N")]
    pub database_statement_cache: usize,

    /// Folder with `postgres` and `initdb` for the private database. Default: looked for in the usual places.
    #[arg(long, env = "TENANTRY_PG_BIN", value_name = "DIR")]
    pub pg_bin: Option<PathBuf>,

    /// Whether server binaries may be downloaded where none are installed.
    #[arg(long, env = "TENANTRY_PG_DOWNLOAD", default_value = "on", value_name = "on|off", value_parser = on_or_off,
          action = clap::ArgAction::Set)]
    pub pg_download: bool,

    /// SMTP server, such as smtp://user:password@mail.example.com:587?tls=required. Without it mails are kept and can be
    /// read at /dev/mailbox, on a loopback address only.
    #[arg(long, env = "SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub smtp_url: Option<SecretString>,

    /// Sender of all mails, such as "Portal <portal@example.com>".
    #[arg(long, env = "TENANTRY_MAIL_FROM", default_value = "Tenantry <portal@localhost>", value_name = "MAILBOX")]
    pub mail_from: String,

    /// Address and port of the Prometheus metrics; never on the public address. Default: none.
    #[arg(long, env = "TENANTRY_METRICS_LISTEN", value_name = "ADDRESS:PORT")]
    pub metrics_listen: Option<SocketAddr>,

    /// Addresses of reverse proxies whose X-Forwarded-For is believed, comma-separated.
    #[arg(long, env = "TENANTRY_TRUSTED_PROXIES", value_delimiter = ',', value_name = "IP")]
    pub trusted_proxies: Vec<std::net::IpAddr>,

    /// Threads that serve requests. Default: one a core.
    #[arg(long, env = "TENANTRY_THREADS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,

    /// Leaves background work to `tenantry worker`.
    #[arg(long, env = "TENANTRY_NO_WORKER")]
    pub no_worker: bool,

    /// Long random text, at least 32 characters, from which the key is made that seals the secrets of second factors. It
    /// stands outside the database, so that a copy of the database alone opens none of them; keep it with your backups, but
    /// not in them. Default: a secret in the database itself.
    #[arg(long, env = "TENANTRY_SECRET", value_name = "TEXT", hide_env_values = true)]
    pub secret: Option<SecretString>,

    /// Minutes without a request after which a session ends.
    #[arg(long, env = "TENANTRY_SESSION_IDLE_MINUTES", default_value_t = 60, value_name = "MINUTES",
          value_parser = clap::value_parser!(u32).range(5..=1440))]
    pub session_idle_minutes: u32,

    /// Hours after which a session ends in any case.
    #[arg(long, env = "TENANTRY_SESSION_HOURS", default_value_t = 12, value_name = "HOURS",
          value_parser = clap::value_parser!(u32).range(1..=24))]
    pub session_hours: u32,

    /// The largest file of organizations that can be imported, in megabytes.
    #[arg(long, env = "TENANTRY_IMPORT_MEGABYTES", default_value_t = 200, value_name = "MB",
          value_parser = clap::value_parser!(u64).range(1..=4096))]
    pub import_megabytes: u64,

    /// The most rows of such a file.
    #[arg(long, env = "TENANTRY_IMPORT_ROWS", default_value_t = 1_000_000, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub import_rows: u32,

    /// What is logged: error, warn, info, debug, or a filter such as tenantry=debug,sqlx=warn.
    #[arg(long, env = "TENANTRY_LOG", default_value = "info", value_name = "FILTER")]
    pub log: String,

    /// Logs as text for people or as JSON lines for machines.
    #[arg(long, env = "TENANTRY_LOG_FORMAT", default_value = "text", value_name = "text|json",
          value_parser = ["text", "json"])]
    pub log_format: String,
}

fn on_or_off(raw: &str) -> Result<bool, String> {
    match raw {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("on or off".into()),
    }
}

impl Settings {
    /// Scheme, host and port under which people reach the portal; no slash at the end.
    pub fn base_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }

    /// Whether people reach the portal over TLS.
    pub fn is_https(&self) -> bool {
        self.base_url().starts_with("https://")
    }

    /// Whether `/dev/mailbox` exists: no mail server, and only this computer can reach the portal. A public address in
    /// front of a loopback one counts as public: a proxy connects from this computer for everybody.
    pub fn has_mailbox(&self) -> bool {
        let base = self.base_url();
        self.smtp_url.is_none() && self.listen.ip().is_loopback() && host_of(&base).is_some_and(is_loopback)
    }

    /// How much of a file of organizations is read.
    pub fn import_limits(&self) -> Limits {
        Limits { bytes: self.import_megabytes * 1024 * 1024, rows: self.import_rows, ..Limits::default() }
    }

    /// Checks what the parser cannot: settings that must fit each other.
    ///
    /// # Errors
    /// A message that names the setting and what to do.
    pub fn check(&self) -> anyhow::Result<()> {
        let base = self.base_url();
        let host = host_of(&base).with_context(|| {
            format!("TENANTRY_PUBLIC_URL: {base:?} is not scheme and host, such as https://portal.example.com")
        })?;
        if !self.is_https() && !is_loopback(host) {
            bail!(
                "TENANTRY_PUBLIC_URL: {base:?} must start with https://, because a session cookie is only sent over a \
                 secure connection. Put a proxy with a certificate in front; README.md shows how"
            );
        }
        if self.secret.as_ref().is_some_and(|secret| secret.expose_secret().len() < 32) {
            bail!("TENANTRY_SECRET is shorter than 32 characters; `openssl rand -base64 32` prints a good one");
        }
        if self.database_owner_url.is_some() && self.database_url.is_none() {
            bail!("DATABASE_OWNER_URL is set, but DATABASE_URL is not: set both or neither");
        }
        if self.smtp_url.is_none() && !self.has_mailbox() {
            bail!(
                "SMTP_URL is not set, but the portal listens on {} and people reach it at {base}: mails could neither be \
                 sent nor read. Set SMTP_URL",
                self.listen
            );
        }
        Ok(())
    }
}

/// Host and port of `scheme://host[:port]` with nothing behind it.
fn host_of(base: &str) -> Option<&str> {
    let rest = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"))?;
    let bare = !rest.is_empty() && !rest.contains(['/', '?', '#', '@', ' ']);
    bare.then_some(rest)
}

/// Whether a host, with or without a port, is this computer.
pub(crate) fn is_loopback(host: &str) -> bool {
    match host.parse::<SocketAddr>() {
        Ok(address) => address.ip().is_loopback(),
        Err(_) => {
            let name = host.split(':').next().unwrap_or_default();
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
    }
}

/// Reads `tenantry.toml` (or the file named by `TENANTRY_CONFIG`) into the environment's place: a name that is already
/// set there wins. Keys are the names of the environment in lower case, such as `tenantry_listen` or `smtp_url`.
///
/// # Errors
/// When the file is named but missing, is not TOML, or holds something that is neither text, number nor yes/no.
pub fn file_settings(named: Option<&str>) -> anyhow::Result<Vec<(String, String)>> {
    let path = named.unwrap_or("tenantry.toml");
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read the settings file {path}")),
    };
    let table: toml::Table = text.parse().with_context(|| format!("{path} is not TOML"))?;
    table.into_iter().map(|(key, value)| Ok((key.to_uppercase(), as_text(&key, value)?))).collect()
}

fn as_text(key: &str, value: toml::Value) -> anyhow::Result<String> {
    match value {
        toml::Value::String(text) => Ok(text),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Boolean(yes) => Ok(yes.to_string()),
        _ => bail!("{key} in the settings file must be text, a whole number, true or false"),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::Settings;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        settings: Settings,
    }

    #[test]
    fn a_short_secret_is_refused_by_name() {
        let checked = |secret: &str| {
            let arguments = ["it", "--listen=127.0.0.1:1", &format!("--secret={secret}")];
            Cli::try_parse_from(arguments).expect("settings").settings.check()
        };
        let refused = checked("short").expect_err("five characters are too few");
        assert!(refused.to_string().starts_with("TENANTRY_SECRET is shorter than 32 characters"), "{refused}");
        assert!(checked(&"x".repeat(32)).is_ok());
    }
}
