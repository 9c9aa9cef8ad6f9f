//! From a file as people write it to rows: schedules, or all of their problems.
//!
//! [`read`] is the one way in: it opens every input, finds the table in it and hands each row to a
//! sink, in the order of the input. What must stay true: memory doesn't grow with the rows of text
//! files and XLSX, no size that a file states about itself is believed, and nothing is guessed
//! that a careful person would ask about.
//!
//! | file | does |
//! |---|---|
//! | [`front`] | what the reader is asked, and what it gives |
//! | [`error`] | why an input can't be read as a whole |
//! | `reading` | all inputs, one after the other |
//! | `inputs` | what each input is called and how it is opened; none is given twice |
//! | `rows` | what every reader of lines gives: one row after the other |
//! | `table` | the lines below a header as rows |
//! | `shared` | the rows of a long text, by two threads that share the work |
//! | `spool` | any input as a file that can be read twice |
//! | `kind` | what a file is, by its content |
//! | `text` | delimited text: encoding, delimiter, records |
//! | `workbook` | XLSX, XLSB, XLS, ODS: bounds, sheets, cells |
//! | `header`, `synonyms`, `near_miss` | which row is the header, and which column means what |
//! | [`columns`] | what all of these agree on |
//! | `contained` | panics of the libraries that read workbooks, turned into errors |
//! | [`values`] | cells to schedules and problems |
//! | [`cross_row`] | what can be said of a row only when all rows are known |
//! | [`late`] | what is said so of a row that was read long before |
//! | `flags` | flags as hints propose them |

pub mod columns;
mod contained;
pub mod cross_row;
pub mod error;
mod flags;
pub mod front;
mod header;
mod inputs;
mod kind;
pub mod late;
mod merged;
mod near_miss;
mod reading;
mod rows;
mod shared;
mod spool;
mod synonyms;
mod table;
mod text;
pub mod values;
mod workbook;

pub use contained::is_contained;
pub use error::{ReadError, Unreadable};
pub use front::{DateOrder, Delimiter, FieldColumn, Input, InputHeader, ReadOptions, RowSink};
pub use late::LateLook;
pub use reading::{Reading, SheetWarning, Stop, read};
