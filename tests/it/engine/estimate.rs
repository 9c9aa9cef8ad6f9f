//! What is said of the end while a batch runs: right within a twentieth from the first minute on.

use std::time::Duration;

use campaign_scheduler::dispatch::Event;
use campaign_scheduler::model::{Moment, Quota, SendSettings};

use super::rig::{Does, Rig, Scripted, Sent, quota, rows, workers};

const MINUTE: Duration = Duration::from_secs(60);

/// Each estimate with the moment at which it was told, counted from the start: those after the first
/// minute, and after all holds were known.
fn estimates(sent: &Sent, start: Moment) -> Vec<(Duration, Duration)> {
    let is_hold = |event: &Event| matches!(event, Event::Held { .. });
    let holds = sent.events.iter().rposition(is_hold).map_or(0, |index| index + 1);
    let told = sent.events.iter().zip(&sent.told_at).skip(holds).filter(|(_, at)| at.since(start) >= MINUTE);
    told.filter_map(|(event, at)| match event {
        Event::Snapshot(snapshot) => Some((at.since(start), snapshot.remaining?)),
        _ => None,
    })
    .collect()
}

/// Runs a batch in which each call that `fails` names meets a 503 once, and that one call finds the
/// account rate-limited; then looks at every estimate that could be right.
async fn assert_estimates(
    what: &str,
    (count, latency): (u32, u64),
    quotas: Vec<Quota>,
    fails: fn(u32) -> bool,
    limited: Option<u32>,
) {
    let mut rig = Rig::new();
    let start = campaign_scheduler::clock::Clock::now(&rig.clock);
    let platform = Scripted::new(&rig.clock, Duration::from_millis(latency), move |campaign, number| {
        let index: u32 = campaign[1..].parse().unwrap();
        match number {
            1 if limited == Some(index) => Does::RateLimit,
            1 if fails(index) => Does::ServerError,
            _ => Does::Accept,
        }
    });
    let settings = SendSettings { quotas, concurrency: workers(8), ..SendSettings::default() };
    let sent = rig.run(&settings, &rows(count), &platform).await;
    let took = sent.sitting.elapsed;
    let told = estimates(&sent, start);
    assert!(told.len() > 20, "{what}: {} estimates", told.len());
    let mut wrong = Vec::new();
    for (at, remaining) in told {
        let end = at + remaining;
        let error = if end > took { end.saturating_sub(took) } else { took.saturating_sub(end) };
        if error > took / 20 {
            wrong.push((at, end));
        }
    }
    assert!(wrong.is_empty(), "{what}: it took {took:?}, and at … the end was told to be at …: {wrong:?}");
}

#[tokio::test(start_paused = true)]
async fn the_estimate_of_the_end_is_right_within_a_twentieth_from_the_first_minute_on() {
    let (minute, hour) = (quota(60, 60), quota(1_800, 3_600));
    let never: fn(u32) -> bool = |_| false;
    assert_estimates("the usual quotas", (500, 200), vec![minute, hour], never, None).await;
    assert_estimates("over a longer window", (500, 300), vec![minute, quota(300, 600)], never, None).await;
    assert_estimates("slow answers", (500, 4_000), vec![minute], never, None).await;
    assert_estimates("no quota, the pace alone", (1_000, 200), vec![], never, None).await;
    let tenth: fn(u32) -> bool = |index| index.is_multiple_of(10);
    assert_estimates("a retry for each tenth row", (500, 200), vec![minute, hour], tenth, None).await;
    let half: fn(u32) -> bool = |index| index.is_multiple_of(2);
    assert_estimates("a retry for each other row", (500, 500), vec![minute, hour], half, None).await;
}

/// What the platform will say can't be foreseen; once it has said it, it is known.
#[tokio::test(start_paused = true)]
async fn the_estimate_knows_the_platforms_own_hold() {
    let minute = quota(60, 60);
    let tenth: fn(u32) -> bool = |index| index.is_multiple_of(10);
    assert_estimates("a hold in the first minute", (300, 200), vec![minute], tenth, Some(30)).await;
    assert_estimates("a hold in the third minute", (400, 200), vec![minute], tenth, Some(115)).await;
}
