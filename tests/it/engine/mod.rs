//! The engine on paused time, with a scripted platform and a real journal.

mod catalogue;
mod estimate;
mod journal;
mod makespan;
mod outcomes;
mod quota;
pub mod rig;
mod sheets;
mod too_late;
mod verify;
