//! What only shows when all rows are read: conflicts, repetitions, names that differ by case.
//!
//! The reader adds every row as it passes, and asks once at the end. A row costs 24 bytes: hashes
//! stand for names and wishes, so that a million rows fit where their texts wouldn't. The hashes
//! are keyed at random, so that no sheet can be made to collide; what is found doesn't depend on
//! the key. Two rows count as one campaign only if 96 bits agree.
//!
//! Rows that have problems are not compared: what they ask for isn't known. Rows that are too late to
//! be sent are, if they were accepted before and so needn't be: otherwise a new wish would go over the
//! campaign of a row that the same results call `unchanged`. Rows whose date is
//! ambiguous are remembered, because what the other dates of the sheet suggest is known at the end.

mod compare;
mod hash;

#[cfg(test)]
mod tests;

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;

use compare::{CONFLICT, Entry, Found, NOWHERE, Record, compare, first_half, folded};
use hash::{hash_folded, hash_normal, hash_schedule};

use super::merged::Covered;
use super::values::DateOrders;
use crate::model::{CampaignName, CellName, Code, Field, Finding, Place, Row, Schedule, StreamId};

/// Collects the rows of a run.
#[derive(Debug)]
pub struct CrossRows {
    keys: RandomState,
    default_stream: Option<StreamId>,
    records: Vec<Record>,
    ambiguous: Vec<u32>,
    inputs: Vec<Input>,
    /// Room for a name as it is folded.
    room: String,
}

/// An input of the run: its first row and its last, and what its dates show.
#[derive(Debug)]
struct Input {
    first: u32,
    last: u32,
    number: u32,
    place: Place,
    orders: Arc<DateOrders>,
    /// Where its rows stand: a new stretch begins wherever some were passed over.
    stretches: Vec<Stretch>,
    /// Rows whose cells are merged with one above them, a list for each column.
    covered: Vec<Vec<Covered>>,
}

/// Rows of which each stands right below the one before.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    first: u32,
    row: u32,
}

/// What the other rows mean for one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrossRow {
    /// The row, counted from 0 over all inputs.
    pub ordinal: u32,
    /// What it is.
    pub kind: CrossKind,
}

/// What the other rows mean for a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CrossKind {
    /// A problem: other rows want something else of the same campaign.
    Conflict(Others),
    /// A warning: an earlier row wants the very same; this one follows it.
    Repeats {
        /// The first of them, counted from 0 over all inputs.
        leader: u32,
        /// Where it stands.
        place: Place,
    },
    /// A warning: other rows' names differ from this one's by case alone.
    DiffersByCase(Others),
    /// The row has a problem with an ambiguous date: [`DateOrders::amend`] completes its finding.
    AmbiguousDate(Arc<DateOrders>),
    /// A problem: a cell of it is merged with one above it.
    Covered(Covered),
}

/// The other rows of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Others {
    /// The first few.
    pub places: Vec<Place>,
    /// How many there are in all.
    pub count: u32,
}

impl CrossRows {
    /// Nothing yet. Rows without a stream of their own are those of `default_stream`.
    pub fn new(default_stream: Option<StreamId>) -> Self {
        Self {
            keys: RandomState::new(),
            default_stream,
            records: Vec::new(),
            ambiguous: Vec::new(),
            inputs: Vec::new(),
            room: String::new(),
        }
    }

    /// Adds a row under its ordinal; ordinals ascend.
    pub fn add(&mut self, ordinal: u32, row: &Row) {
        if self.inputs.last().is_none_or(|input| input.number != row.input) {
            let (place, orders) = (row.place.clone(), Arc::default());
            let (stretches, covered) = (Vec::new(), Vec::new());
            let (first, last, number) = (ordinal, ordinal, row.input);
            self.inputs.push(Input { first, last, number, place, orders, stretches, covered });
        }
        if let Some(input) = self.inputs.last_mut() {
            input.last = ordinal;
            if input.row(ordinal) != Some(row.place.row) {
                reserve(&mut input.stretches);
                input.stretches.push(Stretch { first: ordinal, row: row.place.row });
            }
        }
        if row.problems.iter().any(|problem| problem.code == Code::AmbiguousDate) {
            reserve(&mut self.ambiguous);
            self.ambiguous.push(ordinal);
        }
        if row.untimely.is_empty() {
            self.compare(ordinal, row);
        }
    }

