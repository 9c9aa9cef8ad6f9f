//! Thirty nights on one changing sheet: what the screen says each morning, as one text to read.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use campaign_scheduler::cli::batch::{read_into, write_files};
use campaign_scheduler::cli::settings::OutSettings;
use campaign_scheduler::clock::Clock;
use campaign_scheduler::dispatch::{GateLeft, Job, dispatch};
use campaign_scheduler::journal::{BatchKind, NewBatch};
use campaign_scheduler::model::{BatchId, SendSettings, Signal};
use campaign_scheduler::reader::{Input, ReadOptions};
use campaign_scheduler::report::Summary;
use campaign_scheduler::report::summary::closing::{CallCount, Closing};
use campaign_scheduler::report::summary::style::Style;
use campaign_scheduler::report::summary::text::render;
use tokio::sync::mpsc;

use crate::engine::rig::{Does, Rig, Scripted, Shared, target};

/// The platform's weather of a night.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Weather {
    Fair,
    Down,
    BadToken,
    LosesAnswers,
    /// SIGTERM comes two seconds in.
    Terminated,
}

struct Nights {
    rig: Rig,
    platform: Arc<Scripted>,
    weather: Arc<Mutex<Weather>>,
    sheet: Vec<String>,
    night: u32,
    told: String,
}

const HEADER: &str = "campaign_name,start,end,interval,action";

impl Nights {
    fn new() -> Self {
        let rig = Rig::new();
        let weather = Arc::new(Mutex::new(Weather::Fair));
        let tonight = Arc::clone(&weather);
        let platform =
            Scripted::new(&rig.clock, Duration::from_millis(300), move |campaign, _| match *tonight.lock().unwrap() {
                Weather::Down => Does::ServerError,
                Weather::BadToken => Does::RefuseToken,
                Weather::LosesAnswers => Does::LoseAfterEffect,
                _ if campaign.contains("Sprnig") => Does::Reject,
                Weather::Fair | Weather::Terminated => Does::Accept,
            });
        Self { rig, platform, weather, sheet: Vec::new(), night: 0, told: String::new() }
    }

    fn add(&mut self, name: &str, start: &str) {
        self.sheet.push(format!("{name},{start} 09:00,2030-06-30 18:00,daily,enable"));
    }

    /// Replaces a part of the line of this campaign.
    fn mend(&mut self, name: &str, from: &str, to: &str) {
        let line = self.sheet.iter_mut().find(|line| line.starts_with(name)).unwrap();
        assert!(line.contains(from), "{line}");
        *line = line.replacen(from, to, 1);
    }

