//! The simulated platform over real sockets, with requests written byte by byte.

mod faults;
mod limits;
mod reads;
mod rig;
mod schedules;
mod tokens;
