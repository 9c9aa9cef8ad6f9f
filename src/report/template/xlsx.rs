//! The template as a workbook.

use std::io::{Seek, Write};

use chrono::NaiveDate;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Format, FormatAlign, FormatBorder,
    Note, Workbook, Worksheet, XlsxError,
};

use super::example::{COLUMNS, examples};
use super::words;
use crate::model::{Cell, Field};
use crate::report::wrapping::height_of;

/// Down to which row cells are formatted and offer their choices.
const LAST_ROW: u32 = 5_000;

/// How wide the columns of the notes are, in characters.
const NOTES_WIDTHS: [u32; 4] = [18, 18, 70, 60];

/// Writes the workbook; returns how many example rows it has.
pub(super) fn write(out: impl Write + Seek + Send, today: NaiveDate) -> Result<u64, XlsxError> {
    let mut workbook = Workbook::new();
    let rows = campaigns(workbook.add_worksheet(), today)?;
    notes(workbook.add_worksheet())?;
    workbook.save_to_writer(out)?;
    Ok(rows)
}

fn campaigns(sheet: &mut Worksheet, today: NaiveDate) -> Result<u64, XlsxError> {
    sheet.set_name("Campaigns")?;
    fit_to_paper(sheet);
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, field) in (0..).zip(COLUMNS) {
        let words = words::of(field);
        sheet.set_column_width(column, width(field))?;
        sheet.set_column_format(column, &format(field))?;
        sheet.write_string_with_format(0, column, field.as_str(), &header(words::is_required(field)))?;
        let text = format!("Needed: {}.\n{}\nFor example: {}", words.needed, words.meaning, words.examples);
        sheet.insert_note(0, column, &Note::new(text).add_author_prefix(false).set_width(300).set_height(130))?;
        sheet.add_data_validation(1, column, LAST_ROW, column, &validation(field)?)?;
    }
    let examples = examples(today);
    for (row, example) in (1..).zip(&examples) {
        for ((column, field), cell) in (0..).zip(COLUMNS).zip(example) {
            write_cell(sheet, row, column, cell, &format(field))?;
        }
    }
    Ok(examples.len() as u64)
}

/// On A4, across: printed as it is, the columns of one row would stand on three pages.
fn fit_to_paper(sheet: &mut Worksheet) {
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
}

fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, format: &Format) -> Result<(), XlsxError> {
    match cell {
        Cell::Number(number) => sheet.write_number_with_format(row, column, *number, format)?,
        Cell::Date(date) => {
            let text = date.format("%Y-%m-%dT%H:%M:%S").to_string();
            sheet.write_datetime_with_format(row, column, ExcelDateTime::parse_from_str(&text)?, format)?
        }
        Cell::Empty => return Ok(()),
        Cell::Text(_) | Cell::Bool(_) | Cell::Time(_) | Cell::Error(_) | Cell::UncomputedFormula => {
            sheet.write_string_with_format(row, column, cell.display(), format)?
        }
    };
    Ok(())
}

/// Names and ids are text cells, so that 007 stays 007.
fn format(field: Field) -> Format {
    match field {
        Field::Start | Field::End => Format::new().set_num_format("yyyy-mm-dd hh:mm").set_align(FormatAlign::Left),
        Field::StartDate | Field::EndDate => Format::new().set_num_format("yyyy-mm-dd"),
        Field::StartTime | Field::EndTime => Format::new().set_num_format("hh:mm"),
        Field::Interval => Format::new().set_align(FormatAlign::Left),
        Field::CampaignName | Field::Recurrence | Field::Days | Field::Action | Field::Timezone | Field::StreamId => {
            Format::new().set_num_format("@")
        }
    }
}

/// Required columns are marked by a dark ground, and their note says so in words.
fn header(is_required: bool) -> Format {
    let format = Format::new().set_bold().set_border_bottom(FormatBorder::Thin);
    if is_required {
        format.set_font_color("#FFFFFF").set_background_color("#1F4E79")
    } else {
        format.set_background_color("#DDEBF7")
    }
}

