//! What the files of the big spreadsheet program, and of those that write its format, may hold though
//! no library here writes it: made by hand, each for one peculiarity.

use campaign_scheduler::model::Cell;
use campaign_scheduler::reader::ReadOptions;

use super::{archive_of, kept, parts_of, read_bytes, refused, workbook_around};

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// A header, and below it the XML of the rows.
fn sheet(rows: &str) -> String {
    format!(
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Campaign</t></is></c>\
         <c r=\"B1\" t=\"inlineStr\"><is><t>Action</t></is></c></row>{rows}</sheetData></worksheet>"
    )
}

fn cells(rows: &str) -> Vec<Vec<Cell>> {
    kept(workbook_around(&sheet(rows))).rows.into_iter().map(|row| row.cells).collect()
}

#[test]
fn cells_and_rows_without_a_place_follow_each_other() {
    let rows = "<row><c t=\"str\"><v>A</v></c><c t=\"str\"><v>disable</v></c></row>\
                <row><c t=\"str\"><v>B</v></c></row><row r=\"7\"><c t=\"str\"><v>C</v></c></row>";
    let kept = kept(workbook_around(&sheet(rows)));
    assert_eq!(kept.names(), ["2:A", "3:B", "7:C"]);
    assert_eq!(kept.rows[0].cells, [text("A"), text("disable")]);
}

#[test]
fn every_type_of_cell_is_read_by_its_type() {
    let rows = "<row r=\"2\"><c r=\"A2\" t=\"str\"><f>B1</f><v>a &amp; b</v></c><c r=\"B2\" t=\"b\"><v>1</v></c></row>\
                <row r=\"3\"><c r=\"A3\" t=\"e\"><v>#N/A</v></c><c r=\"B3\" t=\"d\"><v>2037-03-02T09:00:00</v></c></row>\
                <row r=\"4\"><c r=\"A4\" t=\"n\"><v>1.5E3</v></c><c r=\"B4\"/></row>";
    let date = chrono::NaiveDate::from_ymd_opt(2037, 3, 2).unwrap().and_hms_opt(9, 0, 0).unwrap();
    assert_eq!(
        cells(rows),
        [
            vec![text("a & b"), Cell::Bool(true)],
            vec![Cell::Error("#N/A".to_owned()), Cell::Date(date)],
            vec![Cell::Number(1500.0)],
        ]
    );
}

#[test]
fn shared_formulas_have_their_values() {
    let rows = "<row r=\"2\"><c r=\"A2\"><f t=\"shared\" ref=\"A2:A3\" si=\"0\">B2+1</f><v>3</v></c></row>\
                <row r=\"3\"><c r=\"A3\"><f t=\"shared\" si=\"0\"/><v>4</v></c></row>\
                <row r=\"4\"><c r=\"A4\"><f t=\"shared\" si=\"0\"/></c></row>";
    assert_eq!(cells(rows), [[Cell::Number(3.0)], [Cell::Number(4.0)], [Cell::UncomputedFormula]]);
}

#[test]
fn rich_and_phonetic_text_and_escapes_are_what_the_program_shows() {
    let rows = "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><r><rPr><b/></rPr><t>Spring</t></r>\
                <r><t xml:space=\"preserve\"> | EU</t></r></is></c></row>";
    assert_eq!(cells(rows), [[text("Spring | EU")]]);
    let strings = "<sst><si><t>Campaign</t></si><si><t>Action</t></si>\
                   <si><t>\u{6771}\u{4eac}</t><rPh sb=\"0\" eb=\"2\"><t>\u{30c8}</t></rPh><phoneticPr/></si>\
                   <si><t>a_x000D_b</t></si></sst>";
    let cell = |index: u32| format!("<c t=\"s\"><v>{index}</v></c>");
    let sheet = format!(
        "<worksheet><sheetData><row>{}{}</row><row>{}</row><row>{}</row></sheetData></worksheet>",
        cell(0),
        cell(1),
        cell(2),
        cell(3)
    );
    let book =
        archive_of(&[("xl/worksheets/sheet1.xml", sheet.as_bytes()), ("xl/sharedStrings.xml", strings.as_bytes())]);
    let rows = kept(book).rows;
    assert_eq!(rows[0].cells, [text("\u{6771}\u{4eac}")]);
    assert_eq!(rows[1].cells, [text("a\rb")]);
}

#[test]
fn what_a_sheet_says_of_its_size_is_not_believed() {
    for dimension in ["A1", "A1:B1", "A1:XFD1048576", "nonsense", "ZZZ99999999:A1", ""] {
        let rows = "<row r=\"2\"><c r=\"A2\" t=\"str\"><v>A</v></c></row>";
        let book = sheet(rows).replace("<worksheet>", &format!("<worksheet><dimension ref=\"{dimension}\"/>"));
        let read = read_bytes(&workbook_around(&book), &ReadOptions::default());
        // A reference that is none may be called damage; it must not hide the row.
        match read {
            Ok((kept, _)) => assert_eq!(kept.names(), ["2:A"], "{dimension}"),
            Err(error) => assert_eq!(error.code(), "input-damaged", "{dimension}"),
        }
    }
}

