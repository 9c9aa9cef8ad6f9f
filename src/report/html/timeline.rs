//! What was scheduled: which campaign runs when, by week.
//!
//! A bar for each week says how many campaigns run in it; below, a line for each of the first
//! campaigns, so that overlaps are seen. However many rows there are, only these campaigns and one
//! number for each week are kept.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};
use maud::{Markup, html};

use super::svg::{WIDTH, at, number};
use crate::journal::StoredRow;
use crate::model::visible::{on_terminal, shortened};
use crate::model::words::plural;
use crate::model::{Recurrence, Schedule};

/// How many campaigns get a line of their own.
const MOST_LINES: usize = 40;
/// How many weeks are drawn; what runs longer goes out at the right.
const MOST_WEEKS: usize = 78;

/// How many characters of a name have room beside the drawing.
const MOST_CHARACTERS: usize = 32;

const LEFT: f64 = 230.0;
const RIGHT: f64 = 14.0;
const BARS: f64 = 70.0;
const AXIS: f64 = 24.0;
const LINE: f64 = 20.0;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    start: NaiveDateTime,
    end: NaiveDateTime,
    name: String,
    how_often: Recurrence,
}

/// Collects what runs when.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    /// The first campaigns by their start.
    runs: Vec<Run>,
    /// By how much the number of running campaigns changes with each week.
    changes: std::collections::BTreeMap<i32, i64>,
    campaigns: u64,
}

impl Timeline {
    /// Takes a row; only campaigns whose schedule holds count.
    pub(super) fn add(&mut self, row: &StoredRow) {
        let (Some(Schedule::Enable { window, recurrence }), true) = (&row.schedule, row.status.is_good()) else {
            return;
        };
        self.campaigns += 1;
        *self.changes.entry(week_of(window.start.date())).or_default() += 1;
        *self.changes.entry(week_of(window.end.date()).saturating_add(1)).or_default() -= 1;
        let position = self.runs.partition_point(|run| run.start <= window.start);
        if position < MOST_LINES {
            let name = row.campaign.as_ref().map_or("", |name| name.as_str());
            let name = shortened(&on_terminal(name), 200).into_owned();
            self.runs.insert(position, Run { start: window.start, end: window.end, name, how_often: *recurrence });
            self.runs.truncate(MOST_LINES);
        }
    }

    /// The week in which most campaigns run, the first of several, and how many do.
    fn busiest(&self) -> (i32, i64) {
        let (mut running, mut busiest) = (0, (0, 0));
        for (&week, change) in &self.changes {
            running += change;
            if running > busiest.1 {
                busiest = (week, running);
            }
        }
        busiest
    }

    /// How many campaigns run in each week that is drawn, from the first.
    fn by_week(&self) -> Vec<i64> {
        let (Some((&first, _)), Some((&last, _))) = (self.changes.first_key_value(), self.changes.last_key_value())
        else {
            return Vec::new();
        };
        let weeks = usize::try_from(i64::from(last) - i64::from(first)).unwrap_or(0).clamp(1, MOST_WEEKS);
        let mut running = 0;
        (first..)
            .take(weeks)
            .map(|week| {
                running += self.changes.get(&week).copied().unwrap_or(0);
                running
            })
            .collect()
    }
}

/// The section of the report.
pub(super) fn section(timeline: &Timeline) -> Markup {
    let weeks = timeline.by_week();
    html! {
        section aria-labelledby="timeline" {
            h2 id="timeline" { "What runs when" }
            @if let (Some((&first, _)), false) = (timeline.changes.first_key_value(), weeks.is_empty()) {
                p { (sentence(timeline, first)) }
                div.scroll tabindex="0" role="region" aria-label="What runs when, drawing" {
                    (drawing(timeline, &weeks, first))
                }
            } @else {
                p { "No campaign has a schedule from this sheet." }
            }
        }
    }
}

fn sentence(timeline: &Timeline, first: i32) -> String {
    let (busiest, most) = timeline.busiest();
    let lines = timeline.runs.len() as u64;
    let shown = if timeline.campaigns > lines {
        format!(" The drawing names the {lines} that start first; all are counted.")
    } else {
        String::new()
    };
    format!(
        "{} from the week of {}. Busiest: {} in the week of {}. Times as the platform reads them.{shown}",
        plural(timeline.campaigns, "campaign"),
        monday(first).format("%-d %b %Y"),
        plural(u64::try_from(most).unwrap_or(0), "campaign"),
        monday(busiest).format("%-d %b %Y"),
    )
}

