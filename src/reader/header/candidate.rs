//! What the cells of one row would mean if it were the header.

use crate::model::cell::is_blank_character;
use crate::model::{Cell, Field, ResultColumn};
use crate::reader::columns::RawRow;
use crate::reader::front::ReadOptions;
use crate::reader::synonyms::{self, Meaning, bare};

/// The longest cell that can be a header, in bytes.
const LONGEST_HEADER: usize = 500;

/// A row that may be the header.
#[derive(Debug)]
pub(super) struct Candidate {
    /// As the user's program shows it.
    pub(super) row: u32,
    /// Up to the last that isn't blank.
    pub(super) headers: Vec<Header>,
}

/// One cell of it.
#[derive(Debug)]
pub(super) struct Header {
    /// As the file has it.
    pub(super) raw: String,
    /// In one line, without the spaces around it.
    pub(super) text: String,
    pub(super) meaning: Option<Meaning>,
    pub(super) mapped: Vec<Field>,
    pub(super) result: Option<ResultColumn>,
}

impl Header {
    fn of(cell: &Cell) -> Self {
        let raw = cell.display();
        // A line break in a header is layout, and nobody could type it behind --map.
        let text = raw.trim_matches(is_blank_character).split_whitespace().collect::<Vec<_>>().join(" ");
        let result = ResultColumn::ALL.into_iter().find(|column| column.as_str().eq_ignore_ascii_case(&text));
        let meaning = if text.len() > LONGEST_HEADER || result.is_some() { None } else { synonyms::meaning(&text) };
        Self { raw, text, meaning, mapped: Vec::new(), result }
    }

    pub(super) fn means(&self, field: Field) -> bool {
        if self.mapped.is_empty() {
            self.meaning.is_some_and(|meaning| meaning.field == field)
        } else {
            self.mapped.contains(&field)
        }
    }

    /// True if it has words that the reader can make nothing of.
    pub(super) fn is_unknown(&self) -> bool {
        self.meaning.is_none() && self.mapped.is_empty() && self.result.is_none() && !self.text.is_empty()
    }
}

impl Candidate {
    /// What the cells of a row would mean.
    pub(super) fn of(row: &RawRow, options: &ReadOptions) -> Self {
        let mut headers: Vec<Header> = row.cells.iter().map(Header::of).collect();
        let kept = headers.iter().rposition(|header| !header.text.is_empty()).map_or(0, |last| last + 1);
        headers.truncate(kept);
        for (field, column) in &options.map {
            let exact = headers.iter().any(|header| header.text == column.trim());
            for header in &mut headers {
                let matches = if exact {
                    header.text == column.trim()
                } else {
                    !header.text.is_empty() && bare(&header.text) == bare(column)
                };
                if matches && header.result.is_none() {
                    header.mapped.push(*field);
                }
            }
        }
        Self { row: row.number, headers }
    }

    /// True if one of its columns means the field.
    pub(super) fn has(&self, field: Field) -> bool {
        self.headers.iter().any(|header| header.means(field))
    }

    /// How many fields it names.
    pub(super) fn score(&self) -> usize {
        Field::ALL.into_iter().filter(|field| self.has(*field)).count()
    }

    /// How many of its cells aren't blank.
    pub(super) fn filled(&self) -> usize {
        self.headers.iter().filter(|header| !header.text.is_empty()).count()
    }

    /// The required fields that it lacks; a part of a split date counts as the date.
    pub(super) fn missing(&self) -> Vec<Field> {
        let has_any = |fields: &[Field]| fields.iter().any(|field| self.has(*field));
        let mut missing = Vec::new();
        if !self.has(Field::CampaignName) {
            missing.push(Field::CampaignName);
        }
        if !self.has(Field::Action) {
            let groups: [&[Field]; 3] = [
                &[Field::Start, Field::StartDate, Field::StartTime],
                &[Field::End, Field::EndDate, Field::EndTime],
                &[Field::Interval],
            ];
            missing.extend(groups.into_iter().filter(|group| !has_any(group)).map(|group| group[0]));
        }
        missing
    }

    /// True if it lacks nothing.
    pub(super) fn is_complete(&self) -> bool {
        self.missing().is_empty()
    }
}
