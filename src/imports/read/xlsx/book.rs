//! What a workbook says about itself: its sheets, where their parts are, what its formats mean, from when its days count.

use std::{
    collections::{HashMap, HashSet},
    io::BufReader,
};

use quick_xml::events::{BytesStart, Event};

use super::super::{
    Unreadable,
    markup::{Markup, attribute},
    numbers::{self, Meaning},
    text::clean,
    zip::{Archive, Unpacked, key},
};

/// No workbook has more sheets, formats or relations.
const MANY: usize = 100_000;
const SHEETS: usize = 1_000;
/// No workbook has a part without cells that is larger, and Excel takes 31 characters for the name of a sheet.
const PART: u64 = 32 << 20;
const NAME: usize = 255;
/// No part of a workbook that is read here has elements deeper within each other.
pub(super) const DEEPEST: usize = 32;

/// A sheet and the part it is in.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) name: String,
    pub(super) hidden: bool,
    pub(super) part: String,
}

/// A workbook without its cells.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) sheets: Vec<Place>,
    /// What the number of a cell means, by the style of the cell.
    pub(super) meanings: Vec<Meaning>,
    pub(super) from_1904: bool,
    /// The part the texts are in that stand apart from the cells.
    pub(super) shared: Option<String>,
}

/// Where a relation leads, and of what kind it is.
struct Relation {
    kind: String,
    part: String,
}

impl Book {
    /// Reads the parts that say so.
    pub(super) fn read(archive: &Archive<'_>) -> Result<Self, Unreadable> {
        let roots = relations(archive, "")?;
        let root = roots.values().find(|relation| relation.kind == "officeDocument");
        let part = root.map_or("xl/workbook.xml", |relation| &relation.part).to_owned();
        let relations = relations(archive, &part)?;
        let (sheets, from_1904) = sheets(archive, &part, &relations)?;
        if sheets.is_empty() {
            return Err(Unreadable::file(
                "The workbook has no sheet with cells. Copy the rows into one, and upload it again",
            ));
        }
        let of = |kind: &str| relations.values().find(|relation| relation.kind == kind).map(|found| found.part.clone());
        let meanings = match of("styles") {
            Some(part) => meanings(archive, &part)?,
            None => Vec::new(),
        };
        Ok(Self { sheets, meanings, from_1904, shared: of("sharedStrings") })
    }
}

/// Calls `each` with every element of a part; nothing where there is no such part.
fn elements(
    archive: &Archive<'_>,
    part: &str,
    mut each: impl FnMut(&str, &BytesStart<'_>, bool) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    if archive.size(part) > PART {
        return Err(Unreadable::damaged());
    }
    let Some(part) = archive.part(part)? else { return Ok(()) };
    let mut markup: Markup<BufReader<Unpacked<'_>>> = Markup::new(part, DEEPEST);
    loop {
        match markup.next().map_err(|stop| stop.workbook())? {
            Event::Start(element) => each(element.local_name().as_ref(), &element, true)?,
            Event::End(element) => {
                let name = element.local_name().as_ref().to_owned();
                each(&name, &BytesStart::new(name.as_str()), false)?;
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The relations of a part, by their ids.
fn relations(archive: &Archive<'_>, part: &str) -> Result<HashMap<String, Relation>, Unreadable> {
    let (folder, name) = part.rsplit_once('/').map_or(("", part), |(folder, name)| (folder, name));
    let dash = if folder.is_empty() { "" } else { "/" };
    let mut found = HashMap::new();
    elements(archive, &format!("{folder}{dash}_rels/{name}.rels"), |tag, element, begins| {
        if tag != "Relationship" || !begins {
            return Ok(());
        }
        let (Some(id), Some(kind), Some(target)) =
            (attribute(element, "Id"), attribute(element, "Type"), attribute(element, "Target"))
        else {
            return Ok(());
        };
        let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
        found.insert(id, Relation { kind, part: resolve(folder, &target) });
        limited(found.len(), MANY)
    })?;
    Ok(found)
}

/// A target as seen from a folder.
fn resolve(folder: &str, target: &str) -> String {
    let whole = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut steps: Vec<&str> = Vec::new();
    for step in whole.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

fn limited(count: usize, most: usize) -> Result<(), Unreadable> {
    if count > most { Err(Unreadable::damaged()) } else { Ok(()) }
}

fn sheets(
    archive: &Archive<'_>,
    part: &str,
    relations: &HashMap<String, Relation>,
) -> Result<(Vec<Place>, bool), Unreadable> {
    let (mut sheets, mut from_1904) = (Vec::new(), false);
    let (mut names, mut parts) = (HashSet::new(), HashSet::new());
    elements(archive, part, |tag, element, begins| {
        if tag == "workbookPr" && begins {
            from_1904 = attribute(element, "date1904").is_some_and(|value| value == "1" || value == "true");
        }
        if tag != "sheet" || !begins {
            return Ok(());
        }
        let relation = attribute(element, "id").and_then(|id| relations.get(&id));
        // Sheets that are charts or macros have no cells.
        let relation = relation.filter(|relation| relation.kind == "worksheet");
        if let (Some(name), Some(relation)) = (attribute(element, "name"), relation) {
            limited(name.chars().count(), NAME)?;
            let hidden = attribute(element, "state").is_some_and(|state| state != "visible");
            let name = clean(&name, NAME);
            // A sheet is found by its name, and no part is read twice because two names lead to it.
            if names.insert(name.clone()) && parts.insert(key(&relation.part)) {
                sheets.push(Place { name, hidden, part: relation.part.clone() });
            }
        }
        limited(sheets.len(), SHEETS)
    })?;
    Ok((sheets, from_1904))
}

/// What each style makes of a number.
fn meanings(archive: &Archive<'_>, part: &str) -> Result<Vec<Meaning>, Unreadable> {
    let mut formats: HashMap<u16, Meaning> = HashMap::new();
    let mut styles = Vec::new();
    let mut within = false;
    elements(archive, part, |tag, element, begins| {
        let id = || attribute(element, "numFmtId").and_then(|id| id.parse::<u16>().ok()).unwrap_or_default();
        match (tag, begins) {
            ("cellXfs", begins) => within = begins,
            ("numFmt", true) => {
                let code = attribute(element, "formatCode").unwrap_or_default();
                formats.insert(id(), numbers::custom(&code));
            }
            ("xf", true) if within => styles.push(id()),
            _ => {}
        }
        limited(styles.len(), MANY)
    })?;
    let meaning = |id: &u16| formats.get(id).copied().unwrap_or_else(|| numbers::built_in(*id));
    Ok(styles.iter().map(meaning).collect())
}
