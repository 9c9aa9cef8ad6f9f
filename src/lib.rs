//! Schedules the campaigns of a spreadsheet on the Kore.ai contact-centre platform: nothing lost,
//! nothing sent twice, never over quota.
//!
//! Begin here; each module's page says why it is as it is. The crate is a program first: [`cli::main`] is all of
//! it, and the library exists so that tests reach the modules.
//!
//! # The shape
//!
//! ```text
//!  sheet.csv / .xlsx ─▶ reader ─▶ ┌─────────┐ ◀─▶ dispatch ─▶ platform ─▶ the API, or the simulator
//!                                 │ journal │         │
//!  results, report   ◀─ report ◀─ └─────────┘         └─ events ─▶ progress
//! ```
//!
//! `run` is reader, dispatch and report; `resume` is dispatch and report; `report` is report alone, and
//! `check` is reader alone. There is no second code path. The journal in the middle is the queue as
//! well as the memory, so a kill at any point leaves nothing that the next start doesn't know.
//!
//! # The way of one row
//!
//! 1. [`reader`] finds the header, maps it to fields, and yields the row with its place (file, sheet,
//!    row number as its owner sees it).
//! 2. The row becomes a [`model::Schedule`], which can be sent by construction, or *all* of its
//!    problems ([`model::finding`]).
//! 3. [`journal`] takes every row of the batch before the first call leaves. What the platform has
//!    already accepted is `unchanged` at once and costs no call.
//! 4. [`dispatch`] gives a *grant* when a row, a free worker, a slot in every quota and a turn in the
//!    pace are all there. [`model::quota`] is that question as one pure function: the wait that is
//!    shown, the estimate and the forecast of `check` come from it too. The grant is on disk before the
//!    call leaves.
//! 5. A worker sends it through [`platform`] and classifies the answer by one pure table. It never
//!    waits, retries or decides: a retry is a new grant, and pays again.
//! 6. The coordinator writes the outcome, as the table in [`model::transition`] has it, together with
//!    the next grants, and only then tells [`progress`]. What the screen says is on disk.
//! 7. [`report`] streams the rows in input order into each file, under a temporary name, and renames it.
//!
//! # The modules
//!
//! | module | does | may import |
//! |---|---|---|
//! | [`model`] | rows, schedules, problems, outcomes, quota arithmetic, the life of a row: pure | – |
//! | [`clock`] | wall and monotonic time, real and test | `model` |
//! | [`reader`] | file → rows → schedules or problems | `model`, `clock`, `contained` |
//! | [`platform`] | the API's border: one trait, the HTTP client, tokens, the table of answers | `model`, `clock` |
//! | [`journal`] | batches, rows and calls in SQLite | `model`, `clock`, `stderr` |
//! | [`dispatch`] | the coordinator, its workers, breaker and stop | `model`, `clock`, `platform`, `journal` |
//! | [`report`] | journal → results, HTML, summary; the template | `model`, `journal`, `contained` |
//! | [`progress`] | events → bar, lines, JSON lines | `model`, `clock`, `dispatch` |
//! | [`simulator`] | the platform on loopback, with scripted faults; shares no type with the client | `clock` |
//! | [`cli`] | the command line, the settings, one file per command: glue | all |
//! | `contained` | the panics of libraries that read and write workbooks, as errors | – |
//! | `stderr` | what is said there, without waiting for a reader who has stopped | – |
//! | `failpoint` | the points at which tests stop the program, empty in a release: any module may name them | – |
//!
//! `clock` takes one type of `model`, the point on the monotonic axis: `model` is pure, so nothing comes with it. A test
//! reads this table and the imports, and fails on an edge that the table doesn't have (`tests/it/imports`).
//!
//! # Where the promises are kept
//!
//! | promise | kept in | tried by |
//! |---|---|---|
//! | every row stands in the results once | [`journal`], [`report`]; [`cli::batch`] closes the accounts | `tests/it/main_job`, `tests/it/attack/kills.rs` |
//! | no call before every row is read and journaled | [`journal::Intake`] | `tests/it/main_job/refused.rs`, `tests/it/attack/resumes.rs` |
//! | a grant is durable before its call, an outcome before it is shown | [`dispatch`]'s loop | `tests/it/engine`, `tests/it/attack/failpoints.rs` |
//! | what was accepted is not sent again | [`model::transition`], [`model::row_key`] | `tests/it/main_job/again.rs`, `tests/it/histories` |
//! | never over quota at the server, and no slower than it allows | [`model::quota`] | its own tests, `tests/it/engine`: `quota.rs`, `makespan.rs`; `tests/it/attack/soak.rs` |
//! | secrets stay secret | [`platform`]: one type that shows nothing, one host, no redirects | `tests/it/platform` |
//! | a file is whole or not there | [`report`] | `tests/it/report`, `tests/it/attack/power.rs` |
//! | the same sheet gives the same schedules | [`reader`]: no locale and no machine zone is asked | its own tests, `tests/it/attack/elsewhere.rs` |
//! | memory is bounded | [`reader`] streams, [`journal`] is the queue | `tests/it/reader`, `tests/it/attack/memory.rs` |
//!
//! # To change something
//!
//! | you want | look at |
//! |---|---|
//! | to read another way of writing a date or an interval | `reader/values` |
//! | another word for a column | `reader/synonyms/table.rs` |
//! | what an answer of the platform means | `platform/answer.rs`, then [`model::transition`] |
//! | a new problem or warning | [`model::finding`], and its line in `samples/guide/codes.md` |
//! | what stops a batch | `dispatch/stop.rs`, `dispatch/breaker.rs` |
//! | all-or-nothing, missing campaigns, what a later batch takes over | `journal/intake.rs`, where a batch is sealed |
//! | what the journal keeps | `journal/sql.rs`, its tables in `journal/sql/migrations.rs` |
//! | the `'` before what would run as a formula | `report/results/quoting.rs`, and `reader/table.rs`, which takes it off |
//! | a new flag | `cli/arguments` (as it is typed), `cli/settings` (what it means) |
//! | a new column in the results | [`model::column`](mod@model::column), `report` |
//! | what is said at the end, and which command is proposed | [`report::summary`] |
//! | what the platform does in rehearsals | [`simulator`] |

pub mod cli;
pub mod clock;
mod contained;
pub mod dispatch;
mod failpoint;
pub mod journal;
pub mod model;
pub mod platform;
pub mod progress;
pub mod reader;
pub mod report;
pub mod simulator;
mod stderr;
