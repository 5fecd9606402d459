//! Which operating-system user the server runs as. PostgreSQL refuses to run as root, and `initdb` needs the user to
//! have a name (DATABASE.md, point 3).

use std::{
    fs::Metadata,
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::Path,
    process::Command,
};

use nix::unistd::{Uid, User, geteuid};
use serde::{Deserialize, Serialize};

use super::error::StartError;

/// Users tried in turn when the portal runs as root: the distribution's own, then the one every system has.
const SERVER_USERS: [&str; 2] = ["postgres", "nobody"];

/// A user of the operating system, by number and by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Account {
    /// Login name, as peer authentication reports it.
    pub name: String,
    /// User number.
    pub uid: u32,
    /// Number of the primary group.
    pub gid: u32,
}

impl Account {
    /// The user this process runs as.
    pub(super) fn current() -> Result<Account, StartError> {
        Account::from_uid(geteuid())
    }

    /// The user the server is to run as, given the folder that may already hold its data.
    pub(super) fn for_server(me: &Account, postgres_dir: &Path) -> Result<Account, StartError> {
        let owner = postgres_dir.metadata().ok().map(|folder| folder.uid());
        if me.uid != 0 {
            return match owner {
                Some(uid) if uid != me.uid => Err(StartError::OwnedByAnother {
                    path: postgres_dir.to_owned(),
                    owner: Account::with_uid(uid).map_or(format!("number {uid}"), |owner| owner.name),
                    me: me.name.clone(),
                }),
                _ => Ok(me.clone()),
            };
        }
        if cfg!(target_vendor = "apple") {
            return Err(StartError::RootOnMac);
        }
        match owner {
            Some(uid) if uid != 0 => Account::with_uid(uid),
            _ => Account::first_of(&SERVER_USERS),
        }
    }

    /// Whether permission bits let this user pass through `folder` and every folder above it.
    pub(super) fn can_enter(&self, folder: &Path) -> bool {
        folder.ancestors().all(|step| step.metadata().is_ok_and(|step| self.may_search(&step)))
    }

    /// A [`plain_command`] that runs as this user, in a folder every user may be in.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = plain_command(program);
        command.current_dir("/");
        if geteuid().as_raw() != self.uid {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    fn may_search(&self, folder: &Metadata) -> bool {
        let bit = match () {
            () if self.uid == 0 => return true,
            () if folder.uid() == self.uid => 0o100,
            () if folder.gid() == self.gid => 0o010,
            () => 0o001,
        };
        folder.mode() & bit != 0
    }

    /// The user with this number.
    pub(super) fn with_uid(uid: u32) -> Result<Account, StartError> {
        Account::from_uid(Uid::from_raw(uid))
    }

    fn from_uid(uid: Uid) -> Result<Account, StartError> {
        let user = User::from_uid(uid).ok().flatten().ok_or(StartError::NoName { uid: uid.as_raw() })?;
        Ok(Account::from(user))
    }

    fn first_of(names: &[&str]) -> Result<Account, StartError> {
        let mut users = names.iter().filter_map(|name| User::from_name(name).ok().flatten());
        users.find(|user| !user.uid.is_root()).map(Account::from).ok_or(StartError::NoServerUser)
    }
}

/// A command without the PG* variables, which would redirect the tools of PostgreSQL.
pub(in crate::database) fn plain_command(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"PG")) {
        command.env_remove(name);
    }
    command
}

impl From<User> for Account {
    fn from(user: User) -> Account {
        Account { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw() }
    }
}
