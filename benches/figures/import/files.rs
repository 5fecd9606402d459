//! Files with the rows of a reseller's list.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

const HEADINGS: [&str; 17] = [
    "Name",
    "Primary domain",
    "Registration number",
    "Notification email",
    "Approval process",
    "Approval process limit",
    "Billing start date",
    "Customer number",
    "Street address",
    "Postal code",
    "City",
    "State",
    "Country",
    "Contact name",
    "Contact phone",
    "Contact email",
    "Contact cell phone",
];

/// A row as a reseller's list has it.
fn row(n: u32) -> [String; 17] {
    let kind = ["Bäckerei", "Stadtwerke", "Kowalczyk", "Meridian", "Praxis", "Autohaus"][n as usize % 6];
    [
        format!("{kind} {n} GmbH"),
        format!("c{n}.example"),
        format!("HRB {n}"),
        format!("it@c{n}.example"),
        if n.is_multiple_of(3) { "TRUE" } else { "FALSE" }.into(),
        if n.is_multiple_of(3) { "5000.00" } else { "" }.into(),
        "01/01/2027".into(),
        format!("K-{n:07}"),
        format!("Gießereistraße {}", n % 200),
        "06667".into(),
        "Weißenfels".into(),
        "Sachsen-Anhalt".into(),
        "Germany".into(),
        format!("Katharina Vogt {}", n % 1000),
        format!("+49 3443 {:06}", 100_000 + n % 800_000),
        format!("office@c{n}.example"),
        String::new(),
    ]
}

pub(super) fn csv(path: &Path, size: u32) {
    let mut out = BufWriter::new(File::create(path).expect("a file"));
    writeln!(out, "{}", HEADINGS.join(",")).expect("written");
    for n in 0..size {
        writeln!(out, "{}", row(n).join(",")).expect("written");
    }
    out.flush().expect("written");
}

pub(super) fn xml(path: &Path, size: u32) {
    let mut out = BufWriter::new(File::create(path).expect("a file"));
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<organizations>").expect("written");
    let names: Vec<&str> = tenantry::organizations::FIELDS.iter().map(|info| info.name).collect();
    for n in 0..size {
        let cells: String = names.iter().zip(row(n)).map(|(name, cell)| format!("<{name}>{cell}</{name}>")).collect();
        writeln!(out, "<organization>{cells}</organization>").expect("written");
    }
    writeln!(out, "</organizations>").expect("written");
    out.flush().expect("written");
}

pub(super) fn xlsx(path: &Path, size: u32) {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory().expect("a worksheet");
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write(0, column, heading).expect("written");
    }
    for n in 0..size {
        for (column, cell) in (0..).zip(row(n)) {
            sheet.write(n + 1, column, cell).expect("written");
        }
    }
    workbook.save(path).expect("saved");
}
