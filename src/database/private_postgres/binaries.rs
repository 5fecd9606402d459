//! Finding the server's programs (DATABASE.md, point 2).

use std::{
    collections::HashSet,
    fmt, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{account::Account, download, error::StartError};

/// Oldest major version the queries are written for.
pub(super) const OLDEST_MAJOR: u32 = 15;
const PLACES: &str = "TENANTRY_PG_BIN, pg_config, /usr/lib/postgresql, /usr/pgsql-*, Homebrew and PATH";

/// A folder with `postgres` and its companions of one version.
#[derive(Debug, Clone)]
pub(super) struct Binaries {
    pub(super) dir: PathBuf,
    pub(super) major: u32,
    /// As the server prints it, "15.18".
    pub(super) version: String,
}

impl fmt::Display for Binaries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgreSQL {} in {}", self.version, self.dir.display())
    }
}

/// What is asked of the search.
pub(super) struct Wanted<'a> {
    /// `TENANTRY_PG_BIN`: then nothing else is looked at.
    pub(super) explicit: Option<&'a Path>,
    /// The folder that holds one cluster for each major version, and downloads under `dist`.
    pub(super) clusters: &'a Path,
    pub(super) may_download: bool,
    /// Who runs what was downloaded: never root, since the server's user owns that folder.
    pub(super) account: &'a Account,
}

impl Wanted<'_> {
    fn dist(&self) -> PathBuf {
        self.clusters.join("dist")
    }
}

/// The programs to use: of the major version that wrote the data, or the newest for new data. Another major version
/// is never used beside existing data, since it would start with an empty database.
pub(super) async fn choose(wanted: &Wanted<'_>) -> Result<Binaries, StartError> {
    match_or_download(wanted, newest_cluster(wanted.clusters), &find(wanted)?).await
}

async fn match_or_download(wanted: &Wanted<'_>, data: Option<u32>, found: &[Binaries]) -> Result<Binaries, StartError> {
    if let Some(binaries) = fitting(found, data) {
        return Ok(binaries);
    }
    let refusal = match (wanted.explicit, wanted.may_download) {
        (Some(_), _) => "nothing is downloaded while TENANTRY_PG_BIN is set".to_owned(),
        (None, false) => "the download is switched off (TENANTRY_PG_DOWNLOAD=off)".to_owned(),
        (None, true) => match download::fetch(&wanted.dist(), data).await {
            Ok(()) => match fitting(&find(wanted)?, data) {
                Some(binaries) => return Ok(binaries),
                None => "what was downloaded does not run on this system".to_owned(),
            },
            Err(reason) => format!("downloading it failed ({reason})"),
        },
    };
    Err(no_match(wanted, data, found, refusal))
}

/// The programs of one major version for data that is in use already, without download.
pub(super) fn of_major(wanted: &Wanted<'_>, major: u32) -> Result<Binaries, StartError> {
    let found = find(wanted)?;
    fitting(&found, Some(major))
        .ok_or_else(|| no_match(wanted, Some(major), &found, "nothing was downloaded".to_owned()))
}

/// The highest major version that has a cluster here.
pub(super) fn newest_cluster(clusters: &Path) -> Option<u32> {
    let entries = fs::read_dir(clusters).into_iter().flatten().flatten();
    let majors = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    majors.filter(|major| clusters.join(major.to_string()).join("PG_VERSION").exists()).max()
}

/// A folder that holds a client program such as `pg_dump`, newest first: an older `pg_dump` refuses a newer server.
pub(in crate::database) fn folder_with(program: &str) -> Option<PathBuf> {
    let mut folders: Vec<_> = candidates(None).into_iter().filter(|dir| dir.join(program).is_file()).collect();
    folders.sort_by_key(|dir| std::cmp::Reverse(version_of(&dir.join(program)).map(|(major, _)| major)));
    folders.into_iter().next()
}

fn fitting(found: &[Binaries], data: Option<u32>) -> Option<Binaries> {
    let usable = found.iter().filter(|binaries| match data {
        Some(major) => binaries.major == major,
        None => binaries.major >= OLDEST_MAJOR,
    });
    // The first of equals wins, so that the order of the places counts.
    usable.rev().max_by_key(|binaries| binaries.major).cloned()
}

fn find(wanted: &Wanted<'_>) -> Result<Vec<Binaries>, StartError> {
    let bad = |path: &Path, reason: String| StartError::BadBinDir { path: path.to_owned(), reason };
    if let Some(dir) = wanted.explicit {
        let binaries = inspect(dir, None).ok_or_else(|| bad(dir, "it has no such programs".to_owned()))?;
        return match binaries.major {
            major if major < OLDEST_MAJOR => Err(bad(dir, format!("it holds version {}", binaries.version))),
            _ => Ok(vec![binaries]),
        };
    }
    let dist = wanted.dist();
    let found = candidates(Some(&dist)).into_iter();
    Ok(found.filter_map(|dir| inspect(&dir, dir.starts_with(&dist).then_some(wanted.account))).collect())
}

