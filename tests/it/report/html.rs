use std::path::Path;
use std::time::Duration;

use campaign_scheduler::journal::StoredRow;
use campaign_scheduler::model::{CampaignName, Ending, Status};
use campaign_scheduler::report::html::calls::Calls;
use campaign_scheduler::report::html::{Page, write_to};

use super::fixture::{batch, later, mixed, not_a_date, row, sent, text};

pub(super) fn page_of(rows: &[StoredRow], settings: &[(&str, &str)]) -> String {
    let batch = batch(rows);
    let mut calls = Calls::new(Some((60, Duration::from_secs(60))));
    rows.iter().filter_map(|row| row.submitted_at).for_each(|time| calls.add(time));
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let page = Page { batch: &batch, ending: Ending::Finished, calls, settings };
    let mut out = Vec::new();
    let told = write_to(&mut out, Path::new("r.html"), &page, &rows.to_vec()).unwrap();
    assert_eq!(told, rows.len() as u64);
    String::from_utf8(out).unwrap()
}

/// Between `<tbody` and `</tbody>`, how many rows there are.
fn table_rows(page: &str) -> usize {
    let table = page.split_once("<tbody").unwrap().1.split_once("</tbody>").unwrap().0;
    table.matches("<tr role=\"row\"").count()
}

#[test]
fn the_page_tells_every_row_once_and_is_closed_properly() {
    let page = page_of(&mixed(), &[("quota", "60/1m")]);
    assert_eq!(table_rows(&page), 8);
    for end in ["</tbody>", "</table>", "</main>", "</body>", "</html>"] {
        assert_eq!(page.matches(end).count(), 1, "{end}");
    }
    assert!(page.ends_with("</main></body></html>\n"));
    assert!(page.contains("4 of 8 rows are as the sheet wants"));
    assert!(page.contains("<dt>quota</dt><dd>60/1m</dd>"));
}

#[test]
fn rows_that_a_later_batch_took_over_are_not_still_to_be_sent() {
    let rows: Vec<_> =
        (0..3).map(|ordinal| StoredRow { taken_over_by: later(), ..row(ordinal, "x", Status::Pending) }).collect();
    let page = page_of(&rows, &[]);
    assert!(page.contains("3 were taken over by a later batch"), "{page}");
    assert!(!page.contains("still to be sent"), "{page}");
}

#[test]
fn the_platforms_words_are_not_our_advice() {
    let said = "Not allowed; ask your admin: now";
    let mut refused = sent(0, "x", Status::Rejected, 400, said);
    refused.error = Some(format!("rejected: the platform said \"{said}\"; mend the row and run the sheet again"));
    let mut lost = sent(1, "y", Status::Unknown, 503, "Down; back at 5: maybe");
    lost.error = Some(
        "unknown: given up after 2 calls, and one may have taken effect (Down; back at 5: maybe); run the sheet again"
            .to_owned(),
    );
    let page = page_of(&[refused.clone(), lost], &[]);
    assert!(page.contains("mend the row and run the sheet again"), "{page}");
    for cut in ["ask your admin: now&quot;; mend", "What to do: ask", "effect (Down<", "back at 5: maybe); run"] {
        assert!(!page.replace("</b> ", "").contains(&format!("What to do: {cut}")), "{cut}: {page}");
    }
    let causes = page.split_once("What to do").map(|(_, rest)| rest.chars().take(80).collect::<String>());
    assert!(!causes.unwrap_or_default().contains("ask your admin"), "{page}");
    refused.taken_over_by = later();
    let error = campaign_scheduler::report::columns::error(&refused).unwrap();
    assert!(
        error.starts_with("rejected: the platform said \"Not allowed; ask your admin: now\"; batch later took"),
        "{error}"
    );
}

#[test]
fn the_page_reaches_for_nothing() {
    let page = page_of(&mixed(), &[]);
    for loader in [" src=", "<link", "@import", "url(", "fetch(", "<img", "<iframe", "XMLHttpRequest"] {
        assert!(!page.contains(loader), "{loader}");
    }
}

#[test]
fn hostile_values_are_text_and_nothing_else() {
    let attack =
        "</title></script><script>alert(1)</script><img src=x onerror=alert(1)>\"' onload=\"x\u{202e}\u{1b}[2J";
    let clean = page_of(&[sent(0, "x", Status::Scheduled, 200, "x"), row(1, "x", Status::Invalid)], &[("a", "b")]);
    let mut first = sent(0, attack, Status::Scheduled, 200, attack);
    first.campaign = Some(CampaignName::new(attack));
    first.id = Some(campaign_scheduler::model::CampaignId::new(attack));
    first.place.source = attack.into();
    let mut second = row(1, attack, Status::Invalid);
    second.error = Some(attack.to_owned());
    second.cells[1] = text(attack);
    second.problems = vec![not_a_date(3, attack)];
    second.warnings = vec![not_a_date(3, attack)];
    let page = page_of(&[first, second], &[(attack, attack)]);
    for mark in ["<script", "</script", "<img", "</title"] {
        assert_eq!(page.matches(mark).count(), clean.matches(mark).count(), "{mark}");
    }
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;&quot;"));
    let is_hidden = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!page.contains(is_hidden));
}

#[test]
fn the_table_ends_but_what_did_not_make_it_goes_on() {
    let rows: Vec<_> = (0..20_010)
        .map(|ordinal| row(ordinal, "x", if ordinal == 20_005 { Status::Rejected } else { Status::Unchanged }))
        .collect();
    let page = page_of(&rows, &[]);
    assert_eq!(table_rows(&page), 20_001);
    assert!(page.contains("9 more rows in the results file"));
}

#[test]
fn an_empty_batch_has_a_page_too() {
    let page = page_of(&[], &[]);
    assert!(page.contains("nothing to do"));
    assert!(page.contains("No call was made."));
}