const fn width(field: Field) -> u32 {
    match field {
        Field::CampaignName => 34,
        Field::Start | Field::End | Field::Timezone | Field::StreamId => 20,
        Field::StartDate
        | Field::StartTime
        | Field::EndDate
        | Field::EndTime
        | Field::Interval
        | Field::Recurrence
        | Field::Days
        | Field::Action => 14,
    }
}

/// What a cell offers and takes. Only what can't be meant is refused: dates may be written as words
/// that a spreadsheet program doesn't know, so those get a question and not a refusal.
fn validation(field: Field) -> Result<DataValidation, XlsxError> {
    let validation = DataValidation::new().set_input_title(field.as_str())?;
    let validation = validation.set_input_message(hint(field))?;
    Ok(match field {
        Field::Start | Field::End | Field::StartDate | Field::EndDate => validation
            .allow_date(DataValidationRule::GreaterThan(ExcelDateTime::from_ymd(2020, 1, 1)?))
            .set_error_style(DataValidationErrorStyle::Warning)
            .set_error_title("Not a date")?
            .set_error_message("Write it as 2027-01-27 18:29.")?,
        Field::Recurrence => validation.allow_list_strings(&["daily", "weekly"])?,
        Field::Action => validation.allow_list_strings(&["enable", "disable"])?,
        Field::Days => {
            let choices = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon/Wed/Fri", "weekdays", "weekends"];
            validation.allow_list_strings(&choices)?.show_error_message(false)
        }
        Field::CampaignName
        | Field::Interval
        | Field::StartTime
        | Field::EndTime
        | Field::Timezone
        | Field::StreamId => validation.allow_any_value(),
    })
}

/// What shows beside the cell; a spreadsheet holds 255 characters there.
const fn hint(field: Field) -> &'static str {
    match field {
        Field::CampaignName => "Required. The name exactly as it is on the platform.",
        Field::Start => "Required. Date and time, such as 2027-01-27 18:29.",
        Field::End => "Required. Date and time after the start, such as 2027-02-27 18:29.",
        Field::Interval => "Required. A number of days, or words: weekly, every 2 weeks, Mon/Wed/Fri.",
        Field::Recurrence => "Whether a number in interval counts days or weeks.",
        Field::Days => "For weekly campaigns: choose, or write several as Mon/Thu.",
        Field::Action => "enable sets the schedule, disable takes it away.",
        Field::Timezone => "Only if this row's times are in another zone: Europe/Berlin.",
        Field::StreamId => "Only if this campaign is in another stream.",
        Field::StartDate | Field::EndDate => "A date, such as 2027-01-27.",
        Field::StartTime | Field::EndTime => "A time, such as 18:29.",
    }
}

fn notes(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name("Notes")?;
    fit_to_paper(sheet);
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let top = Format::new().set_align(FormatAlign::Top).set_bold();
    for (column, width) in (0..).zip(NOTES_WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    let title = Format::new().set_bold().set_font_size(16);
    sheet.write_string_with_format(0, 0, "How to fill in the sheet", &title)?;
    let advice = [
        "Each row of the first sheet schedules one campaign. Replace the two examples with your own.",
        "Dark blue columns are needed in every row; the others may stay blank or be deleted.",
        "Columns of your own (owner, region, remarks) are welcome: they come back untouched in the results.",
        "Before anything is sent, every row is checked. A row with a mistake is reported, and the others are sent.",
    ];
    for (row, line) in (1..).zip(advice) {
        sheet.write_string(row, 0, line)?;
    }
    for (column, name) in (0..).zip(["The column", "Needed?", "What to write", "Looks like"]) {
        sheet.write_string_with_format(6, column, name, &bold)?;
    }
    for (row, field) in (7..).zip(Field::ALL) {
        let words = words::of(field);
        let [_, _, meaning, examples] = NOTES_WIDTHS;
        sheet.set_row_height(row, height_of([(words.meaning, meaning), (words.examples, examples)]))?;
        sheet.write_string_with_format(row, 0, field.as_str(), &top)?;
        for (column, text) in (1..).zip([words.needed, words.meaning, words.examples]) {
            sheet.write_string_with_format(row, column, text, &wrapped)?;
        }
    }
    Ok(())
}
