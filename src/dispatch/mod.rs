//! From the queue to the platform: one coordinator that owns all state, and workers that only send.
//!
//! The coordinator's loop is *grant, write, wait, handle*. It takes rows from the journal's queue, gives a
//! grant whenever a row, a free worker, a slot in every quota and a turn in the pace are all there,
//! and writes everything that happened since its last turn — answers, outcomes and the next grants —
//! in one transaction. Only when that is durable do calls leave and events appear, so what the
//! screen says is on disk, and one fsync serves many rows.
//!
//! A worker sends one call and classifies its answer. It never waits, retries or decides: a retry is
//! a new grant, which pays again. What an answer means for its row is [`model::transition`]'s table;
//! when the next call may leave is [`model::quota`]'s.
//!
//! Before a batch is sent and after, the platform is read: [`list`] makes its catalogue, [`preflight()`] holds a batch's
//! rows against it, [`verify()`] settles a batch by what campaigns show. Reads pass the same gate and are journaled as calls: what rows and reads have
//! in common once they are calls is in `calling`, what differs in `coordinator` and `reads`.
//!
//! Rejected: a task per row that waits, sends and retries by itself. Quota, breaker, budget and
//! shutdown would be shared state behind locks, and no single place could say what the program is
//! waiting for.
//!
//! [`model::transition`]: crate::model::transition
//! [`model::quota`]: crate::model::quota

mod backoff;
mod breaker;
mod calling;
mod catalogue;
mod coordinator;
mod estimate;
mod events;
mod gate;
mod pace;
mod preflight;
mod queue;
mod reads;
mod records;
mod sight;
mod sitting;
mod stop;
mod store;
mod verify;
mod wording;
mod workers;

pub use catalogue::{Catalogue, Found, OnlineFinding, list};
pub use coordinator::dispatch;
pub use events::{BreakerChange, Event, Purpose, Read, ReadSnapshot, Snapshot};
pub use gate::{GateLeft, outlook};
pub use preflight::{CampaignCell, preflight};
pub use reads::{ReadAccount, ReadJob};
pub use sitting::{Job, Sitting};
pub use verify::verify;
