//! The words of the program as types: rows, schedules, problems, outcomes, quota arithmetic.
//!
//! Everything here is pure: no file, no socket, no clock, no async. Every other module speaks in
//! these types, and none of them is spoken twice in another shape. What must hold for a value to
//! make sense is checked where the value is made, so that a [`Schedule`] that exists can be sent.
//!
//! | file | says |
//! |---|---|
//! | [`place`] | where a row stands, as its owner's program shows it |
//! | [`cell`] | what stood in a cell, kept so that the results can show it again |
//! | [`digits`] | dates in digits |
//! | [`count`] | how many, in digits and in words |
//! | [`counted`] | what a bare number under an interval's header counts |
//! | [`mod@column`] | the columns that mean something, in and out |
//! | [`target`] | host, account, stream: where a schedule goes |
//! | [`schedule`] | what a valid row asks for |
//! | [`row`] | one line of the input after reading |
//! | [`row_key`] | what a row means, not where it stands |
//! | [`finding`] | problems and warnings |
//! | [`outcome`] | how a row ended, and the sums of it |
//! | [`ending`] | how a sitting ended, and the exit code |
//! | [`time`] | points and spans on the monotonic axis |
//! | [`span`] | spans of time as people write them |
//! | [`words`] | counts and spans of time in sentences |
//! | [`limits`] | quotas, the pace, how many failures are too many: what the user may set |
//! | [`sending`] | how a batch is sent, and what its journal remembers of that |
//! | [`nearest`] | "did you mean" |
//! | [`quota`] | when may the next call leave, and what is it waiting for |
//! | [`visible`] | control characters made visible, wherever text goes out |
//! | [`transition`] | every state of a row, every event, the next state |

pub mod cell;
pub mod column;
pub mod count;
pub mod counted;
pub mod digits;
pub mod ending;
pub mod finding;
pub mod limits;
pub mod nearest;
pub mod outcome;
pub mod place;
pub mod quota;
pub mod row;
pub mod row_key;
pub mod schedule;
pub mod sending;
pub mod span;
pub mod target;
pub mod time;
pub mod transition;
pub mod visible;
pub mod words;

pub use cell::Cell;
pub use column::{Field, ResultColumn};
pub use ending::{Ending, Signal, StopReason};
pub use finding::{Code, Finding};
pub use limits::{FailureLimit, Quota, Rate};
pub use outcome::{Status, Tally};
pub use place::{CellName, Place};
pub use row::Row;
pub use row_key::{CampaignKey, RowKey};
pub use schedule::{Action, Recurrence, Schedule, Weekdays, Window};
pub use sending::{Delivery, Order, SendSettings};
pub use target::{AccountId, BatchId, CampaignId, CampaignName, Host, StreamId, Target};
pub use time::Moment;
