//! The reader on files as people write them: which rows come out under which numbers, and what is
//! said where none can.

use std::io::{Cursor, Write};
use std::path::Path;

use campaign_scheduler::model::{Cell, Field};
use campaign_scheduler::reader::{Delimiter, Input, ReadOptions};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use tempfile::TempDir;

use super::{HEADER, archive_of, file, kept, parts_of, read_bytes, read_inputs, refused, said, workbook_around};

fn write_header(sheet: &mut rust_xlsxwriter::Worksheet, row: u32) {
    for (column, name) in (0..).zip(["Campaign", "Start Date/Time", "End Date/Time", "Repeat every"]) {
        sheet.write_string(row, column, name).unwrap();
    }
}

#[test]
fn rows_of_text_are_numbered_as_a_spreadsheet_shows_them() {
    let text = format!("{HEADER}A,1,2,3\n\n\"B\nb\",1,2,3\n,,,\nC,1,2,3\n\n");
    let (kept, reading) = read_bytes(text.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!(kept.names(), ["2:A", "4:B\nb", "6:C"]);
    assert_eq!((reading.rows, reading.blank_rows), (3, 3));
    assert_eq!(kept.headers[0].source, "stdin");
    assert_eq!(kept.headers[0].sheet, None);
}

#[test]
fn every_line_end_and_delimiter_gives_the_same_rows() {
    for end in ["\n", "\r\n", "\r"] {
        for delimiter in [",", ";", "\t", "|"] {
            let text =
                "Campaign,Start,End,Interval\nA,1,2,3\n\nB,\"4\",5,6\n".replace(',', delimiter).replace('\n', end);
            assert_eq!(kept(&text).names(), ["2:A", "4:B"], "{text:?}");
            assert_eq!(kept(format!("sep={delimiter}{end}{text}")).names(), ["2:A", "4:B"], "sep= {text:?}");
        }
    }
}

#[test]
fn every_encoding_gives_the_same_name() {
    let text = format!("{HEADER}Caf\u{e9},1,2,3\n");
    let utf_16 = |bytes: fn(u16) -> [u8; 2], mark: bool| -> Vec<u8> {
        let mark = mark.then_some(0xfeff);
        mark.into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
    };
    let with_mark = format!("\u{feff}{text}");
    let latin: Vec<u8> = text.chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect();
    for bytes in [
        text.as_bytes(),
        with_mark.as_bytes(),
        &latin,
        &utf_16(u16::to_le_bytes, true),
        &utf_16(u16::to_be_bytes, true),
    ] {
        assert_eq!(kept(bytes).names(), ["2:Caf\u{e9}"]);
    }
    let without_mark = utf_16(u16::to_le_bytes, false);
    assert_eq!(refused(&without_mark).code(), "nul-byte");
    let options = ReadOptions { encoding: Some("utf-16le".to_owned()), ..ReadOptions::default() };
    assert_eq!(read_bytes(&without_mark, &options).unwrap().0.names(), ["2:Caf\u{e9}"]);
}

#[test]
fn each_way_of_being_unreadable_has_its_own_words() {
    let cases: [(&str, Vec<u8>); 11] = [
        ("input-empty", Vec::new()),
        ("input-empty", b"\xef\xbb\xbf".to_vec()),
        ("not-a-spreadsheet", b"%PDF-1.7 ...".to_vec()),
        ("not-a-spreadsheet", b"<html><table>".to_vec()),
        ("input-damaged", b"PK\x03\x04 cut short".to_vec()),
        ("unclosed-quote", format!("{HEADER}A,\"1,2,3\n").into_bytes()),
        ("nul-byte", format!("{HEADER}A\0,1,2,3\n").into_bytes()),
        ("mixed-encoding", [HEADER.as_bytes(), "\u{e9},1,2,3\n".as_bytes(), b"\xe9,1,2,3\n"].concat()),
        ("row-too-long", format!("{HEADER}{},1,2,3\n", "x".repeat(1 << 20)).into_bytes()),
        ("too-many-columns", format!("{HEADER}{}\n", ",".repeat(16_384)).into_bytes()),
        ("no-header", b"some,notes\n".to_vec()),
    ];
    for (code, bytes) in cases {
        assert_eq!(refused(bytes).code(), code);
    }
    assert_eq!(
        said(&refused(format!("{HEADER}A,1,2,3\nB,1,\"2,3\nC,1,2,3\n"))),
        "unclosed-quote: stdin: the quote that opens on line 3 is never closed \
         (close the quote there, or double it (\"\") where it belongs to the text)"
    );
}

#[test]
fn an_archive_is_told_by_the_parts_in_it() {
    for (part, what) in [
        ("Index/Document.iwa", "an Apple Numbers document"),
        ("Index/notes.txt", "a zip archive"),
        ("notes.iwa", "a zip archive"),
        ("word/document.xml", "a text document (DOCX)"),
        ("ppt/presentation.xml", "a presentation"),
    ] {
        let error = refused(parts_of(&[(part, b"x")]));
        assert_eq!(error.code(), "not-a-spreadsheet");
        assert!(error.to_string().contains(what), "{part}: {error}");
    }
}

#[test]
fn missing_columns_are_all_named_with_the_header_that_may_be_meant() {
    assert_eq!(
        said(&refused("Campain,Strat,Until,Owner\nA,1,2,3\n")),
        "missing-columns: stdin: row 1 is the header, and it has no column for campaign_name, start, interval \
         (if these columns are meant, say --map 'campaign_name=Campain' --map 'start=Strat'; interval must have a \
         column too, or say which one is meant with --map 'interval=COLUMN' (not read so far: \"Owner\"))"
    );
    assert_eq!(kept("Campaign,Action\nA,disable\n").names(), ["2:A"]);
}

#[test]
fn a_header_may_stand_below_titles_or_be_named() {
    let text = "Campaigns of spring\n\nCampaign,Starts at,Ends at,Every\nA,1,2,3\n";
    assert_eq!(kept(text).names(), ["4:A"]);
    let far = format!("{}{HEADER}A,1,2,3\n", "note\n".repeat(49));
    assert_eq!(kept(&far).names(), ["51:A"]);
    let too_far = format!("{}{HEADER}A,1,2,3\n", "note\n".repeat(50));
    assert_eq!(refused(&too_far).code(), "no-header");
    let options = ReadOptions { header_row: Some(51), ..ReadOptions::default() };
    assert_eq!(read_bytes(too_far.as_bytes(), &options).unwrap().0.names(), ["52:A"]);
}

#[test]
fn doubled_columns_are_refused_unless_one_is_the_fields_own_name() {
    assert_eq!(refused("Campaign,Title,Start,End,Interval\n").code(), "doubled-column");
    assert_eq!(refused("Campaign,Start,Start Date,End,Interval\n").code(), "doubled-column");
    let text = b"Campaign Name,Title,Start,End,Interval\nA,x,1,2,3\n";
    let (kept, reading) = read_bytes(text, &ReadOptions::default()).unwrap();
    assert_eq!(kept.names(), ["2:A"]);
    assert_eq!(reading.warnings.len(), 1);
    let map = vec![(Field::CampaignName, "title".to_owned())];
    let options = ReadOptions { map, ..ReadOptions::default() };
    let (kept, _) = read_bytes(b"Campaign,Title,Start,End,Interval\nA,x,1,2,3\n", &options).unwrap();
    assert_eq!(kept.rows[0].campaign.as_ref().map(|name| name.as_str()), Some("x"));
}

#[test]
fn a_header_without_rows_is_an_empty_batch_with_a_warning() {
    let (kept, reading) = read_bytes(HEADER.as_bytes(), &ReadOptions::default()).unwrap();
    assert!(kept.rows.is_empty());
    assert_eq!(reading.warnings[0].place, "stdin");
}

#[test]
fn results_fed_back_lose_their_own_columns_and_quotes() {
    let text = "campaign_name,start,end,interval,result_status,note\n'=A,1,2,3,failed,''+x\n,,,,pending,\n";
    let (kept, reading) = read_bytes(text.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!(kept.headers[0].columns, ["campaign_name", "start", "end", "interval", "note"]);
    assert_eq!(kept.names(), ["2:=A"]);
    assert_eq!(kept.rows[0].cells.last(), Some(&Cell::Text("'+x".to_owned())));
    assert_eq!(reading.blank_rows, 1);
    assert_eq!(super::kept(format!("{HEADER}'=A,1,2,3\n")).names(), ["2:'=A"]);
}

#[test]
fn results_of_ours_are_read_as_they_were_written_whatever_the_flags_say_of_the_sheet() {
    let ours = "result_status,result_id,result_message,result_error,result_warnings,result_http_status,\
                result_attempts,result_submitted_at,result_finished_at,result_batch,result_source";
    let results =
        format!("{HEADER}Caf\u{e9};,1,2,3,pending,,,,,,,,,b,q1.csv:4\n").replacen('\n', &format!(",{ours}\n"), 1);
    let flags = ReadOptions {
        encoding: Some("windows-1252".to_owned()),
        delimiter: Some(Delimiter(b';')),
        header_row: Some(3),
        ..ReadOptions::default()
    };
    let read = |bytes: &[u8]| read_bytes(bytes, &flags).map(|(kept, _)| kept.names());
    assert_eq!(read(results.as_bytes()).unwrap(), ["2:Caf\u{e9};"]);
    let saved_anew = results.replace(';', "").replace(',', ";");
    assert_eq!(read(saved_anew.as_bytes()).unwrap_err().code(), "no-header", "the flags are believed of a copy");
    let titled = format!("A title\nof two lines\n{saved_anew}");
    assert_eq!(read(titled.as_bytes()).unwrap(), ["4:Caf\u{c3}\u{a9}"]);
}

#[test]
fn the_same_file_twice_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "a.csv", format!("{HEADER}A,1,2,3\n"));
    let other = folder.path().join(".").join("a.csv");
    let inputs = [Input::File(path.clone()), Input::File(other)];
    let error = read_inputs(&inputs, &ReadOptions::default(), Cursor::new([])).unwrap_err();
    assert_eq!(error.code(), "same-input-twice");
    let link = folder.path().join("link.csv");
    std::fs::hard_link(&path, &link).unwrap();
    if cfg!(unix) {
        let inputs = [Input::File(path.clone()), Input::File(link)];
        let error = read_inputs(&inputs, &ReadOptions::default(), Cursor::new([])).unwrap_err();
        assert_eq!(error.code(), "same-input-twice");
    }
    let second = file(&folder, "b.csv", format!("{HEADER}B,1,2,3\n"));
    let inputs = [Input::File(path), Input::File(second)];
    let (kept, reading) = read_inputs(&inputs, &ReadOptions::default(), Cursor::new([])).unwrap();
    assert_eq!((kept.headers.len(), reading.rows, kept.rows[1].input), (2, 2, 1));
    let missing = [Input::File(Path::new("no such file.csv").to_owned())];
    assert_eq!(read_inputs(&missing, &ReadOptions::default(), Cursor::new([])).unwrap_err().code(), "input-not-found");
}

