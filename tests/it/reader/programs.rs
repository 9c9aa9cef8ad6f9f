//! Sheets that real programs wrote (`programs/README.md` says which), checked whole: every line of
//! `check --format jsonl`, or why the file is refused.

use std::path::{Path, PathBuf};

use crate::cli::{ended, program};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/reader/programs")
}

fn checked(file: &str, sheet: &[&str]) -> String {
    let home = tempfile::tempdir().unwrap();
    let mut command = program(home.path());
    command.current_dir(folder()).args(["check", "--format", "jsonl"]).args(sheet).arg(file);
    let ended = ended(&mut command);
    format!("{}{}exit code {}", ended.stdout, ended.stderr, ended.code.unwrap())
}

#[test]
fn every_program_s_sheet_is_read_as_a_person_would() {
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".py") && !name.ends_with(".md"))
        .collect();
    files.sort();
    assert_eq!(files.len(), 25, "{files:?}");
    let all: Vec<String> = files.iter().map(|file| format!("--- {file}\n{}\n", checked(file, &[]))).collect();
    insta::assert_snapshot!("programs", all.concat());
}

#[test]
fn the_same_plan_says_the_same_in_every_format() {
    let plan = |file: &str| checked(file, &["--sheet", "Plan"]).replace(file, "plan");
    for program in ["libreoffice", "gnumeric"] {
        let xlsx = plan(&format!("{program}-plan.xlsx"));
        assert!(xlsx.contains("Spring | EU – café"), "{xlsx}");
        for other in ["ods", "xls"] {
            assert_eq!(plan(&format!("{program}-plan.{other}")), xlsx, "{program} {other}");
        }
    }
    // Its XLS and ODS have lost the formats of the numbers.
    assert_eq!(plan("sheetjs-plan.xlsb"), plan("sheetjs-plan.xlsx"));
}

#[test]
fn a_workbook_that_was_cut_short_is_called_so() {
    let home = tempfile::tempdir().unwrap();
    for file in ["libreoffice-plan.xls", "libreoffice-plan.ods", "libreoffice-plan.xlsx", "sheetjs-plan.xlsb"] {
        let whole = std::fs::read(folder().join(file)).unwrap();
        for length in [100, whole.len() / 2, whole.len() * 9 / 10] {
            std::fs::write(home.path().join(file), &whole[..length]).unwrap();
            let ended = ended(program(home.path()).args(["check", file]));
            assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{file} of {length} bytes");
            assert!(ended.stderr.contains("is damaged or cut short"), "{file} of {length} bytes: {}", ended.stderr);
        }
    }
}

#[test]
fn the_template_is_accepted_without_a_warning() {
    let home = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| ended(program(home.path()).args(arguments));
    for name in ["sheet.xlsx", "sheet.csv"] {
        assert_eq!(run(&["template", name]).code, Some(0));
        let checked = run(&["check", "--format", "json", name]);
        assert_eq!((checked.code, checked.stderr.as_str()), (Some(0), ""), "{name}");
        assert!(checked.stdout.contains("\"valid\":2,\"invalid\":0,\"warnings\":0"), "{name}: {}", checked.stdout);
    }
    let path = home.path().join("sheet.csv");
    let filled = std::fs::read_to_string(&path).unwrap().replace("Example: ", "Spring | ");
    std::fs::write(&path, filled).unwrap();
    let checked = run(&["check", "--format", "json", "sheet.csv"]);
    assert!(checked.stdout.contains("\"valid\":2,\"invalid\":0,\"warnings\":0"), "{}", checked.stdout);
}

#[test]
fn a_workbook_with_one_changed_byte_is_damaged_wherever_the_byte_stands() {
    let row = |one: &str, two: &str| format!("<row>{}</row>", [one, two, "end", "interval"].map(cell_of).concat());
    let cells = format!("{}{}", row("campaign_name", "start"), row("Spring", "2030-01-27"));
    let sheet = format!("<worksheet><sheetData>{cells}</sheetData><pageMargins/></worksheet>");
    let strings = "<sst><si><t>Summer</t></si></sst>";
    let parts = [("xl/worksheets/sheet1.xml", sheet.as_bytes()), ("xl/sharedStrings.xml", strings.as_bytes())];
    let whole = super::stored(&super::archive_of(&parts));
    assert_eq!(super::kept(&whole).names(), ["2:Spring"]);
    for (from, to) in [("Spring", "Sprint"), ("2030-01-27", "2031-01-27"), ("Summer", "Simmer"), ("pageM", "pagem")] {
        let at = whole.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
        let mut changed = whole.clone();
        changed[at..at + from.len()].copy_from_slice(to.as_bytes());
        assert_eq!(super::refused(&changed).code(), "input-damaged", "{to}");
    }
}

fn cell_of(text: &str) -> String {
    format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>")
}
