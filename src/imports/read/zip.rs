//! The ZIP archive a workbook is. Only what a workbook needs, because an ordinary reader takes up as much of an archive's
//! directory as the archive says it has, before anything can be counted (QUALITY 45, T-41, T-49: nothing is unpacked to
//! the disk).

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead, BufReader, Read},
};

use flate2::{Crc, bufread::DeflateDecoder};

use super::{Limits, Unreadable, limits::in_words, meter, text::Slice, unreadable::Fault};

/// No workbook has a directory of more bytes, or of more parts.
const DIRECTORY: u64 = 4 << 20;
const PARTS: u64 = 10_000;
/// A part that unpacks to more than this must not be packed more tightly than [`RATIO`]: sheets reach 1:60, bombs 1:1000.
const SMALL: u64 = 32 << 20;
const RATIO: u64 = 250;

/// One part of the archive, as its directory has it.
#[derive(Debug, Clone, Copy)]
struct Part {
    at: u64,
    packed: u64,
    size: u64,
    crc: u32,
    method: u16,
    sealed: bool,
}

/// An archive whose directory was read and found honest.
#[derive(Debug)]
pub(super) struct Archive<'a> {
    file: &'a File,
    parts: HashMap<String, Part>,
}

impl<'a> Archive<'a> {
    /// Reads the directory.
    ///
    /// # Errors
    /// An archive that is cut off or damaged; one that would unpack to more than the limit; one whose parts overlap.
    pub(super) fn open(file: &'a File, limits: &Limits) -> Result<Self, Unreadable> {
        let length = file.metadata().map_err(Unreadable::Disk)?.len();
        let (at, size, count) = directory(file, length)?;
        if size > DIRECTORY || count > PARTS {
            return Err(Unreadable::file(
                "The file is an archive of very many files, not a workbook. Upload one workbook",
            ));
        }
        let bytes = read(file, at, size)?;
        let mut parts = HashMap::new();
        let mut rest = &bytes[..];
        for _ in 0..count {
            let (name, part) = entry(&mut rest).ok_or_else(Unreadable::damaged)?;
            parts.insert(name, part);
        }
        check(&parts, length, limits)?;
        Ok(Self { file, parts })
    }

    /// Whether there is a part of this name. Names are compared without case, as spreadsheet programs do.
    pub(super) fn has(&self, name: &str) -> bool {
        self.parts.contains_key(&key(name))
    }

    /// What the directory says a part has when it is unpacked.
    pub(super) fn size(&self, name: &str) -> u64 {
        self.parts.get(&key(name)).map_or(0, |part| part.size)
    }

    /// Whether a part's name begins so.
    pub(super) fn has_folder(&self, name: &str) -> bool {
        self.parts.keys().any(|part| part.starts_with(name))
    }

    /// Unpacks a part; nothing where there is none of this name.
    pub(super) fn part(&self, name: &str) -> Result<Option<BufReader<Unpacked<'a>>>, Unreadable> {
        let Some(part) = self.parts.get(&key(name)) else { return Ok(None) };
        if part.sealed {
            return Err(Unreadable::file(
                "The workbook is protected by a password. Save it without one, and upload that",
            ));
        }
        let head = read(self.file, part.at, 30)?;
        let start = match (head.starts_with(b"PK\x03\x04"), u16_at(&head, 26), u16_at(&head, 28)) {
            (true, Some(name), Some(extra)) => part.at + 30 + u64::from(name) + u64::from(extra),
            _ => return Err(Unreadable::damaged()),
        };
        let packed = BufReader::with_capacity(32 * 1024, Slice::new(self.file, start, start + part.packed));
        let source = match part.method {
            0 => Source::Stored(packed),
            8 => Source::Deflated(Box::new(DeflateDecoder::new(packed))),
            _ => {
                return Err(Unreadable::file(
                    "The workbook is packed in an unusual way. Save it as XLSX again, and upload that",
                ));
            }
        };
        let unpacked = Unpacked { source, left: part.size, crc: Crc::new(), expected: part.crc };
        Ok(Some(BufReader::with_capacity(32 * 1024, unpacked)))
    }
}

/// A part while it is unpacked: never more than the directory says, and at its end what was packed.
pub(super) struct Unpacked<'a> {
    source: Source<'a>,
    left: u64,
    crc: Crc,
    expected: u32,
}

enum Source<'a> {
    Stored(BufReader<Slice<'a>>),
    Deflated(Box<DeflateDecoder<BufReader<Slice<'a>>>>),
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let found = match &mut self.source {
            Source::Stored(source) => source.read(buffer),
            Source::Deflated(source) => source.read(buffer),
        };
        let length = found.map_err(|error| match error.kind() {
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                Fault::Damaged.error()
            }
            _ => error,
        })?;
        self.left = self.left.checked_sub(length as u64).ok_or_else(|| Fault::Larger.error())?;
        meter::add(1 + length);
        self.crc.update(&buffer[..length]);
        let wrong = self.left > 0 || self.crc.sum() != self.expected;
        if length == 0 && !buffer.is_empty() && wrong { Err(Fault::Damaged.error()) } else { Ok(length) }
    }
}

