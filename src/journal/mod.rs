//! The durable record of batches, rows and calls; it is also the queue.
//!
//! What must last is here before anybody hears of it: every row of a batch before the first grant,
//! every grant before its call leaves, every outcome before it is shown. `cli` opens it and fills it
//! through [`Intake`], `dispatch` works on it through the narrow [`Journal`] (which tests replace),
//! and `report` reads from it.
//!
//! It is SQLite in WAL mode with `synchronous=FULL`: a transaction that was committed survives a
//! power cut. The coordinator writes all that happened since its last turn in one transaction, so
//! that one fsync serves many rows. No transaction is ever held over a call.
//!
//! Why not a log of our own: the queue of a million rows, the last state of each campaign over
//! years, and the history of one row are questions that a database answers, and its recovery has
//! been attacked for longer than ours could be.

mod arrival;
mod commit;
mod emergency;
mod entry;
mod error;
mod facts;
mod folder;
mod intake;
mod kept;
mod kind;
mod left_open;
mod length;
mod lock;
mod numbers;
mod pages;
mod preflight;
mod presence;
mod private;
mod prune;
mod queue;
mod reading;
mod record;
mod sent;
mod sql;
mod step;
mod store;
mod time;
mod undo;
mod wording;

pub use entry::{Entry, Meaning};
pub use error::JournalError;
pub use intake::{Amendable, Intake, NewBatch, Sealed};
pub use kept::{KeptRow, Wanted};
pub use lock::IfBusy;
pub use numbers::{CallNumber, RowNumber, Span, Turn};
pub use pages::{NobodyWrites, Pages, Taken};
pub use preflight::UnsentRow;
pub use queue::{Journal, QueuedRow};
pub use reading::CallRecord;
pub use record::{BatchKind, BatchRecord, InputRecord, StoredRow};
pub use sent::SentRow;
pub use step::{AnswerRecord, Effect, Grant, RowChange, Step};
pub use store::SqliteJournal;
