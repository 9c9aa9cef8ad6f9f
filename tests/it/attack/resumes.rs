//! A batch that stopped early, and what going on with it does.

use std::time::Duration;

use super::site::{Site, settings, start, wait_until};
use crate::cli::{Ended, ended};

fn site(rows: usize, faults: &[&str]) -> (Site, Vec<String>) {
    let mut settings = settings(Duration::from_millis(5));
    settings.faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    let site = Site::new(settings);
    let names: Vec<String> = (1..=rows).map(|row| format!("c{row}")).collect();
    site.write_names(names.clone());
    (site, names)
}

fn outcome(told: &Ended, status: &str) -> u64 {
    told.json()["outcomes"][status].as_u64().unwrap()
}

#[test]
fn after_a_failed_canary_the_rest_is_sent_without_another() {
    let (site, names) = site(10, &["status=400,campaign=c2"]);
    let told = ended(&mut site.run(["--canary", "3", "--format", "json"]));
    assert_eq!((told.code, site.arrivals().len()), (Some(3), 3), "{told}");
    assert_eq!((outcome(&told, "scheduled"), outcome(&told, "rejected"), outcome(&told, "pending")), (2, 1, 7));
    site.assert_results_follow(&names, "canary");
    let rest = ended(&mut site.resume(["--format", "json"]));
    assert_eq!((rest.code, site.arrivals().len()), (Some(1), 10), "{rest}");
    assert_eq!((outcome(&rest, "scheduled"), outcome(&rest, "rejected")), (9, 1), "{rest}");
    site.assert_results_follow(&names, "canary, resumed");
}

#[test]
fn the_time_of_a_sitting_is_told_of_its_own_calls() {
    let (site, _) = site(10, &["status=400,campaign=c2"]);
    let told = ended(&mut site.run(["--canary", "3"]));
    assert!(told.stdout.contains("  3 calls in "), "{told}");
    assert!(!told.stdout.contains("since the batch began"), "{told}");
    let rest = ended(&mut site.resume([]));
    let words = rest.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(" 7 calls in ") && words.contains(" (10 calls since the batch began)"), "{rest}");
    let nothing = ended(&mut site.resume([]));
    assert!(nothing.stdout.contains("no call was made (10 calls since the batch began)"), "{nothing}");
    let id = site.journal().unwrap().batches().unwrap()[0].id.clone();
    let history = |words: &[&str]| ended(&mut site.program([&["history", id.as_str()], words].concat()));
    let facts = history(&["--format", "json"]).json();
    assert!(facts["elapsed_seconds"].as_f64() > Some(0.0) && facts["quota_wait_seconds"] == 0.0, "{facts}");
    assert!(history(&[]).stdout.contains(" s of sending\n"), "under a second of waiting is worth no word");
    // What programs read counts for the batch, as its rows do.
    let facts = ended(&mut site.resume(["--format", "json"]));
    assert_eq!(facts.json()["attempts"], 10, "{facts}");
}

#[test]
fn failures_are_counted_anew_when_a_batch_is_gone_on_with() {
    let (site, names) = site(60, &["status=400,every=3"]);
    let words = ["--concurrency", "1", "--format", "json"];
    let told = ended(&mut site.run(words.into_iter().chain(["--max-failures", "30%"])));
    assert_eq!(told.code, Some(3), "{told}");
    // From twenty settled rows on a part of them means something: 6 of 20 is not more than 30 %, 7 of 21 is.
    assert_eq!((site.arrivals().len(), outcome(&told, "rejected")), (21, 7), "{told}");
    let again = ended(&mut site.resume(["--max-failures", "2", "--concurrency", "1", "--format", "json"]));
    assert_eq!((again.code, site.arrivals().len()), (Some(3), 30), "{again}");
    assert_eq!((outcome(&again, "rejected"), outcome(&again, "pending")), (10, 30), "{again}");
    let rest = ended(&mut site.resume(["--max-failures", "60", "--format", "json"]));
    assert_eq!((rest.code, site.arrivals().len(), outcome(&rest, "pending")), (Some(1), 60, 0), "{rest}");
    site.assert_results_follow(&names, "max-failures, resumed twice");
}

