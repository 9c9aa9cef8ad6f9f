//! One cell at its place, and the findings that are made about it.
//!
//! What goes for a cell whatever its column means (error values, formulas without a value, cells
//! that are too long) is settled here, so that no column can forget it.

use chrono::NaiveDateTime;

use crate::model::cell::{MOST_UNITS, is_blank_character, is_direction_mark, unguarded, units_beyond_limit};
use crate::model::finding::in_column_order;
use crate::model::{Cell, CellName, Code, Field, Finding};

/// How much of a value a message repeats.
const QUOTED_CHARACTERS: usize = 60;

/// The findings about one row, as they are made.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) problems: Vec<Finding>,
    pub(super) untimely: Vec<Finding>,
    pub(super) warnings: Vec<Finding>,
}

impl Notes {
    /// Puts all findings into the order of the sheet's columns; those without a cell come last.
    pub(super) fn sort(&mut self) {
        for findings in [&mut self.problems, &mut self.untimely, &mut self.warnings] {
            if findings.len() > 1 {
                in_column_order(findings);
            }
        }
    }
}

/// A field's cell in one row; a field without a column has no name and an empty cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'a> {
    pub(super) field: Field,
    pub(super) name: Option<CellName>,
    pub(super) cell: &'a Cell,
}

/// What a cell holds once the rules of all columns are settled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Content<'a> {
    /// Nothing, or only spaces.
    Blank,
    /// Something that no column can use; the problem is noted.
    Faulty,
    /// Text without the blank characters around it.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// TRUE or FALSE.
    Bool(bool),
    /// A date cell.
    Date(NaiveDateTime),
    /// A time cell, as a fraction of a day.
    Time(f64),
}

impl<'a> Spot<'a> {
    /// What the cell holds; notes what is wrong with any cell.
    #[inline]
    pub(super) fn content(&self, notes: &mut Notes) -> Content<'a> {
        // Most columns that a row may have are missing, which costs nothing where this is inlined.
        if matches!(self.cell, Cell::Empty) { Content::Blank } else { self.filled(notes) }
    }

    fn filled(&self, notes: &mut Notes) -> Content<'a> {
        match self.cell {
            Cell::Empty => Content::Blank,
            Cell::Text(text) if let Some(units) = units_beyond_limit(text) => {
                notes.problems.push(self.too_long(units));
                Content::Faulty
            }
            Cell::Text(text) => match unguarded(trim(text)) {
                "" => Content::Blank,
                text if is_error_value(text) => {
                    notes.problems.push(self.error_value());
                    Content::Faulty
                }
                text => Content::Text(text),
            },
            Cell::Number(number) => Content::Number(*number),
            Cell::Bool(value) => Content::Bool(*value),
            Cell::Date(date) => Content::Date(*date),
            Cell::Time(fraction) => Content::Time(*fraction),
            Cell::Error(_) => {
                notes.problems.push(self.error_value());
                Content::Faulty
            }
            Cell::UncomputedFormula => {
                notes.problems.push(self.finding(
                    Code::FormulaWithoutValue,
                    "the cell is a formula and the file doesn't hold its result".to_owned(),
                    "open the file in the spreadsheet program, let it calculate, and save it again (as .xlsx, if it is .xls)".to_owned(),
                ));
                Content::Faulty
            }
        }
    }

    /// A finding about this cell.
    pub(super) fn finding(&self, code: Code, message: String, hint: String) -> Finding {
        let value = self.shown();
        Finding { cell: self.name, field: Some(self.field), code, value, message, hint }
    }

    /// A problem: the cell of a required field is blank, or there is no such column.
    pub(super) fn missing(&self, hint: &str) -> Finding {
        let message = match self.name {
            Some(_) => format!("the {} is missing", in_words(self.field)),
            None => format!("the {} is missing, and the sheet has no column for it", in_words(self.field)),
        };
        self.finding(Code::Missing, message, hint.to_owned())
    }

    /// A problem: the cell holds something of a kind that the column can't use.
    pub(super) fn wrong_type(&self, kind: &str, hint: &str) -> Finding {
        let message = format!("{} is {kind}, where the {} belongs", self.quoted(), in_words(self.field));
        self.finding(Code::WrongType, message, hint.to_owned())
    }

    /// A problem: the cell says what others say too.
    pub(super) fn said_twice(&self, other: Field) -> Finding {
        let message = format!("the {} is given twice, here as {}", in_words(self.field), self.quoted());
        self.finding(Code::Contradiction, message, format!("empty this cell or that of {other}"))
    }

    /// The cell's value for a message: in quotes, cut short, nothing invisible in it.
    pub(super) fn quoted(&self) -> String {
        quote(&self.cell.display())
    }

    /// The cell's value with what it is, such as `the start "tomorrow"`.
    pub(super) fn named(&self) -> String {
        format!("the {} {}", in_words(self.field), self.quoted())
    }

    fn shown(&self) -> Option<String> {
        if self.cell.is_blank() || *self.cell == Cell::UncomputedFormula {
            return None;
        }
        let shown = self.cell.display();
        match units_beyond_limit(&shown) {
            Some(_) => Some(cut(&shown, QUOTED_CHARACTERS)),
            None => Some(shown),
        }
    }

    fn too_long(&self, characters: usize) -> Finding {
        let message =
            format!("the cell holds {characters} characters, and a spreadsheet cell takes {MOST_UNITS} at most");
        self.finding(Code::CellTooLong, message, "shorten it; a quote that isn't closed can also cause this".to_owned())
    }

    fn error_value(&self) -> Finding {
        let message = format!("{} is an error of the spreadsheet, not a value", self.quoted());
        self.finding(Code::ErrorValue, message, "mend the cell's formula, or type the value instead".to_owned())
    }
}

