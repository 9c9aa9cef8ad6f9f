//! `--campaigns`: which campaigns the simulated platform has.
//!
//! Where every name exists, nobody can list them all: a listing then shows the names that were
//! heard. What looks before it leaps (`--preflight`, `check --online`) needs a platform that can be
//! listed, so the sheet that is rehearsed can be given here, and its campaigns exist.

use std::collections::HashSet;
use std::convert::Infallible;
use std::io;
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use crate::cli::error::Failure;
use crate::model::Row;
use crate::reader::{Input, InputHeader, ReadOptions, RowSink, Stop, read};
use crate::simulator::{Campaigns, ListedCampaign};

/// The campaigns that are meant: so many, or those of a sheet.
///
/// # Errors
/// If it is neither a number nor a sheet that can be read.
pub(super) fn of(written: &str, now: DateTime<Utc>) -> Result<Campaigns, Failure> {
    if let Ok(count) = written.parse::<u32>() {
        return Ok(Campaigns::Seeded(usize::try_from(count).unwrap_or(usize::MAX)));
    }
    let mut names = Names::default();
    let inputs = [Input::File(PathBuf::from(written))];
    match read(&inputs, &ReadOptions::default(), now, &mut io::empty(), &mut names) {
        Ok(_) => Ok(Campaigns::Listed(names.listed)),
        Err(Stop::Unreadable(error)) => {
            let failure = Failure::from(error);
            let message = format!("--campaigns: not a number, and as a sheet: {failure}");
            Err(Failure { message, ..failure })
        }
        Err(Stop::Sink(never)) => match never {},
    }
}

/// The campaigns of a sheet, each once, whatever else is wrong with its row.
#[derive(Default)]
struct Names {
    known: HashSet<String>,
    listed: Vec<ListedCampaign>,
}

impl RowSink for Names {
    type Error = Infallible;

    fn header(&mut self, _header: &InputHeader) -> Result<(), Infallible> {
        Ok(())
    }

    fn row(&mut self, row: &mut Row) -> Result<(), Infallible> {
        if let Some(name) = row.campaign.take().filter(|name| self.known.insert(name.as_str().to_owned())) {
            self.listed.push(ListedCampaign::ready(name.as_str()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_makes_them_up_and_a_sheet_names_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet.csv");
        let of = |written: &str| of(written, DateTime::UNIX_EPOCH);
        assert_eq!(of("12").unwrap(), Campaigns::Seeded(12));
        let rows =
            "Spring,never,2037-02-01,daily\nAutumn,2037-01-01,2037-02-01,daily\nSpring,2037-01-01,2037-02-01,daily\n";
        std::fs::write(&path, format!("campaign,start,end,every\n{rows}")).unwrap();
        let expected = ["Spring", "Autumn"].map(ListedCampaign::ready).to_vec();
        assert_eq!(of(path.to_str().unwrap()).unwrap(), Campaigns::Listed(expected), "its problems aren't ours");
        let failure = of("twelve").unwrap_err();
        assert!(failure.message.starts_with("--campaigns: not a number, and as a sheet: "), "{failure}");
        assert_eq!(failure.exit_code, 2);
    }
}
