//! The texts a workbook keeps apart from its cells. A million rows have some hundred megabytes of them, so they go into a
//! temporary file, from which the blocks in use are kept at hand.

use std::io::{BufWriter, Read, Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;

use super::{Limits, Unreadable, limits::in_words, meter};

/// So many texts are fetched at once.
const BLOCK: u32 = 64;
/// So many blocks are kept, as long as they have no more than so many bytes.
const KEPT: usize = 1024;
const KEPT_BYTES: usize = 8 << 20;
/// Cells may ask for texts in any order. No honest order fetches each block more often than this, by the bytes; of a small
/// table all that is asked for may lie in a few blocks, and of a large one most cells ask for what was just read.
const AGAIN: u64 = 64;
const AGAIN_LEAST: u64 = 1 << 30;
const AGAIN_MOST: u64 = 8 << 30;
/// A table of less than this never becomes a file.
const SMALL: usize = 1 << 20;

/// Texts by their number.
pub(super) struct Strings {
    file: BufWriter<SpooledTempFile>,
    limit: u64,
    bytes: u64,
    count: u32,
    /// Where each block begins.
    starts: Vec<u64>,
    kept: Vec<Option<(usize, Vec<String>)>>,
    kept_bytes: usize,
    fetched: u64,
}

impl Strings {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            file: BufWriter::new(SpooledTempFile::new(SMALL)),
            limit: limits.strings,
            bytes: 0,
            count: 0,
            starts: Vec::new(),
            kept: Vec::new(),
            kept_bytes: 0,
            fetched: 0,
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Adds a text.
    ///
    /// # Errors
    /// More than the limit; the disk's.
    pub(super) fn push(&mut self, text: &str) -> Result<(), Unreadable> {
        self.at_hand(text);
        self.file.write_all(&(text.len() as u32).to_le_bytes()).map_err(Unreadable::Disk)?;
        self.file.write_all(text.as_bytes()).map_err(Unreadable::Disk)?;
        self.bytes += 4 + text.len() as u64;
        self.count += 1;
        if self.bytes > self.limit {
            return Err(Unreadable::file(format!(
                "The workbook holds more than {} MB of text. Divide it into several files, or save it as CSV",
                in_words(self.limit >> 20)
            )));
        }
        Ok(())
    }

    /// The text with this number.
    ///
    /// # Errors
    /// Texts in an order made to be slow; the disk's.
    pub(super) fn get(&mut self, number: u32) -> Result<Option<&str>, Unreadable> {
        if number >= self.count {
            return Ok(None);
        }
        let (block, place) = ((number / BLOCK) as usize, (number % BLOCK) as usize);
        if self.kept[block % KEPT].as_ref().is_none_or(|(at, _)| *at != block) {
            if self.fetched > self.bytes.saturating_mul(AGAIN).clamp(AGAIN_LEAST, AGAIN_MOST) {
                return Err(Unreadable::file(
                    "The workbook keeps its texts in an order that takes far too long to read. Save it as CSV, and upload \
                     that",
                ));
            }
            let texts = self.fetch(block).map_err(Unreadable::Disk)?;
            self.keep(block, texts);
        }
        let kept = self.kept[block % KEPT].as_ref();
        Ok(kept.and_then(|(_, texts)| texts.get(place)).map(String::as_str))
    }

    /// Cells ask for what was just read, so the block that grows is kept.
    fn at_hand(&mut self, text: &str) {
        let block = (self.count / BLOCK) as usize;
        if self.kept.is_empty() {
            self.kept.resize_with(KEPT, || None);
        }
        if self.count.is_multiple_of(BLOCK) {
            self.starts.push(self.bytes);
            self.keep(block, vec![text.to_owned()]);
        } else if let Some((at, texts)) = &mut self.kept[block % KEPT]
            && *at == block
        {
            texts.push(text.to_owned());
            self.kept_bytes += text.len();
        }
    }

    fn keep(&mut self, block: usize, texts: Vec<String>) {
        let bytes: usize = texts.iter().map(String::len).sum();
        self.kept_bytes += bytes;
        if self.kept_bytes > KEPT_BYTES {
            self.kept.iter_mut().for_each(|kept| *kept = None);
            self.kept_bytes = bytes;
        }
        self.kept[block % KEPT] = Some((block, texts));
    }

    fn fetch(&mut self, block: usize) -> std::io::Result<Vec<String>> {
        let start = self.starts.get(block).copied().unwrap_or(self.bytes);
        let end = self.starts.get(block + 1).copied().unwrap_or(self.bytes);
        self.file.flush()?;
        let file = self.file.get_mut();
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.take(end - start).read_to_end(&mut bytes)?;
        meter::add(bytes.len());
        self.fetched += bytes.len() as u64;
        file.seek(SeekFrom::End(0))?;
        let mut texts = Vec::with_capacity(BLOCK as usize);
        let mut rest = &bytes[..];
        while let Some((length, behind)) = rest.split_first_chunk::<4>() {
            let (text, behind) = behind.split_at_checked(u32::from_le_bytes(*length) as usize).unwrap_or_default();
            texts.push(String::from_utf8_lossy(text).into_owned());
            rest = behind;
        }
        Ok(texts)
    }
}
