//! `report` writes what the run wrote, to the byte, however that ended.

use std::fs;

use campaign_scheduler::simulator::{Fault, Settings};
use serde_json::Value;

use super::{ended, program};
use crate::main_job::Stage;

const SHEET: &str = "campaign_name,start,end,interval\n\
    a,2037-01-10 09:00,2038-01-10,1\nb,2037-01-10 09:00,2038-01-10,900\nc,2037-02-31 09:00,2038-01-10,1\n\
    d,2037-01-10 09:00,2038-01-10,1\ne,2037-01-10 09:00,2038-01-10,1\n";
const FILES: [(&str, &str); 4] =
    [("--results", "r.csv"), ("--results", "r.xlsx"), ("--rejects", "rejects.csv"), ("--report", "r.html")];

/// The flags that name the files that are written, in this folder.
fn files(folder: &str) -> Vec<String> {
    FILES.iter().flat_map(|(flag, name)| [(*flag).to_owned(), format!("{folder}/{name}")]).collect()
}

fn assert_report_writes_the_same(stage: &Stage, batch: &str, case: &str) {
    let mut report = program(stage.folder.path());
    let said = ended(report.args(["report", batch, "--journal", "j.db"]).args(files("again")));
    assert_eq!((said.code, said.stdout.lines().count()), (Some(0), 4), "{case}: {}", said.stderr);
    for (_, name) in FILES {
        let [first, again] =
            ["first", "again"].map(|folder| fs::read(stage.path(&format!("{folder}/{name}"))).unwrap());
        assert!(first == again, "{case}: {name} is another file now");
    }
}

#[test]
fn a_report_is_what_the_run_wrote_to_the_byte() {
    let cases: [(&str, &[&str], i32, &str); 4] = [
        ("finished", &[], 1, "4 of 5 rows are as the sheet wants"),
        ("stopped", &["--canary", "1"], 3, "Stopped early: a row of the canary was not accepted."),
        ("given up", &["--retries", "0", "--concurrency", "1"], 1, "may or may not have taken effect"),
        ("rehearsed", &["--simulate"], 1, "This was a rehearsal"),
    ];
    for (case, flags, code, verdict) in cases {
        let fault = match case {
            "stopped" => Some("status=400,call=1"),
            "given up" => Some("garbage,call=2"),
            _ => None,
        };
        let faults: Vec<Fault> = fault.into_iter().map(|fault| fault.parse().unwrap()).collect();
        let stage = Stage::on(Settings { faults, ..Settings::practice() });
        fs::create_dir(stage.path("first")).unwrap();
        fs::create_dir(stage.path("again")).unwrap();
        fs::write(stage.path("q.csv"), SHEET).unwrap();
        let run = ["run", "q.csv", "--journal", "j.db", "--format", "json"];
        let said = ended(stage.program().args(run).args(flags).args(files("first")));
        assert_eq!(said.code, Some(code), "{case}: {}{}", said.stdout, said.stderr);
        let summary: Value = serde_json::from_str(&said.stdout).unwrap();
        let batch = summary["batch"].as_str().unwrap();
        let page = fs::read_to_string(stage.path("first/r.html")).unwrap();
        assert!(page.contains(verdict), "{case}");
        // The schedules are in the journal alone.
        for told in ["2037-01-10 09:00 –", "from the week of 5 Jan 2037"] {
            assert!(page.contains(told) || case == "stopped", "{case}: {told}");
        }
        assert_report_writes_the_same(&stage, batch, case);
        if case == "stopped" {
            // Gone on with by other flags: these are what the report is to tell of.
            let resume = ["resume", batch, "--journal", "j.db", "--rate", "7/s", "--format", "json"];
            let said = ended(stage.program().args(resume).args(files("first")));
            assert_eq!(said.code, Some(1), "{}", said.stderr);
            assert!(fs::read_to_string(stage.path("first/r.html")).unwrap().contains("7/s"));
            assert_report_writes_the_same(&stage, batch, "gone on with");
        }
    }
}
