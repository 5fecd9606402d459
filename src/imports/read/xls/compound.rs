//! The compound file an older Excel workbook is: a small file system with chains of sectors. Chains are followed by number
//! and length, so that one that bites its own tail ends.

use std::{
    fs::File,
    io::{self, Read},
};

use super::super::{
    Unreadable,
    text::Slice,
    zip::{u16_at, u32_at},
};

const FREE: u32 = 0xffff_fffa;
/// Streams shorter than this lie in small sectors.
const SMALL_STREAM: u64 = 4096;
const SMALL_SECTOR: u64 = 64;
/// No workbook has more streams.
const ENTRIES: usize = 4096;

/// A compound file whose directory was read.
#[derive(Debug)]
pub(crate) struct Compound<'a> {
    file: &'a File,
    sector: u64,
    chains: Vec<u32>,
    small_chains: Vec<u32>,
    /// The sectors in which the small ones lie.
    small: Vec<u32>,
    entries: Vec<Entry>,
}

/// A stream.
#[derive(Debug)]
struct Entry {
    name: String,
    start: u32,
    length: u64,
}

impl<'a> Compound<'a> {
    /// Reads the directory.
    ///
    /// # Errors
    /// A file that is cut off or damaged.
    pub(crate) fn open(file: &'a File) -> Result<Self, Unreadable> {
        let length = file.metadata().map_err(Unreadable::Disk)?.len();
        let head = bytes(file, 0, 512)?;
        let header = Header::read(&head).ok_or_else(Unreadable::damaged)?;
        let sectors = usize::try_from(length / header.sector).unwrap_or_default() + 1;
        let mut found = Self {
            file,
            sector: header.sector,
            chains: Vec::new(),
            small_chains: Vec::new(),
            small: Vec::new(),
            entries: Vec::new(),
        };
        for number in found.table_sectors(&head, &header, sectors)? {
            let sector = found.read_sector(number)?;
            found.chains.extend(words(&sector));
            // More than the file has sectors is never looked up; the same table may be named again and again.
            if found.chains.len() >= sectors {
                break;
            }
        }
        found.chains.truncate(sectors);
        found.read_directory(header.directory)?;
        if let Some((start, length)) = found.entries.first().map(|root| (root.start, root.length)) {
            found.small = found.chain(start, length)?;
        }
        // Four bytes for each small sector there is.
        let most = (found.small.len() as u64 * found.sector / SMALL_SECTOR) * 4;
        for number in found.chain(header.small_chains, most)? {
            let sector = found.read_sector(number)?;
            found.small_chains.extend(words(&sector));
        }
        Ok(found)
    }

    /// Whether there is a stream of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The stream of this name.
    pub(crate) fn stream(&self, name: &str) -> Result<Option<Stream<'a>>, Unreadable> {
        let Some(entry) = self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name)) else {
            return Ok(None);
        };
        let places = if entry.length < SMALL_STREAM {
            let places = follow(&self.small_chains, entry.start, entry.length.div_ceil(SMALL_SECTOR))?;
            places.into_iter().map(|number| self.small_place(number)).collect::<Option<_>>()
        } else {
            Some(self.chain(entry.start, entry.length)?.into_iter().map(|number| self.place(number)).collect())
        };
        let piece = if entry.length < SMALL_STREAM { SMALL_SECTOR } else { self.sector };
        let places: Vec<u64> = places.ok_or_else(Unreadable::damaged)?;
        if (places.len() as u64).saturating_mul(piece) < entry.length {
            return Err(Unreadable::damaged());
        }
        Ok(Some(Stream { file: self.file, piece, places, at: 0, length: entry.length }))
    }

    fn place(&self, number: u32) -> u64 {
        (u64::from(number) + 1) * self.sector
    }

    fn small_place(&self, number: u32) -> Option<u64> {
        let at = u64::from(number) * SMALL_SECTOR;
        let sector = self.small.get(usize::try_from(at / self.sector).ok()?)?;
        Some(self.place(*sector) + at % self.sector)
    }

    fn read_sector(&self, number: u32) -> Result<Vec<u8>, Unreadable> {
        bytes(self.file, self.place(number), self.sector)
    }

    fn chain(&self, start: u32, length: u64) -> Result<Vec<u32>, Unreadable> {
        follow(&self.chains, start, length.div_ceil(self.sector))
    }

    /// The sectors the table of chains is in: the first 109 are named in the header, the rest in a chain of their own.
    fn table_sectors(&self, head: &[u8], header: &Header, sectors: usize) -> Result<Vec<u32>, Unreadable> {
        let mut named: Vec<u32> = words(&head[76..512]).filter(|number| *number < FREE).collect();
        let mut next = header.more_tables;
        let mut seen = 0;
        while next < FREE {
            seen += 1;
            let sector = self.read_sector(next)?;
            let mut numbers: Vec<u32> = words(&sector).collect();
            next = numbers.pop().unwrap_or(FREE);
            named.extend(numbers.into_iter().filter(|number| *number < FREE));
            if seen > sectors || named.len() > sectors {
                return Err(Unreadable::damaged());
            }
        }
        Ok(named)
    }

    fn read_directory(&mut self, start: u32) -> Result<(), Unreadable> {
        for number in self.chain(start, u64::MAX)? {
            let sector = self.read_sector(number)?;
            self.entries.extend(sector.as_chunks::<128>().0.iter().filter_map(|raw| entry(raw, self.sector)));
            if self.entries.len() > ENTRIES {
                return Err(Unreadable::damaged());
            }
        }
        Ok(())
    }
}

