//! Text files: which encoding they are in, and reading them as UTF-8 with a fixed piece of memory.

use std::{
    fs::File,
    io::{self, BufRead, Read},
    os::unix::fs::FileExt,
};

use super::{Encoding, Unreadable, meter, unreadable::Fault};

/// What is read from the disk at once.
const CHUNK: usize = 64 * 1024;

/// What stands at the beginning of the file to tell its encoding, and how many bytes that takes.
pub(super) fn mark(head: &[u8]) -> Option<(Encoding, usize)> {
    match head {
        [0xef, 0xbb, 0xbf, ..] => Some((Encoding::Utf8, 3)),
        [0xff, 0xfe, ..] => Some((Encoding::Utf16Le, 2)),
        [0xfe, 0xff, ..] => Some((Encoding::Utf16Be, 2)),
        _ => None,
    }
}

/// The encoding of a file: what its mark says, UTF-8 where all of it is, else Windows-1252.
pub(super) fn encoding(file: &File) -> Result<Encoding, Unreadable> {
    let mut head = [0; 4];
    let length = Slice::all(file).read(&mut head).map_err(Unreadable::Disk)?;
    if let Some((encoding, _)) = mark(&head[..length]) {
        return Ok(encoding);
    }
    let mut text = Decoded::new(file, Encoding::Utf8).map_err(Unreadable::Disk)?;
    loop {
        match text.fill_buf() {
            Ok([]) => return Ok(Encoding::Utf8),
            Ok(found) => {
                let length = found.len();
                text.consume(length);
            }
            Err(error) if Fault::of(&error).is_some() => return Ok(Encoding::Windows1252),
            Err(error) => return Err(Unreadable::Disk(error)),
        }
    }
}

/// A part of a file, read without moving the file's own place, so that several can be read at once.
#[derive(Debug)]
pub(super) struct Slice<'a> {
    file: &'a File,
    at: u64,
    end: u64,
}

impl<'a> Slice<'a> {
    pub(super) fn new(file: &'a File, at: u64, end: u64) -> Self {
        Self { file, at, end }
    }

    pub(super) fn all(file: &'a File) -> Self {
        Self::new(file, 0, u64::MAX)
    }
}

impl Read for Slice<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let most = left.min(buffer.len());
        // The system refuses places no file can have; a file that names one simply has nothing there.
        if i64::try_from(self.at).is_err() {
            return Ok(0);
        }
        let length = self.file.read_at(&mut buffer[..most], self.at)?;
        self.at += length as u64;
        meter::add(1 + length);
        Ok(length)
    }
}

/// A file's text in UTF-8, without its mark. Stops with [`Fault::Encoding`] at bytes that are none in the encoding.
pub(super) struct Decoded<'a> {
    source: Slice<'a>,
    decoder: encoding_rs::Decoder,
    raw: Box<[u8]>,
    raw_at: usize,
    raw_end: usize,
    ended: bool,
    broken: bool,
    text: Box<[u8]>,
    text_at: usize,
    text_end: usize,
}

impl<'a> Decoded<'a> {
    pub(super) fn new(file: &'a File, encoding: Encoding) -> io::Result<Self> {
        let mut head = [0; 4];
        let length = Slice::all(file).read(&mut head)?;
        let skipped = mark(&head[..length]).filter(|(found, _)| *found == encoding).map_or(0, |(_, bytes)| bytes);
        Ok(Self {
            source: Slice::new(file, skipped as u64, u64::MAX),
            decoder: encoding.codec().new_decoder_without_bom_handling(),
            raw: vec![0; CHUNK].into(),
            raw_at: 0,
            raw_end: 0,
            ended: false,
            broken: false,
            text: vec![0; CHUNK + 64].into(),
            text_at: 0,
            text_end: 0,
        })
    }

    /// Fills `text` anew; leaves it empty at the end of the file.
    fn decode(&mut self) -> io::Result<()> {
        (self.text_at, self.text_end) = (0, 0);
        let mut finished = false;
        while self.text_end == 0 && !finished {
            if self.broken {
                return Err(Fault::Encoding.error());
            }
            if self.raw_at == self.raw_end && !self.ended {
                (self.raw_at, self.raw_end) = (0, self.source.read(&mut self.raw)?);
                self.ended = self.raw_end == 0;
            }
            let raw = &self.raw[self.raw_at..self.raw_end];
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(raw, &mut self.text, self.ended);
            self.raw_at += read;
            self.text_end = written;
            match result {
                // What stands before it is given first, so that whoever reads knows the row.
                encoding_rs::DecoderResult::Malformed(..) => self.broken = true,
                encoding_rs::DecoderResult::InputEmpty => finished = self.ended,
                encoding_rs::DecoderResult::OutputFull => {}
            }
        }
        // A decoder must not be asked again once it has seen the end.
        self.finish(finished);
        Ok(())
    }

    fn finish(&mut self, finished: bool) {
        if finished {
            self.decoder = encoding_rs::UTF_8.new_decoder_without_bom_handling();
        }
    }
}

impl BufRead for Decoded<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.text_at == self.text_end {
            self.decode()?;
        }
        Ok(&self.text[self.text_at..self.text_end])
    }

    fn consume(&mut self, amount: usize) {
        self.text_at = (self.text_at + amount).min(self.text_end);
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        copy_from(self, buffer)
    }
}

/// Lets a parser take no more than so many bytes for one piece: parsers keep a piece whole, however long it is (T-42).
pub(super) struct Pieces<R> {
    source: R,
    most: usize,
    taken: usize,
}

impl<R> Pieces<R> {
    pub(super) fn new(source: R, most: usize) -> Self {
        Self { source, most, taken: 0 }
    }

    /// The next piece begins.
    pub(super) fn begin(&mut self) {
        self.taken = 0;
    }

    pub(super) fn source(&mut self) -> &mut R {
        &mut self.source
    }
}

impl<R: BufRead> BufRead for Pieces<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken > self.most { Err(Fault::Long.error()) } else { self.source.fill_buf() }
    }

    fn consume(&mut self, amount: usize) {
        self.taken += amount;
        self.source.consume(amount);
    }
}

impl<R: BufRead> Read for Pieces<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        copy_from(self, buffer)
    }
}

fn copy_from(source: &mut impl BufRead, buffer: &mut [u8]) -> io::Result<usize> {
    let found = source.fill_buf()?;
    let length = found.len().min(buffer.len());
    buffer[..length].copy_from_slice(&found[..length]);
    source.consume(length);
    Ok(length)
}

/// A cell's text without control characters, line ends as `\n`, and no longer than one character above `most`.
pub(super) fn clean(text: &str, most: usize) -> String {
    let dirty = text.bytes().any(|byte| byte < 0x20 || byte == 0x7f || byte == 0xc2 || byte == 0xef);
    if !dirty && text.len() <= most {
        return text.to_owned();
    }
    let kept = |c: &char| matches!(c, '\n' | '\t') || !(c.is_control() || *c == '\u{feff}');
    let text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() };
    text.chars().filter(kept).take(most + 1).collect()
}
