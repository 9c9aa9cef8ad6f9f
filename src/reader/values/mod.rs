//! From the cells of a line to a row: names, dates, zones, intervals and the rules between them.
//!
//! The file half of the reader calls [`RowReader::read`] once a line, in order. What must stay true:
//! a row reports all of its problems; nothing is guessed; the machine's locale and zone play no
//! part; the present is the one that the caller gave, so all rows of a run are judged at one time.
//! A row without anything to say about it allocates nothing but itself.

mod action;
mod date;
mod interval;
mod moment;
mod name;
mod order;
mod row_reader;
mod rules;
mod spot;
mod zone;

#[cfg(test)]
mod tests;

pub use order::DateOrders;
pub use row_reader::RowReader;
