//! The commands that read the platform, through the real binary against the simulator.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use campaign_scheduler::clock::SystemClock;
use campaign_scheduler::simulator::{CampaignState, Campaigns, Channel, ListedCampaign, Settings, Simulator};
use serde_json::Value;

use super::{Ended, ended, program};

const SHEET: &str = "campaign_name,start,end,interval\n\
    Spring,2090-01-10 09:00,2090-02-10 09:00,1\n\
    autumn,2090-01-10 09:00,2090-02-10 09:00,1\n\
    Sumer,2090-01-10 09:00,2090-02-10 09:00,1\n\
    Winter,2090-01-10 09:00,2090-02-10 09:00,1\n";

/// A platform with campaigns of its own, and a folder with the sheet.
pub(super) struct Stage {
    pub(super) simulator: Simulator,
    pub(super) folder: tempfile::TempDir,
}

impl Stage {
    pub(super) async fn new() -> Self {
        Self::with(Self::settings(), SHEET).await
    }

    pub(super) fn settings() -> Settings {
        let campaign = |name: &str, channel, state| ListedCampaign { name: name.to_owned(), channel, state };
        Settings {
            account: "acc".to_owned(),
            stream: "st-1".to_owned(),
            client_id: "cs-1".to_owned(),
            client_secret: campaign_scheduler::simulator::ClientSecret::new("a secret of the test's own"),
            campaigns: Campaigns::Listed(vec![
                campaign("Spring", Channel::Voice, CampaignState::Ready),
                campaign("Autumn", Channel::Sms, CampaignState::Ready),
                campaign("Summer", Channel::Voice, CampaignState::Ready),
                campaign("Winter", Channel::Voice, CampaignState::Paused),
            ]),
            ..Settings::practice()
        }
    }

    pub(super) async fn with(settings: Settings, sheet: &str) -> Self {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let simulator = Simulator::start(settings, listen, Arc::new(SystemClock::start())).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("sheet.csv"), sheet).unwrap();
        Self { simulator, folder }
    }

    pub(super) fn program(&self) -> Command {
        let mut command = program(self.folder.path());
        command
            .env("KORE_HOST", self.simulator.url())
            .env("KORE_ACCOUNT_ID", "acc")
            .env("KORE_STREAM_ID", "st-1")
            .env("KORE_CLIENT_ID", "cs-1")
            .env("KORE_CLIENT_SECRET", "a secret of the test's own");
        command
    }

    pub(super) async fn run(&self, line: &str) -> Ended {
        let mut command = self.program();
        command.args(line.split(' '));
        tokio::task::spawn_blocking(move || ended(&mut command)).await.unwrap()
    }

    pub(super) async fn json(&self, line: &str) -> Value {
        let ended = self.run(&format!("{line} --format json")).await;
        serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{line}: {}{}", ended.stdout, ended.stderr))
    }

    pub(super) fn file(&self, name: &str) -> String {
        std::fs::read_to_string(Path::new(self.folder.path()).join(name)).unwrap()
    }
}

