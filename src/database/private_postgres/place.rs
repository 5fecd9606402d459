//! The folders: which one holds the server, who owns it, and the lock that keeps a second instance out
//! (DATABASE.md, points 3 and 4).

use std::{
    fs::{self, DirBuilder, File, TryLockError},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, chown, symlink},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{account::Account, error::StartError};

/// Longest path of a socket; systems allow 103 to 107 bytes.
const MAX_SOCKET_PATH: usize = 100;
const SOCKET_NAME: &str = ".s.PGSQL.5432";
/// Where the server lives if its user cannot enter the data folder.
const ELSEWHERE: &str = "/var/lib/tenantry";

/// A data folder this process alone may use, as long as the value lives.
#[derive(Debug)]
pub(super) struct Place {
    /// `data/postgres` with all links followed.
    pub(super) root: PathBuf,
    pub(super) me: Account,
    pub(super) server: Account,
    _lock: File,
}

impl Place {
    /// Makes what is missing and takes the lock.
    pub(super) fn take(data_dir: &Path) -> Result<Place, StartError> {
        let me = Account::current()?;
        fs::create_dir_all(data_dir).map_err(StartError::folder(data_dir))?;
        let data = data_dir.canonicalize().map_err(StartError::folder(data_dir))?;
        let link = data.join("postgres");
        // Before the lock, which another user's run may have left unwritable: whose data it is explains more.
        let server = Account::for_server(&me, &link)?;
        let lock = lock(&data, data_dir)?;
        let root = server_folder(&link, &me, &server)?;
        Ok(Place { root, me, server, _lock: lock })
    }

    /// Where the socket goes: beside the cluster, or where paths are short if that one would be too long.
    pub(super) fn socket_dir(&self) -> PathBuf {
        let beside = self.root.join("run");
        if beside.join(SOCKET_NAME).as_os_str().len() <= MAX_SOCKET_PATH {
            return beside;
        }
        let name = format!("tenantry-{}-{}", self.server.uid, hash(&self.root));
        // The runtime folder of a login belongs to that user alone, so it is no place for another user's server.
        let own = std::env::var_os("XDG_RUNTIME_DIR").filter(|_| self.me == self.server).map(PathBuf::from);
        let short = own.into_iter().chain([std::env::temp_dir()]).map(|parent| parent.join(&name));
        let mut fitting =
            short.filter(|dir| dir.is_absolute() && dir.join(SOCKET_NAME).as_os_str().len() <= MAX_SOCKET_PATH);
        fitting.next().unwrap_or_else(|| Path::new("/tmp").join(&name))
    }
}

fn lock(data: &Path, shown: &Path) -> Result<File, StartError> {
    let path = data.join("tenantry.lock");
    let mut options = File::options();
    let mut file =
        options.read(true).write(true).create(true).truncate(false).open(&path).map_err(StartError::folder(&path))?;
    // A child that is just being started holds our files until its own program begins: that is over in a moment.
    let mut taken = file.try_lock();
    for _ in 0..10 {
        if !matches!(taken, Err(TryLockError::WouldBlock)) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
        taken = file.try_lock();
    }
    match taken {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let pid = file.read_to_string(&mut holder).ok().and_then(|_| holder.trim().parse().ok());
            return Err(StartError::InUse { data_dir: shown.to_owned(), pid });
        }
        Err(TryLockError::Error(error)) => return Err(StartError::folder(path)(error)),
    }
    // Only for the message a second instance shows: the lock itself is the operating system's.
    let written = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
    written.map_err(StartError::folder(path))?;
    Ok(file)
}

fn server_folder(link: &Path, me: &Account, server: &Account) -> Result<PathBuf, StartError> {
    if link.is_symlink() && !link.exists() {
        let target = fs::read_link(link).map_err(StartError::folder(link))?;
        return Err(StartError::LostTarget { link: link.to_owned(), target });
    }
    if !link.exists() {
        let data = link.parent().unwrap_or(link);
        match me == server || server.can_enter(data) {
            true => make_folder(link)?,
            false => make_elsewhere(link, server)?,
        }
    }
    let root = link.canonicalize().map_err(StartError::folder(link))?;
    let owner = root.metadata().map_err(StartError::folder(&root))?.uid();
    if me != server && owner != server.uid {
        chown(&root, Some(server.uid), Some(server.gid)).map_err(StartError::folder(&root))?;
    }
    Ok(root)
}

fn make_folder(path: &Path) -> Result<(), StartError> {
    DirBuilder::new().mode(0o700).create(path).map_err(StartError::folder(path))
}

/// Root keeps its data where no other user may look (`/root`), but the server is another user.
fn make_elsewhere(link: &Path, server: &Account) -> Result<(), StartError> {
    let parent = Path::new(ELSEWHERE);
    DirBuilder::new().mode(0o755).recursive(true).create(parent).map_err(StartError::folder(parent))?;
    let target = parent.join(format!("postgres-{}", hash(link)));
    // Succeeds only for an empty one, which a start interrupted at this point leaves.
    let _ = fs::remove_dir(&target);
    match make_folder(&target) {
        Ok(()) => {}
        Err(StartError::Folder { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => {
            return Err(StartError::EarlierData { target, link: link.to_owned() });
        }
        Err(error) => return Err(error),
    }
    symlink(&target, link).map_err(StartError::folder(link))?;
    tracing::info!(
        "User {} cannot enter {}, so the private database is kept in {}; copying the data folder does not copy it",
        server.name,
        link.display(),
        target.display()
    );
    Ok(())
}

/// Short and the same for the same path on every run.
fn hash(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
