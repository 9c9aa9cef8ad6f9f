//! Records as programs write them, and as nobody should.

use super::*;

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes(), &u16::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
}

fn number(row: u16, column: u16) -> Vec<u8> {
    record(kind::NUMBER, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 10]].concat())
}

fn shared(row: u16) -> Vec<u8> {
    record(kind::SHARED_STRING, &[&row.to_le_bytes()[..], &[0; 8]].concat())
}

/// A shared string of so many characters, of which these stand in the record and the others in the next.
fn list(characters: u16, here: u16) -> Vec<u8> {
    let mut list = [&[0; 8][..], &characters.to_le_bytes(), &[0]].concat();
    list.resize(list.len() + usize::from(here), b'x');
    let mut rest = vec![0];
    rest.resize(1 + usize::from(characters - here), b'x');
    let rest = if here < characters { record(kind::CONTINUED, &rest) } else { Vec::new() };
    [record(kind::SHARED_STRINGS, &list), rest].concat()
}

/// A stream with one sheet for each of these, and one shared string of so many characters.
fn stream(characters: u16, sheets: &[Vec<u8>]) -> Vec<u8> {
    stream_of(&list(characters, characters), sheets)
}

fn stream_of(list: &[u8], sheets: &[Vec<u8>]) -> Vec<u8> {
    let head = 4 + list.len() + sheets.len() * 8 + 4;
    let mut globals = record(kind::BEGIN, &[]);
    let mut at = head;
    for sheet in sheets {
        globals.extend(record(kind::SHEET, &u32::try_from(at).unwrap().to_le_bytes()));
        at += 4 + sheet.len() + 4;
    }
    globals.extend(list);
    globals.extend(record(kind::END, &[]));
    assert_eq!(globals.len(), head);
    for sheet in sheets {
        globals.extend([record(kind::BEGIN, &[]), sheet.clone(), record(kind::END, &[])].concat());
    }
    globals
}

fn code(mut stream: Vec<u8>) -> &'static str {
    check(&mut stream).err().map_or("fine", |error| error.code())
}

#[test]
fn two_cells_far_apart_have_bounds_on_both_sides() {
    let corners = |row, column| stream(0, &[[number(0, 0), number(row, column)].concat()]);
    assert_eq!(code(corners(1_999, 999)), "fine");
    assert_eq!(code(corners(2_000, 999)), "input-too-large");
    assert_eq!(code(corners(u16::MAX, u16::MAX)), "input-too-large");
    let half = [number(0, 0), number(999, 999)].concat();
    assert_eq!(code(stream(0, &[half.clone(), half.clone()])), "fine");
    assert_eq!(code(stream(0, &[half.clone(), half.clone(), number(0, 0)])), "input-too-large");
}

#[test]
fn cells_that_lie_upon_each_other_are_counted_too() {
    let many = |times: usize| {
        let row = record(kind::MANY_NUMBERS, &[&[0; 4][..], &[0; 6 * 1_000], &999_u16.to_le_bytes()].concat());
        stream(0, &[row.repeat(times)])
    };
    assert_eq!(code(many(2_000)), "fine");
    assert_eq!(code(many(2_001)), "input-too-large");
}

#[test]
fn a_long_string_is_counted_as_often_as_it_is_shown() {
    for here in [8_000, 100] {
        let shown = |times: u16| stream_of(&list(8_000, here), &[(0..times).flat_map(shared).collect()]);
        assert_eq!(code(shown(5_592)), "fine");
        assert_eq!(code(shown(5_593)), "input-too-large");
    }
}

#[test]
fn what_a_sheet_claims_of_its_size_is_taken_out() {
    let claim = record(kind::DIMENSIONS, &[&[0; 4][..], &[0xff; 4], &[0; 2], &[0xff; 2], &[0; 2]].concat());
    let mut claimed = stream(0, &[[claim, number(0, 0)].concat()]);
    check(&mut claimed).unwrap();
    assert!(!claimed.windows(2).any(|kind| kind == kind::DIMENSIONS.to_le_bytes()));
}

#[test]
fn sheets_begin_once_and_somewhere() {
    let mut twice = stream(0, &[number(0, 0), number(0, 0)]);
    let first = twice[4..12].to_vec();
    twice[12..20].copy_from_slice(&first);
    assert_eq!(code(twice), "input-damaged");
    let mut nowhere = stream(0, &[number(0, 0)]);
    nowhere[8..12].fill(0xff);
    assert_eq!(code(nowhere), "input-damaged");
    let mut at_the_end = stream(0, &[number(0, 0)]);
    let end = u32::try_from(at_the_end.len()).unwrap();
    at_the_end[8..12].copy_from_slice(&end.to_le_bytes());
    assert_eq!(code(at_the_end), "input-damaged");
    let mut cut = stream(0, &[number(0, 0)]);
    cut.truncate(cut.len() - 6);
    assert_eq!(code(cut), "input-damaged");
    let locked = [record(kind::BEGIN, &[]), record(kind::PASSWORD, &[1, 0])].concat();
    assert_eq!(code(locked), "input-encrypted");
    assert_eq!(code([record(kind::BEGIN, &[]), record(kind::PASSWORD, &[0, 0])].concat()), "fine");
}

