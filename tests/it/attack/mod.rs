//! The real binary under attack: killed, signalled, robbed of its disk, and asked afterwards whether
//! its books agree with the platform's.
//!
//! The simulator runs in the test's process, so that its ledger outlives every kill.

mod elsewhere;
#[cfg(feature = "failpoints")]
mod failpoints;
mod journal;
mod kills;
#[cfg(target_os = "linux")]
mod memory;
mod outputs;
#[cfg(target_os = "linux")]
mod power;
mod resumes;
mod secrets;
#[cfg(unix)]
mod signals;
mod site;
mod soak;
#[cfg(target_os = "linux")]
mod strace;
#[cfg(target_os = "linux")]
mod syscalls;
#[cfg(target_os = "linux")]
mod terminal;
mod ways_out;
