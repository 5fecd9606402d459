//! Files with something wrong in them (QUALITY 44): 500 of them in each run, 10,000 by `script/hostile`, the same each time.
//! Nothing panics, the disk is never blamed, and neither the work nor the memory goes beyond what is stated here.

use std::{fs, io::Read, process::Command};

use super::{
    super::{meter, zip::Archive},
    bombs::{archive, book, part, widened},
    damage::{Dice, damaged},
    support::{all, file, folder, real},
};
use crate::imports::read::{Limits, Unreadable, look};

/// So many bytes may be read, unpacked and given for each byte of a file, and so many for any file: what LibreOffice packs has
/// some ten times its length, and is read to look and again to give the rows.
const WORK: u64 = 300;
const WORK_ANYWAY: u64 = 1 << 20;
/// So much may the memory of the process grow, in KiB (QUALITY 45).
const MEMORY: u64 = 64 * 1024;
/// So many seconds of the processor for a file, on average: far more than it takes, so that only a loop without end is found.
const SECONDS: usize = 1;

/// Set in the process that reads the files.
const WITHIN: &str = "TENANTRY_HOSTILE_WITHIN";

/// How many files are damaged.
fn count() -> usize {
    std::env::var("TENANTRY_HOSTILE_FILES")
        .map_or(500, |count| count.parse().expect("TENANTRY_HOSTILE_FILES is a number"))
}

/// Something to damage, and how it becomes a file afterwards.
struct Original {
    name: String,
    bytes: Vec<u8>,
    whole: Box<dyn Fn(Vec<u8>) -> Vec<u8>>,
}

impl Original {
    fn plain(name: &str, bytes: Vec<u8>) -> Self {
        Self { name: name.to_owned(), bytes, whole: Box::new(|bytes| bytes) }
    }
}

/// The corpus; of workbooks also each of their parts, because damage to a packed part only breaks the packing.
fn corpus() -> Vec<Original> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .expect("the corpus")
        .filter_map(|entry| entry.expect("an entry").file_name().into_string().ok())
        .filter(|name| [".csv", ".txt", ".xml", ".xls", ".xlsx"].iter().any(|ending| name.ends_with(ending)))
        .collect();
    names.sort();
    let mut originals = Vec::new();
    for name in names {
        let mut bytes = Vec::new();
        real(&name).read_to_end(&mut bytes).expect("read");
        if name.ends_with(".xlsx") {
            originals.extend(parts(&name));
        }
        originals.push(Original::plain(&name, bytes));
    }
    originals.extend(written());
    originals
}

/// The parts of a workbook, each with the others around it.
fn parts(name: &str) -> Vec<Original> {
    const PARTS: [&str; 7] = [
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/sharedStrings.xml",
        "xl/worksheets/sheet1.xml",
    ];
    let workbook = real(name);
    let Ok(opened) = Archive::open(&workbook, &Limits::default()) else { return Vec::new() };
    let mut found = Vec::new();
    for part in PARTS {
        let mut bytes = Vec::new();
        if let Ok(Some(mut unpacked)) = opened.part(part) {
            unpacked.read_to_end(&mut bytes).expect("unpacked");
            found.push((part, bytes));
        }
    }
    let original = |place: usize| {
        let others = found.clone();
        let whole = move |bytes: Vec<u8>| {
            let of = |at: usize| if at == place { bytes.clone() } else { others[at].1.clone() };
            archive(&(0..others.len()).map(|at| part(others[at].0, [of(at)])).collect::<Vec<_>>(), false)
        };
        let (part, bytes) = &found[place];
        Original { name: format!("{name}: {part}"), bytes: bytes.clone(), whole: Box::new(whole) }
    };
    (0..found.len()).map(original).collect()
}

