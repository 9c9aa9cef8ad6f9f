//! `--format jsonl`: one line a row. The names and their order are a format that others read.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::value::RawValue;

use super::Source;
use super::spool::SpooledRow;
use crate::model::visible::in_json;
use crate::model::{Action, Finding};

#[derive(Serialize)]
struct Line<'a> {
    source: &'a str,
    sheet: Option<&'a str>,
    row: u32,
    campaign_name: Option<&'a str>,
    action: Action,
    stream_id: Option<&'a str>,
    request: Option<&'a RawValue>,
    problems: &'a [Finding],
    warnings: &'a [Finding],
}

/// Writes a row's line.
///
/// # Errors
/// Those of the stream.
pub fn write(row: &SpooledRow, source: &Source, out: &mut impl Write) -> io::Result<()> {
    let line = Line {
        source: &source.name,
        sheet: source.sheet.as_deref(),
        row: row.row,
        campaign_name: row.campaign.as_deref(),
        action: row.action,
        stream_id: row.stream.as_deref(),
        request: row.request.as_deref(),
        problems: &row.problems,
        warnings: &row.warnings,
    };
    writeln!(out, "{}", in_json(&serde_json::to_string(&line)?))
}