#[test]
fn what_a_run_left_in_doubt_is_not_repeated_by_a_resume_at_most_once_until_its_retry_says_so() {
    let (site, names) = site(3, &["status=500,call=1", "status=400,call=2"]);
    site.write_names(names.iter().chain(&names[..1]).cloned());
    let stopped = ended(&mut site.run(["--canary", "2", "--concurrency", "1", "--format", "json"]));
    assert_eq!((stopped.code, outcome(&stopped, "pending")), (Some(3), 3), "{stopped}");
    let statuses = || site.results().into_iter().map(|(_, status)| status).collect::<Vec<_>>();
    let resume = |words: [&str; 2]| {
        let told = ended(site.resume(["--delivery", "at-most-once"]).args(words));
        (told.code, site.arrivals().len(), statuses().join(" "))
    };
    let left = "unknown rejected scheduled unknown";
    assert_eq!(resume(["--grace", "1s"]), (Some(1), 3, left.to_owned()));
    assert_eq!(resume(["--grace", "1s"]), (Some(0), 3, left.to_owned()));
    assert_eq!(resume(["--retry", "unknown"]), (Some(1), 4, "scheduled rejected scheduled unchanged".to_owned()));
}

#[test]
fn a_resume_at_most_once_that_only_leaves_rows_unknown_says_so_by_its_exit_code_once() {
    let (site, _) = site(2, &["status=500,call=1", "status=400,call=2"]);
    assert_eq!(ended(&mut site.run(["--canary", "2", "--concurrency", "1"])).code, Some(3));
    let words = ["--delivery", "at-most-once", "--format", "json"];
    let left = ended(&mut site.resume(words));
    assert_eq!((left.code, outcome(&left, "unknown"), site.arrivals().len()), (Some(1), 1, 2), "{left}");
    assert_eq!(ended(&mut site.resume(words)).code, Some(0), "there is nothing left to do");
}

#[test]
fn what_a_later_batch_took_over_stays_so_when_that_batch_is_forgotten() {
    let (site, names) = site(3, &["status=400,call=1"]);
    assert_eq!(ended(&mut site.run(["--max-failures", "0", "--concurrency", "1"])).code, Some(3));
    site.write_names(names[..2].iter().cloned());
    assert_eq!(ended(&mut site.run([])).code, Some(0));
    assert_eq!(ended(&mut site.program(["history", "--prune", "0s"])).code, Some(0));
    assert_eq!(site.journal().unwrap().batches().unwrap().len(), 1, "the first has rows left to send");
    let rest = ended(&mut site.resume([]));
    let words = rest.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!((rest.code, site.arrivals().len()), (Some(0), 4), "{rest}");
    assert!(words.contains("1 of 3 rows is as the sheet wants; 2 were taken over by a later batch."), "{rest}");
    let results = std::fs::read_to_string(site.path("sheet.results.csv")).unwrap();
    assert!(results.contains("taken-over: a later batch, forgotten since, took this row over"), "{results}");
}

#[test]
fn what_left_a_sheet_is_told_whatever_another_sheet_or_a_call_in_doubt_says_of_it() {
    let (site, names) = site(4, &["status=500,campaign=c3,call=2"]);
    let run = |words: &[&str]| ended(&mut site.run([&["--format", "json", "--concurrency", "1"], words].concat()));
    assert_eq!(run(&[]).code, Some(0));
    // c2 stands in another sheet, where it is invalid and then unchanged.
    for start in ["nonsense", "2037-03-02 09:00"] {
        let text = format!("Campaign,Start,End,Interval\nc2,{start},2037-04-30 18:00,daily\n");
        std::fs::write(site.path("other.csv"), text).unwrap();
        let other = site.run(["--results", "other.results.csv"]);
        let words: Vec<_> =
            other.get_args().map(|word| word.to_str().unwrap().replace("sheet.csv", "other.csv")).collect();
        ended(&mut site.program(words.iter().map(String::as_str)));
    }
    // A second call for c3 is in doubt.
    let doubted = run(&["--resend", "--retries", "0"]);
    assert_eq!(doubted.code, Some(1), "{doubted}");
    site.write_names([names[0].clone(), names[3].clone()]);
    let told = run(&[]);
    assert_eq!((told.code, &told.json()["missing_from_sheet"]), (Some(0), &2.into()), "{told}");
}

