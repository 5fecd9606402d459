//! The texts that stand apart from the cells, read as far as cells ask for them.

use std::io::BufReader;

use quick_xml::events::Event;

use super::{
    super::{
        Limits, Unreadable,
        markup::{Markup, append},
        strings::Strings,
        text::clean,
        zip::Unpacked,
    },
    book::DEEPEST,
    unescape,
};

/// The shared texts of a workbook.
pub(super) struct Shared<'a> {
    source: Option<Markup<BufReader<Unpacked<'a>>>>,
    strings: Strings,
    most: usize,
}

impl<'a> Shared<'a> {
    pub(super) fn new(part: Option<BufReader<Unpacked<'a>>>, limits: &Limits) -> Self {
        let source = part.map(|part| Markup::new(part, DEEPEST));
        Self { source, strings: Strings::new(limits), most: limits.cell }
    }

    /// Calls `with` with the text of this number.
    ///
    /// # Errors
    /// There is none, or the part is damaged.
    pub(super) fn with<T>(&mut self, number: u32, with: impl FnOnce(&str) -> T) -> Result<T, Unreadable> {
        while self.strings.count() <= number {
            let Some(text) = self.next()? else { return Err(Unreadable::damaged()) };
            self.strings.push(&clean(&unescape(&text), self.most))?;
        }
        self.strings.get(number)?.map(with).ok_or_else(Unreadable::damaged)
    }

    /// The next text of the part: all its runs, without the signs that say how it is pronounced.
    fn next(&mut self) -> Result<Option<String>, Unreadable> {
        let Some(source) = &mut self.source else { return Ok(None) };
        let (mut text, mut taking, mut spoken) = (String::new(), false, false);
        loop {
            let event = source.next().map_err(|stop| stop.workbook())?;
            match &event {
                Event::Start(element) => match element.local_name().as_ref() {
                    "t" => taking = !spoken,
                    "rPh" => spoken = true,
                    _ => {}
                },
                Event::End(element) => match element.local_name().as_ref() {
                    "t" => taking = false,
                    "rPh" => spoken = false,
                    "si" => return Ok(Some(text)),
                    _ => {}
                },
                Event::Eof => return Ok(None),
                // What is cut anyway is not gathered.
                event if taking && text.len() <= self.most * 4 => {
                    append(&mut text, event).map_err(|stop| stop.workbook())?;
                }
                _ => {}
            }
        }
    }
}
