//! The sheet of a history: its lines, what an editor does to them, and the file.

use std::fmt::Write as _;

use campaign_scheduler::reader::Input;

use super::House;

/// A line of the sheet.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) campaign: String,
    /// On which of the days it starts; `None` disables it.
    pub(super) day: Option<usize>,
    pub(super) broken: bool,
}

/// Starts that lie behind, near and far at 2029-12-01, when histories begin.
pub(super) const DAYS: [&str; 6] = ["2029-12-01", "2029-12-03", "2029-12-20", "2030-02-01", "2030-06-01", "2031-01-01"];

impl House {
    pub(super) fn line(&mut self, campaign: String) -> Line {
        let day = (self.rng.u32(0..6) > 0).then(|| self.rng.usize(1..DAYS.len()));
        Line { campaign, day, broken: self.rng.u32(0..12) == 0 }
    }

    pub(super) fn edit(&mut self) {
        let count = self.sheet.len();
        let at = if count == 0 { 0 } else { self.rng.usize(0..count) };
        match self.rng.u32(0..10) {
            0 | 1 => {
                let name = format!("c{}", self.rng.u32(0..14));
                let line = self.line(name);
                self.sheet.insert(at, line);
            }
            _ if count == 0 => {}
            2 => drop(self.sheet.remove(at)),
            3 => self.rng.shuffle(&mut self.sheet),
            4 | 5 => self.sheet[at].day = Some(self.rng.usize(1..DAYS.len())),
            6 => {
                let twin = self.sheet[at].clone();
                self.sheet.push(twin);
            }
            7 => self.sheet[at].day = None,
            8 => self.sheet[at].broken = !self.sheet[at].broken,
            _ => {
                let name = self.sheet[at].campaign.clone();
                let is_lower = name.starts_with('c');
                self.sheet[at].campaign = if is_lower { name.to_uppercase() } else { name.to_lowercase() };
            }
        }
    }

    pub(super) fn write_sheet(&self) -> Input {
        let mut text = "campaign_name,start,end,interval,action\n".to_owned();
        for line in &self.sheet {
            let interval = if line.broken { "often" } else { "daily" };
            match line.day {
                Some(day) => {
                    writeln!(text, "{},{} 09:00,2035-01-01 09:00,{interval},enable", line.campaign, DAYS[day]).unwrap();
                }
                None => {
                    writeln!(text, "{},,,,{}", line.campaign, if line.broken { "halve" } else { "disable" }).unwrap()
                }
            }
        }
        let path = self.folder.path().join("sheet.csv");
        std::fs::write(&path, text).unwrap();
        Input::File(path)
    }
}
