//! The readers and the types of the portal for the fuzz targets, and what all targets ask of them.
//!
//! The files are taken in by their path instead of depending on the portal: with its 400 crates a build with sanitizers takes
//! the better part of an hour on two cores, and the readers and types are plain Rust that needs none of the servers.

#![allow(dead_code, missing_docs, unused_imports, unreachable_pub)]

#[path = "../../src/exports/guard.rs"]
mod guard;
pub mod imports;
#[path = "../../src/types/mod.rs"]
pub mod types;
pub mod workbook;

use std::{fs::File, io::Write, ops::ControlFlow};

use imports::read::{FileKind, How, Limits, Look, Unreadable, look, rows};

/// What the readers ask the exports for.
pub mod exports {
    pub use crate::guard::*;
}

/// Less than the portal reads, so that a file that reaches a limit does so at once.
pub const LIMITS: Limits =
    Limits { bytes: 1 << 20, rows: 5_000, columns: 200, cell: 2_000, inflated: 16 << 20, strings: 4 << 20 };

/// A file with this content.
pub fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).expect("written");
    file
}

/// Reads a file as an import does, looking first, and holds what it says about itself against what it gives.
pub fn read(bytes: &[u8]) {
    let file = file(bytes);
    let Some(found) = check(look(&file, None, &LIMITS)) else { return };
    let again = check(look(&file, Some(&found.how), &LIMITS)).expect("what was found out can be chosen");
    assert_eq!(again.samples, found.samples, "a second look sees the same");
    let mut given = Vec::new();
    let counted = check(rows(&file, &found.how, &LIMITS, &mut |row| {
        assert!(row.cells.len() >= found.headings.len() && row.cells.len() <= LIMITS.columns, "{row:?}");
        assert!(row.cells.iter().all(|cell| cell.chars().count() <= LIMITS.cell + 1 || found.how.kind == FileKind::Xml));
        if given.len() < found.samples.len() {
            given.push(row);
        }
        ControlFlow::Continue(())
    }));
    assert_eq!(given, found.samples, "the rows begin with the samples");
    if let Some(counted) = counted {
        assert!(counted as usize >= found.samples.len() && counted <= LIMITS.rows);
    }
    for sheet in found.sheets.iter().take(3) {
        let how = How { sheet: Some(sheet.name.clone()), header_row: None, ..found.how.clone() };
        check(look(&file, Some(&how), &LIMITS));
    }
}

/// A refusal has words of its own; the disk is not to blame.
fn check<T>(found: Result<T, Unreadable>) -> Option<T> {
    match found {
        Ok(found) => Some(found),
        Err(Unreadable::File(words)) => {
            assert!(words.len() > 20 && words.len() < 3_000, "{words}");
            None
        }
        Err(Unreadable::Disk(error)) => panic!("the disk is blamed: {error}"),
    }
}