/// A text in quotes for a message: cut short, with control and invisible characters made visible.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len().min(4 * QUOTED_CHARACTERS) + 2);
    quoted.push('"');
    for character in cut(text, QUOTED_CHARACTERS).chars() {
        if character.is_control() || is_invisible(character) {
            quoted.extend(character.escape_unicode());
        } else {
            quoted.push(character);
        }
    }
    quoted.push('"');
    quoted
}

/// The text without the spaces of any kind around it.
pub(super) fn trim(text: &str) -> &str {
    let plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    // Most cells have nothing to take off, which two bytes show.
    if plain(text.as_bytes().first()) && plain(text.as_bytes().last()) {
        return text;
    }
    text.trim_matches(is_blank_character)
}

/// Zero-width and bidirectional characters, soft hyphens, fillers: what nobody sees in a sheet. Those that
/// belong to the picture before them (variation selectors, the tags of flags) are none.
pub(super) fn is_invisible(character: char) -> bool {
    crate::model::cell::is_zero_width(character)
        || is_direction_mark(character)
        || matches!(character, '\u{ad}' | '\u{2061}'..='\u{2064}' | '\u{206a}'..='\u{206f}' | '\u{34f}' | '\u{180e}')
        || matches!(character, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{e0001}')
}

fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What spreadsheets show for a failed formula, as it comes out in text files.
fn is_error_value(text: &str) -> bool {
    const WORDS: [&str; 28] = [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#ERROR!",
        "#GETTING_DATA",
        "#DATA!",
        "#BUSY!",
        "#BLOCKED!",
        "#CONNECT!",
        "#EXTERNAL!",
        "#PYTHON!",
        "#UNKNOWN!",
        // The same in German and French.
        "#NV",
        "#WERT!",
        "#BEZUG!",
        "#ZAHL!",
        "#ÜBERLAUF!",
        "#KALK!",
        "#VALEUR!",
        "#NOM?",
        "#NOMBRE!",
    ];
    let is_numbered =
        |number: &str| (3..=4).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    match text.as_bytes().first() {
        Some(b'#') => WORDS.contains(&text),
        // What office programs show that have more errors than words, such as `Err:508`.
        Some(b'E') => text.strip_prefix("Err:").is_some_and(is_numbered),
        _ => false,
    }
}

/// A field as it is called within a sentence.
pub(super) fn in_words(field: Field) -> &'static str {
    match field {
        Field::CampaignName => "campaign's name",
        Field::Start => "start",
        Field::StartDate => "date of the start",
        Field::StartTime => "time of the start",
        Field::End => "end",
        Field::EndDate => "date of the end",
        Field::EndTime => "time of the end",
        Field::Interval => "interval",
        Field::Recurrence => "recurrence",
        Field::Days => "days of the week",
        Field::Action => "action",
        Field::Timezone => "time zone",
        Field::StreamId => "stream id",
    }
}
