//! The log as CSV (RFC 4180), its cells guarded as those of every file that leaves the portal.

use time::format_description::well_known::Rfc3339;

use super::{diff::changes, model::Line};
use crate::{events::EventKind, exports::guard, types::TimeZone};

/// The names of the columns, with the end of the line.
pub const HEADER: &str = "time,actor,actor_id,action,kind,organization,organization_key,subject,subject_id,changes,channel,request_id,event_id\r\n";

/// Adds a line of the log. Times are UTC (RFC 3339).
pub fn write(text: &mut String, line: &Line) {
    let id = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let cells = [
        line.at.format(&Rfc3339).unwrap_or_default(),
        line.actor_name.clone(),
        id(line.actor_user_id),
        EventKind::from_name(&line.kind).map_or_else(|| line.kind.clone(), |kind| kind.sentence().to_owned()),
        line.kind.clone(),
        line.organization_name.clone(),
        line.organization_key.to_string(),
        line.subject_name.clone().unwrap_or_default(),
        id(line.subject_id),
        changed(line),
        line.channel.clone().unwrap_or_default(),
        id(line.request_id),
        line.id.to_string(),
    ];
    for (number, cell) in cells.iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        add_cell(text, cell);
    }
    text.push_str("\r\n");
}

/// "Name: Old -> New; Phone: -> +49 1".
fn changed(line: &Line) -> String {
    let found = changes(line.before.as_ref(), line.after.as_ref(), &TimeZone::utc());
    let words = |value: Option<String>| value.map(|text| format!(" {text}")).unwrap_or_default();
    let each =
        found.into_iter().map(|change| format!("{}:{} ->{}", change.field, words(change.before), words(change.after)));
    each.collect::<Vec<_>>().join("; ")
}

fn add_cell(text: &mut String, cell: &str) {
    let guarded = guard(cell);
    let quoted = guarded != cell || cell.contains(['"', ',', '\r', '\n', ';', '\t']) || cell != cell.trim();
    if !quoted {
        return text.push_str(cell);
    }
    text.push('"');
    text.push_str(&guarded.replace('"', "\"\""));
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::{HEADER, add_cell};

    fn cell(raw: &str) -> String {
        let mut text = String::new();
        add_cell(&mut text, raw);
        text
    }

    #[test]
    fn cells_are_quoted_as_rfc_4180_says() {
        assert_eq!(cell("Kowalczyk"), "Kowalczyk");
        assert_eq!(cell("Smith, Jones"), "\"Smith, Jones\"");
        assert_eq!(cell("the \"best\""), "\"the \"\"best\"\"\"");
        assert_eq!(cell("two\nlines"), "\"two\nlines\"");
        assert_eq!(cell(""), "");
        assert!(HEADER.ends_with("\r\n"));
    }

    #[test]
    fn no_cell_is_a_formula() {
        for raw in ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "＝1", "  =1", "'=1"] {
            assert!(cell(raw).starts_with("\"'"), "{raw}");
        }
        assert_eq!(cell("a=b"), "a=b");
    }
}