/// What the first 512 bytes say.
struct Header {
    sector: u64,
    directory: u32,
    small_chains: u32,
    more_tables: u32,
}

impl Header {
    fn read(head: &[u8]) -> Option<Self> {
        let sector = match u16_at(head, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let whole = head.len() == 512;
        let (directory, small_chains) = (u32_at(head, 48)?, u32_at(head, 60)?);
        whole.then_some(Self { sector, directory, small_chains, more_tables: u32_at(head, 68)? })
    }
}

/// The sectors of a chain, no more than so many.
fn follow(chains: &[u32], start: u32, most: u64) -> Result<Vec<u32>, Unreadable> {
    let mut sectors = Vec::new();
    let mut next = start;
    while next < FREE && (sectors.len() as u64) < most {
        // Longer than the file has sectors: it goes in a circle.
        if sectors.len() > chains.len() {
            return Err(Unreadable::damaged());
        }
        sectors.push(next);
        next = *chains.get(next as usize).ok_or_else(Unreadable::damaged)?;
    }
    Ok(sectors)
}

fn entry(raw: &[u8; 128], sector: u64) -> Option<Entry> {
    let units: Vec<u16> = raw[..64].as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    let name = String::from_utf16_lossy(units.split(|unit| *unit == 0).next()?);
    // Files of small sectors leave rubbish in the upper half of the length.
    let high = if sector == 512 { 0 } else { u64::from(u32_at(raw, 124)?) << 32 };
    (!name.is_empty()).then_some(Entry { name, start: u32_at(raw, 116)?, length: high | u64::from(u32_at(raw, 120)?) })
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word))
}

/// So many bytes of the file; a file that ends before is cut off.
fn bytes(file: &File, at: u64, length: u64) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    let end = at.saturating_add(length);
    Slice::new(file, at, end).read_to_end(&mut bytes).map_err(Unreadable::Disk)?;
    if (bytes.len() as u64) < length { Err(Unreadable::damaged()) } else { Ok(bytes) }
}

/// A stream while it is read.
#[derive(Debug)]
pub(crate) struct Stream<'a> {
    file: &'a File,
    piece: u64,
    places: Vec<u64>,
    at: u64,
    length: u64,
}

impl Stream<'_> {
    /// Goes to a place of the stream.
    pub(crate) fn go(&mut self, at: u64) {
        self.at = at;
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let within = self.at % self.piece;
        let left = self.length.saturating_sub(self.at).min(self.piece - within);
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let place = usize::try_from(self.at / self.piece).ok().and_then(|number| self.places.get(number));
        let Some(place) = place.filter(|_| most > 0) else { return Ok(0) };
        let length = Slice::new(self.file, place + within, u64::MAX).read(&mut buffer[..most])?;
        self.at += length as u64;
        Ok(length)
    }
}
