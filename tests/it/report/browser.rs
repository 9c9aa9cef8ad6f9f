//! The HTML report in a real browser: on a phone and on a desk, light and dark, small and large.
//!
//! Tried where Chromium is installed; elsewhere the test says that it was skipped.

use std::path::Path;
use std::process::Command;

use campaign_scheduler::model::{CampaignName, Status};

use super::fixture::{mixed, row, sent};
use super::html::page_of;
use crate::tools::needs;

const PROBE: &str = include_str!("probe.js");
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// What the probe saw of a page.
fn look(browser: &Path, page: &str, width: u32, is_dark: bool) -> serde_json::Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("look.html");
    let quoted = page.replace('&', "&amp;").replace('<', "&lt;");
    let frame = format!("<iframe id=frame style='border:0;height:900px;width:{width}px'></iframe>");
    let held = format!("<textarea id=page hidden>\n{quoted}</textarea>");
    std::fs::write(&path, format!("<!doctype html><meta charset=utf-8>{held}{frame}<script>{PROBE}</script>")).unwrap();
    let flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
                 --disable-component-update --disable-sync --dump-dom";
    let output = Command::new(browser)
        .args(flags.split_whitespace())
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("--blink-settings=preferredColorScheme={}", u8::from(!is_dark)))
        .arg("--window-size=1400,1000")
        .arg(format!("file://{}", path.display()))
        .output()
        .unwrap();
    let page = String::from_utf8_lossy(&output.stdout);
    let title = page.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    let (title, _) =
        title.unwrap_or_else(|| panic!("the probe said nothing: {}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_str(title).unwrap()
}

/// A page with hostile lengths in it, so many rows, and a tenth of them bad.
fn page(rows: u64) -> String {
    let mut all = mixed();
    all[0].campaign = Some(CampaignName::new("unbroken".repeat(40)));
    all[3].message = Some("x".repeat(900));
    for ordinal in all.len() as u64..rows {
        let name = format!("Needle {ordinal}");
        all.push(match ordinal % 10 {
            0 => row(ordinal % 700, &name, Status::Invalid),
            _ => sent(ordinal % 700, &name, Status::Scheduled, 200, "Campaign scheduled"),
        });
        all.last_mut().unwrap().ordinal = ordinal;
    }
    page_of(&all, &[("quota", "60/1m"), ("a setting of some length", &"value".repeat(30))])
}

#[test]
fn the_report_is_usable_in_a_browser() {
    let Some(browser) = needs(&NAMES, "the report in a browser") else { return };
    for (rows, width, is_dark) in [(8, 390, false), (8, 1280, true), (10_000, 390, true), (10_000, 1280, false)] {
        let seen = look(&browser, &page(rows), width, is_dark);
        let number = |name: &str| seen[name].as_f64().unwrap_or_else(|| panic!("{name}: {seen}"));
        let told = |name: &str| {
            let filtered = &seen[name];
            (filtered["here"].as_u64().unwrap(), filtered["shown"].as_str().unwrap().to_owned())
        };
        assert_eq!(number("width"), f64::from(width), "{seen}");
        assert_eq!(number("overflow"), 0.0, "nothing stands out at the side: {seen}");
        assert_eq!(number("requests"), 0.0, "{seen}");
        assert_eq!(number("ground") < 0.2, is_dark, "the colours that the reader asked for: {seen}");
        assert!(number("contrast") >= 4.5, "all words can be read: {seen}");
        let all = if rows > 500 {
            (500, format!("{rows} of {rows} rows, the first 500 of them here"))
        } else {
            (rows, format!("{rows} of {rows} rows"))
        };
        assert_eq!((told("all"), told("again")), (all.clone(), all), "{seen}");
        assert_eq!(number("more"), if rows > 500 { 1_000.0 } else { 8.0 }, "{seen}");
        let bad = 4 + (8..rows).filter(|ordinal| ordinal.is_multiple_of(10)).count() as u64;
        assert!(told("bad").1.starts_with(&format!("{bad} of {rows} rows")), "{seen}");
        assert_eq!(told("searched").0, u64::from(rows > 8), "{seen}");
        for filter in ["all", "searched", "bad", "again"] {
            assert!(told(filter).0 <= 500, "no more rows are laid out than a browser is quick with: {seen}");
        }
        eprintln!("{rows} rows, {width} wide, dark {is_dark}: {seen}");
    }
}
