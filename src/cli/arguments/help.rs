//! What stands below each command's flags: examples, and what the exit codes mean.

use crate::cli::simulate::SWITCHES;

/// The environment that the program reads.
pub const ENVIRONMENT: &str = "\
Environment:
  KORE_HOST, KORE_STREAM_ID, KORE_ACCOUNT_ID, KORE_IID      the target
  KORE_CLIENT_ID, KORE_CLIENT_SECRET                        credentials to sign tokens with
  KORE_JWT                                                  or a ready-made token
  HTTPS_PROXY, NO_PROXY                                     proxies, never used for loopback
  NO_COLOR                                                  no colour
  XDG_STATE_HOME, XDG_CONFIG_HOME                           where journal and settings file are
A flag comes first, then the environment, then the settings file, then the default.";

/// What the exit codes mean.
pub const EXIT_CODES: &str = "\
Exit codes:
  0    every row is scheduled, disabled or unchanged (check: no problems)
  1    finished, but some rows are invalid, rejected, failed or unknown (check: problems)
  2    usage, settings, unreadable input or unusable journal: nothing was sent
  3    stopped early: the rest is pending, and resume goes on
  130, 143, 129    stopped by Ctrl-C, SIGTERM, SIGHUP: resume goes on";

/// Below the program's own help.
pub fn program() -> String {
    format!(
        "Examples:
  campaign-scheduler template campaigns.xlsx             start with a sheet that fits
  campaign-scheduler check campaigns.xlsx                every problem, nothing sent
  campaign-scheduler run campaigns.xlsx --simulate       a rehearsal
  campaign-scheduler run campaigns.xlsx                  the real thing; safe to repeat

{ENVIRONMENT}

{EXIT_CODES}"
    )
}

/// Below `run`.
pub fn run() -> String {
    format!(
        "Examples:
  campaign-scheduler run q1.xlsx --simulate
  campaign-scheduler run q1.xlsx --sheet Launch --timezone Europe/Berlin --report q1.html
  campaign-scheduler run q1.csv --quota 40/1m --canary 5 --rejects q1.rejects.csv
  other-program | campaign-scheduler run - --yes --format json

{ENVIRONMENT}

{EXIT_CODES}"
    )
}

/// Below `check`.
pub fn check() -> String {
    format!(
        "Examples:
  campaign-scheduler check q1.xlsx
  campaign-scheduler check q1.xlsx --format jsonl | jq 'select(.problems != [])'
  campaign-scheduler check q1.xlsx --online

{EXIT_CODES}"
    )
}

/// Below `resume`.
pub const RESUME: &str = "\
Examples:
  campaign-scheduler resume                            the latest batch with rows left
  campaign-scheduler resume BATCH --retry failed,unknown

Target, quotas, pace, concurrency, delivery, --verify and output paths are the batch's own unless a
flag says otherwise; credentials are read again. Nothing to do is exit code 0, no batch to take is 2.";

/// Below `verify`.
pub const VERIFY: &str = "\
Examples:
  campaign-scheduler verify                            the latest batch
  campaign-scheduler verify BATCH

Every campaign read back is a call and pays quota. The batch's results are written again afterwards.";

/// Below `undo`.
pub const UNDO: &str = "\
Example:
  campaign-scheduler undo BATCH

It is a batch of its own, written to <stem>.undo.results.csv. Campaigns that a later batch changed are
spared. Running the sheet again enables them again.";

/// Below `history`.
pub const HISTORY: &str = "\
Examples:
  campaign-scheduler history
  campaign-scheduler history BATCH
  campaign-scheduler history BATCH --row q1.xlsx:Launch:7
  campaign-scheduler history --prune 90d";

/// Below `report`.
pub const REPORT: &str = "\
Examples:
  campaign-scheduler report BATCH                      to the batch's own paths
  campaign-scheduler report BATCH --results q1.xlsx --report q1.html

The exit code is 0 when the files are written, whatever became of the rows.";