    /// Compares a row with the others, if what it asks for is known: after [`Self::add`], and only of
    /// a row that was too late for that.
    pub fn compare(&mut self, ordinal: u32, row: &Row) {
        let (Some(campaign), Some(schedule)) = (&row.campaign, &row.schedule) else { return };
        let stream = row.stream.as_ref().or(self.default_stream.as_ref());
        // Wishes are compared within a spelling, and spellings within a folded name, so each hash may
        // go on where the one before it stands.
        let mut state = self.keys.build_hasher();
        hash_folded(campaign.as_str(), stream.map_or("", StreamId::as_str), &mut self.room, &mut state);
        let folded = state.finish();
        hash_normal(campaign.as_str(), &mut state);
        let exact = first_half(state.finish());
        hash_schedule(schedule, &mut state);
        let wish = (state.finish() & !1) | u64::from(*schedule == Schedule::Disable);
        let entry = Entry { folded, exact, wish, ordinal };
        reserve(&mut self.records);
        self.records.push(entry.pack());
    }

    /// An input has ended: what its dates show about the order of day and month, and which rows of its columns are
    /// merged with one above them.
    pub(super) fn end_of_input(&mut self, number: u32, orders: DateOrders, covered: Vec<Vec<Covered>>) {
        if let Some(input) = self.inputs.last_mut().filter(|input| input.number == number) {
            input.orders = Arc::new(orders);
            input.covered = covered;
        }
    }

    /// What was found, in the order of the rows.
    pub fn finish(self) -> impl Iterator<Item = CrossRow> {
        let Self { mut records, ambiguous, inputs, .. } = self;
        if inputs.iter().any(|input| !input.covered.is_empty()) {
            records.retain(|record| !is_covered(Entry::unpack(*record), &inputs));
        }
        // What is reserved beyond them makes room for the table by which they are told apart.
        records.shrink_to_fit();
        compare::drop_lone(&mut records);
        records.sort_unstable_by_key(folded);
        for group in records.chunk_by_mut(|one, other| folded(one) == folded(other)) {
            group.sort_unstable_by_key(|record| (record[2], record[5]));
            compare(group);
        }
        records.retain(|record| record[1] != 0 || record[2] != 0);
        records.sort_unstable_by_key(|record| record[0]);
        let inputs = Arc::new(inputs);
        let of_inputs = Arc::clone(&inputs);
        let of_groups = records.into_iter().flat_map(move |record| told(Found::unpack(record), &of_inputs));
        let of_inputs = Arc::clone(&inputs);
        let of_dates = ambiguous.into_iter().map(move |ordinal| {
            let orders = input_of(ordinal, &of_inputs).map(|input| Arc::clone(&input.orders)).unwrap_or_default();
            CrossRow { ordinal, kind: CrossKind::AmbiguousDate(orders) }
        });
        let mut lists: Vec<List> = vec![Box::new(of_groups), Box::new(of_dates)];
        let all = (0..inputs.len()).flat_map(|input| (0..inputs[input].covered.len()).map(move |list| (input, list)));
        lists.extend(all.map(|(input, list)| Box::new(covered(Arc::clone(&inputs), input, list)) as List));
        in_order(lists)
    }
}

impl CrossRow {
    /// True if the finding is a problem, false if it is a warning; `None` if there is none.
    pub fn is_problem(&self) -> Option<bool> {
        match self.kind {
            CrossKind::Conflict(_) | CrossKind::Covered(_) => Some(true),
            CrossKind::Repeats { .. } | CrossKind::DiffersByCase(_) => Some(false),
            CrossKind::AmbiguousDate(_) => None,
        }
    }

    /// The finding about the row's campaign, given its name and the name's cell.
    pub fn finding(&self, campaign: &CampaignName, cell: Option<CellName>) -> Option<Finding> {
        let (code, message, hint) = match &self.kind {
            CrossKind::AmbiguousDate(_) | CrossKind::Covered(_) => return None,
            CrossKind::Conflict(others) => (
                Code::ConflictingRows,
                format!("the campaign stands more than once and is to be scheduled differently: see also {others}"),
                "keep the row that is meant and delete the others".to_owned(),
            ),
            CrossKind::Repeats { place, .. } => (
                Code::RepeatedRow,
                format!("{place} asks for the very same, so it is sent only once"),
                "delete one of the rows".to_owned(),
            ),
            CrossKind::DiffersByCase(others) => (
                Code::NameDiffersByCase,
                format!("the name differs from that of {others} by upper and lower case alone"),
                "check that they are different campaigns on the platform".to_owned(),
            ),
        };
        let value = Some(campaign.as_str().to_owned());
        Some(Finding { cell, field: Some(Field::CampaignName), code, value, message, hint })
    }
}

impl fmt::Display for Others {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, place) in self.places.iter().enumerate() {
            if index > 0 {
                out.write_str(", ")?;
            }
            write!(out, "{place}")?;
        }
        match self.count as usize - self.places.len() {
            0 => Ok(()),
            more => write!(out, " and {more} more"),
        }
    }
}

