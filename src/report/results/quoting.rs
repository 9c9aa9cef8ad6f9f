//! Cells that a spreadsheet program would run as a formula, made harmless in CSV.
//!
//! A leading `'` keeps the program from running the cell. So that the sign can be taken off again,
//! it is also put before cells that already look like it: then *one* `'` goes before every cell in
//! which a dangerous character follows any number of `'`, and one comes off wherever such a
//! character follows one or more. Plain numbers stay as they are, since people calculate with them.
//!
//! One case stays open. XLSX results have no such sign, their cells being text; if a spreadsheet program
//! saves them as CSV, a name such as `'=x` looks like one that was quoted here, and loses its `'` when
//! that file is handed in. Nothing in such a file tells the two apart.

use std::borrow::Cow;

use crate::model::cell::starts_a_formula;

/// The cell as it is written.
pub fn quoted(cell: &str) -> Cow<'_, str> {
    let is_dangerous = cell.trim_start_matches('\'').starts_with(starts_a_formula);
    if is_dangerous && !is_plain_number(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// `-5`, `+3.2`: a sign, digits, and at most one point among them.
fn is_plain_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, fraction].into_iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the reader does, told anew from the rule that both follow.
    fn unquoted(cell: &str) -> &str {
        let rest = cell.trim_start_matches('\'');
        let had_quotes = rest.len() < cell.len();
        if had_quotes && rest.starts_with(['=', '+', '-', '@', '\t', '\r']) { &cell[1..] } else { cell }
    }

    #[test]
    fn formulas_are_quoted_and_plain_numbers_are_not() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\r=x", "'\r=x"),
            ("-2+3", "'-2+3"),
            ("-", "'-"),
            ("+.", "'+."),
            ("'=1", "''=1"),
            ("''-5", "'''-5"),
            ("'-5", "''-5"),
            ("-5", "-5"),
            ("+3.2", "+3.2"),
            ("'tis", "'tis"),
            ("", ""),
            ("a=b", "a=b"),
        ] {
            assert_eq!(quoted(cell), written, "{cell:?}");
        }
    }

    proptest! {
        #[test]
        fn the_reader_gets_back_what_stood_there(cell in "('{0,3}[=+\\-@\t\r]?.{0,6})|\\PC{0,12}|[-+]?[0-9.]{0,5}") {
            let written = quoted(&cell);
            prop_assert_eq!(unquoted(&written), cell.as_str());
            let runs = written.starts_with(['=', '+', '-', '@', '\t', '\r']);
            prop_assert!(!runs || is_plain_number(&written));
        }
    }
}