fn codes(line: &Value, list: &str) -> Vec<String> {
    line[list].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn check_online_says_of_every_row_what_the_platform_knows() {
    let stage = Stage::new().await;
    let ended = stage.run("check sheet.csv --online --timezone UTC --format jsonl").await;
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let lines: Vec<Value> = ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = lines.iter().map(|line| (codes(line, "problems"), codes(line, "warnings"))).collect();
    let none = Vec::new;
    assert_eq!(
        told,
        [
            (none(), none()),
            (none(), vec!["campaign-name-case".to_owned()]),
            (vec!["campaign-not-found".to_owned()], none()),
            (none(), vec!["campaign-state".to_owned()]),
        ]
    );
    assert_eq!(lines[2]["problems"][0]["hint"], "did you mean \"Summer\"?");
    assert_eq!(lines[2]["problems"][0]["cell"], "A4");
    assert_eq!(lines[2]["request"], Value::Null);
    assert_eq!(stage.simulator.ledger().calls(), 2, "one listing of each kind for all rows");
    // Two of an hour's three calls are used by the listing, so that one of three rows goes at once.
    let sums = Stage::new().await.json("check sheet.csv --online --timezone UTC --quota 3/1h").await;
    let told = (sums["calls"].as_u64(), sums["estimated_seconds"].as_f64().unwrap());
    assert!(told.0 == Some(3) && (3_500.0..3_700.0).contains(&told.1), "{sums}");
}

#[tokio::test]
async fn a_preflight_stops_rows_before_the_first_call_and_an_undo_takes_back_what_was_sent() {
    let stage = Stage::new().await;
    let run = stage.json("run sheet.csv --preflight --verify --timezone UTC").await;
    assert_eq!((&run["exit_code"], &run["attempts"], &run["reads"]), (&1.into(), &3.into(), &5.into()), "{run}");
    assert_eq!((&run["outcomes"]["scheduled"], &run["outcomes"]["invalid"]), (&3.into(), &1.into()));
    let kinds: Vec<_> =
        stage.simulator.ledger().arrivals().iter().map(|call| call.path.ends_with("/campaign/schedule")).collect();
    assert_eq!(kinds, [false, false, true, true, true, false, false, false], "look, send, read back");
    let results = stage.file("sheet.results.csv");
    assert!(results.contains("campaign-not-found: stream st-1 has no campaign \"\"Sumer\"\""), "{results}");

    let id = run["batch"].as_str().unwrap();
    let undo = stage.json(&format!("undo {id}")).await;
    assert_eq!((&undo["outcomes"]["disabled"], &undo["spared"], &undo["exit_code"]), (&3.into(), &0.into(), &0.into()));
    assert_eq!(stage.file("sheet.undo.results.csv").lines().count(), 4);
    assert!(stage.simulator.ledger().campaigns().iter().all(|campaign| campaign.schedule.is_none()));
    let told = stage.file("sheet.undo.results.csv");
    let again = stage.json(&format!("undo {id}")).await;
    assert_eq!((&again["spared"], &again["rows"], &again["results"]), (&3.into(), &0.into(), &Value::Array(vec![])));
    assert_eq!(stage.file("sheet.undo.results.csv"), told, "what the first undo told is still there");

    let verified = stage.json(&format!("verify {id}")).await;
    assert_eq!(verified["outcomes"]["unknown"], 3, "{verified}");
    assert!(stage.file("sheet.results.csv").contains("the campaign shows no schedule (state: Ready)"));
    let again = stage.json("run sheet.csv --timezone UTC").await;
    assert_eq!(again["outcomes"]["scheduled"], 3, "an undone sheet is sent again: {again}");
}

#[tokio::test]
async fn all_or_nothing_holds_for_what_the_platform_finds() {
    let stage = Stage::new().await;
    let run = stage.json("run sheet.csv --preflight --all-or-nothing --timezone UTC").await;
    assert_eq!((&run["exit_code"], &run["attempts"], &run["outcomes"]["pending"]), (&1.into(), &0.into(), &3.into()));
    assert_eq!(stage.simulator.ledger().effects(), 0);
}

#[tokio::test]
async fn a_platform_whose_list_cannot_be_read_is_not_called_out_of_reach() {
    // Who is sent elsewhere (to a login page, say) was told nothing of campaigns.
    for (status, said) in [(503, "the platform said: Service Unavailable"), (302, "which is not followed")] {
        let fault = format!("status={status},route=listing").parse().unwrap();
        let stage = Stage::with(Settings { faults: vec![fault], ..Stage::settings() }, SHEET).await;
        let run = stage.run("run sheet.csv --preflight --retries 0 --timezone UTC").await;
        assert_eq!(run.code, Some(3), "{}{}", run.stdout, run.stderr);
        let verdict = "Stopped early: the list of the platform's campaigns could not be read.";
        assert!(run.stdout.starts_with(verdict) && run.stdout.contains("resume"), "{}", run.stdout);
        assert!(run.stderr.contains(said), "{}", run.stderr);
        assert_eq!(stage.simulator.ledger().effects(), 0);
    }
}

/// A platform may have no SMS campaigns, and refuse to list them for good.
#[tokio::test]
async fn a_listing_that_is_refused_stops_no_row() {
    let settings = Settings { faults: vec!["status=400,route=listing,call=2".parse().unwrap()], ..Stage::settings() };
    let stage = Stage::with(settings.clone(), SHEET).await;
    let run = stage.json("run sheet.csv --preflight --timezone UTC --concurrency 1").await;
    assert_eq!((&run["outcomes"]["invalid"], &run["attempts"]), (&0.into(), &4.into()), "{run}");
    let ended = Stage::with(settings, SHEET).await.run("check sheet.csv --online --timezone UTC --format jsonl").await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let third: Value = serde_json::from_str(ended.stdout.lines().nth(2).unwrap()).unwrap();
    assert_eq!(codes(&third, "warnings"), ["campaign-not-seen"]);
}

#[tokio::test]
async fn a_read_back_that_is_sent_elsewhere_leaves_what_is_known() {
    let settings = Settings { faults: vec!["status=302,call=4..".parse().unwrap()], ..Stage::settings() };
    let stage = Stage::with(settings, SHEET).await;
    let run = stage.json("run sheet.csv --timezone UTC --verify --concurrency 1").await;
    assert_eq!((&run["reads"], &run["outcomes"]["unknown"]), (&2.into(), &0.into()), "{run}");
}

#[tokio::test]
async fn nothing_is_read_back_after_an_end_that_forbids_it() {
    // Two rows are accepted before each end, so there is something to read back.
    let ends = [
        ("unauthorized,route=schedule,call=3..", "", false),
        // Retries enough that no row is given up before the breaker opens.
        ("status=503,route=schedule,call=3..", "--retries 50", false),
        ("status=400,route=schedule,call=3..", "--max-failures 0", true),
    ];
    // Enough rows for the breaker.
    let rows: String = (1..=8).map(|row| format!("c{row},2090-01-10 09:00,2090-02-10 09:00,1\n")).collect();
    for (fault, flags, reads) in ends {
        let (faults, campaigns) = (vec![fault.parse().unwrap()], Campaigns::EveryName);
        let settings = Settings { faults, campaigns, ..Stage::settings() };
        let stage = Stage::with(settings, &format!("campaign_name,start,end,interval\n{rows}")).await;
        let line = format!("run sheet.csv --timezone UTC --verify --concurrency 1 --max-outage 1s {flags}");
        let run = stage.json(line.trim_end()).await;
        assert_eq!((&run["exit_code"], &run["outcomes"]["scheduled"]), (&3.into(), &2.into()), "{fault}: {run}");
        assert_eq!(run["reads"], if reads { 2 } else { 0 }, "{fault}: {run}");
    }
}

#[tokio::test]
async fn rows_go_to_the_streams_that_they_name() {
    let sheet = "campaign_name,start,end,interval,stream_id\n\
                 Spring,2090-01-10 09:00,2090-02-10 09:00,1,st-2\nWinter,2090-01-10 09:00,2090-02-10 09:00,1,\n\
                 Spring,2090-01-10 09:00,2090-03-10 09:00,1,st-1\n";
    let stage = Stage::with(Settings { any_stream: true, ..Stage::settings() }, sheet).await;
    let run = stage.json("run sheet.csv --timezone UTC --verify --preflight").await;
    assert_eq!((&run["outcomes"]["scheduled"], &run["reads"]), (&3.into(), &7.into()), "{run}");
    let arrivals = stage.simulator.ledger().arrivals();
    let schedules = arrivals.iter().filter(|call| call.path.ends_with("/campaign/schedule"));
    let streams: Vec<_> = schedules.map(|call| call.path.split('/').nth(5).unwrap().to_owned()).collect();
    assert_eq!(streams, ["st-2", "st-1", "st-1"]);
    assert!(arrivals.iter().all(|call| call.status == Some(200)), "{arrivals:?}");
}

#[test]
fn a_rehearsal_can_look_before_and_after() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("sheet.csv"), SHEET).unwrap();
    let line = "run sheet.csv --simulate --preflight --verify --timezone UTC --format json";
    let run = ended(program(folder.path()).args(line.split(' ')));
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    let run: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&run["outcomes"]["scheduled"], &run["attempts"], &run["reads"]), (&4.into(), &4.into(), &6.into()));
    let check = ended(program(folder.path()).args(["check", "sheet.csv", "--online", "--simulate"]));
    assert_eq!(check.code, Some(0), "{}{}", check.stdout, check.stderr);
    let id = run["batch"].as_str().unwrap();
    let verify = ended(program(folder.path()).args(["verify", id, "--format", "json"]));
    assert_eq!(verify.code, Some(2), "its simulator is gone: {}", verify.stdout);
}

#[tokio::test]
async fn a_platform_whose_pages_are_shorter_than_asked_for_is_read_to_the_end() {
    let names: Vec<String> = (1..=23).map(|number| format!("c{number}")).collect();
    let listed =
        |name: &String| ListedCampaign { name: name.clone(), channel: Channel::Voice, state: CampaignState::Ready };
    let settings = Settings {
        campaigns: Campaigns::Listed(names.iter().map(listed).collect()),
        page_limit: 10,
        ..Stage::settings()
    };
    let rows = names.iter().map(|name| format!("{name},2090-01-10 09:00,2090-02-10 09:00,1\n"));
    let sheet = format!("campaign_name,start,end,interval\n{}", rows.collect::<String>());
    let stage = Stage::with(settings, &sheet).await;
    let told = stage.json("check sheet.csv --online --quota none --rate none").await;
    assert_eq!((&told["valid"], &told["invalid"]), (&23.into(), &0.into()), "{told}");
}
