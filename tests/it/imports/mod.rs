//! Which module may import which, and which outside library one module alone uses. An import that isn't in the table
//! is a mistake in the design or in the code, and this test makes it visible on the day it is made.

mod paths;
mod strip;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What any module may name: the points at which tests stop the program, empty in a release.
const ANYWHERE: &str = "failpoint";

/// What the table has no line for: the program's two roots.
const ROOTS: [(&str, &[&str]); 2] = [("main", &["cli"]), ("lib", &[])];

/// Each module of `src/` and what it may import, as the table on the crate's front page has it.
fn may_import() -> BTreeMap<String, BTreeSet<String>> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let (_, section) = page.split_once("//! # The modules\n").unwrap();
    let is_line = |line: &&str| line.starts_with("//! |");
    let lines = section.lines().skip_while(|line| !is_line(line)).take_while(is_line).skip(2);
    let table: Vec<Vec<&str>> = lines.map(|line| line.split('|').skip(1).collect()).collect();
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
    let modules: BTreeSet<String> = table.iter().flat_map(|line| names(line[0])).collect();
    let imports = |cell: &str| if cell.trim() == "all" { modules.clone() } else { names(cell) };
    let told = table.iter().flat_map(|line| names(line[0]).into_iter().map(|module| (module, imports(line[2]))));
    let roots = ROOTS.iter().map(|(root, may)| ((*root).to_owned(), may.iter().map(|&name| name.to_owned()).collect()));
    told.chain(roots).collect()
}

/// Each outside library that has a home, and its home: other modules don't name it.
const HOMES: &[(&str, &str)] = &[
    ("csv", "report"),
    ("calamine", "reader"),
    ("encoding_rs", "reader"),
    ("quick_xml", "reader"),
    ("rust_xlsxwriter", "report"),
    ("reqwest", "platform"),
    ("rusqlite", "journal"),
    ("governor", "dispatch"),
    ("indicatif", "progress"),
    ("axum", "simulator"),
    ("clap", "cli"),
    ("terminal_size", "cli"),
    ("anyhow", "cli"),
];

/// A source file as the test sees it.
struct Source {
    path: String,
    /// The top-level module that it belongs to.
    module: String,
    /// Its module path below the crate, such as `[reader, values, zone]`.
    modules: Vec<String>,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    files.iter().map(|path| source(&root, path)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn source(root: &Path, path: &Path) -> Source {
    let below = path.strip_prefix(root).unwrap().with_extension("");
    let mut modules: Vec<String> =
        below.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    modules.pop_if(|last| last == "mod");
    let text = strip::comments_and_strings(&fs::read_to_string(path).unwrap());
    let path = path.strip_prefix(root).unwrap().display().to_string().replace('\\', "/");
    Source { path, module: modules[0].clone(), modules, text }
}

#[test]
fn modules_import_what_the_table_allows() {
    let may_import = may_import();
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(allowed) = may_import.get(&source.module) else {
            wrong.push(format!("src/{}: {} is no module of the table", source.path, source.module));
            continue;
        };
        for other in paths::modules_named(&source.text, &source.modules) {
            let is_edge = may_import.contains_key(&other) && other != source.module && other != ANYWHERE;
            if is_edge && !allowed.contains(&other) {
                wrong.push(format!("src/{}: {} must not import {other}", source.path, source.module));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_outside_library_has_one_home() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (library, home) in HOMES {
            if source.module != *home && paths::names_library(&source.text, library) {
                wrong.push(format!("src/{}: {library} lives in {home}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn edges_are_found_however_they_are_written() {
    let modules: Vec<String> = ["reader", "values", "zone"].map(str::to_owned).to_vec();
    let found = |text: &str| paths::modules_named(&strip::comments_and_strings(text), &modules);
    let none: BTreeSet<String> = BTreeSet::new();
    let only = |name: &str| BTreeSet::from([name.to_owned()]);
    assert_eq!(found("use crate::journal::Row;"), only("journal"));
    assert_eq!(found("pub use crate :: journal;"), only("journal"));
    assert_eq!(found("use crate::{model::{Cell, Row}, journal};").len(), 2);
    assert_eq!(found("let x = crate::journal::open();"), only("journal"));
    assert_eq!(found("use super::super::super::journal::Row;"), only("journal"));
    assert_eq!(found("use campaign_scheduler::journal::Row;"), only("journal"));
    assert_eq!(found("use super::journal::Row;"), none);
    assert_eq!(found("// crate::journal\nlet x = \"crate::journal\"; /* crate::journal */"), none);
    assert_eq!(found("let quote = '\"'; use crate::journal; let quote = '\"';"), only("journal"));
}

#[test]
fn libraries_are_told_from_modules_of_the_same_name() {
    assert!(paths::names_library("use csv::Reader;", "csv"));
    assert!(paths::names_library("let r = ::csv::Reader::new();", "csv"));
    assert!(paths::names_library("fn f(e: csv::Error) {}", "csv"));
    assert!(!paths::names_library("use super::results::csv::write;", "csv"));
    assert!(!paths::names_library("use crate::report::{csv::write, html};", "csv"));
    assert!(!paths::names_library("let my_csv::x = 1;", "csv"));
}
