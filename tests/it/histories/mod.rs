//! Random histories of a sheet and its runs, held against a small reference model.

mod mortal;
mod reference;
mod walk;
mod world;

/// Histories that are played in a debug build in about half a minute.
const SEEDS: u64 = 80;

#[test]
fn random_histories_keep_the_promises() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("CAMPAIGN_SCHEDULER_SEED").unwrap_or(0);
    let count = number("CAMPAIGN_SCHEDULER_SEEDS").unwrap_or(if first > 0 { 1 } else { SEEDS });
    let broken: Vec<u64> =
        (first..first + count).filter(|seed| std::panic::catch_unwind(|| walk::play(*seed)).is_err()).take(9).collect();
    assert!(broken.is_empty(), "histories {broken:?} broke a promise; CAMPAIGN_SCHEDULER_SEED=n plays one alone");
}
