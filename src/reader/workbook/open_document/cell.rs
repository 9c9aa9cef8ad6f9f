//! One cell of an open document: its value by its type, not as it is shown.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::super::cells;
use super::{attribute, damaged, malformed};
use crate::model::Cell;
use crate::reader::error::Unreadable;

/// More than a row may hold: what is longer is refused there.
const MOST_SPACES: usize = 2 * 1024 * 1024;

/// Reads the cell that this tag begins, to its end.
pub(super) fn read(tag: &BytesStart<'_>, events: &mut Reader<&[u8]>) -> Result<Cell, Unreadable> {
    let of = |name: &str| attribute(tag, name);
    let kind = of("office:value-type")?;
    let is_error = of("calcext:value-type")?.as_deref() == Some("error");
    let formula = of("table:formula")?;
    let is_formula = formula.is_some();
    let paragraphs = text(tag, events)?;
    // A formula that gives no text, such as `=IF(A2="";"";A2)` filled down, has a value: a blank.
    let has_value = kind.as_deref() == Some("string") || paragraphs.is_some();
    // A yes-or-no value of another format is saved as the formula that gives it, and its number.
    let value = match kind.as_deref() {
        Some("float") if formula.as_deref() == Some("of:=TRUE()") => Some(Cell::Bool(true)),
        Some("float") if formula.as_deref() == Some("of:=FALSE()") => Some(Cell::Bool(false)),
        Some("float" | "percentage" | "currency") => of("office:value")?.map(number).transpose()?,
        Some("date") => of("office:date-value")?.map(cells::iso_date),
        Some("time") => of("office:time-value")?.map(cells::iso_duration),
        Some("boolean") => of("office:boolean-value")?.map(|value| Cell::Bool(value.eq_ignore_ascii_case("true"))),
        _ => of("office:string-value")?.filter(|text| !text.is_empty()).map(Cell::Text),
    };
    let shown = paragraphs.filter(|text| !text.is_empty());
    Ok(match (shown, value) {
        (Some(shown), _) if is_error => Cell::Error(shown),
        (_, Some(value)) => value,
        (Some(shown), None) => Cell::Text(shown),
        (None, None) if is_formula && !has_value => Cell::UncomputedFormula,
        (None, None) => Cell::Empty,
    })
}

fn number(text: String) -> Result<Cell, Unreadable> {
    let number: f64 = text.trim().parse().map_err(|_| damaged("a number is no number"))?;
    Ok(if number.is_finite() { Cell::Number(number) } else { Cell::Text(text) })
}

/// The text of a cell's paragraphs, a line each, without remarks, reading aids and drawings; `None` if it has no
/// paragraph.
fn text(cell: &BytesStart<'_>, events: &mut Reader<&[u8]>) -> Result<Option<String>, Unreadable> {
    let mut text = String::new();
    let mut paragraphs = 0_u32;
    let mut depth = 0_u32;
    loop {
        match events.read_event().map_err(malformed)? {
            Event::Start(tag) => match tag.name().0 {
                "text:p" | "text:h" => {
                    if paragraphs > 0 {
                        text.push('\n');
                    }
                    paragraphs += 1;
                    depth += 1;
                }
                "text:s" => {
                    let count = attribute(&tag, "text:c")?.map_or(Ok(1), |count| count.trim().parse::<usize>());
                    let count = count.map_err(|_| damaged("a space stands no number of times"))?;
                    text.extend(std::iter::repeat_n(' ', count.min(MOST_SPACES)));
                    depth += 1;
                }
                "text:tab" => {
                    text.push('\t');
                    depth += 1;
                }
                "text:line-break" => {
                    text.push('\n');
                    depth += 1;
                }
                name if name.starts_with("text:") && !matches!(name, "text:note" | "text:ruby-text") => depth += 1,
                _ => {
                    events.read_to_end(tag.name()).map_err(malformed)?;
                }
            },
            Event::Text(part) if depth > 0 => push_words(&part.xml10_content(), &mut text),
            Event::CData(part) if depth > 0 => push_words(&part.xml10_content(), &mut text),
            Event::GeneralRef(name) if depth > 0 => match name.resolve_char_ref().map_err(malformed)? {
                Some(character) => text.push(character),
                None => text.push_str(quick_xml::escape::resolve_xml_entity(&name).unwrap_or_default()),
            },
            Event::End(tag) if tag.name() == cell.name() => return Ok((paragraphs > 0).then_some(text)),
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof => return Err(damaged("its content is cut short")),
            _ => {}
        }
    }
}

/// White space in the file is layout: any run of it is one space.
fn push_words(part: &str, text: &mut String) {
    for character in part.chars() {
        if !matches!(character, ' ' | '\t' | '\r' | '\n') {
            text.push(character);
        } else if !text.ends_with([' ', '\n']) {
            text.push(' ');
        }
    }
}
