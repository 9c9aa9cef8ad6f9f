//! Promise 9: a row means the same wherever it stands, and when it comes back from a results or
//! rejects file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::desk::{Desk, Told};

const NAMES: [&str; 14] = [
    "Spring",
    "Frühling | EU",
    "=SUM(A1)",
    "'quoted",
    "''=twice",
    "+49 call",
    "-5",
    "+3.2",
    "@home",
    "a;b",
    "say \"hi\"",
    "a, b",
    "\u{202a}odd",
    "0042",
];
const STARTS: [&str; 6] =
    ["2030-01-10 09:00", "2030-01-10", "27/01/2030", "3 Feb 2030 2:30 pm", "2030-01-10T09:00:00", "03.02.2030 08:00"];
const INTERVALS: [&str; 7] = ["1", "2.0", "daily", "weekly", "every 2 weeks", "Mon/Wed/Fri", "weekends"];

#[derive(Debug, Clone)]
struct Line {
    name: String,
    start: usize,
    interval: usize,
}

type Keys = BTreeMap<String, [u8; 16]>;

fn sheet(desk: &Desk, lines: &[Line]) -> PathBuf {
    let mut text = "Notes,Campaign,Start,End,Repeat every\n".to_owned();
    for line in lines {
        let name = line.name.replace('"', "\"\"");
        let (start, interval) = (STARTS[line.start], INTERVALS[line.interval]);
        text.push_str(&format!("=note,\"{name}\",{start},2031-06-30 18:00,{interval}\n"));
    }
    desk.file("sheet.csv", &text)
}

/// What the rows of this file mean; writes results and rejects of both kinds.
fn keys(desk: &mut Desk, path: &Path) -> (Keys, Vec<PathBuf>) {
    let batch = desk.read(&[path]);
    let of = |told: &Told| (told.campaign.clone(), told.key.unwrap_or_else(|| panic!("{told:?}")));
    (batch.rows.iter().map(of).collect(), batch.files)
}

fn play(seed: u64) {
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut desk = Desk::new();
    let mut names = NAMES.to_vec();
    rng.shuffle(&mut names);
    let mut line = |name: &str| Line {
        name: name.to_owned(),
        start: rng.usize(0..STARTS.len()),
        interval: rng.usize(0..INTERVALS.len()),
    };
    let mut lines: Vec<Line> = names[..10].iter().map(|name| line(name)).collect();
    let added: Vec<Line> = names[10..].iter().map(|name| line(name)).collect();
    let sheet = sheet(&desk, &lines);
    let (before, written) = keys(&mut desk, &sheet);
    assert_eq!(before.len(), lines.len());
    for path in written {
        let (again, written) = keys(&mut desk, &path);
        assert_eq!(again, before, "seed {seed}: {} fed back", path.display());
        let (twice, _) = keys(&mut desk, &written[usize::from(seed.is_multiple_of(2))]);
        assert_eq!(twice, before, "seed {seed}: {} fed back twice", path.display());
    }
    rng.shuffle(&mut lines);
    lines[0].interval = (lines[0].interval + 3) % INTERVALS.len();
    let mended = lines[0].name.clone();
    for line in added {
        lines.insert(rng.usize(0..=lines.len()), line);
    }
    let sheet = self::sheet(&desk, &lines);
    let (after, _) = keys(&mut desk, &sheet);
    for (campaign, key) in &before {
        let is_same = after[campaign] == *key;
        assert_eq!(
            is_same,
            *campaign != mended,
            "seed {seed}: {campaign} after inserting, sorting and mending {mended}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn row_keys_survive_sorting_inserting_mending_and_the_way_through_results() {
    (0..3).for_each(play);
}
