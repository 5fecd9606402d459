//! What the tests share.

use std::{
    fs::File,
    io::Write,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use crate::imports::read::{How, Limits, Look, Row, Unreadable, look, rows};

/// A file with this content.
pub(super) fn file(bytes: impl AsRef<[u8]>) -> File {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes.as_ref()).expect("written");
    file
}

/// Where the files of real programs are.
pub(super) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/imports")
}

/// A file of real programs.
pub(super) fn real(name: &str) -> File {
    File::open(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// How a file is read when nothing is chosen.
pub(super) fn looked(file: &File) -> Look {
    look(file, None, &Limits::default()).expect("readable")
}

/// What the user is told about a file that cannot be read.
pub(super) fn refusal(file: &File) -> String {
    let limits = Limits::default();
    match look(file, None, &limits).and_then(|look| all(file, &look.how, &limits)) {
        Err(Unreadable::File(words)) => words,
        other => panic!("not refused: {other:?}"),
    }
}

/// All rows of a file.
pub(super) fn all(file: &File, how: &How, limits: &Limits) -> Result<Vec<Row>, Unreadable> {
    let mut found = Vec::new();
    let count = rows(file, how, limits, &mut |row| {
        found.push(row);
        ControlFlow::Continue(())
    })?;
    assert_eq!(count as usize, found.len());
    Ok(found)
}

/// Headings and rows of a file.
pub(super) fn table(file: &File) -> (Vec<String>, Vec<Row>) {
    let look = looked(file);
    let rows = all(file, &look.how, &Limits::default()).expect("readable");
    (look.headings, rows)
}

/// A row by its number.
pub(super) fn row(number: u32, cells: &[&str]) -> Row {
    Row { number, cells: cells.iter().map(|cell| (*cell).to_owned()).collect() }
}
