//! What stands below each command's flags: examples, the environment, what the exit codes mean.
//!
//! A paragraph whose first line is a word or two and a colon is a section: the manual page gives it
//! a heading of its own. No line is wider than 80 columns, since what is wider loses its shape.

mod simulate;

pub use simulate::simulate;

/// The environment that the program reads.
pub const ENVIRONMENT: &str = "\
Environment:
  KORE_HOST, KORE_STREAM_ID,
  KORE_ACCOUNT_ID, KORE_IID        the target
  KORE_CLIENT_ID,
  KORE_CLIENT_SECRET               credentials to sign tokens with
  KORE_JWT                         or a ready-made token
  HTTPS_PROXY, NO_PROXY            proxies, never used for loopback
  NO_COLOR                         no colour
  XDG_STATE_HOME, XDG_CONFIG_HOME  where journal and settings file are
  A flag comes first, then the environment, then the settings file, then the
  default.";

/// What the exit codes mean.
pub const EXIT_CODES: &str = "\
Exit codes:
  0    every row is scheduled, disabled or unchanged (check: no problems)
  1    finished, but some rows are invalid, rejected, failed or unknown
       (check: problems)
  2    usage, settings, unreadable input or unusable journal: nothing was sent
  3    stopped early: the rest is pending, and resume goes on
  130, 143, 129
       stopped by Ctrl-C, SIGTERM, SIGHUP: resume goes on";

/// The exit codes of a command that sends nothing.
const QUIET_EXIT_CODES: &str = "\
Exit codes:
  0    done
  2    usage, settings, or a journal that is unusable or lacks what was named";

fn with_all(text: &str) -> String {
    format!("{text}\n\n{ENVIRONMENT}\n\n{EXIT_CODES}")
}

fn with_quiet(text: &str) -> String {
    format!("{text}\n\n{QUIET_EXIT_CODES}")
}

/// Below the program's own help.
pub fn program() -> String {
    with_all(
        "\
Examples:
  campaign-scheduler template campaigns.xlsx        start with a sheet that fits
  campaign-scheduler check campaigns.xlsx           every problem, nothing sent
  campaign-scheduler run campaigns.xlsx --simulate  a rehearsal
  campaign-scheduler run campaigns.xlsx             the real thing, safe to repeat",
    )
}

/// Below `run`.
pub fn run() -> String {
    with_all(
        "\
Examples:
  campaign-scheduler run q1.xlsx --simulate
  campaign-scheduler run q1.xlsx --sheet Launch --timezone Europe/Berlin
  campaign-scheduler run q1.xlsx --results done.xlsx --report q1.html
  campaign-scheduler run q1.csv --quota 40/1m --canary 5 --rejects bad.csv
  other-program | campaign-scheduler run - --yes --format json",
    )
}

/// Below `check`.
pub fn check() -> String {
    with_all(
        "\
Examples:
  campaign-scheduler check q1.xlsx
  campaign-scheduler check q1.xlsx --format jsonl | jq 'select(.problems != [])'
  campaign-scheduler check q1.xlsx --online",
    )
}

/// Below `resume`.
pub fn resume() -> String {
    with_all(
        "\
Examples:
  campaign-scheduler resume                        the latest with rows left
  campaign-scheduler resume BATCH --retry failed,unknown

Target, quotas, pace, concurrency, delivery, --verify and output paths are the
batch's own unless a flag says otherwise; credentials are read again. Nothing to
do is exit code 0 whatever became of its rows; no batch to take is 2.",
    )
}

/// Below `verify`.
pub fn verify() -> String {
    with_all(
        "\
Examples:
  campaign-scheduler verify                        the latest batch
  campaign-scheduler verify BATCH

Every campaign read back is a call and pays quota. The batch's results are
written again afterwards.",
    )
}

/// Below `undo`.
pub fn undo() -> String {
    with_all(
        "\
Example:
  campaign-scheduler undo BATCH

It is a batch of its own, written to <stem>.undo.results.csv. Campaigns that a
later batch changed are spared. Running the sheet again enables them again.",
    )
}

/// Below `history`.
pub fn history() -> String {
    with_quiet(
        "\
Examples:
  campaign-scheduler history
  campaign-scheduler history BATCH
  campaign-scheduler history BATCH --row q1.xlsx:Launch:7
  campaign-scheduler history --prune 90d",
    )
}

/// Below `report`.
pub fn report() -> String {
    with_quiet(
        "\
Examples:
  campaign-scheduler report BATCH                  to the batch's own paths
  campaign-scheduler report BATCH --results q1.xlsx --report q1.html

The exit code is 0 when the files are written, whatever became of the rows.",
    )
}

/// Below `template`.
pub const TEMPLATE: &str = "\
Examples:
  campaign-scheduler template campaigns.xlsx       drop-downs, dates, notes
  campaign-scheduler template campaigns.csv";

/// Below `settings`.
pub fn settings() -> String {
    format!(
        "\
Examples:
  campaign-scheduler settings
  campaign-scheduler settings --profile nightly --format json

Secrets are never shown, only whether they are set and where.

{ENVIRONMENT}"
    )
}

/// Below `completions`.
pub const COMPLETIONS: &str = "\
Examples:
  campaign-scheduler completions bash > \\
    /etc/bash_completion.d/campaign-scheduler
  campaign-scheduler completions zsh > \\
    /usr/local/share/zsh/site-functions/_campaign-scheduler
  campaign-scheduler completions fish > \\
    ~/.config/fish/completions/campaign-scheduler.fish";

/// Below `man`.
pub const MAN: &str = "\
Examples:
  campaign-scheduler man > campaign-scheduler.1
  campaign-scheduler man run > campaign-scheduler-run.1";
