//! The book: what the portal has acknowledged, on disk before the client goes on (QUALITY section 3).

use std::{
    collections::HashMap,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    sync::Mutex,
};

use serde::{Deserialize, Serialize};
use tempfile::TempDir;

/// One line of the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Entry {
    /// The client is about to ask for the organization: from here on it may exist.
    Asked { draft: String, name: String },
    /// The portal has said that it exists, under this key.
    Acknowledged { draft: String, key: String },
    /// No answer, or one that leaves it open.
    Maybe { draft: String },
}

/// What the book says about one draft.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    pub(super) name: String,
    /// Every key that was acknowledged; more than one is a duplicate.
    pub(super) keys: Vec<String>,
}

pub(super) struct Book {
    file: Mutex<File>,
    path: PathBuf,
    _folder: TempDir,
}

impl Book {
    pub(super) fn open() -> Book {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("ledger.jsonl");
        let file = File::options().create_new(true).append(true).open(&path).expect("the book");
        Book { file: Mutex::new(file), path, _folder: folder }
    }

    /// Writes a line; it is on disk when this returns.
    pub(super) fn note(&self, entry: &Entry) {
        let line = serde_json::to_string(entry).expect("a line") + "\n";
        let mut file = self.file.lock().expect("the book");
        file.write_all(line.as_bytes()).and_then(|()| file.sync_data()).expect("the book is written");
    }

    /// Reads it back from disk, by draft.
    pub(super) fn accounts(&self) -> HashMap<String, Account> {
        read(&self.path)
    }
}

fn read(path: &Path) -> HashMap<String, Account> {
    let mut accounts: HashMap<String, Account> = HashMap::new();
    for line in fs::read_to_string(path).expect("the book").lines() {
        match serde_json::from_str(line).expect("a line of the book") {
            Entry::Asked { draft, name } => accounts.entry(draft).or_default().name = name,
            Entry::Acknowledged { draft, key } => {
                let keys = &mut accounts.entry(draft).or_default().keys;
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
            Entry::Maybe { draft } => {
                accounts.entry(draft).or_default();
            }
        }
    }
    accounts
}
