//! `--metrics`: a text file for node_exporter's textfile collector, written whole at the end.
//!
//! Gauges of the last sitting, so that an alert can ask "when did it last succeed" and "how many
//! rows did not make it"; the collector keeps the history.

use std::io::Write;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::windows::most_in_window;
use super::{ReportError, Summary, Written, atomic};
use crate::model::{Quota, Status};

/// The calls of a batch against its quotas.
#[derive(Debug, Clone, Default)]
pub struct QuotaUse {
    /// The quotas in force.
    pub quotas: Vec<Quota>,
    /// When the calls left, in order, in microseconds.
    pub granted: Vec<i64>,
}

impl QuotaUse {
    /// For each quota, which part of it was taken where most calls came together.
    fn ratios(&self) -> Vec<String> {
        let ratio = |quota: &Quota| {
            let most = most_in_window(&self.granted, quota.window) as f64;
            format!("{{quota=\"{quota}\"}} {}", (most / f64::from(quota.calls) * 1e4).round() / 1e4)
        };
        let quotas = self.quotas.iter().enumerate();
        // One that was given twice has one figure: a collector refuses a file with two.
        quotas.filter(|(index, quota)| !self.quotas[..*index].contains(quota)).map(|(_, quota)| ratio(quota)).collect()
    }
}

/// Writes the metrics of a sitting that ended now. The time of the last success is kept from the
/// file that stands there, if this sitting was none.
///
/// # Errors
/// If the file can't be written; the one that stands there stays.
pub fn write(path: &Path, summary: &Summary, quota_use: &QuotaUse, now: DateTime<Utc>) -> Result<Written, ReportError> {
    let last_success =
        if summary.exit_code == 0 { Some(now.timestamp()) } else { std::fs::read_to_string(path).ok().and_then(last) };
    let text = text(summary, quota_use, now, last_success);
    // Beside one of before, a collector would find each figure twice.
    atomic::replace(path, |file| {
        file.write_all(text.as_bytes()).map_err(|source| ReportError::Write { path: path.to_owned(), source })?;
        Ok(summary.rows)
    })
}

const LAST_SUCCESS: &str = "campaign_scheduler_last_success_timestamp_seconds";

fn last(text: String) -> Option<i64> {
    text.lines().find_map(|line| line.strip_prefix(LAST_SUCCESS)?.trim().parse().ok())
}

fn text(summary: &Summary, quota_use: &QuotaUse, now: DateTime<Utc>, last_success: Option<i64>) -> String {
    let mut out = String::new();
    let mut gauge = |name: &str, help: &str, lines: &[String]| {
        out.push_str(&format!("# HELP {name} {help}\n# TYPE {name} gauge\n"));
        lines.iter().for_each(|line| out.push_str(&format!("{name}{line}\n")));
    };
    let rows: Vec<_> = Status::ALL
        .into_iter()
        .map(|status| format!("{{status=\"{status}\"}} {}", summary.outcomes.of(status)))
        .collect();
    gauge("campaign_scheduler_rows", "Rows of the last batch by status.", &rows);
    let one = |value: String| [format!(" {value}")];
    gauge(
        "campaign_scheduler_calls",
        "Calls of the last batch that were to schedule a row.",
        &one(summary.attempts.to_string()),
    );
    gauge("campaign_scheduler_reads", "Calls of the last batch that only read.", &one(summary.reads.to_string()));
    gauge(
        "campaign_scheduler_elapsed_seconds",
        "Wall time of the last sitting.",
        &one(summary.elapsed_seconds.to_string()),
    );
    gauge(
        "campaign_scheduler_quota_wait_seconds",
        "Part of it in which nothing could be sent for the quota's sake.",
        &one(summary.quota_wait_seconds.to_string()),
    );
    let ratios = quota_use.ratios();
    if !ratios.is_empty() {
        let help = "Most calls of the last batch within any window of the quota, as a part of those allowed.";
        gauge("campaign_scheduler_quota_peak_ratio", help, &ratios);
    }
    gauge(
        "campaign_scheduler_missing_from_sheet",
        "Campaigns that an earlier run of the same sheets scheduled and that are no longer in them.",
        &one(summary.missing_from_sheet.to_string()),
    );
    gauge("campaign_scheduler_exit_code", "Exit code of the last sitting.", &one(summary.exit_code.to_string()));
    gauge(
        "campaign_scheduler_last_run_timestamp_seconds",
        "When the last sitting ended.",
        &one(now.timestamp().to_string()),
    );
    if let Some(last_success) = last_success {
        gauge(LAST_SUCCESS, "When a sitting last ended with exit code 0.", &one(last_success.to_string()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BatchId, Ending, Tally};

    #[test]
    fn the_last_success_outlasts_a_failure() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("campaigns.prom");
        let now: DateTime<Utc> = "2030-01-01T00:00:00Z".parse().unwrap();
        let mut tally = Tally::default();
        tally.add(Status::Scheduled, 3);
        let good = Summary::new(BatchId::new("b1"), tally, &tally, Ending::Finished);
        let quotas: Vec<Quota> = ["4/1m", "3/1h", "4/60s"].map(|quota| quota.parse().unwrap()).to_vec();
        let granted = [0, 10, 69].map(|second| second * 1_000_000).to_vec();
        let quota_use = QuotaUse { quotas, granted };
        write(&path, &good, &quota_use, now).unwrap();
        tally.add(Status::Rejected, 1);
        let bad = Summary::new(BatchId::new("b2"), tally, &tally, Ending::Finished);
        write(&path, &bad, &quota_use, now + chrono::TimeDelta::days(1)).unwrap();
        insta::assert_snapshot!(std::fs::read_to_string(&path).unwrap());
    }
}
