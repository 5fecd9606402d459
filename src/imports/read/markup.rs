//! XML piece by piece, for lists in XML and for the parts of a workbook. Depth and the length of a piece are bounded, and
//! entities of the file's own are refused, not expanded (T-42, T-43, QUALITY 45).

use std::io::{self, BufRead};

use quick_xml::{
    Error, Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesRef, BytesStart, Event, attributes::Attribute},
};

use super::{Unreadable, limits::PIECE, text::Pieces, unreadable::Fault};

/// Why reading stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// A layer beneath.
    Source(io::Error),
    /// Elements within elements without end.
    Deep,
    /// The file defines entities.
    Entities,
    /// It names an entity XML does not know.
    Unknown(String),
    /// It is no XML; the words are the parser's.
    IllFormed(String),
}

impl Stop {
    /// In words, where the XML is inside a workbook.
    pub(super) fn workbook(self) -> Unreadable {
        match self {
            Self::Source(error) => Unreadable::workbook(error),
            _ => Unreadable::damaged(),
        }
    }
}

/// A reader of XML.
pub(super) struct Markup<R> {
    reader: Reader<Pieces<R>>,
    buffer: Vec<u8>,
    depth: usize,
    deepest: usize,
}

impl<R: BufRead> Markup<R> {
    /// `deepest` elements may stand within each other.
    pub(super) fn new(source: R, deepest: usize) -> Self {
        let mut reader = Reader::from_reader(Pieces::new(source, PIECE));
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), depth: 0, deepest }
    }

    /// The next piece. An empty element comes as its beginning and its end.
    pub(super) fn next(&mut self) -> Result<Event<'_>, Stop> {
        self.buffer.clear();
        self.reader.get_mut().begin();
        let event = self.reader.read_event_into(&mut self.buffer).map_err(stop)?;
        match &event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::DocType(text) if text.contains("<!ENTITY") || text.contains('[') => return Err(Stop::Entities),
            _ => {}
        }
        if self.depth > self.deepest { Err(Stop::Deep) } else { Ok(event) }
    }

    /// What the pieces come from.
    pub(super) fn source(&mut self) -> &mut R {
        self.reader.get_mut().source()
    }
}

fn stop(error: Error) -> Stop {
    match error {
        Error::Io(inner) => Stop::Source(match Fault::of(&inner) {
            Some(fault) => fault.error(),
            None => io::Error::new(inner.kind(), inner.to_string()),
        }),
        other => Stop::IllFormed(other.to_string()),
    }
}

/// The attributes of an element; what is no attribute ends them.
pub(super) fn attributes<'a>(element: &'a BytesStart<'_>) -> impl Iterator<Item = Attribute<'a>> {
    let mut attributes = element.attributes();
    // Whether one comes twice is not checked: it takes time and says nothing.
    attributes.with_checks(false);
    attributes.map_while(Result::ok)
}

/// The value of an attribute, its references resolved.
pub(super) fn value(attribute: &Attribute<'_>) -> String {
    attribute.normalized_value(XmlVersion::Implicit1_0).unwrap_or_default().into_owned()
}

/// An attribute by its local name.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    attributes(element).find(|found| found.key.local_name().as_ref() == name).map(|found| value(&found))
}

/// Adds what a piece of text says, where it is one; says whether it is.
pub(super) fn append(text: &mut String, event: &Event<'_>) -> Result<bool, Stop> {
    match event {
        Event::Text(piece) => text.push_str(&piece.xml10_content()),
        Event::CData(piece) => text.push_str(&piece.xml10_content()),
        Event::GeneralRef(name) => append_reference(text, name)?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn append_reference(text: &mut String, name: &BytesRef<'_>) -> Result<(), Stop> {
    match name.resolve_char_ref() {
        Ok(Some(letter)) => text.push(letter),
        // A character that does not exist stands for nothing.
        Err(_) => {}
        Ok(None) => match resolve_predefined_entity(name) {
            Some(known) => text.push_str(known),
            None => return Err(Stop::Unknown(name.chars().take(40).collect())),
        },
    }
    Ok(())
}
