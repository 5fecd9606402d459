//! The records a workbook stream is made of, and the texts in them, which may go on in records of their own.

use std::io::{BufReader, Read};

use super::{
    super::{
        Unreadable,
        zip::{u16_at, u32_at},
    },
    compound::Stream,
};

/// The record in which another goes on.
const CONTINUE: u16 = 0x3c;

/// Reads records one after the other.
pub(super) struct Records<'a> {
    source: BufReader<Stream<'a>>,
    /// The kind of the record read last.
    pub(super) kind: u16,
    /// What it holds; what goes on in other records is read by [`Text`].
    pub(super) data: Vec<u8>,
    next: Option<u16>,
}

impl<'a> Records<'a> {
    /// Reads from a place of the stream on.
    pub(super) fn new(mut stream: Stream<'a>, at: u64) -> Self {
        stream.go(at);
        Self { source: BufReader::with_capacity(32 * 1024, stream), kind: 0, data: Vec::new(), next: None }
    }

    /// Goes on with the next record, those in which this one goes on passed over.
    ///
    /// # Errors
    /// The stream ends: there is always a last record that says so.
    pub(super) fn advance(&mut self) -> Result<(), Unreadable> {
        loop {
            self.kind = match self.next.take() {
                Some(kind) => kind,
                None => self.word()?,
            };
            self.fill()?;
            if self.kind != CONTINUE {
                return Ok(());
            }
        }
    }

    /// Takes the record in which this one goes on; false where it does not.
    fn go_on(&mut self) -> Result<bool, Unreadable> {
        if self.next.is_none() {
            self.next = Some(self.word()?);
        }
        if self.next != Some(CONTINUE) {
            return Ok(false);
        }
        self.next = None;
        self.fill()?;
        Ok(true)
    }

    fn fill(&mut self) -> Result<(), Unreadable> {
        let length = self.word()?;
        self.data.resize(usize::from(length), 0);
        self.source.read_exact(&mut self.data).map_err(Unreadable::workbook)
    }

    fn word(&mut self) -> Result<u16, Unreadable> {
        let mut word = [0; 2];
        self.source.read_exact(&mut word).map_err(Unreadable::workbook)?;
        Ok(u16::from_le_bytes(word))
    }

    /// A number at a place of the record.
    pub(super) fn u16(&self, at: usize) -> Result<u16, Unreadable> {
        u16_at(&self.data, at).ok_or_else(Unreadable::damaged)
    }

    /// A number at a place of the record.
    pub(super) fn u32(&self, at: usize) -> Result<u32, Unreadable> {
        u32_at(&self.data, at).ok_or_else(Unreadable::damaged)
    }

    /// Eight bytes at a place of the record.
    pub(super) fn eight(&self, at: usize) -> Result<[u8; 8], Unreadable> {
        let bytes = self.data.get(at..at + 8).and_then(|bytes| bytes.try_into().ok());
        bytes.ok_or_else(Unreadable::damaged)
    }
}

/// Reads texts from a record and those in which it goes on.
pub(super) struct Text<'r, 'a> {
    records: &'r mut Records<'a>,
    at: usize,
    /// A text is cut to so many characters.
    most: usize,
}

impl<'r, 'a> Text<'r, 'a> {
    /// From a place of the current record on.
    pub(super) fn new(records: &'r mut Records<'a>, at: usize, most: usize) -> Self {
        Self { records, at, most }
    }

    /// A text with its length before it in two bytes.
    pub(super) fn long(&mut self) -> Result<String, Unreadable> {
        let length = u16::from_le_bytes([self.byte()?, self.byte()?]);
        self.text(length)
    }

    /// A text with its length before it in one byte.
    pub(super) fn short(&mut self) -> Result<String, Unreadable> {
        let length = self.byte()?;
        self.text(length.into())
    }

    fn byte(&mut self) -> Result<u8, Unreadable> {
        while self.at >= self.records.data.len() {
            self.next_record()?;
        }
        self.at += 1;
        Ok(self.records.data[self.at - 1])
    }

    fn next_record(&mut self) -> Result<(), Unreadable> {
        self.at = 0;
        if self.records.go_on()? { Ok(()) } else { Err(Unreadable::damaged()) }
    }

    /// So many characters, then what formats them and how they are spoken, which is passed over.
    fn text(&mut self, length: u16) -> Result<String, Unreadable> {
        let flags = self.byte()?;
        let mut behind = 0_usize;
        if flags & 8 != 0 {
            behind += usize::from(u16::from_le_bytes([self.byte()?, self.byte()?])) * 4;
        }
        if flags & 4 != 0 {
            let spoken = u32::from_le_bytes([self.byte()?, self.byte()?, self.byte()?, self.byte()?]);
            behind = behind.saturating_add(spoken as usize);
        }
        let text = self.letters(length.into(), flags & 1 != 0)?;
        while behind > 0 {
            if self.at >= self.records.data.len() {
                self.next_record()?;
            }
            let step = behind.min(self.records.data.len() - self.at);
            (self.at, behind) = (self.at + step, behind - step);
        }
        Ok(text)
    }

    /// Where letters go on in another record, that one says anew whether they take one byte each or two.
    fn letters(&mut self, mut left: usize, mut wide: bool) -> Result<String, Unreadable> {
        let mut units: Vec<u16> = Vec::new();
        while left > 0 {
            if self.at >= self.records.data.len() {
                self.next_record()?;
                wide = self.byte()? & 1 != 0;
            }
            let rest = &self.records.data[self.at..];
            let width = if wide { 2 } else { 1 };
            let count = left.min(rest.len() / width);
            if count == 0 && !rest.is_empty() {
                return Err(Unreadable::damaged());
            }
            let letters = &rest[..count * width];
            match wide {
                true => units.extend(letters.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit))),
                false => units.extend(letters.iter().map(|letter| u16::from(*letter))),
            }
            (self.at, left) = (self.at + letters.len(), left - count);
        }
        units.truncate(self.most + 1);
        Ok(String::from_utf16_lossy(&units))
    }
}
