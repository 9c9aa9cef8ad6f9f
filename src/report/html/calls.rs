//! Calls over time against the quota.
//!
//! What counts is how many calls lie in any window of the quota's length, so that is what is drawn,
//! not calls per second: the curve may touch the quota's line and never crosses it. The time of each
//! call is kept (sixteen bytes, with a copy in order), since any coarser count would seem to cross the line where calls come in bursts.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use maud::{Markup, html};

use super::svg::{WIDTH, at, number};
use crate::model::words::{plural, span};
use crate::report::windows::{in_window, micros, most_in_window};

const HEIGHT: f64 = 220.0;
const LEFT: f64 = 48.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 30.0;
/// What takes less is no curve.
const LEAST_MICROS: i64 = 1_000_000;
/// The window where there is no quota.
const MINUTE: Duration = Duration::from_secs(60);

/// The calls of a batch and the quota that binds first.
#[derive(Debug, Clone, Default)]
pub struct Calls {
    micros: Vec<i64>,
    quota: Option<(u64, Duration)>,
}

impl Calls {
    /// No calls yet; at most so many may lie in any window of this length.
    pub const fn new(quota: Option<(u64, Duration)>) -> Self {
        Self { micros: Vec::new(), quota }
    }

    /// A call that left at this time. Any order will do.
    pub fn add(&mut self, time: DateTime<Utc>) {
        self.micros.push(time.timestamp_micros());
    }

    fn window(&self) -> Duration {
        self.quota.map_or(MINUTE, |(_, window)| window)
    }

    fn in_order(&self) -> Vec<i64> {
        let mut times = self.micros.clone();
        times.sort_unstable();
        times
    }
}

/// The section of the report.
pub(super) fn section(calls: &Calls) -> Markup {
    let times = calls.in_order();
    let most = most_in_window(&times, calls.window());
    html! {
        section aria-labelledby="calls" {
            h2 id="calls" { "Calls over time" }
            @if let (Some(&first), Some(&last)) = (times.first(), times.last()) {
                p { (sentence(calls, most, first, last)) }
                @if last - first >= LEAST_MICROS {
                    div.scroll tabindex="0" role="region" aria-label="Calls over time, drawing" {
                        (drawing(calls, &times, most))
                    }
                }
            } @else {
                p { "No call was made." }
            }
        }
    }
}

fn sentence(calls: &Calls, most: i64, first: i64, last: i64) -> String {
    let whole = span(Duration::from_micros(u64::try_from(last - first).unwrap_or(0)));
    let (total, window) = (plural(calls.micros.len() as u64, "call"), span(calls.window()));
    let quota = match calls.quota {
        Some((quota, _)) => format!("the quota allows {quota}"),
        None => "there was no quota".to_owned(),
    };
    format!("{total} within {whole}. At most {most} lay within any {window}; {quota}.")
}

fn drawing(calls: &Calls, times: &[i64], most: i64) -> Markup {
    let quota = calls.quota.and_then(|(quota, _)| i64::try_from(quota).ok());
    let top = number(quota.unwrap_or(0).max(most).max(1)) * 1.1;
    let (start, end) = (times.first().copied().unwrap_or(0), times.last().copied().unwrap_or(0));
    let length = number(end - start).max(1e6);
    let x = |time: i64| LEFT + number(time - start) / length * (WIDTH - LEFT - RIGHT);
    let y = |count: f64| HEIGHT - BOTTOM - count / top * (HEIGHT - TOP - BOTTOM);
    let floor = y(0.0);
    let points = outline(times, calls.window(), x, y);
    html! {
        svg.chart viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(format!("calls within the last {}, over time", span(calls.window()))) {
            path.area d=(format!("M{} {} {points} V{} Z", at(LEFT), at(floor), at(floor))) {}
            line.axis x1=(at(LEFT)) x2=(at(WIDTH - RIGHT)) y1=(at(floor)) y2=(at(floor)) {}
            text x=(at(LEFT - 6.0)) y=(at(floor)) text-anchor="end" { "0" }
            text x=(at(LEFT - 6.0)) y=(at(y(number(most)) + 4.0)) text-anchor="end" { (most) }
            @if let Some(quota) = quota {
                line.limit x1=(at(LEFT)) x2=(at(WIDTH - RIGHT)) y1=(at(y(number(quota)))) y2=(at(y(number(quota)))) {}
                text.limit-word x=(at(WIDTH - RIGHT)) y=(at(y(number(quota)) - 6.0)) text-anchor="end" { "quota: " (quota) }
            }
            @for (time, anchor) in [(start, "start"), (end, "end")] {
                text x=(at(if anchor == "start" { LEFT } else { WIDTH - RIGHT })) y=(at(HEIGHT - 8.0)) text-anchor=(anchor) { (clock(time)) }
            }
        }
    }
}

/// The highest count for each unit of width, as steps; where no call left for a whole window the
/// curve is down at zero.
fn outline(times: &[i64], window: Duration, x: impl Fn(i64) -> f64, y: impl Fn(f64) -> f64) -> String {
    let mut columns: Vec<(f64, i64)> = Vec::new();
    let mut previous = None;
    for (time, count) in in_window(times, window) {
        if let Some(previous) = previous.filter(|previous| time - previous >= micros(window)) {
            columns.push((x(previous + micros(window)).round(), 0));
        }
        previous = Some(time);
        let column = x(time).round();
        match columns.last_mut() {
            Some(last) if last.0 >= column => last.1 = last.1.max(count),
            Some(_) | None => columns.push((column, count)),
        }
    }
    let steps = columns.iter().map(|(column, count)| format!("H{} V{}", at(*column), at(y(number(*count)))));
    steps.collect::<Vec<_>>().join(" ")
}

fn clock(micros: i64) -> String {
    let time = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::microseconds(micros);
    time.format("%H:%M:%S UTC").to_string()
}