/// The rejects of one night aren't those of the next, and are no sheet that anything left.
#[test]
fn nothing_is_missing_from_a_rejects_file() {
    let (site, names) = site(2, &[]);
    let run = || ended(&mut site.run(["--format", "json"])).json()["missing_from_sheet"].as_u64().unwrap();
    for (column, missing) in [("Note", 1), ("result_status", 0)] {
        let write = |names: &[String]| {
            let rows: String =
                names.iter().map(|name| format!("{name},2037-03-02 09:00,2037-04-30 18:00,daily,\n")).collect();
            std::fs::write(site.path("sheet.csv"), format!("Campaign,Start,End,Interval,{column}\n{rows}")).unwrap();
        };
        write(&names);
        run();
        write(&names[..1]);
        assert_eq!(run(), missing, "{column}");
    }
}

#[test]
fn the_earliest_campaign_still_goes_first_after_a_stop() {
    let (site, _) = site(0, &["status=400,call=3"]);
    let mut text = "Campaign,Start,End,Interval\n".to_owned();
    for day in [20, 5, 12, 7, 28, 9, 3, 16] {
        text.push_str(&format!("d{day},2037-03-{day:02} 09:00,2037-04-30 18:00,daily\n"));
    }
    std::fs::write(site.path("sheet.csv"), text).unwrap();
    let words = ["--order", "start", "--concurrency", "1", "--max-failures", "0"];
    assert_eq!(ended(&mut site.run(words)).code, Some(3));
    let rest = ended(&mut site.resume(["--concurrency", "1", "--max-failures", "9"]));
    assert_eq!(rest.code, Some(1), "{rest}");
    let order: Vec<_> = site.arrivals().into_iter().map(|arrival| arrival.campaign.unwrap()).collect();
    assert_eq!(order, ["d3", "d5", "d7", "d9", "d12", "d16", "d20", "d28"]);
    let named: Vec<_> = site.results().into_iter().map(|(name, _)| name).collect();
    assert_eq!(named, ["d20", "d5", "d12", "d7", "d28", "d9", "d3", "d16"], "the results keep the order of the input");
}

/// Half a read sheet that is on disk already must be nobody's batch.
#[test]
#[cfg(feature = "failpoints")]
fn a_kill_deep_in_a_long_sheet_leaves_nothing_to_resume() {
    let (site, names) = site(10_300, &[]);
    let killed = ended(site.run([]).env("CAMPAIGN_SCHEDULER_FAILPOINT", "row-inserted:10200"));
    assert_eq!(killed.code, None, "{killed}");
    let told = ended(&mut site.resume([]));
    assert_eq!((told.code, site.arrivals().len()), (Some(2), 0), "{told}");
    assert!(site.journal().unwrap().batches().unwrap().is_empty());
    site.write_names(names.into_iter().take(5));
    assert_eq!(ended(&mut site.run([])).code, Some(0));
    assert_eq!(site.journal().unwrap().batches().unwrap().len(), 1);
}

/// They may have been mended meanwhile, or be a later batch's.
#[test]
fn a_resume_that_has_nothing_to_do_leaves_the_files_as_they_are() {
    let (site, _) = site(3, &["status=400,campaign=c2"]);
    let told = ended(&mut site.run(["--rejects", "rejects.csv", "--format", "json"]));
    assert_eq!(told.code, Some(1), "{told}");
    let mended = "campaign_name\nmended\n";
    std::fs::write(site.path("rejects.csv"), mended).unwrap();
    std::fs::remove_file(site.path("sheet.results.csv")).unwrap();
    let nothing = ended(&mut site.resume(["--format", "json"]));
    assert_eq!((nothing.code, nothing.json()["results"].as_array().unwrap().len()), (Some(0), 1), "{nothing}");
    let rejects = || std::fs::read_to_string(site.path("rejects.csv")).unwrap();
    assert_eq!(rejects(), mended);
    assert_eq!(site.results().len(), 3, "what isn't there is written");
    let retried = ended(&mut site.resume(["--retry", "rejected"]));
    assert_eq!((retried.code, site.arrivals().len()), (Some(1), 4), "{retried}");
    assert!(rejects().contains("c2"), "what was done is told");
    std::fs::write(site.path("rejects.csv"), mended).unwrap();
    ended(&mut site.resume(["--rejects", "rejects.csv"]));
    assert!(rejects().contains("c2"), "who names a file wants it");
}