/// What LibreOffice does not write.
fn written() -> Vec<Original> {
    let xml = "<?xml version=\"1.0\"?>\n<organizations>\n<organization id=\"1\"><name>A &amp; B</name>\
               <field name=\"Cost\"><![CDATA[x]]></field></organization>\n<!-- c --><organization/></organizations>";
    let sheet = "<worksheet><dimension ref=\"A1:B3\"/><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>Name</v></c>\
                 <c r=\"B1\" t=\"s\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\" t=\"d\"><v>2027-01-01T00:00</v></c>\
                 <c r=\"B2\" t=\"inlineStr\"><is><t>x</t></is></c></row></sheetData></worksheet>";
    let strings = "<sst><si><t>Name</t></si><si><r><t>Ci</t></r><rPh><t>no</t></rPh><r><t>ty</t></r></si></sst>";
    let with =
        move |sheet: Vec<u8>| book(vec![part("xl/sheet.xml", [sheet]), part("xl/strings.xml", [strings.into()])]);
    vec![
        Original::plain("xml", xml.into()),
        Original { name: "sheet".to_owned(), bytes: sheet.into(), whole: Box::new(with) },
        Original::plain("wide numbers", widened(&with(sheet.into()))),
    ]
}

/// Reads a file; says how much work that was for each byte of it.
fn survives(name: &str, bytes: &[u8]) -> u64 {
    let limits = Limits::default();
    let file = file(bytes);
    meter::taken();
    let looked = look(&file, None, &limits);
    if let Ok(look) = &looked {
        let mut names = look.how.sheet.iter().chain(&look.how.columns).chain(&look.headings);
        assert!(!names.any(|name| name.contains('\0')), "{name}: no database keeps a name in {look:?}");
    }
    let rows = looked.and_then(|look| all(&file, &look.how, &limits));
    let work = meter::taken();
    assert!(!matches!(rows, Err(Unreadable::Disk(_))), "{name}: the disk is not to blame: {rows:?}");
    if let Err(Unreadable::File(words)) = &rows {
        assert!((30..2_000).contains(&words.len()), "{name}: {words}");
    }
    assert!(work <= WORK * bytes.len() as u64 + WORK_ANYWAY, "{name}: {work} for {} bytes", bytes.len());
    work / bytes.len().max(1) as u64
}

/// The largest memory this process ever had, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("the state of the process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the peak");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// In a process of its own, so that its memory and its time are those of the readers.
#[test]
fn damaged_files_are_read_or_refused() {
    let count = count();
    if std::env::var_os(WITHIN).is_none() {
        let path = module_path!().split_once("::").map_or("", |(_, path)| path);
        let test = format!("{path}::damaged_files_are_read_or_refused");
        let ran = Command::new("sh")
            .args(["-c", &format!("ulimit -t {}; exec \"$0\" \"$@\"", 60 + count * SECONDS)])
            .arg(std::env::current_exe().expect("this program"))
            .args(["--exact", &test, "--nocapture"])
            .env(WITHIN, "1")
            .output()
            .expect("started");
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
        assert!(said.contains("1 passed"), "the test was found: {said}");
        said.lines().filter(|line| line.contains("damaged files")).for_each(|line| println!("{line}"));
        return;
    }
    let corpus = corpus();
    let (before, mut most, mut dice) = (peak(), 0, Dice(0x9e37_79b9_7f4a_7c15));
    for round in 0..count {
        let original = &corpus[round % corpus.len()];
        let bytes = (original.whole)(damaged(&original.bytes, &mut dice));
        most = most.max(survives(&format!("{} in round {round}", original.name), &bytes));
    }
    let grown = peak() - before;
    assert!(grown <= MEMORY, "the memory grew by {grown} KiB");
    println!("{count} damaged files of {} kinds: work {most} times their length, memory +{grown} KiB", corpus.len());
}

/// Each seventh byte of a workbook in which nothing is packed, so that damage reaches every record.
#[test]
fn a_workbook_whose_stream_is_stored_is_hit_in_all_its_records() {
    let mut bytes = Vec::new();
    real("customers.xls").read_to_end(&mut bytes).expect("read");
    for at in (0..bytes.len()).step_by(7) {
        let mut hit = bytes.clone();
        hit[at] ^= 0xff;
        survives(&format!("byte {at}"), &hit);
    }
}