#[test]
fn a_chart_within_a_sheet_is_no_part_of_it() {
    let chart = [record(kind::BEGIN, &[]), number(u16::MAX, u16::MAX), record(kind::END, &[])].concat();
    assert_eq!(code(stream(0, &[[number(0, 0), chart.clone(), number(1, 1)].concat()])), "fine");
    let behind_it = [number(0, 0), chart, number(2_000, 999)].concat();
    assert_eq!(code(stream(0, &[behind_it])), "input-too-large", "the sheet goes on");
}

#[test]
fn the_text_that_a_formula_gives_is_counted_as_a_cell_of_its_own() {
    let mut sheet = Sheet::default();
    assert_eq!(sheet.cell(kind::FORMULA_STRING, &[0; 10], &[]), 20);
    assert_eq!(sheet.cells, 1);
}

#[test]
fn cells_and_their_text_are_counted_record_by_record() {
    let at = |row: u16, column: u16, rest: &[u8]| [&row.to_le_bytes()[..], &column.to_le_bytes(), rest].concat();
    let mut sheet = Sheet::default();
    assert_eq!(sheet.extent(), 0);
    assert_eq!(sheet.cell(kind::NUMBER, &at(10, 20, &[0; 10]), &[]), 0);
    assert_eq!((sheet.cells, sheet.extent()), (1, 1));
    assert_eq!(sheet.cell(kind::LABEL, &at(12, 23, b"text"), &[]), 16, "two bytes for each, in the worst case");
    assert_eq!((sheet.cells, sheet.extent()), (2, 12));
    assert_eq!(sheet.cell(kind::RICH_STRING, &at(12, 23, b"text"), &[]), 16);
    assert_eq!((sheet.cells, sheet.extent()), (3, 12));
    let many = at(11, 22, &[&[0; 18][..], &24_u16.to_le_bytes()].concat());
    assert_eq!(sheet.cell(kind::MANY_NUMBERS, &many, &[]), 0);
    assert_eq!((sheet.cells, sheet.extent()), (6, 15));
    assert_eq!(sheet.cell(kind::SHARED_STRING, &at(10, 20, &[0, 0, 1, 0, 0, 0]), &[7, 9]), 9);
    assert_eq!(sheet.cell(kind::DIMENSIONS, &at(u16::MAX, u16::MAX, &[]), &[]), 0);
    assert_eq!((sheet.cells, sheet.extent()), (7, 15));
}

#[test]
fn text_and_what_is_walked_have_bounds_on_both_sides() {
    let code = |text, walked| {
        let totals = Totals { lengths: &[], cells: MOST_CELLS, text, walked, most_walked: 9 };
        totals.check().err().map_or("fine", |error| error.code())
    };
    assert_eq!((code(MOST_TEXT, 9), code(MOST_TEXT + 1, 9)), ("fine", "input-too-large"));
    assert_eq!(code(MOST_TEXT, 10), "input-damaged");
}

#[test]
fn two_sheets_may_lie_within_each_other_and_three_not() {
    let rows: Vec<u8> = (0..100).flat_map(|row| number(row, 0)).collect();
    let within = |sheets: u32| {
        let mut stream = stream(0, &vec![rows.clone(); sheets as usize]);
        let first = u32::from_le_bytes(stream[8..12].try_into().unwrap());
        for sheet in 0..sheets {
            let at = 8 + 8 * sheet as usize;
            stream[at..at + 4].copy_from_slice(&(first + 4 + 18 * sheet).to_le_bytes());
        }
        stream.truncate(first as usize + 4 + rows.len() + 4);
        stream
    };
    assert_eq!((code(within(2)), code(within(3))), ("fine", "input-damaged"));
}

#[test]
fn of_a_formula_nothing_is_left_but_that_it_is_one() {
    let formula = record(kind::FORMULA, &[7; 30]);
    let mut stream = stream(0, std::slice::from_ref(&formula));
    let at = stream.windows(formula.len()).position(|window| window == formula).unwrap();
    check(&mut stream).unwrap();
    assert_eq!(stream[at + 4..at + 34], [&[7; 20][..], &[2, 0, 0x1d, 1], &[7; 6]].concat());
    cut_formula(&mut [7; 23]);
}