#[test]
fn results_of_another_batch_are_not_told_as_those_of_a_resume_that_has_nothing_to_do() {
    let (site, _) = site(2, &[]);
    let told = ended(&mut site.run(["--format", "json"]));
    let older = told.json()["batch"].as_str().unwrap().to_owned();
    site.write_names(["c1", "c2", "c3"].map(str::to_owned));
    assert_eq!(ended(&mut site.run([])).code, Some(0));
    assert_eq!(site.results().len(), 3);
    assert_eq!(ended(&mut site.resume(["--format", "json"])).json()["results"].as_array().unwrap().len(), 1);
    let flags = ["--client-secret-file", "secret.txt", "--progress", "none"];
    let verified = ended(&mut site.program(["verify", &older].into_iter().chain(flags)));
    assert_eq!((verified.code, site.results().len()), (Some(0), 2), "{verified}");
    let nothing = ended(&mut site.resume(["--format", "json"]));
    assert_eq!((nothing.code, nothing.json()["results"].as_array().unwrap().len()), (Some(0), 0), "{nothing}");
    assert!(nothing.stderr.contains("sheet.results.csv\" does not hold the rows of batch "), "{nothing}");
    assert!(!nothing.stderr.contains("--results sheet.results.csv"), "it may hold mended rows: {nothing}");
    let latest = site.journal().unwrap().batches().unwrap()[0].id.clone();
    assert!(nothing.stderr.contains(&format!("report {latest} --results {latest}.csv")), "{nothing}");
    assert_eq!(site.results().len(), 2, "the file stays");
}

#[test]
fn what_an_undo_told_stays_whatever_follows_one_that_had_nothing_to_disable() {
    let (site, _) = site(3, &[]);
    let told = ended(&mut site.run(["--format", "json"]));
    let batch = told.json()["batch"].as_str().unwrap().to_owned();
    let with_secret = |words: &[&str]| {
        let flags = ["--client-secret-file", "secret.txt", "--progress", "none", "--format", "json"];
        ended(&mut site.program(words.iter().copied().chain(flags)))
    };
    assert_eq!(with_secret(&["undo", &batch]).code, Some(0));
    let undone = std::fs::read_to_string(site.path("sheet.undo.results.csv")).unwrap();
    assert_eq!(undone.matches(",disabled,").count(), 3);
    let again = with_secret(&["undo", &batch]);
    let empty = again.json()["batch"].as_str().unwrap().to_owned();
    for words in [&["resume", &empty][..], &["resume"], &["verify", &empty]] {
        let told = with_secret(words);
        assert_eq!(told.code, Some(0), "{words:?}: {told}");
        assert_eq!(std::fs::read_to_string(site.path("sheet.undo.results.csv")).unwrap(), undone, "{words:?}");
    }
}

