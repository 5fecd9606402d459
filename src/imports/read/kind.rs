//! What a file is: by its content, never by its name. What is none of the four is told by its own name, with what to do.

use std::{fs::File, io::Read};

use super::{FileKind, Limits, Unreadable, password, text, text::Slice, xls::Compound, zip::Archive};

/// So much of a file is looked at.
const HEAD: u64 = 64 * 1024;

const SAVE: &str = "Open it in a spreadsheet program, save it as XLSX or CSV, and upload that";

/// What the file is.
///
/// # Errors
/// None of the four kinds, with what it is instead.
pub(super) fn of(file: &File, limits: &Limits) -> Result<FileKind, Unreadable> {
    let mut head = Vec::new();
    Slice::new(file, 0, HEAD).read_to_end(&mut head).map_err(Unreadable::Disk)?;
    match &head[..] {
        [] => Err(Unreadable::file("The file is empty. Check that it was saved, and that it is the one you meant")),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => archive(file, limits),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => compound(file),
        head => match known(head) {
            Some(name) => Err(Unreadable::file(format!("The file is {name}, not a list. {SAVE}"))),
            None => text(head),
        },
    }
}

/// What other files begin with.
fn known(head: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 13] = [
        (b"%PDF", "a PDF document"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF8", "a picture"),
        (b"BM", "a picture"),
        (b"II*\0", "a picture"),
        (b"RIFF", "a picture or a recording"),
        (b"{\\rtf", "a text document"),
        (b"\x1f\x8b", "a compressed archive"),
        (b"7z\xbc\xaf\x27\x1c", "a compressed archive"),
        (b"Rar!", "a compressed archive"),
        (b"\x7fELF", "a program"),
        (b"MZ\x90", "a program"),
    ];
    let found = KNOWN.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, name)| *name);
    // "BM" also begins a list of the organization "BMA".
    found.filter(|_| !head.starts_with(b"BM") || head.iter().take(64).any(|byte| *byte == 0))
}

fn archive(file: &File, limits: &Limits) -> Result<FileKind, Unreadable> {
    let archive = Archive::open(file, limits)?;
    let name = match () {
        () if archive.has("xl/workbook.bin") => "an Excel workbook in the binary format XLSB",
        () if archive.has("[content_types].xml") && archive.has_folder("xl/") => return Ok(FileKind::Xlsx),
        () if archive.has("mimetype") && archive.has("content.xml") => {
            "an OpenDocument file, such as LibreOffice writes"
        }
        () if archive.has_folder("word/") => "a Word document",
        () if archive.has_folder("ppt/") => "a presentation",
        () if archive.has_folder("index/") => "a document of Apple's Numbers or Pages",
        () => return Err(Unreadable::file("The file is an archive. Unpack it, and upload the list that is in it")),
    };
    Err(Unreadable::file(format!("The file is {name}. {SAVE}")))
}

fn compound(file: &File) -> Result<FileKind, Unreadable> {
    let compound = Compound::open(file)?;
    let name = match () {
        () if compound.has("EncryptedPackage") => return Err(password()),
        () if compound.has("Workbook") => return Ok(FileKind::Xls),
        () if compound.has("Book") => "a workbook of Excel 95 or before",
        () if compound.has("WordDocument") => "a Word document",
        () if compound.has("PowerPoint Document") => "a presentation",
        () => "a document, but no workbook",
    };
    Err(Unreadable::file(format!("The file is {name}. {SAVE}")))
}

fn text(head: &[u8]) -> Result<FileKind, Unreadable> {
    let (wide, start) = match text::mark(head) {
        Some((super::Encoding::Utf8, length)) => (false, &head[length..]),
        Some((_, length)) => (true, &head[length..]),
        None => (false, head),
    };
    if !wide && start.contains(&0) {
        return Err(binary(start));
    }
    let shown = start.iter().filter(|byte| **byte != 0 && !byte.is_ascii_whitespace());
    let first: Vec<u8> = shown.take(2).copied().collect();
    match first[..] {
        [] => Err(Unreadable::file("The file is empty. Check that it was saved, and that it is the one you meant")),
        [b'<', ..] => Ok(FileKind::Xml),
        [b'{', b'"' | b'}'] | [b'[', b'{' | b']'] => {
            Err(Unreadable::file("The file is JSON. Save the list as CSV, XML or XLSX, and upload that"))
        }
        _ => Ok(FileKind::Csv),
    }
}

/// Bytes of zero stand in no text, except in UTF-16, where every second is one.
fn binary(head: &[u8]) -> Unreadable {
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
    if even.max(odd) * 10 > half * 6 && even.min(odd) * 10 < half {
        return Unreadable::file(
            "The file is text in UTF-16 that does not say so. Save it as UTF-8, which spreadsheet programs call CSV UTF-8",
        );
    }
    Unreadable::file("The file is neither text nor a workbook. Upload a list as CSV, XML, XLS or XLSX")
}
