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
    for text in [
        format!("<!--{tags}-->"),
        format!("<![CDATA[{tags}]]>"),
        format!("<c r=\"{tags}\">"),
        format!("<c r='{tags}'>"),
    ] {
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

/// What an error says of the bound.
fn limit(of: Result<(), Unreadable>) -> &'static str {
    match of {
        Err(Unreadable::TooLarge { limit, .. }) => limit,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_piece_may_be_just_as_long_as_its_bound() {
    for (before, after) in [("<a>", "</a>"), ("<a/>", "<b/>"), ("<a></a>", "<!---->")] {
        let text = |length: usize| format!("{before}{}{after}", "x".repeat(length));
        assert!(checked(&text(40), &small()).is_ok(), "{before}");
        assert_eq!(limit(checked(&text(41), &small())), "4 MiB");
    }
    // The bracket that ends a tag counts, as it does for one that comes in several pieces.
    let tag = |length: usize| format!("<{}>", "x".repeat(length));
    assert!(checked(&tag(39), &small()).is_ok());
    assert!(checked(&tag(40), &small()).is_err());
}

#[test]
fn a_cell_may_be_just_as_long_as_its_bound_and_what_is_outside_of_cells_is_no_cell() {
    let most = usize::try_from(LONGEST_PIECE).unwrap();
    let half = format!("<r>{}</r>", "x".repeat(most / 2 - 16));
    let rest = most - 2 * half.len() - "</c>".len();
    let cell = |length: usize| format!("<c>{half}{half}{}</c>", "x".repeat(length));
    assert!(checked(&cell(rest), &Bounds::SHEET).is_ok());
    assert_eq!(limit(checked(&cell(rest + 1), &Bounds::SHEET)), "4 MiB");
    for before in ["<c>1</c>", "<c/>"] {
        assert!(checked(&format!("{before}{half}{half}{half}"), &Bounds::SHEET).is_ok(), "{before}");
    }
    assert!(checked(&cell(rest + 1), &Bounds::OTHER).is_ok(), "only sheets have cells");
    let other = "x".repeat(4 * most);
    assert!(checked(&other, &Bounds::OTHER).is_ok());
    assert_eq!(limit(checked(&format!("{other}x"), &Bounds::OTHER)), "16 MiB");
}

#[test]
fn tags_are_counted_where_they_have_a_bound_and_strings_where_they_are_strings() {
    let three = Bounds { tags: 3, ..Bounds::OTHER };
    assert!(checked("<a><b/></a>", &three).is_ok());
    assert_eq!(limit(checked("<a><b/></a><c/>", &three)), "1,000,000 entries");
    assert!(checked("<si/><sst uniqueCount=\"5000000\">", &Bounds::SHEET).is_ok());
}

#[test]
fn an_instruction_ends_where_it_says_so() {
    assert!(checked(&format!("<?x don't > ?>{}", "<a/>".repeat(20)), &small()).is_ok());
    assert!(checked(&format!("<?x {}", "<a/>".repeat(20)), &small()).is_err());
}

#[test]
fn the_bounds_are_what_their_words_say() {
    let mib = |bounds: &Bounds| (bounds.total.0 >> 20, bounds.total.1, bounds.piece >> 20, bounds.piece % (1 << 20));
    assert_eq!(mib(&Bounds::SHEET), (4_095, "4 GiB", 4, 0));
    assert_eq!(mib(&Bounds::STRINGS), (128, "128 MiB", 128, 0));
    assert_eq!(mib(&Bounds::OTHER), (64, "64 MiB", 16, 0));
}

#[test]
fn what_a_tag_is_called_is_told_without_its_prefix_and_what_follows() {
    for tag in ["c", "/c", "x:c", "/x:c", "c/", "c r='1'", "x:c\tr='a:b'", "x:c/"] {
        assert_eq!(local_name(tag.as_bytes()), b"c", "{tag}");
    }
    assert_eq!(local_name(b"a:b:c"), b"b:c");
}

#[test]
fn a_shared_text_is_named_by_digits_alone() {
    let cell = |value: &str| {
        format!("<row><c r=\"A1\" t=\"s\"><v>7</v></c><x:c t = 's' r='B1'><x:v>{value}</x:v></x:c></row>")
    };
    for value in ["0", "12345678", ""] {
        assert!(checked(&cell(value), &Bounds::SHEET).is_ok(), "{value}");
    }
    for value in [" 5", "5\n", "-1", "1.0", "1x", "abc", "&#53;", "<!--c-->5", "<![CDATA[5]]>", "<?p?>5"] {
        let error = checked(&cell(value), &Bounds::SHEET).unwrap_err();
        assert!(matches!(error, Unreadable::Damaged(_)), "{value}: {error}");
    }
    for other in ["<c t=\"str\"><v>abc</v></c>", "<c t=\"s\"/><c><v>1.5</v></c>", "<c t=\"s\"><f>A1&B1</f><v>7</v></c>"]
    {
        assert!(checked(other, &Bounds::SHEET).is_ok(), "{other}");
    }
    assert!(checked("<si t=\"s\"><v>abc</v></si>", &Bounds::STRINGS).is_ok());
}