#[test]
fn the_delivery_of_the_sitting_that_was_killed_says_what_becomes_of_its_calls() {
    for (first, second, status) in
        [("at-least-once", "at-most-once", "unknown"), ("at-most-once", "at-least-once", "pending")]
    {
        let (site, _) = site(6, &["status=400,call=1", "hang,after,call=2..4"]);
        assert_eq!(ended(&mut site.run(["--canary", "1", "--delivery", first])).code, Some(3));
        let words = ["--delivery", second, "--concurrency", "3", "--rate", "none"];
        let mut killed = start(&mut site.resume(words));
        wait_until("three calls that hang", || site.arrivals().len() == 4);
        killed.kill().unwrap();
        killed.wait_with_output().unwrap();
        let id = site.journal().unwrap().batches().unwrap()[0].id.clone();
        let looked =
            |words: &[&str]| ended(&mut site.program([&["history", id.as_str(), "--format", "json"], words].concat()));
        let before = looked(&[]).json()["outcomes"].clone();
        let left = if status == "unknown" { (3, 2) } else { (0, 5) };
        assert_eq!((before["unknown"].as_u64(), before["pending"].as_u64()), (Some(left.0), Some(left.1)), "{before}");
        let words =
            if status == "unknown" { &["--rate", "none"][..] } else { &["--rate", "none", "--delivery", second] };
        let rest = ended(&mut site.resume(["--format", "json"].iter().chain(words).copied()));
        let again = usize::try_from(left.1).unwrap();
        assert_eq!((outcome(&rest, "unknown"), site.arrivals().len()), (left.0, 4 + again), "{rest}");
    }
}

#[test]
fn a_resume_may_put_what_waits_in_another_order() {
    let (site, _) = site(0, &["status=400,call=1"]);
    let mut text = "Campaign,Start,End,Interval\n".to_owned();
    for (name, year) in [("c1", 2037), ("c2", 2040), ("c3", 2038), ("c4", 2039)] {
        text.push_str(&format!("{name},{year}-03-02 09:00,2047-04-30 18:00,daily\n"));
    }
    std::fs::write(site.path("sheet.csv"), text).unwrap();
    let ordered = |order| {
        let told = ended(&mut site.resume(["--order", order, "--concurrency", "1", "--max-failures", "0"]));
        let last = site.arrivals().pop().unwrap().campaign.unwrap();
        (told.code, last)
    };
    let (stops, one) = (["--max-failures", "0", "--concurrency", "1"], Some(3));
    assert_eq!(ended(&mut site.run(stops)).code, one);
    assert_eq!(ordered("start"), (Some(1), "c2".to_owned()));
    let called: Vec<_> = site.arrivals().into_iter().map(|call| call.campaign.unwrap()).collect();
    assert_eq!(called, ["c1", "c3", "c4", "c2"]);
    // And back, with what is tried again in its place.
    let again = ended(&mut site.resume(["--retry", "rejected", "--order", "input", "--concurrency", "1"]));
    assert_eq!(again.code, Some(0), "{again}");
}

#[test]
fn a_canary_that_was_cut_short_still_goes_first() {
    let (site, _) = site(10, &["hang,call=1", "status=400,call=2.."]);
    let mut killed = start(&mut site.run(["--canary", "1"]));
    wait_until("the canary's call", || site.arrivals().len() == 1);
    killed.kill().unwrap();
    killed.wait_with_output().unwrap();
    let rest = ended(&mut site.resume(["--rate", "none", "--format", "json"]));
    assert_eq!((rest.code, site.arrivals().len(), outcome(&rest, "pending")), (Some(3), 2, 9), "{rest}");
    // Now it was looked at.
    let rest = ended(&mut site.resume(["--rate", "none", "--format", "json"]));
    assert_eq!((rest.code, site.arrivals().len(), outcome(&rest, "rejected")), (Some(1), 11, 10), "{rest}");
}

#[test]
fn what_a_kill_made_unknown_is_told_by_the_resume_that_finds_it() {
    let (site, _) = site(2, &["hang,after"]);
    let mut killed = start(&mut site.run(["--delivery", "at-most-once", "--concurrency", "2"]));
    wait_until("both calls", || site.arrivals().len() == 2);
    killed.kill().unwrap();
    killed.wait_with_output().unwrap();
    let words = ["--format", "json", "--metrics", "m.prom"];
    let found = ended(&mut site.resume(words));
    assert_eq!((found.code, outcome(&found, "unknown"), site.arrivals().len()), (Some(1), 2, 2), "{found}");
    assert!(site.path("m.prom").exists());
    assert_eq!(ended(&mut site.resume(words)).code, Some(0), "it was told");
}