/// Every folder worth a look, in order of preference, without repeats.
fn candidates(dist: Option<&Path>) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = pg_config().into_iter().collect();
    folders.extend(subfolders(Path::new("/usr/lib/postgresql"), "", "bin"));
    folders.extend(subfolders(Path::new("/usr"), "pgsql-", "bin"));
    for brew in ["/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt"] {
        folders.extend(subfolders(Path::new(brew), "postgresql@", "bin"));
    }
    folders.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    folders.extend(dist.iter().flat_map(|dist| subfolders(dist, "", "bin")));
    let mut seen = HashSet::new();
    folders.retain(|folder| folder.is_absolute() && seen.insert(folder.canonicalize().unwrap_or(folder.clone())));
    folders
}

fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

fn subfolders(parent: &Path, prefix: &str, inner: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix));
    named.map(|entry| entry.path().join(inner)).filter(|folder| folder.is_dir()).collect()
}

fn inspect(dir: &Path, runner: Option<&Account>) -> Option<Binaries> {
    let postgres = dir.join("postgres");
    if !postgres.is_file() || !dir.join("initdb").is_file() {
        return None;
    }
    let command = runner.map_or_else(|| Command::new(&postgres), |account| account.command(&postgres));
    let (major, version) = version_from(command)?;
    Some(Binaries { dir: dir.to_owned(), major, version })
}

fn version_of(program: &Path) -> Option<(u32, String)> {
    version_from(Command::new(program))
}

fn version_from(mut command: Command) -> Option<(u32, String)> {
    let output = command.arg("--version").output().ok()?;
    parse_version(&String::from_utf8_lossy(&output.stdout))
}

/// "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)" is 15 and "15.18".
fn parse_version(text: &str) -> Option<(u32, String)> {
    let (_, rest) = text.split_once("(PostgreSQL) ")?;
    let version = rest.split_whitespace().next()?;
    let digits = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    Some((version.get(..digits)?.parse().ok()?, version.to_owned()))
}

fn no_match(wanted: &Wanted<'_>, data: Option<u32>, found: &[Binaries], download: String) -> StartError {
    let list = found.iter().map(Binaries::to_string).collect::<Vec<_>>().join(", ");
    match data {
        Some(have) if !list.is_empty() => {
            let path = wanted.clusters.join(have.to_string());
            StartError::WrongMajor { path, have, found: list, download }
        }
        _ => StartError::NoBinaries {
            wanted: data.map_or(format!("{OLDEST_MAJOR} or newer"), |major| major.to_string()),
            searched: PLACES.to_owned(),
            download,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binaries(major: u32, dir: &str) -> Binaries {
        Binaries { dir: dir.into(), major, version: format!("{major}.1") }
    }

    #[test]
    fn the_version_line_of_every_packager_is_understood() {
        for (line, expected) in [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some((15, "15.18".to_owned()))),
            ("postgres (PostgreSQL) 18.6", Some((18, "18.6".to_owned()))),
            ("postgres (PostgreSQL) 19beta1", Some((19, "19beta1".to_owned()))),
            ("pg_dump (PostgreSQL) 17devel", Some((17, "17devel".to_owned()))),
            ("something else 1.0", None),
        ] {
            assert_eq!(parse_version(line), expected, "{line}");
        }
    }

    #[test]
    fn new_data_takes_the_newest_and_old_data_only_its_own_major() {
        let found = [binaries(14, "/a"), binaries(15, "/b"), binaries(18, "/c"), binaries(18, "/d")];
        let dir = |data| fitting(&found, data).map(|binaries| binaries.dir);
        assert_eq!(dir(None), Some("/c".into()), "the first of two equals");
        assert_eq!(dir(Some(15)), Some("/b".into()));
        assert_eq!(dir(Some(17)), None, "never another major beside existing data");
        assert!(fitting(&found[..1], None).is_none(), "14 is too old");
    }

    #[tokio::test]
    async fn without_any_programs_the_refusal_names_every_way_out() {
        let root = Account::current().expect("a user with a name");
        let wanted = Wanted { explicit: None, clusters: Path::new("/nowhere"), may_download: false, account: &root };
        let text = match_or_download(&wanted, None, &[]).await.expect_err("nothing was found").to_string();
        for part in [
            "no PostgreSQL 15 or newer found in",
            "apt install postgresql",
            "TENANTRY_PG_BIN",
            "DATABASE_URL",
            "TENANTRY_PG_DOWNLOAD=off",
            "/usr/lib/postgresql",
        ] {
            assert!(text.contains(part), "{part} is missing from: {text}");
        }
    }

    #[test]
    fn what_was_downloaded_before_is_found_again() {
        let clusters = tempfile::tempdir().expect("a temporary folder");
        let bin = clusters.path().join("dist/77.1.0/bin");
        fs::create_dir_all(&bin).expect("a folder");
        let source = clusters.path().join("source");
        fs::write(&source, "#!/bin/sh\necho 'postgres (PostgreSQL) 77.1'\n").expect("a file");
        for name in ["postgres", "initdb"] {
            // Copied by another process: a file this one has written may still be open in a child of another test.
            let mut copy = Command::new("install");
            copy.arg("--mode=755").arg(&source).arg(bin.join(name));
            assert!(copy.status().expect("install").success());
        }
        let account = Account::current().expect("a user with a name");
        let wanted = Wanted { explicit: None, clusters: clusters.path(), may_download: false, account: &account };
        assert_eq!(of_major(&wanted, 77).expect("the downloaded one").dir, bin);
    }
}
