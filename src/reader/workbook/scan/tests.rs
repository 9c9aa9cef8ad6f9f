use super::*;

/// What is found whole is found piecemeal too.
fn checked(text: &str, bounds: &Bounds) -> Result<(), Unreadable> {
    let whole = scanned(text, text.len().max(1), bounds);
    if text.len() < 100_000 {
        for length in 1..5 {
            assert_eq!(scanned(text, length, bounds).is_ok(), whole.is_ok(), "{text} by {length}");
        }
    }
    whole
}

fn scanned(text: &str, length: usize, bounds: &Bounds) -> Result<(), Unreadable> {
    let mut scan = Scan::new(bounds);
    for piece in text.as_bytes().chunks(length) {
        if scan.read(piece)? == Progress::Enough {
            break;
        }
    }
    Ok(())
}

fn small() -> Bounds {
    Bounds { piece: 40, ..Bounds::SHEET }
}

#[test]
fn a_piece_has_bounds_on_both_sides_wherever_it_stands() {
    for (before, after) in [("<c><v>", "</v></c>"), ("<c r=\"", "\"></c>"), ("<!--", "-->"), ("<![CDATA[", "]]>")] {
        let text = |length: usize| format!("<a>{before}{}{after}</a>", "x".repeat(length));
        assert!(checked(&text(25), &small()).is_ok(), "{before}");
        let error = checked(&text(41), &small()).unwrap_err();
        assert!(matches!(error, Unreadable::TooLarge { .. }), "{before}: {error}");
    }
}

#[test]
fn tags_within_a_comment_or_a_quote_are_no_tags() {
    let tags = "<b><b>".repeat(10);
    for text in [format!("<!--{tags}-->"), format!("<![CDATA[{tags}]]>"), format!("<c r=\"{tags}\">")] {
        assert!(matches!(checked(&text, &small()), Err(Unreadable::TooLarge { .. })), "{text}");
    }
}

#[test]
fn a_cell_is_measured_with_all_that_is_in_it() {
    let run = "<r><t>x</t></r>";
    let cell = |times: usize| format!("<x:c t=\"inlineStr\"><is>{}</is></x:c>", run.repeat(times));
    let limit = usize::try_from(LONGEST_PIECE).unwrap() / run.len();
    assert!(checked(&cell(limit - 2), &Bounds::SHEET).is_ok());
    assert!(matches!(checked(&cell(limit + 1), &Bounds::SHEET), Err(Unreadable::TooLarge { .. })));
    let many = "<c><v>1</v></c>".repeat(limit + 1);
    assert!(checked(&many, &Bounds::SHEET).is_ok());
}

#[test]
fn nesting_and_numbers_have_bounds() {
    assert!(checked(&"<a>".repeat(256), &Bounds::SHEET).is_ok());
    assert!(matches!(checked(&"<a>".repeat(257), &Bounds::SHEET), Err(Unreadable::Damaged(_))));
    assert!(checked(&"<a/><b></b>".repeat(300), &Bounds::SHEET).is_ok());
    let few = Bounds { strings: 3, ..Bounds::STRINGS };
    assert!(checked(&format!("<sst uniqueCount=\"3\">{}</sst>", "<si/>".repeat(3)), &few).is_ok());
    assert!(checked(&format!("<sst>{}</sst>", "<si/>".repeat(4)), &few).is_err());
    assert!(checked("<sst uniqueCount = '4'>", &few).is_err());
    assert!(checked("<sst uniqueCount='99999999999999999999999'>", &few).is_err());
}

#[test]
fn what_stands_behind_the_cells_is_not_read() {
    let text = format!("<sheetData></sheetData>{}", "<a>".repeat(1000));
    assert!(checked(&text, &Bounds::SHEET).is_ok());
}

#[test]
fn the_whole_has_bounds_on_both_sides() {
    let bounds = Bounds { total: (10, "10 bytes"), ..Bounds::SHEET };
    assert!(checked("<a></a>123", &bounds).is_ok());
    assert!(matches!(checked("<a></a>1234", &bounds), Err(Unreadable::TooLarge { limit: "10 bytes", .. })));
}
