//! Random histories of a sheet and its runs, held against a small reference model.
//!
//! `walk` plays runs, edits, kills before and after every commit, signals, full disks, clock changes
//! and outages; `world` is the platform with a ledger of its own; `reference` is what the contract
//! says may be known of a campaign. After each sitting a new process opens the journal, and what it
//! finds must agree with the ledger.
//!
//! # Deliberate breaks
//! Each was made by hand once, and the random histories failed within the first hundred seeds:
//!
//! | promise | break | caught by |
//! |---|---|---|
//! | 1 | a row whose call a kill left open loses its turn | "what is finished leaves nothing" |
//! | 3 | calls leave before their grant is durable | attempts differ from the ledger after a kill before the commit |
//! | 4 | a call in doubt leaves no mark on its campaign | the row is read as pending where it must not be, and three named tests |
//! | 5 | a slot is free again W after the grant instead of the answer | N + 1 arrivals within W |
//!
//! Not broken here: promise 2 (only a sealed batch can be sent: `Sealed` is what a job is made of) and
//! promise 6 (`engine::quota` compares with the least possible time).

mod came_back;
pub(crate) mod desk;
mod libre_office;
mod mended;
mod mortal;
mod nights;
mod reference;
mod row_keys;
mod walk;
mod world;

/// Histories that are played in a debug build in about half a minute.
const SEEDS: u64 = 60;

#[test]
fn random_histories_keep_the_promises() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("CAMPAIGN_SCHEDULER_SEED").unwrap_or(0);
    let count = number("CAMPAIGN_SCHEDULER_SEEDS").unwrap_or(if first > 0 { 1 } else { SEEDS });
    let broken: Vec<u64> =
        (first..first + count).filter(|seed| std::panic::catch_unwind(|| walk::play(*seed)).is_err()).take(3).collect();
    assert!(broken.is_empty(), "histories {broken:?} broke a promise; CAMPAIGN_SCHEDULER_SEED=n plays one alone");
}
