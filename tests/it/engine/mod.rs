//! The engine on paused time, with a scripted platform and a real journal.

mod catalogue;
mod outcomes;
mod quota;
mod rig;
mod verify;