fn drawing(timeline: &Timeline, weeks: &[i64], first: i32) -> Markup {
    let count = i64::try_from(weeks.len()).unwrap_or(1);
    let step = (WIDTH - LEFT - RIGHT) / number(count);
    let origin = monday(first);
    let x = |time: NaiveDateTime| {
        let days = number((time - origin.and_time(chrono::NaiveTime::MIN)).num_seconds()) / 86_400.0;
        LEFT + (days / 7.0 * step).clamp(0.0, WIDTH - LEFT - RIGHT)
    };
    let lines = i64::try_from(timeline.runs.len()).unwrap_or(0);
    let height = BARS + AXIS + number(lines) * LINE + 8.0;
    html! {
        svg.chart viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label="campaigns by week" {
            (bars(weeks, step))
            (axis(weeks, first, step, height))
            @for (index, run) in (0..).zip(&timeline.runs) {
                (line(run, BARS + AXIS + number(index) * LINE, &x))
            }
        }
    }
}

fn bars(weeks: &[i64], step: f64) -> Markup {
    let most = number(weeks.iter().copied().max().unwrap_or(1).max(1));
    html! {
        text x="0" y=(at(BARS - 6.0)) { "campaigns per week" }
        text.small x=(at(LEFT - 6.0)) y="24" text-anchor="end" { (most) }
        @for (index, &running) in (0..).zip(weeks) {
            @let height = number(running) / most * (BARS - 20.0);
            rect.bar x=(at(LEFT + number(index) * step + 0.5)) y=(at(BARS - height)) width=(at((step - 1.0).max(0.5))) height=(at(height)) {
                title { (plural(u64::try_from(running).unwrap_or(0), "campaign")) }
            }
            @if step >= 26.0 && running > 0 {
                text.small x=(at(LEFT + (number(index) + 0.5) * step)) y=(at(BARS - height - 4.0)) text-anchor="middle" { (running) }
            }
        }
    }
}

/// The date of each week where there is room for it, and a thin line through all campaigns.
fn axis(weeks: &[i64], first: i32, step: f64, height: f64) -> Markup {
    let mut free_from = 0.0;
    let mut marks = Vec::new();
    for index in 0..i32::try_from(weeks.len()).unwrap_or(0) {
        let left = LEFT + f64::from(index) * step;
        if left >= free_from && left < WIDTH - 50.0 {
            free_from = left + 64.0;
            marks.push((left, monday(first.saturating_add(index)).format("%-d %b %y").to_string()));
        }
    }
    html! {
        @for (left, date) in marks {
            line.grid x1=(at(left)) x2=(at(left)) y1=(at(BARS)) y2=(at(height)) {}
            text.small x=(at(left + 3.0)) y=(at(BARS + 15.0)) { (date) }
        }
    }
}

fn line(run: &Run, top: f64, x: &impl Fn(NaiveDateTime) -> f64) -> Markup {
    let (start, end) = (x(run.start), x(run.end));
    let format = "%Y-%m-%d %H:%M";
    html! {
        g {
            title { (run.name) ": " (run.start.format(format)) " to " (run.end.format(format)) ", " (run.how_often) }
            text x="0" y=(at(top + 14.0)) { (in_the_middle(&run.name)) }
            rect.run x=(at(start)) y=(at(top + 4.0)) width=(at((end - start).max(3.0))) height=(at(LINE - 8.0)) rx="3" {}
        }
    }
}

/// A long name without its middle: names of one series differ at their ends.
fn in_the_middle(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    if characters.len() <= MOST_CHARACTERS {
        return name.to_owned();
    }
    let end = characters.len() - MOST_CHARACTERS / 2;
    let ends = characters[..MOST_CHARACTERS / 2 - 1].iter().chain(['…'].iter()).chain(&characters[end..]);
    ends.collect()
}

/// Weeks from Monday to Sunday, counted.
fn week_of(day: NaiveDate) -> i32 {
    // Day 1 of the common era was a Monday.
    (day.num_days_from_ce() - 1).div_euclid(7)
}

fn monday(week: i32) -> NaiveDate {
    let day = NaiveDate::from_num_days_from_ce_opt(week.saturating_mul(7).saturating_add(1));
    day.unwrap_or(NaiveDate::MAX - Days::new(7))
}

#[cfg(test)]
mod tests {
    use chrono::Weekday;

    use super::*;

    #[test]
    fn weeks_begin_on_mondays() {
        let day = |day: u32| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        assert_eq!(week_of(day(23)), week_of(day(29)));
        assert_eq!(week_of(day(22)) + 1, week_of(day(23)));
        assert_eq!(monday(week_of(day(25))), day(23));
        assert_eq!(monday(0).weekday(), Weekday::Mon);
    }

    #[test]
    fn the_busiest_week_may_come_after_those_that_are_drawn() {
        let long = 2 * i32::try_from(MOST_WEEKS).unwrap();
        let changes = [(3, 1), (5, 1), (6, -1), (long, 2), (long + 1, -3)].into();
        assert_eq!(Timeline { changes, ..Timeline::default() }.busiest(), (long, 3));
        let alike = [(3, 2), (4, -2), (7, 2), (8, -2)].into();
        assert_eq!(Timeline { changes: alike, ..Timeline::default() }.busiest(), (3, 2));
    }
}
