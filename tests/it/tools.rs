//! Programs of the machine that some tests need: where one is missing, they pass and show nothing.

use std::io::Write as _;
use std::path::PathBuf;

/// Names what `.ci/run` couldn't get for the tests.
const LACKING: &str = "CAMPAIGN_SCHEDULER_TESTS_LACK";

/// Where the first of these programs lies. If there is none, that is told with what isn't shown then.
pub fn needs(names: &[&str], not_shown: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let files = |name: &&str| {
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|path| path.is_file())
    };
    let found = names.iter().find_map(files);
    if found.is_none() {
        lacks(names[0], not_shown);
    }
    found
}

/// Tells that something is missing, on stderr itself: of what a test prints, the harness shows nothing if it passes. A
/// build service with Linux has all, or its script has said what it can't have.
pub fn lacks(what: &str, not_shown: &str) {
    let is_known = std::env::var(LACKING).is_ok_and(|lacking| lacking.split_whitespace().any(|known| known == what));
    let must_be_here = cfg!(target_os = "linux") && std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(is_known || !must_be_here, "{what} isn't here, and {LACKING} doesn't name it: not shown: {not_shown}");
    let _ = writeln!(std::io::stderr(), "SKIPPED: {what} isn't here; not shown: {not_shown}");
}
