//! One run: each row of the results against the call that the simulator took for it.

use std::collections::BTreeMap;

use campaign_scheduler::simulator::Arrival;
use serde_json::Value;

use super::stage::{Line, Stage, table};

/// The ledger by campaign, each of which was called once.
fn by_campaign(arrivals: Vec<Arrival>) -> BTreeMap<String, Arrival> {
    let count = arrivals.len();
    let calls: BTreeMap<_, _> =
        arrivals.into_iter().map(|arrival| (arrival.campaign.clone().unwrap(), arrival)).collect();
    assert_eq!(calls.len(), count, "a campaign was called twice");
    calls
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// One row of the results, what `check` said of it, and the call that was made for it, are one thing.
fn agree(line: &Line, checked: &Value, call: &Arrival) {
    let name = checked["campaign_name"].as_str().unwrap();
    assert!(call.took_effect, "{name}");
    assert_eq!(call.enable, Some(checked["action"] == "enable"), "{name}");
    assert_eq!(json(&call.body), checked["request"], "{name}");
    let answer = json(call.answer.as_deref().unwrap());
    assert_eq!(line["result_id"], answer["id"].as_str().unwrap(), "{name}");
    assert_eq!(line["result_message"], answer["message"].as_str().unwrap(), "{name}");
    assert_eq!((line["result_http_status"].as_str(), line["result_attempts"].as_str()), ("200", "1"), "{name}");
    let expected = if checked["action"] == "enable" { "scheduled" } else { "disabled" };
    assert_eq!(line["result_status"], expected, "{name}");
    assert_eq!(line["result_error"], "", "{name}");
}

/// Runs a sheet whose rows are all good and holds every row against the ledger.
fn is_scheduled_row_by_row(sheet: &str, sheet_name: &str) -> (Stage, Vec<Line>) {
    let stage = Stage::new();
    let checked = stage.checked(sheet);
    let ended = stage.run(&[sheet]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);

    let (_, lines) = stage.results("campaigns.results.csv");
    let mut calls = by_campaign(stage.server.ledger.arrivals());
    assert_eq!((lines.len(), checked.len(), calls.len()), (30, 30, 30));
    for ((line, checked), row) in lines.iter().zip(&checked).zip(2..) {
        let name = line["Campaign"].as_str();
        assert_eq!(checked["campaign_name"], name);
        assert_eq!(line["result_source"], format!("{sheet}:{sheet_name}{row}"));
        agree(line, checked, &calls.remove(name).unwrap());
    }

    let told = ended.json();
    assert_eq!(told["rows"], 30);
    assert_eq!(told["outcomes"]["scheduled"], 30);
    assert_eq!((&told["attempts"], &told["reads"], &told["exit_code"]), (&30.into(), &0.into(), &0.into()));
    assert_eq!(told["results"], serde_json::json!(["campaigns.results.csv"]));
    assert!(lines.iter().all(|line| line["result_batch"] == told["batch"].as_str().unwrap()));
    (stage, lines)
}

#[test]
fn the_sample_in_csv_is_scheduled_row_by_row() {
    let (stage, lines) = is_scheduled_row_by_row("samples/campaigns.csv", "");
    let (header, input) = table(&stage.path("samples/campaigns.csv"));
    let (results, _) = stage.results("campaigns.results.csv");
    assert_eq!(results[..header.len()], header, "the input's columns come first, in their order");
    for (line, input) in lines.iter().zip(&input) {
        assert!(input.iter().all(|cell| line[cell.0] == *cell.1), "{input:?}");
    }
}

#[test]
fn the_sample_workbook_is_scheduled_as_the_csv_is() {
    let (workbook, lines) = is_scheduled_row_by_row("samples/campaigns.xlsx", "Campaigns:");
    assert_eq!(lines[0]["Start"], "2037-03-02 09:00:00", "a date cell");
    assert_eq!(lines[0]["Budget code"], "4101", "a number");
    let (text, _) = is_scheduled_row_by_row("samples/campaigns.csv", "");
    let sent = |stage: &Stage| {
        let calls = by_campaign(stage.server.ledger.arrivals()).into_values();
        calls.map(|call| (call.campaign, call.enable, call.body)).collect::<Vec<_>>()
    };
    assert_eq!(sent(&workbook), sent(&text));
}

#[test]
fn what_leaves_is_what_the_documentation_shows() {
    let (stage, _) = is_scheduled_row_by_row("samples/campaigns.csv", "");
    let calls = by_campaign(stage.server.ledger.arrivals());
    let sent = |name: &str| {
        let call = &calls[name];
        format!("{} {}?{}\n{}", call.method, call.path.rsplit('/').next().unwrap(), call.query, call.body)
    };
    insta::assert_snapshot!(sent("Spring Savings | EU"), @r#"
    POST schedule?enableSchedule=true&campaignName=Spring%20Savings%20%7C%20EU
    {"startDateTime":"2037-03-02 09:00:00","endDateTime":"2037-04-30 18:00:00","recurrenceObject":{"recurType":"Daily","dailyDetails":{"onceEveryNdays":1}}}
    "#);
    insta::assert_snapshot!(sent("Payment Reminder | Second"), @r#"
    POST schedule?enableSchedule=true&campaignName=Payment%20Reminder%20%7C%20Second
    {"startDateTime":"2037-01-04 14:00:00","endDateTime":"2038-03-31 18:00:00","recurrenceObject":{"recurType":"Weekly","weeklyDetails":{"onceEveryNweeks":1,"whichDays":["Mon","Wed","Fri"]}}}
    "#);
    insta::assert_snapshot!(sent("Café Opening – Lisbon"), @r#"
    POST schedule?enableSchedule=true&campaignName=Caf%C3%A9%20Opening%20%E2%80%93%20Lisbon
    {"startDateTime":"2037-06-01 09:30:00","endDateTime":"2037-06-21 21:00:00","recurrenceObject":{"recurType":"Daily","dailyDetails":{"onceEveryNdays":1}}}
    "#);
}

#[test]
fn of_a_sheet_with_problems_the_good_rows_are_sent() {
    let stage = Stage::new();
    let checked = stage.checked("samples/problems.xlsx");
    let ended = stage.run(&["samples/problems.xlsx", "--rejects", "mend.csv"]);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);

    let (_, lines) = stage.results("problems.results.csv");
    assert_eq!(lines.len(), checked.len());
    let mut calls = by_campaign(stage.server.ledger.arrivals());
    let mut invalid = 0;
    for (line, checked) in lines.iter().zip(&checked) {
        if checked["request"].is_null() {
            invalid += 1;
            assert_eq!((line["result_status"].as_str(), line["result_attempts"].as_str()), ("invalid", "0"));
            let code = checked["problems"][0]["code"].as_str().unwrap();
            assert!(line["result_error"].contains(code), "{}", line["result_error"]);
        } else if line["result_status"] == "unchanged" {
            let codes = checked["warnings"].as_array().unwrap().iter().map(|warning| &warning["code"]);
            assert!(codes.into_iter().any(|code| code == "repeated-row"), "{checked}");
        } else {
            agree(line, checked, &calls.remove(checked["campaign_name"].as_str().unwrap()).unwrap());
        }
    }
    assert!(calls.is_empty(), "sent, and in no row: {calls:?}");

    let told = ended.json();
    assert_eq!((&told["outcomes"]["invalid"], &told["exit_code"]), (&invalid.into(), &1.into()));
    let (_, rejects) = table(&stage.path("mend.csv"));
    assert_eq!(rejects.len(), invalid);
}
