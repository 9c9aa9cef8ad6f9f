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
//!
//! | file | holds |
//! |---|---|
//! | `sql` | the tables, and every statement |
//! | `stored` | how values stand in columns |
//! | `store`, `file/` | opening: what the file must be, its lock, what a kill left |
//! | `intake`, `intake/` | a batch being read: rows and their beginning, the rows of an undo, the seal |
//! | `preflight`, `amend` | what is found out about rows before they are sent |
//! | `queue`, `step`, `commit`, `emergency` | what the coordinator asks, and what it makes durable |
//! | `sitting` | what a `resume` begins and ends with |
//! | `read_back` | the rows that a `verify` reads back |
//! | `reading`, `reading/`, `count` | what is told of batches, rows and calls |
//! | `prune` | what is forgotten |
//! | `numbers`, `record`, `facts` | how rows and batches are numbered, and what is known of them |
//! | `pages` | rows on their way from one thread to another |
//! | `wording` | what rows say that no answer ended |

mod amend;
mod commit;
mod count;
mod emergency;
mod error;
mod facts;
mod file;
mod intake;
mod numbers;
mod pages;
mod preflight;
mod prune;
mod queue;
mod read_back;
mod reading;
mod record;
mod sitting;
mod sql;
mod step;
mod store;
mod stored;
mod wording;

pub use amend::Amendable;
pub use error::JournalError;
pub use file::IfBusy;
pub use intake::{Entry, Intake, Meaning, NewBatch, Sealed};
pub use numbers::{CallNumber, RowNumber, Span, Turn};
pub use pages::{NobodyWrites, Pages, Taken};
pub use preflight::{Preflight, UnsentRow};
pub use prune::Pruned;
pub use queue::{Journal, QueuedRow};
pub use read_back::{ReadBack, SentRow};
pub use reading::{CallRecord, KeptRow, Wanted};
pub use record::{BatchKind, BatchRecord, InputRecord, Later, StoredRow};
pub use step::{AnswerRecord, Effect, Grant, RowChange, Step};
pub use store::SqliteJournal;