    async fn sleep(&mut self, what: &str, weather: Weather) {
        self.night += 1;
        *self.weather.lock().unwrap() = weather;
        let now = self.rig.clock.wall();
        let path = self.rig.folder.path().join("nightly.csv");
        std::fs::write(&path, format!("{HEADER}\n{}\n", self.sheet.join("\n"))).unwrap();
        let settings = SendSettings::default();
        let mut journal = self.rig.journal();
        let id = BatchId::new(format!("night-{:02}", self.night));
        let batch = NewBatch {
            id: id.clone(),
            kind: BatchKind::Run,
            target: target(),
            remembered: "{}".to_owned(),
            sending: settings.clone(),
            now,
        };
        let options = ReadOptions {
            timezone: Some(chrono_tz::UTC),
            default_stream: Some(target().stream),
            ..ReadOptions::default()
        };
        let (signal, mut signals) = mpsc::channel(1);
        let mut intake = journal.begin(batch).unwrap();
        read_into(&mut intake, &[Input::File(path)], &options, now).unwrap();
        let sealed = intake.seal().unwrap();
        let (span, tally, to_send) = (sealed.span, sealed.tally, sealed.to_send);
        let job = Job {
            kind: BatchKind::Run,
            span,
            target: target(),
            settings: settings.clone(),
            tally,
            to_send,
            gate: GateLeft::default(),
        };
        let journal = Arc::new(Mutex::new(journal));
        let calls = self.platform.arrivals().len();
        let (platform, clock) = (Arc::new(Shared(Arc::clone(&self.platform))), Arc::new(self.rig.clock.clone()));
        let mut ignore = |_| ();
        let sending = dispatch(job, Arc::clone(&journal), platform, clock, &mut signals, &mut ignore);
        let stop = async {
            if weather == Weather::Terminated {
                tokio::time::sleep(Duration::from_millis(350)).await;
                signal.send(Signal::Terminate).await.unwrap();
            }
        };
        let (sitting, ()) = tokio::join!(sending, stop);
        let journal = Arc::into_inner(journal).unwrap().into_inner().unwrap();
        let record = journal.batches().unwrap().remove(0);
        let mut out = OutSettings::default();
        out.results.push(self.rig.folder.path().join("nightly.results.csv"));
        let files = write_files(&journal, &record, &out, &settings, (sitting.ending, self.rig.clock.wall())).unwrap();
        assert!(files.failures.is_empty() && files.results[0].rows == record.tally.rows(), "{:?}", files.failures);
        let mut summary = Summary::new(id, record.tally, &record.tally, sitting.ending);
        let attempts = (self.platform.arrivals().len() - calls) as u64;
        assert_eq!(journal.calls_of(record.span).unwrap(), (attempts, 0), "the journal and the platform count alike");
        summary.attempts = attempts;
        // Timers tick in milliseconds; nobody is told of them.
        let tenths = |span: Duration| (span.as_secs_f64() * 10.0).round() / 10.0;
        summary.elapsed_seconds = tenths(sitting.elapsed);
        summary.quota_wait_seconds = tenths(sitting.quota_wait);
        summary.missing_from_sheet = record.missing_from_sheet;
        let closing = Closing {
            summary: &summary,
            earlier: CallCount::default(),
            ending: sitting.ending,
            causes: &files.causes,
            was_read_back: false,
            is_to_be_read_back: false,
            can_try_again: files.can_try_again,
            delivery: settings.delivery,
            missing: journal.missing_from_sheet(&record, 3).unwrap(),
            has_quota: true,
            target: "account account on https://platform.kore.ai".to_owned(),
            simulated: false,
            inputs: vec!["nightly.csv".into()],
            is_one_sheet: true,
            flags: Vec::new(),
            flags_of_run: Vec::new(),
            results: files
                .results
                .into_iter()
                .map(|mut written| {
                    written.path = "nightly.results.csv".into();
                    written
                })
                .collect(),
            rejects: None,
            report: None,
            journal: "journal.db".into(),
        };
        // So wide that the length of the temporary folder's name changes nothing.
        let wide = Style { width: 1_000, ..Style::PLAIN };
        let screen = render(&closing, wide).replace(&*self.rig.folder.path().to_string_lossy(), "…");
        let date = now.format("%d %B");
        writeln!(self.told, "=== night {}, {date}: {what} (exit {})\n{screen}", self.night, summary.exit_code).unwrap();
        drop(journal);
        tokio::time::sleep(Duration::from_secs(24 * 3_600)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn thirty_nights_on_one_changing_sheet() {
    use Weather::{BadToken, Down, Fair, LosesAnswers, Terminated};
    fastrand::seed(1);
    let mut nights = Nights::new();
    for number in 1..=8 {
        nights.add(&format!("Winter {number}"), "2029-12-15");
    }
    nights.sleep("a new sheet", Fair).await;
    nights.sleep("nothing changed", Fair).await;
    nights.sheet.reverse();
    nights.add("New Year A", "2030-01-02");
    nights.add("New Year B", "2030-01-02");
    nights.sleep("sorted anew, two rows added", Fair).await;
    nights.mend("Winter 3", "daily", "often");
    nights.sleep("an interval that can't be read", Fair).await;
    nights.mend("Winter 3", "often", "every 2 days");
    nights.sleep("mended, to another interval", Fair).await;
    nights.add("New Year A", "2030-01-02");
    nights.sleep("a row twice", Fair).await;
    nights.sheet.pop();
    nights.add("New Year A", "2030-01-09");
    nights.sleep("a row twice, wanting different things", Fair).await;
    nights.sheet.pop();
    nights.add("New Year C", "2030-01-03");
    nights.add("New Year D", "2030-01-03");
    nights.sleep("one of the two deleted, two new rows, the platform is down", Down).await;
    nights.sleep("the platform is up again", Fair).await;
    nights.mend("New Year B", "2030-01-02", "2030-01-05");
    nights.sleep("another day for New Year B", Fair).await;
    nights.mend("Winter 1", "enable", "disable");
    nights.sleep("Winter 1 is disabled", Fair).await;
    nights.mend("Winter 1", "disable", "enable");
    nights.sleep("Winter 1 is enabled again", Fair).await;
    nights.sheet.retain(|line| !line.starts_with("Winter 2"));
    nights.sleep("Winter 2 is deleted from the sheet", Fair).await;
    nights.add("Sprnig 1", "2030-03-01");
    nights.sleep("a name that the platform doesn't know", Fair).await;
    nights.mend("Sprnig 1", "Sprnig", "Spring");
    nights.sleep("the name is mended; Winter has begun meanwhile", Fair).await;
    for number in 2..=20 {
        nights.add(&format!("Spring {number}"), "2030-03-01");
    }
    nights.sleep("nineteen new rows, and a SIGTERM", Terminated).await;
    nights.sleep("the night after", Fair).await;
    nights.add("Spring 21", "2030-03-01");
    nights.sleep("a token that ran out", BadToken).await;
    nights.sleep("a fresh token", Fair).await;
    nights.add("Late", "2029-12-10");
    nights.sleep("a row whose start is past", Fair).await;
    nights.mend("Late", "2029-12-10", "2030-01-10");
    nights.sleep("mended", Fair).await;
    nights.add("Doubt", "2029-12-23");
    nights.sleep("answers are lost", LosesAnswers).await;
    nights.sheet.sort();
    nights.sleep("the night after, its start has passed", Fair).await;
    nights.sheet.retain(|line| !line.starts_with("Doubt"));
    nights.sleep("without that row", Fair).await;
    nights.sheet.clear();
    nights.sleep("an empty sheet", Fair).await;
    for number in 1..=70 {
        nights.add(&format!("Summer {number}"), "2030-05-01");
    }
    nights.sleep("seventy new rows", Fair).await;
    nights.sheet.reverse();
    nights.sleep("sorted anew", Fair).await;
    nights.sleep("nothing changed", Fair).await;
    nights.sleep("nothing changed", Down).await;
    nights.sleep("nothing changed, and the token ran out", BadToken).await;
    assert_eq!(nights.night, 30);
    insta::assert_snapshot!(nights.told);
}