/// Below `template`.
pub const TEMPLATE: &str = "\
Examples:
  campaign-scheduler template campaigns.xlsx           with drop-downs, date formats and notes
  campaign-scheduler template campaigns.csv";

/// What a fault does, each with an example that can be typed.
const FAULT_ACTIONS: &[(&str, &str)] = &[
    ("status=503", "answers so; body=TEXT with it sets the body, after lets the call take effect first"),
    ("delay=2s", "answers so much later; beside another action it delays that one"),
    ("hang", "never answers; hang,after takes effect"),
    ("reset", "resets the connection; reset-after does so after the effect"),
    ("half", "sends half of the answer, after the effect"),
    ("endless", "sends an answer without end, after the effect"),
    ("garbage", "answers 200 with what is no JSON, after the effect"),
    ("redirect=https://example.com/", "answers 302; redirect=URL,after takes effect"),
    ("unauthorized", "answers as to a wrong token"),
    ("rate-limit=30", "answers as over quota, here with Retry-After: 30; or rate-limit alone"),
];

/// Which calls a fault strikes.
const FAULT_SELECTORS: &[(&str, &str)] = &[
    ("campaign='Spring, EU'", "those that name this campaign, or its id"),
    ("route=schedule", "those of one kind: schedule, campaign, status, listing"),
    ("between=10s..40s", "those in this span since the start; 10s.. from then on"),
    ("call=3..5", "of these, by number from 1; call=3, call=3.."),
    ("every=4", "of those, each fourth"),
    ("probability=0.1", "of those, so many by chance, the same ones for the same seed"),
];

/// Below `simulate`.
pub fn simulate() -> String {
    let list = |entries: &[(&str, &str)]| {
        let lines = entries.iter().map(|(written, says)| format!("  {written:30} {says}\n"));
        lines.collect::<String>()
    };
    let switches = SWITCHES.map(|switch| (format!("{}={}", switch.name, switch.takes), switch.decides));
    let switches: Vec<_> = switches.iter().map(|(written, says)| (written.as_str(), *says)).collect();
    format!(
        "Examples:
  campaign-scheduler simulate --listen 127.0.0.1:8080 --quota 60/1m --latency 50ms
  campaign-scheduler simulate --campaigns q1.xlsx --fault status=503,between=10s..40s
  campaign-scheduler simulate --fault reset-after,every=10 --fault night.toml

It prints one line, listening on http://127.0.0.1:PORT, when it is ready, and ends with Ctrl-C.
GET /_sim/state shows what it holds, GET /_sim/calls what it received.

Faults: an action and its selectors with commas between. A TOML file holds a list of them:
faults = [\"status=503,call=3..5\", \"hang,every=20\"]. The first fault that picks a call acts on it.
{}
{}
Switches: what the platform's documentation leaves open, and how it stands if nobody turns it.
{}",
        list(FAULT_ACTIONS),
        list(FAULT_SELECTORS),
        list(&switches).trim_end()
    )
}

/// Below `settings`.
pub const SETTINGS: &str = "\
Examples:
  campaign-scheduler settings
  campaign-scheduler settings --profile nightly --format json

Secrets are never shown, only whether they are set and where.";

/// Below `completions`.
pub const COMPLETIONS: &str = "\
Example:
  campaign-scheduler completions bash > /etc/bash_completion.d/campaign-scheduler";

/// Below `man`.
pub const MAN: &str = "\
Examples:
  campaign-scheduler man > campaign-scheduler.1
  campaign-scheduler man run > campaign-scheduler-run.1";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::Fault;

    #[test]
    fn every_fault_that_is_shown_can_be_typed() {
        for (action, _) in FAULT_ACTIONS {
            assert!(action.parse::<Fault>().is_ok(), "{action}");
        }
        for (selector, _) in FAULT_SELECTORS {
            assert!(format!("reset,{selector}").parse::<Fault>().is_ok(), "{selector}");
        }
        for also in ["hang,after", "redirect=http://x/,after", "rate-limit", "reset,call=3", "reset,between=10s.."] {
            assert!(also.parse::<Fault>().is_ok(), "{also}");
        }
    }
}
