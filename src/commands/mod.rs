//! The commands of the one binary (SPEC section 5), and how their settings come together.

mod admin;
mod audit;
mod import;
mod installation;
mod maintenance;
mod probe;
mod serve;

use std::{ffi::OsString, path::PathBuf};

use clap::{CommandFactory, Parser, Subcommand};

pub use self::installation::Installation;
use crate::config::{Settings, file_settings};

/// A portal in which a service provider creates and runs the organizations it serves.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, args_override_self = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the portal and runs its background work. The default.
    ///
    /// Settings come from flags, the environment and a file, in this order. The file is tenantry.toml in the current
    /// folder or the one TENANTRY_CONFIG names; its keys are the names of the environment in lower case.
    Serve(Settings),
    /// Runs background work only, beside any number of `serve --no-worker`.
    Worker(Settings),
    /// Brings the database up to date and ends.
    Migrate(Settings),
    /// Administrators of the installation.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// The audit log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Asks a running portal for everything as two tenants of its own, and ends with 1 if either sees anything of the other.
    Probe(ProbeArguments),
    /// Imports a file of organizations, as the pages do: checks every row, then creates and updates. Works beside a running
    /// portal.
    #[command(after_help = import::EXIT_CODES)]
    Import(import::Arguments),
    /// Fills an installation with a believable reseller: customers, partners and drafts to look at.
    Demo(DemoArguments),
    /// Writes a backup of the database into the data folder and keeps the newest seven.
    Backup(Settings),
    /// Restores a backup into an empty database.
    Restore(RestoreArguments),
    /// Says which settings and which database are in use, and whether they work.
    Doctor(Settings),
}

#[derive(Debug, Subcommand)]
enum AdminCommand {
    /// Makes a Reseller Admin of the operator, or finds the existing person, and prints a one-time password link.
    Create(AdminArguments),
    /// Takes the second factor away from somebody who has lost app and recovery codes. Make sure first who is asking.
    RemoveFactor(RemoveFactorArguments),
}

#[derive(Debug, clap::Args)]
struct RemoveFactorArguments {
    /// The address the person signs in with.
    #[arg(long, value_name = "EMAIL")]
    email: String,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Walks the chain of every organization's events and names each that was removed, altered, added or moved; ends
    /// with 1 if there is any. Works beside a running portal.
    Verify(Settings),
}

#[derive(Debug, clap::Args)]
struct AdminArguments {
    /// The address the person signs in with.
    #[arg(long, value_name = "EMAIL")]
    email: String,
    /// The name shown on pages.
    #[arg(long, value_name = "NAME")]
    name: String,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, clap::Args)]
struct ProbeArguments {
    /// Address and port on which the portal listens for plain HTTP. Default: TENANTRY_LISTEN.
    #[arg(long, value_name = "ADDRESS:PORT")]
    address: Option<std::net::SocketAddr>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, clap::Args)]
struct DemoArguments {
    /// How many customers to make.
    #[arg(long, default_value_t = 120, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=5000))]
    customers: u32,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, clap::Args)]
struct RestoreArguments {
    /// The file `tenantry backup` wrote.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    settings: Settings,
}

/// Reads the command line and runs the command until it ends.
///
/// # Errors
/// Whatever keeps the command from doing its work, in words for whoever started it.
pub fn run() -> anyhow::Result<()> {
    let named = std::env::var("TENANTRY_CONFIG").ok();
    let file = file_settings(named.as_deref())?;
    let cli = Cli::parse_from(with_file(std::env::args_os().collect(), &file)?);
    let system = actix_web::rt::System::new();
    system.block_on(async {
        match cli.command {
            Command::Serve(settings) => serve::serve(settings).await,
            Command::Worker(settings) => serve::worker(settings).await,
            Command::Migrate(settings) => maintenance::migrate(settings).await,
            Command::Admin(AdminCommand::Create(arguments)) => {
                admin::create(arguments.settings, &arguments.email, &arguments.name).await
            }
            Command::Admin(AdminCommand::RemoveFactor(arguments)) => {
                admin::remove_factor(arguments.settings, &arguments.email).await
            }
            Command::Audit(AuditCommand::Verify(settings)) => audit::verify(settings).await,
            Command::Import(arguments) => import::run(arguments).await,
            Command::Probe(arguments) => probe::run(arguments.settings, arguments.address).await,
            Command::Demo(arguments) => admin::demo(arguments.settings, arguments.customers).await,
            Command::Backup(settings) => maintenance::backup(settings).await,
            Command::Restore(arguments) => maintenance::restore(arguments.settings, &arguments.file).await,
            Command::Doctor(settings) => maintenance::doctor(settings).await,
        }
    })
}

/// Puts the settings of the file where flags stand, before those given by hand, so that these win; a name the
/// environment has is left to it. Without a subcommand `serve` is meant.
fn with_file(mut arguments: Vec<OsString>, file: &[(String, String)]) -> anyhow::Result<Vec<OsString>> {
    let cli = Cli::command();
    let is_command = |word: &OsString| word.to_str().is_some_and(|word| cli.find_subcommand(word).is_some());
    let asks_about_all = |word: &OsString| ["-h", "--help", "-V", "--version", "help"].iter().any(|ask| word == ask);
    if !arguments.get(1).is_some_and(|first| is_command(first) || asks_about_all(first)) {
        arguments.insert(1.min(arguments.len()), "serve".into());
    }
    let serve = cli.find_subcommand("serve").ok_or_else(|| anyhow::anyhow!("serve is a command"))?;
    for (name, value) in file {
        let flag = serve
            .get_arguments()
            .find(|argument| argument.get_env().is_some_and(|env| env == name.as_str()))
            .and_then(clap::Arg::get_long)
            .ok_or_else(|| anyhow::anyhow!("{} in the settings file is not a setting", name.to_lowercase()))?;
        let at = if arguments.get(1).is_some_and(|word| word == "admin" || word == "audit") { 3 } else { 2 };
        if std::env::var_os(name).is_none() && arguments.len() >= at && !asks_about_all(&arguments[1]) {
            match (flag, value.as_str()) {
                ("no-worker", "false") => {}
                ("no-worker", _) => arguments.insert(at, "--no-worker".into()),
                _ => arguments.insert(at, format!("--{flag}={value}").into()),
            }
        }
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{Cli, Command, with_file};

    fn words(line: &str) -> Vec<std::ffi::OsString> {
        line.split(' ').map(Into::into).collect()
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn serve_is_meant_where_no_command_is_named() {
        let arguments = with_file(words("tenantry --listen 127.0.0.1:1"), &[]).unwrap();
        assert_eq!(arguments, words("tenantry serve --listen 127.0.0.1:1"));
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let file = [("TENANTRY_LISTEN".to_owned(), "127.0.0.1:1".to_owned())];
        let arguments = with_file(words("tenantry serve --listen 127.0.0.1:2"), &file).unwrap();
        let Command::Serve(settings) = Cli::parse_from(arguments).command else { panic!("serve") };
        assert_eq!(settings.listen.port(), 2);
    }

    #[test]
    fn an_unknown_name_in_the_file_is_named() {
        let error = with_file(words("tenantry"), &[("LISTEM".to_owned(), "x".to_owned())]).unwrap_err();
        assert_eq!(error.to_string(), "listem in the settings file is not a setting");
    }
}
