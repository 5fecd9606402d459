//! JSON: an array of objects with the names programs use; days after ISO 8601, instants after RFC 3339, numbers as numbers.

use serde_json::{Value, json};

use super::columns::{Cell, Column, Record};
use crate::types::iso_date;

/// One organization, with what stands between it and the one before.
pub(super) fn line(out: &mut Vec<u8>, columns: &[Column], record: &Record, first: bool) {
    out.extend_from_slice(if first { b"\n{" } else { b",\n{" });
    let (own, custom): (Vec<_>, Vec<_>) = columns.iter().partition(|column| !column.is_custom());
    members(out, &own, record);
    if !custom.is_empty() {
        out.extend_from_slice(b",\"custom\":{");
        members(out, &custom, record);
        out.push(b'}');
    }
    out.push(b'}');
}

fn members(out: &mut Vec<u8>, columns: &[&Column], record: &Record) {
    for (number, column) in columns.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        put(out, &json!(column.name));
        out.push(b':');
        match column.cell(record) {
            Cell::Empty => out.extend_from_slice(b"null"),
            Cell::Text(value) => put(out, &json!(value)),
            Cell::List(values) => put(out, &json!(values)),
            Cell::Number(value) => out.extend_from_slice(value.as_bytes()),
            Cell::Date(date) => put(out, &json!(iso_date(date))),
            Cell::YesNo(value) => put(out, &json!(value)),
        }
    }
}

/// What cannot be written into memory does not exist; a value that is no JSON neither.
fn put(out: &mut Vec<u8>, value: &Value) {
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.extend_from_slice(b"null");
    }
}
