//! The page around the rows.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::table::{badge, text};
use super::{Gathered, Page, calls, timeline};
use crate::journal::BatchKind;
use crate::model::words::plural;
use crate::model::{Status, Tally};
use crate::report::causes::{Cause, Location};
use crate::report::summary::verdict::verdict;
use crate::report::summary::wording::meaning;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");
/// Nothing is loaded from anywhere, whatever stands in the page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; \
                      form-action 'none'";
/// How many causes are listed.
const MOST_CAUSES: usize = 50;

/// Everything up to the first row of the table.
pub(super) fn before_the_rows(page: &Page<'_>, gathered: &Gathered) -> String {
    let is_one_sheet = page.batch.inputs.len() == 1;
    let whole = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Campaigns: " (page.batch.id) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#rows" { "Skip to the rows" }
                (heading(page, gathered))
                main {
                    (counts(&gathered.tally))
                    (ways(gathered))
                    // An undo's rows have no schedules; those that it couldn't take away are another batch's.
                    @if page.batch.kind == BatchKind::Run {
                        (timeline::section(&gathered.timeline))
                    }
                    (causes("What did not make it", "problems", &gathered.causes.problems(), is_one_sheet))
                    (causes("Warnings", "warnings", &gathered.causes.warnings(), is_one_sheet))
                    (calls::section(&page.calls))
                    (settings(page))
                    (rows_heading(&gathered.tally))
                }
            }
        }
    };
    cut_at_the_end(whole.0)
}

/// Everything after the last row.
pub(super) fn after_the_rows(left_out: u64) -> String {
    let rest = html! {
        button id="more" type="button" hidden { "Show more rows" }
        @if left_out > 0 {
            p { (plural(left_out, "more row")) " in the results file; a browser can't show so many." }
        }
        script { (PreEscaped(SCRIPT)) }
    };
    format!("</tbody></table>{}</section></main></body></html>\n", rest.0)
}

/// The table stays open for its rows: maud closes what it opened, so the ends are cut off again.
fn cut_at_the_end(mut whole: String) -> String {
    const END: &str = "</tbody></table></section></main></body></html>";
    if whole.ends_with(END) {
        whole.truncate(whole.len() - END.len());
    }
    whole
}

fn heading(page: &Page<'_>, gathered: &Gathered) -> Markup {
    let host = &page.batch.target.host;
    let verdict = verdict(page.batch.kind, &gathered.tally, &gathered.counted, page.ending, host.is_simulated());
    let sources: Vec<_> = page.batch.inputs.iter().map(|input| text(&input.source)).collect();
    html! {
        header {
            p.dim { (sources.join(", ")) " · batch " (page.batch.id) " · " (page.batch.created_at.format("%-d %b %Y, %H:%M UTC")) }
            h1 { (verdict) }
        }
    }
}

fn counts(tally: &Tally) -> Markup {
    html! {
        section aria-label="Counts" {
            ul.counts {
                @for status in Status::ALL.into_iter().filter(|status| tally.of(*status) > 0) {
                    li { b { (tally.of(status)) } (badge(status)) span.dim { (meaning(status)) } }
                }
            }
        }
    }
}

/// Whoever wants to know what to do next needn't pass the drawing first.
fn ways(gathered: &Gathered) -> Markup {
    html! {
        nav aria-label="On this page" {
            @if !gathered.causes.problems().is_empty() { a href="#problems" { "What did not make it" } " " }
            @if !gathered.causes.warnings().is_empty() { a href="#warnings" { "Warnings" } " " }
            a href="#rows" { "All rows" }
        }
    }
}

fn causes(title: &str, id: &str, causes: &[&Cause], is_one_sheet: bool) -> Markup {
    html! {
        @if !causes.is_empty() {
            section aria-labelledby=(id) {
                h2 id=(id) { (title) }
                ul.causes {
                    @for cause in causes.iter().take(MOST_CAUSES) {
                        li {
                            p {
                                b { (cause.count) " × " } (text(&cause.told())) " "
                                @if let Some(status) = cause.status { (badge(status)) }
                            }
                            @if !cause.hint.is_empty() { p { "What to do: " (text(&cause.hint)) } }
                            p.dim { (places(cause, is_one_sheet)) }
                        }
                    }
                }
                @if causes.len() > MOST_CAUSES {
                    p { "And " (plural((causes.len() - MOST_CAUSES) as u64, "kind")) " more; each row below says its own." }
                }
            }
        }
    }
}

fn places(cause: &Cause, is_one_sheet: bool) -> String {
    let written = |spot: &Location| if is_one_sheet { spot.in_sheet() } else { spot.to_string() };
    let shown: Vec<_> = cause.places.iter().map(|spot| text(&written(spot))).collect();
    let rest = cause.count.saturating_sub(shown.len() as u64);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("In {}{more}", shown.join(", "))
}

fn rows_heading(tally: &Tally) -> Markup {
    html! {
        section aria-labelledby="rows" {
            h2 id="rows" { "All rows" }
            div.controls hidden {
                label { "Search " input id="search" type="search" autocomplete="off" placeholder="name, row, message"; }
                label { "Status "
                    select id="status" {
                        option value="" { "all" }
                        option value="!" { "did not make it" }
                        @for status in Status::ALL.into_iter().filter(|status| tally.of(*status) > 0) {
                            option value=(status) { (status) }
                        }
                    }
                }
                span id="shown" role="status" aria-live="polite" {}
            }
            table role="table" aria-labelledby="rows" {
                thead role="rowgroup" {
                    tr role="row" {
                        @for name in ["Row", "Campaign", "Schedule", "Status", "What happened"] {
                            th role="columnheader" scope="col" { (name) }
                        }
                    }
                }
                tbody id="table" role="rowgroup" {}
            }
        }
    }
}

fn settings(page: &Page<'_>) -> Markup {
    let target = &page.batch.target;
    let facts =
        [("platform", target.host.as_str()), ("account", target.account.as_str()), ("stream", target.stream.as_str())];
    let named = facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    html! {
        section aria-labelledby="settings" {
            h2 id="settings" { "Settings in force" }
            dl.settings {
                @for (name, value) in named.chain(page.settings.iter().cloned()) {
                    div { dt { (text(&name)) } dd { (text(&value)) } }
                }
            }
        }
    }
}