/// What is told of a row: nothing, one thing or two.
fn told(found: Found, inputs: &[Input]) -> impl Iterator<Item = CrossRow> + use<> {
    let [one, _] = found.named;
    let count = found.same & !CONFLICT;
    let both = count > 0 && found.by_case > 0;
    let others = |rows: &[u32], count: u32| Others {
        places: rows.iter().filter(|row| **row != NOWHERE).map(|row| place_of(*row, inputs)).collect(),
        count,
    };
    let same = (count > 0).then(|| {
        if found.same & CONFLICT != 0 {
            CrossKind::Conflict(others(if both { &found.named[..1] } else { &found.named[..] }, count))
        } else {
            CrossKind::Repeats { leader: one, place: place_of(one, inputs) }
        }
    });
    let by_case = (found.by_case > 0).then(|| {
        CrossKind::DiffersByCase(others(if both { &found.named[1..] } else { &found.named[..] }, found.by_case))
    });
    let ordinal = found.ordinal;
    same.into_iter().chain(by_case).map(move |kind| CrossRow { ordinal, kind })
}

/// Findings in the order of the rows.
type List = Box<dyn Iterator<Item = CrossRow>>;

/// A few such lists as one.
fn in_order(lists: Vec<List>) -> impl Iterator<Item = CrossRow> {
    let mut lists: Vec<_> = lists.into_iter().map(Iterator::peekable).collect();
    std::iter::from_fn(move || {
        let next = lists.iter_mut().filter_map(|list| list.peek().map(|row| row.ordinal).zip(Some(list)));
        next.min_by_key(|(ordinal, _)| *ordinal)?.1.next()
    })
}

/// The rows of an input whose cells in a column are merged with one above them.
fn covered(inputs: Arc<Vec<Input>>, input: usize, list: usize) -> impl Iterator<Item = CrossRow> {
    let (mut next, mut row) = (0, 0);
    std::iter::from_fn(move || {
        let input = &inputs[input];
        loop {
            let covered = input.covered[list].get(next)?;
            match input.at_or_below(row.max(covered.first)).filter(|(_, found)| *found <= covered.last()) {
                Some((ordinal, found)) => {
                    row = found.saturating_add(1);
                    return Some(CrossRow { ordinal, kind: CrossKind::Covered(*covered) });
                }
                None => next += 1,
            }
        }
    })
}

/// True if a cell that means something of the row is merged with one above it: then the row has a problem.
fn is_covered(entry: Entry, inputs: &[Input]) -> bool {
    let Some(input) = input_of(entry.ordinal, inputs) else { return false };
    let Some(row) = input.row(entry.ordinal) else { return false };
    input.covered.iter().any(|list| {
        let after = list.partition_point(|covered| covered.first <= row);
        let above = after.checked_sub(1).map(|above| list[above]).filter(|covered| row <= covered.last());
        above.is_some_and(|covered| covered.counts_for(entry.is_disable()))
    })
}

/// The input of a row, by the ordinals at which inputs begin.
fn input_of(ordinal: u32, inputs: &[Input]) -> Option<&Input> {
    inputs.get(inputs.partition_point(|input| input.first <= ordinal).saturating_sub(1))
}

fn place_of(ordinal: u32, inputs: &[Input]) -> Place {
    let found = input_of(ordinal, inputs).and_then(|input| Some((input, input.row(ordinal)?)));
    match found {
        Some((input, row)) => Place { row, ..input.place.clone() },
        None => Place { source: "".into(), sheet: None, row: 0 },
    }
}

impl Input {
    /// The row number of one of its rows that was added.
    fn row(&self, ordinal: u32) -> Option<u32> {
        // Nearly always it is of the last one.
        let stretch = match self.stretches.last()? {
            last if last.first <= ordinal => last,
            _ => {
                let after = self.stretches.partition_point(|stretch| stretch.first <= ordinal);
                self.stretches.get(after.checked_sub(1)?)?
            }
        };
        stretch.row.checked_add(ordinal - stretch.first)
    }
}

impl Input {
    /// The first of its rows that stands at this row number or below: its ordinal and its row number.
    fn at_or_below(&self, row: u32) -> Option<(u32, u32)> {
        let after = self.stretches.partition_point(|stretch| stretch.row <= row);
        let next = self.stretches.get(after).map(|stretch| (stretch.first, stretch.row));
        let Some(stretch) = after.checked_sub(1).map(|before| self.stretches[before]) else { return next };
        let ordinal = stretch.first.saturating_add(row - stretch.row);
        let end = next.map_or(self.last, |(first, _)| first - 1);
        if ordinal <= end { Some((ordinal, row)) } else { next }
    }
}

/// Grows by an eighth, not by doubling: the bound on memory counts what is reserved too.
fn reserve<T>(items: &mut Vec<T>) {
    if items.len() == items.capacity() {
        items.reserve_exact((items.len() / 8).max(64));
    }
}