/// Reads what is left of a part, so that damage behind what was wanted is found, too.
pub(super) fn drain(part: &mut impl BufRead) -> io::Result<()> {
    loop {
        let length = part.fill_buf()?.len();
        if length == 0 {
            return Ok(());
        }
        part.consume(length);
    }
}

/// The name as names are compared.
pub(super) fn key(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_lowercase()
}

/// Where the directory is, how long, and of how many entries.
fn directory(file: &File, length: u64) -> Result<(u64, u64, u64), Unreadable> {
    // The end record has 22 bytes and a comment of up to 65,535 behind it.
    let from = length.saturating_sub(22 + 65_535);
    let tail = read(file, from, length - from)?;
    let at = tail.windows(4).rposition(|window| window == b"PK\x05\x06");
    let record = at.and_then(|at| tail.get(at..at + 22).map(|record| (at, record)));
    let Some((at, record)) = record else {
        return Err(Unreadable::file(
            "The workbook is cut off: its end is missing. Upload the whole file, or save it again",
        ));
    };
    let small = || Some((u32_at(record, 16)?.into(), u32_at(record, 12)?.into(), u16_at(record, 10)?.into()));
    let (place, size, count): (u64, u64, u64) = small().ok_or_else(Unreadable::damaged)?;
    if place == u64::from(u32::MAX) || size == u64::from(u32::MAX) || count == u64::from(u16::MAX) {
        let large = large_directory(file, &tail, at)?;
        return large.ok_or_else(Unreadable::damaged);
    }
    Ok((place, size, count))
}

/// The same of an archive too large for the older record.
fn large_directory(file: &File, tail: &[u8], at: usize) -> Result<Option<(u64, u64, u64)>, Unreadable> {
    let locator = at.checked_sub(20).and_then(|at| tail.get(at..)).filter(|found| found.starts_with(b"PK\x06\x07"));
    let Some(place) = locator.and_then(|locator| u64_at(locator, 8)) else { return Ok(None) };
    let record = read(file, place, 56)?;
    if !record.starts_with(b"PK\x06\x06") {
        return Ok(None);
    }
    Ok((|| Some((u64_at(&record, 48)?, u64_at(&record, 40)?, u64_at(&record, 32)?)))())
}

/// The next entry of the directory.
fn entry(rest: &mut &[u8]) -> Option<(String, Part)> {
    let head = rest.get(..46).filter(|head| head.starts_with(b"PK\x01\x02"))?;
    let name_end = 46 + usize::from(u16_at(head, 28)?);
    let extra_end = name_end + usize::from(u16_at(head, 30)?);
    let end = extra_end + usize::from(u16_at(head, 32)?);
    let name = key(&String::from_utf8_lossy(rest.get(46..name_end)?));
    let mut part = Part {
        at: u32_at(head, 42)?.into(),
        packed: u32_at(head, 20)?.into(),
        size: u32_at(head, 24)?.into(),
        crc: u32_at(head, 16)?,
        method: u16_at(head, 10)?,
        sealed: u16_at(head, 8)? & 1 == 1,
    };
    widen(&mut part, rest.get(name_end..extra_end)?);
    *rest = rest.get(end..)?;
    Some((name, part))
}

/// Numbers too large for their place stand in an extra field, in this order.
fn widen(part: &mut Part, mut extra: &[u8]) {
    while let (Some(id), Some(length)) = (u16_at(extra, 0), u16_at(extra, 2)) {
        let end = 4 + usize::from(length);
        if id == 1 {
            let mut large = extra.get(4..end).unwrap_or_default();
            for number in [&mut part.size, &mut part.packed, &mut part.at] {
                if let (true, Some(found)) = (*number == u64::from(u32::MAX), u64_at(large, 0)) {
                    *number = found;
                    large = &large[8..];
                }
            }
        }
        extra = extra.get(end..).unwrap_or_default();
    }
}

/// Refuses archives that no spreadsheet program writes.
fn check(parts: &HashMap<String, Part>, length: u64, limits: &Limits) -> Result<(), Unreadable> {
    let total = parts.values().fold(0_u64, |total, part| total.saturating_add(part.size));
    let tight = |part: &Part| part.size > SMALL && part.size / RATIO > part.packed;
    if total > limits.inflated || parts.values().any(tight) {
        return Err(Unreadable::file(format!(
            "The workbook unpacks to {} MB, which is far more than the lists it could hold. Copy the rows into a new \
             workbook, or save them as CSV",
            in_words(total >> 20)
        )));
    }
    let mut places: Vec<(u64, u64)> = parts.values().map(|part| (part.at, part.packed)).collect();
    places.sort_unstable();
    let ends = places.iter().map(|(at, packed)| at.saturating_add(30).saturating_add(*packed));
    let next = places.iter().skip(1).map(|(at, _)| *at).chain([length]);
    if ends.zip(next).any(|(end, next)| end > next) {
        return Err(Unreadable::damaged());
    }
    Ok(())
}

/// So many bytes of the file; fewer where it ends.
fn read(file: &File, at: u64, length: u64) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    Slice::new(file, at, at.saturating_add(length)).read_to_end(&mut bytes).map_err(Unreadable::Disk)?;
    Ok(bytes)
}

/// A number, the lower byte first.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

/// A number, the lower byte first.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

/// A number, the lower byte first.
pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes)
}
