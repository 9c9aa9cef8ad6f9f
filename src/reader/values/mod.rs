//! From the cells of a line to a row: names, dates, zones, intervals and the rules between them.
//!
//! The file half of the reader calls [`RowReader::read_into`] once a line; two readers may share the lines of one
//! input. What must stay true: a row reports all of its problems; nothing is guessed; the machine's locale and zone play no
//! part; the present is the one that the caller gave, so all rows of a run are judged at one time.
//! A row without anything to say about it allocates nothing but itself.
//!
//! | file | says |
//! |---|---|
//! | `row_reader` | the way from a line to a row |
//! | `spot` | a cell at its place, and what goes for cells of all columns, or of all but names |
//! | `name`, `action` | campaign names, stream ids, action words |
//! | `date`, `moment` | the grammar of dates; starts and ends of one cell or two |
//! | `order` | what unambiguous dates say about ambiguous ones |
//! | `interval` | the grammar of intervals, recurrence and days |
//! | `zone` | what a wall time means, and which digits the platform needs |
//! | `came_back` | cells of a results file in text, which has lost their kind |
//! | `rules` | between values, and between them and the present |

mod action;
mod came_back;
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

pub(crate) use action::action_word;
pub(crate) use date::read_offset;
pub(crate) use interval::{is_unit, weekday};
pub(crate) use moment::is_time;
pub use order::DateOrders;
pub use row_reader::RowReader;
pub(crate) use zone::is_zone;
pub use zone::{NearZone, near_zone, zone_of_offset};
