//! Schedules the campaigns of a spreadsheet on the Kore.ai contact-centre platform.

pub mod cli;
pub mod clock;
pub mod dispatch;
mod failpoint;
pub mod journal;
pub mod model;
pub mod platform;
pub mod progress;
pub mod reader;
pub mod report;
pub mod simulator;