#[test]
fn prefixes_strict_names_and_paths_of_every_kind_lead_to_the_sheet() {
    let plain = sheet("<row r=\"2\"><c r=\"A2\" t=\"str\"><v>A</v></c></row>");
    let prefixed = plain.replace("</", "</x:").replace('<', "<x:").replace("<x:/x:", "</x:");
    let names = |parts: &[(&str, &str)]| {
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        kept(parts_of(&parts)).names()
    };
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let strict = "http://purl.oclc.org/ooxml/officeDocument/relationships";
    for (kind, target, path, sheet) in [
        (relation, "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml", &plain),
        (relation, "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml", &prefixed),
        (strict, "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml", &plain),
        (relation, "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml", &plain),
        (relation, "worksheets/sheet1.xml", "xl\\worksheets\\sheet1.xml", &plain),
        (relation, "worksheets/Sheet1.xml", "xl/worksheets/sheet1.xml", &plain),
    ] {
        let workbook = format!(
            "<workbook xmlns:r=\"{kind}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
        );
        let package = format!(
            "<Relationships><Relationship Id=\"rId1\" Type=\"{kind}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        );
        let relations = format!(
            "<Relationships><Relationship Id=\"rId1\" Type=\"{kind}/worksheet\" Target=\"{target}\"/></Relationships>"
        );
        let parts = [
            ("_rels/.rels", package.as_str()),
            ("xl/workbook.xml", &workbook),
            ("xl/_rels/workbook.xml.rels", &relations),
            (path, sheet),
        ];
        assert_eq!(names(&parts), ["2:A"], "{kind} {target} {path}");
    }
}

#[test]
fn rows_that_come_back_or_lie_beyond_the_sheet_are_damage_or_bounds() {
    let cell = |row: u64, column: &str| format!("<row r=\"{row}\"><c r=\"{column}{row}\" t=\"str\"><v>A</v></c></row>");
    let code = |rows: &str| match read_bytes(&workbook_around(&sheet(rows)), &ReadOptions::default()) {
        Ok((kept, _)) => kept.names().join(" "),
        Err(error) => error.code().to_owned(),
    };
    assert_eq!(code(&cell(1_048_576, "A")), "1048576:A");
    assert_eq!(code(&format!("{}{}", cell(5, "A"), cell(4, "A"))), "input-damaged");
    assert_eq!(code(&cell(2, "XFD")), "2:");
    assert!(["too-many-columns", "input-damaged"].contains(&code(&cell(2, "XFE")).as_str()));
    assert!(["too-many-rows", "input-damaged"].contains(&code(&cell(4_294_967_296, "A")).as_str()));
}

#[test]
fn a_row_that_comes_again_gives_none_of_its_cells_up() {
    let row = |cells: &str| format!("<row r=\"2\">{cells}</row>");
    let cell = |name: &str, text: &str| format!("<c r=\"{name}\" t=\"str\"><v>{text}</v></c>");
    let apart = format!("{}{}", row(&cell("A2", "a")), row(&cell("B2", "b")));
    assert_eq!(cells(&apart), [["a", "b"].map(text)]);
    let again = format!("{}{}", row(&(cell("A2", "a") + &cell("B2", "b"))), row(&cell("B2", "c")));
    let said = super::said(&refused(workbook_around(&sheet(&again))));
    assert!(said.starts_with("input-damaged: ") && said.contains("the cell B2 stands in it twice"), "{said}");
}

#[test]
fn a_panic_in_the_library_is_an_error_and_prints_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // A sheet that refers to a relation which isn't there.
    let sheet = [&[0x9c, 0x01, 20, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0][..], b"x\0", &[1, 0, 0, 0], b"S\0"].concat();
    let book = parts_of(&[
        ("_rels/.rels", b"<Relationships/>"),
        ("xl/_rels/workbook.bin.rels", b"<Relationships/>"),
        ("xl/workbook.bin", &sheet),
    ]);
    std::fs::write(folder.path().join("a.xlsb"), &book).unwrap();
    let ended = crate::cli::ended(crate::cli::program(folder.path()).args(["check", "a.xlsb"]));
    assert_eq!(ended.code, Some(2));
    assert_eq!(
        ended.stderr,
        "error: a.xlsb: is damaged or cut short: its parts contradict each other\n\
         hint: copy or download it again, or open it in a spreadsheet program and save it as .xlsx\n"
    );
    assert_eq!(refused(book).code(), "input-damaged");
}