#[test]
fn a_workbook_gives_cells_of_every_kind_with_the_rows_of_the_sheet() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Launch").unwrap();
    sheet.write_string(0, 0, "Spring").unwrap();
    write_header(sheet, 2);
    let date = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let start = ExcelDateTime::parse_from_str("2027-01-27 18:29:00").unwrap();
    sheet.write_string(3, 0, "Spring | EU").unwrap();
    sheet.write_datetime_with_format(3, 1, &start, &date).unwrap();
    sheet.write_number_with_format(3, 2, 0.75, &date).unwrap();
    sheet.write_number(3, 3, 2).unwrap();
    sheet.write_boolean(6, 0, true).unwrap();
    sheet.write_formula(6, 1, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.write_number_with_format(6, 2, 1, &Format::new().set_num_format("[h]:mm:ss")).unwrap();
    let bytes = workbook.save_to_buffer().unwrap();

    let (kept, reading) = read_bytes(&bytes, &ReadOptions::default()).unwrap();
    assert_eq!(kept.headers[0].sheet.as_deref(), Some("Launch"));
    assert_eq!(reading.blank_rows, 2);
    let places: Vec<String> = kept.rows.iter().map(|row| row.place.to_string()).collect();
    assert_eq!(places, ["stdin:Launch:4", "stdin:Launch:7"]);
    let start = chrono::NaiveDate::from_ymd_opt(2027, 1, 27).unwrap().and_hms_opt(18, 29, 0).unwrap();
    assert_eq!(
        kept.rows[0].cells,
        [Cell::Text("Spring | EU".to_owned()), Cell::Date(start), Cell::Time(0.75), Cell::Number(2.0)]
    );
    assert_eq!(kept.rows[1].cells, [Cell::Bool(true), Cell::Error("#DIV/0!".to_owned()), Cell::Time(1.0)]);
}

