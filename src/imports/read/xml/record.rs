//! The records of a list in XML, one after the other.

use std::fs::File;

use quick_xml::events::{BytesStart, Event};

use super::{
    super::{
        Encoding, Limits, Unreadable,
        limits::RECORD,
        markup::{Markup, append, attribute, attributes, value},
        text::{Decoded, clean},
    },
    DEEPEST,
    columns::Columns,
    known_root, words,
};

/// No column has a longer name, in bytes. Names within names could otherwise grow to any length in a short file.
const NAME: usize = 1_000;

/// So much of the name of the root is said when something is wrong.
const SHOWN: usize = 40;

/// An element within a record while it is read.
struct Open {
    /// How long the path was without it.
    path: usize,
    text: String,
    has_children: bool,
}

/// Reads one record after the other.
pub(super) struct Scan<'a> {
    markup: Markup<Decoded<'a>>,
    pub(super) state: State<'a>,
}

/// What was read of a record.
pub(super) struct State<'a> {
    limits: &'a Limits,
    columns: &'a mut Columns,
    pub(super) root: String,
    /// Which record it is, counted from 1.
    pub(super) number: u32,
    pub(super) cells: Vec<String>,
    bytes: usize,
    path: String,
    open: Vec<Open>,
    ended: bool,
}

impl<'a> Scan<'a> {
    /// Begins at the first.
    pub(super) fn new(
        file: &'a File,
        encoding: Encoding,
        limits: &'a Limits,
        columns: &'a mut Columns,
    ) -> Result<Self, Unreadable> {
        let text = Decoded::new(file, encoding).map_err(Unreadable::Disk)?;
        let state = State {
            limits,
            columns,
            root: String::new(),
            number: 0,
            cells: Vec::new(),
            bytes: 0,
            path: String::new(),
            open: Vec::new(),
            ended: false,
        };
        Ok(Self { markup: Markup::new(text, DEEPEST), state })
    }

    /// Reads the next record into `cells`; false where there is no more.
    pub(super) fn record(&mut self) -> Result<bool, Unreadable> {
        let state = &mut self.state;
        state.cells.clear();
        state.bytes = 0;
        loop {
            let event = self.markup.next().map_err(|stop| words(stop, state.number))?;
            match event {
                Event::Start(element) => state.begin(&element)?,
                Event::End(_) if state.open.is_empty() => state.ended = true,
                Event::End(_) => {
                    state.end()?;
                    if state.open.is_empty() {
                        return Ok(true);
                    }
                }
                Event::Eof if state.ended => return Ok(false),
                Event::Eof => return Err(state.cut_off()),
                event => state.text(&event)?,
            }
        }
    }
}

impl State<'_> {
    fn begin(&mut self, element: &BytesStart<'_>) -> Result<(), Unreadable> {
        let local = element.local_name();
        if self.root.is_empty() {
            self.root = local.as_ref().chars().take(SHOWN).collect();
            return known_root(element);
        }
        if self.ended {
            return Err(Unreadable::file("The XML has a second root. Put all records beneath one"));
        }
        let path = self.path.len();
        let own = if local.as_ref() == "field" { attribute(element, "name") } else { None };
        let own = own.map(|name| clean(&name, NAME));
        if let Some(parent) = self.open.last_mut() {
            parent.has_children = true;
            if !self.path.is_empty() {
                self.path.push('/');
            }
            self.path.push_str(own.as_deref().unwrap_or(local.as_ref()));
            self.columns.has_fields = true;
        } else {
            self.number += 1;
        }
        within_name(&self.path, self.number)?;
        self.open.push(Open { path, text: String::new(), has_children: false });
        self.attributes(element, own.is_some())
    }

    /// An attribute is a value named by where it stands; names of schemas are none.
    fn attributes(&mut self, element: &BytesStart<'_>, named: bool) -> Result<(), Unreadable> {
        for found in attributes(element) {
            let key = found.key.as_ref();
            let is_schema = key.starts_with("xmlns") || key.starts_with("xsi:") || key.starts_with("xml:");
            if is_schema || (named && key == "name") {
                continue;
            }
            let local = found.key.local_name();
            let name = match self.path.is_empty() {
                true => local.as_ref().to_owned(),
                false => format!("{}/{}", self.path, local.as_ref()),
            };
            self.columns.has_fields = true;
            within_name(&name, self.number)?;
            self.put(&name, &value(&found))?;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Unreadable> {
        let Some(element) = self.open.pop() else { return Ok(()) };
        let name = std::mem::take(&mut self.path);
        // Between the elements of a record stand only line ends.
        let is_frame = element.has_children || self.open.is_empty();
        if !is_frame {
            self.put(&name, &element.text)?;
        } else if !element.text.trim().is_empty() {
            self.put(if name.is_empty() { "text" } else { &name }, element.text.trim())?;
        }
        self.path = name;
        self.path.truncate(element.path);
        Ok(())
    }

    fn text(&mut self, event: &Event<'_>) -> Result<(), Unreadable> {
        // What is cut anyway is not gathered.
        let most = self.limits.cell * 4;
        if let Some(element) = self.open.last_mut().filter(|element| element.text.len() <= most) {
            append(&mut element.text, event).map_err(|stop| words(stop, self.number))?;
        }
        Ok(())
    }

    fn put(&mut self, name: &str, value: &str) -> Result<(), Unreadable> {
        let Some(place) = self.columns.place(name, self.limits)? else { return Ok(()) };
        if self.cells.len() <= place {
            self.cells.resize(place + 1, String::new());
        }
        let cell = &mut self.cells[place];
        if !cell.is_empty() && !value.is_empty() {
            cell.push_str("; ");
        }
        cell.push_str(value);
        self.bytes += value.len() + 2;
        if self.bytes <= RECORD {
            return Ok(());
        }
        Err(Unreadable::file(format!(
            "Record {} is far longer than one can be. Check that each record stands in an element of its own directly \
             beneath the root",
            self.number
        )))
    }

    fn cut_off(&self) -> Unreadable {
        match self.root.as_str() {
            "" => Unreadable::file("The XML holds no element. Upload a list; the template shows what it looks like"),
            root => Unreadable::file(format!(
                "The XML is cut off in record {}: <{root}> is never closed. Upload the whole file",
                self.number
            )),
        }
    }
}

/// A name is the heading of a column, which the database keeps.
fn within_name(name: &str, record: u32) -> Result<(), Unreadable> {
    let what = match () {
        () if name.len() > NAME => "is far longer than one can be",
        () if name.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')) => {
            "has a control character in it, which no name can have"
        }
        () => return Ok(()),
    };
    Err(Unreadable::file(format!("Record {record}: the name of a value {what}. Check the file there")))
}