/// A workbook of these sheets; those with `true` have the columns of a schedule.
fn workbook_of(sheets: &[(&str, bool)], hidden: &[&str]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, has_table) in sheets {
        let sheet = workbook.add_worksheet().set_name(*name).unwrap();
        sheet.set_hidden(hidden.contains(name));
        if *has_table {
            write_header(sheet, 0);
            sheet.write_string(1, 0, *name).unwrap();
        } else {
            sheet.write_string(0, 0, "Notes").unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn the_sheet_is_the_visible_one_that_has_the_columns() {
    let notes_first = workbook_of(&[("Notes", false), ("Launch", true), ("Old", true)], &["Old"]);
    assert_eq!(kept(&notes_first).names(), ["2:Launch"]);
    let named = |sheet: &str| {
        let options = ReadOptions { sheet: Some(sheet.to_owned()), ..ReadOptions::default() };
        read_bytes(&notes_first, &options).map(|(kept, _)| kept.names().join(" ")).map_err(|error| said(&error))
    };
    for asked in ["Launch", "LAUNCH", "2"] {
        assert_eq!(named(asked).as_deref(), Ok("2:Launch"));
    }
    assert_eq!(named("3").as_deref(), Ok("2:Old"));
    assert_eq!(
        named("4").unwrap_err(),
        "no-such-sheet: stdin: there is no sheet \"4\" (the sheets are \"Notes\", \"Launch\", \"Old\")"
    );
    let alike = workbook_of(&[("Launch ", true), ("Launch", true)], &[]);
    for (asked, row) in
        [("Launch ", "2:Launch "), ("Launch", "2:Launch"), ("LAUNCH", "2:Launch"), (" launch", "2:Launch ")]
    {
        let options = ReadOptions { sheet: Some(asked.to_owned()), ..ReadOptions::default() };
        assert_eq!(read_bytes(&alike, &options).unwrap().0.names(), [row]);
    }
    let two = workbook_of(&[("A", true), ("B", true)], &[]);
    assert_eq!(
        said(&refused(two)),
        "several-sheets: stdin: the sheets \"A\", \"B\" all have the columns of a schedule (name one: --sheet 'A')"
    );
}

#[test]
fn of_several_sheets_that_do_not_fit_the_one_that_nearly_does_is_told() {
    let told = |sheets: &[&[&str]], map: &[(Field, String)]| {
        let mut workbook = Workbook::new();
        for cells in sheets {
            let sheet = workbook.add_worksheet();
            for (column, cell) in (0..).zip(*cells) {
                sheet.write_string(0, column, *cell).unwrap();
            }
        }
        let options = ReadOptions { map: map.to_vec(), ..ReadOptions::default() };
        read_bytes(&workbook.save_to_buffer().unwrap(), &options).unwrap_err().to_string()
    };
    let (none, notes) = (&[][..], &["Notes"][..]);
    let (nearly, hardly) = (&["Campaign", "Start", "End"][..], &["Campaign", "Start"][..]);
    for sheets in [[none, notes, hardly, nearly], [nearly, hardly, notes, none]] {
        let error = told(&sheets, &[]);
        assert!(error.contains("it has no column for interval"), "{error}");
    }
    assert!(told(&[none, notes], &[]).contains("\"Sheet2\""));
    let cycle = [(Field::Interval, "Cycle".to_owned())];
    let without = &["Name", "From", "To", "Every"][..];
    let error = told(&[notes, none, without], &cycle);
    assert!(error.contains("\"Cycle\""), "{error}");
    let error = told(&[without, &["Name", "From", "Cycle"]], &cycle);
    assert!(error.contains("it has no column for end"), "{error}");
}

#[test]
fn a_sheet_that_is_nearly_right_is_not_passed_over_in_silence() {
    let warned = |headers: &[&str]| {
        let mut workbook = Workbook::new();
        let plan = workbook.add_worksheet().set_name("Launch plan").unwrap();
        for (column, header) in (0..).zip(headers) {
            plan.write_string(0, column, *header).unwrap();
        }
        let old = workbook.add_worksheet().set_name("Old").unwrap();
        write_header(old, 0);
        old.write_string(1, 0, "Spring").unwrap();
        let (kept, reading) = read_bytes(&workbook.save_to_buffer().unwrap(), &ReadOptions::default()).unwrap();
        assert_eq!(kept.names(), ["2:Spring"]);
        reading.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let told = warned(&["Campaign", "Start", "End", "Frequenzy"]);
    assert!(
        told.starts_with("stdin:Old: of all sheets this one alone is read; \"Launch plan\" is passed over: "),
        "{told}"
    );
    assert!(told.contains("no column for interval") && told.contains("--sheet"), "{told}");
    for headers in [&["Notes"][..], &[], &["Campaign", "Owner", "Budget"]] {
        assert_eq!(warned(headers), "", "{headers:?}");
    }
}

#[test]
fn a_hidden_sheet_is_named_where_no_visible_one_has_the_columns() {
    let wanted = "only-hidden-sheets: stdin: no visible sheet has the columns of a schedule, and hidden \"Launch\" has \
                  them (name one: --sheet 'Launch')";
    let notes: &[(&str, bool)] = &[("Notes", false), ("Launch", true), ("Old", false)];
    for hidden in [&["Launch"][..], &["Launch", "Old"], &["Notes", "Launch"]] {
        assert_eq!(said(&refused(workbook_of(notes, hidden))), wanted, "{hidden:?}");
    }
}

#[test]
fn a_formula_without_a_stored_value_is_no_blank() {
    let folder = TempDir::new().unwrap();
    let sheet = "<worksheet><sheetData>\
        <row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Campaign</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>Action</t></is></c></row>\
        <row r=\"2\"><c r=\"A2\"><f>B9</f></c><c r=\"B2\"><f>B9</f><v></v></c></row>\
        <row r=\"3\"><c r=\"A3\"><f>B9</f><v>7</v></c></row></sheetData></worksheet>";
    let path = file(&folder, "f.xlsx", workbook_around(sheet));
    let (kept, _) = read_inputs(&[Input::File(path)], &ReadOptions::default(), Cursor::new([])).unwrap();
    assert_eq!(kept.rows[0].cells, [Cell::UncomputedFormula, Cell::UncomputedFormula]);
    assert_eq!(kept.rows[1].cells, [Cell::Number(7.0)]);
}

#[test]
fn an_endless_cell_and_a_bomb_end_with_a_clear_error() {
    let cell = |length: usize| {
        workbook_around(&format!(
            "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>{}</t></is></c></row></sheetData></worksheet>",
            "x".repeat(length)
        ))
    };
    assert_eq!(refused(cell(5 << 20)).code(), "input-too-large");
    assert_eq!(refused(cell(2 << 20)).code(), "row-too-long");
    assert_eq!(refused(cell(1 << 10)).code(), "no-header");

    let strings = |count: &str| format!("<sst uniqueCount=\"{count}\"><si><t>x</t></si></sst>");
    let with_strings = |strings: &str| {
        archive_of(&[
            ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData/></worksheet>"),
            ("xl/sharedStrings.xml", strings.as_bytes()),
        ])
    };
    assert_eq!(refused(with_strings(&strings("4000000"))).code(), "input-empty");
    assert_eq!(
        said(&refused(with_strings(&strings("4000001")))),
        "input-too-large: stdin: the list of shared strings is larger than 4 million strings (save the sheet as .csv, or split it)"
    );
    let bomb = with_strings(&" ".repeat((128 << 20) + 1));
    assert!(bomb.len() < 1 << 20);
    assert_eq!(refused(bomb).code(), "input-too-large");
}

#[test]
fn an_open_document_over_64_mib_is_refused_while_it_inflates() {
    let document = |length: usize| {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(&vec![b' '; length]).unwrap();
        archive.finish().unwrap().into_inner()
    };
    assert_eq!(refused(document((64 << 20) + 1)).code(), "input-too-large");
    assert_eq!(refused(document(1 << 20)).code(), "not-a-spreadsheet");
}

#[test]
fn an_error_value_of_a_newer_program_is_named() {
    let sheet = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>\
        <row r=\"2\"><c r=\"A2\" t=\"e\"><v>#SPILL!</v></c></row></sheetData></worksheet>";
    let error = refused(workbook_around(sheet));
    assert_eq!(error.code(), "unknown-error-value");
    assert!(error.to_string().contains("row 1 "), "{error}");
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_bytes_end_in_rows_or_an_error(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        let _ = read_bytes(&bytes, &ReadOptions::default());
        let _ = read_bytes(&[HEADER.as_bytes(), &bytes].concat(), &ReadOptions::default());
    }

    #[test]
    fn a_broken_workbook_ends_in_rows_or_an_error(place in 0.0..1.0_f64, byte in proptest::num::u8::ANY, is_cut in proptest::bool::ANY) {
        let mut bytes = workbook_of(&[("Launch", true)], &[]);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a small file")]
        let place = (place * bytes.len() as f64) as usize;
        if is_cut {
            bytes.truncate(place);
        } else {
            bytes[place] = byte;
        }
        let _ = read_bytes(&bytes, &ReadOptions::default());
    }
}

#[test]
fn one_pass_over_large_sheets_keeps_the_numbers() {
    let mut text = HEADER.to_owned();
    for row in 2..20_002 {
        text.push_str(&format!("Campaign {row},2030-01-01 09:00,2030-02-01 09:00,1\n"));
    }
    let (kept, reading) = read_bytes(text.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!(reading.rows, 20_000);
    assert!(kept.rows.iter().zip(2..).all(|(row, number)| row.place.row == number));
    let names = kept.rows.iter().filter_map(|row| row.campaign.as_ref());
    assert!(names.zip(2..).all(|(name, number)| name.as_str() == format!("Campaign {number}")));
}

#[test]
fn rows_are_the_same_whether_they_are_read_ahead_or_not() {
    let good = "2030-01-27 18:29,2030-02-27,1";
    let lines = [
        format!("A,{good},,,"),
        ",,,,,,".to_owned(),
        format!("B,{good},disable,st-1,"),
        "C,03/02/2030,soon,every 2 days,,,".to_owned(),
        format!("\"D, \u{e9}\u{200b}\",{good},,,beyond"),
        format!("A,{good},maybe,st 1,"),
        "E,27/01/2030,2030-02-27,400,,,".to_owned(),
        format!("F{},{good},,,", "x".repeat(300)),
    ];
    let sheet = |filler: &str| {
        let rows = lines.iter().cycle().zip(0..2_400).map(|(line, number)| match line.starts_with(',') {
            true => format!(",{line}\n"),
            // Most names stand once: what there is to say of those that don't would be said of all.
            false if number >= 16 => format!("{filler},{}\n", line.replacen(',', &format!(" {number},"), 1)),
            false => format!("{filler},{line}\n"),
        });
        let header = "note,campaign_name,start,end,interval,action,stream_id\n";
        let text = header.to_owned() + &rows.collect::<String>();
        let (mut kept, reading) = read_bytes(text.as_bytes(), &ReadOptions::default()).unwrap();
        kept.rows.iter_mut().for_each(|row| row.cells[0] = Cell::Empty);
        (text.len(), kept.rows, reading.blank_rows, reading.cross_rows.collect::<Vec<_>>())
    };
    let (short, long) = (sheet(""), sheet(&"x".repeat(200)));
    assert!(long.0 > 3 * short.0);
    assert!(short.1 == long.1 && short.2 == long.2 && short.3 == long.3);
}
