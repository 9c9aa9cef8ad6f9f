//! What only shows when all rows are read: conflicts, repetitions, names that differ by case.
//!
//! The reader adds every row as it passes, and asks once at the end. A row costs 28 bytes: hashes
//! stand for names and wishes, so that a million rows fit where their texts wouldn't. The hashes
//! are keyed at random, so that no sheet can be made to collide; what is found doesn't depend on
//! the key. Two rows count as one campaign only if 96 bits agree.
//!
//! Rows that have problems are not compared: what they ask for isn't known. Rows whose date is
//! ambiguous are remembered, because what the other dates of the sheet suggest is known at the end.

use std::fmt;
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState};
use std::iter::Peekable;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::model::{CampaignName, CellName, Code, Field, Finding, Place, Row, Schedule, StreamId};

/// How many other places a finding names.
const NAMED_PLACES: usize = 2;

/// A row among all rows of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Spot {
    ordinal: u32,
    number: u32,
}

/// What is kept of a row in one record of 28 bytes: first an [`Entry`], and after the comparison, in
/// the same room, what was [`Found`].
type Record = [u32; 7];

/// A row to compare: `folded` is the campaign whatever its case, `exact` tells the spellings of one
/// `folded` apart.
#[derive(Debug, Clone, Copy)]
struct Entry {
    folded: u64,
    exact: u32,
    wish: u64,
    spot: Spot,
}

/// What was found about a row.
#[derive(Debug, Clone, Copy)]
struct Found {
    ordinal: u32,
    /// How many other rows are for this very campaign, with [`CONFLICT`] if they disagree.
    same: u32,
    /// How many other rows' names differ by case.
    by_case: u32,
    /// The first other rows: one of each kind if there are both.
    named: [Spot; NAMED_PLACES],
}

/// The mark in [`Found::same`] beside the count.
const CONFLICT: u32 = 1 << 31;

/// Collects the rows of a run.
#[derive(Debug)]
pub struct CrossRows {
    keys: RandomState,
    default_stream: Option<StreamId>,
    records: Vec<Record>,
    ambiguous: Vec<u32>,
    inputs: Vec<(u32, Place)>,
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
    /// The row has a problem with an ambiguous date, which
    /// [`DateOrders::amend`](super::values::DateOrders::amend) completes.
    AmbiguousDate,
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
        }
    }

    /// Adds a row under its ordinal; ordinals ascend.
    pub fn add(&mut self, ordinal: u32, row: &Row) {
        let is_new = self
            .inputs
            .last()
            .is_none_or(|(_, place)| place.source != row.place.source || place.sheet != row.place.sheet);
        if is_new {
            self.inputs.push((ordinal, row.place.clone()));
        }
        if row.problems.iter().any(|problem| problem.code == Code::AmbiguousDate) {
            reserve(&mut self.ambiguous);
            self.ambiguous.push(ordinal);
        }
        let Some(wish) = row.wish.as_ref().filter(|_| row.untimely.is_empty()) else { return };
        let stream = wish.stream.as_ref().or(self.default_stream.as_ref());
        let entry = Entry {
            folded: self.hash(|state| {
                stream.map(StreamId::as_str).hash(state);
                hash_folded(wish.campaign.as_str(), state);
            }),
            exact: first_half(self.hash(|state| hash_normal(wish.campaign.as_str(), state))),
            wish: self.hash(|state| hash_schedule(&wish.schedule, state)),
            spot: Spot { ordinal, number: row.place.row },
        };
        reserve(&mut self.records);
        self.records.push(entry.pack());
    }

    /// What was found, in the order of the rows.
    pub fn finish(self) -> impl Iterator<Item = CrossRow> {
        let Self { mut records, ambiguous, inputs, .. } = self;
        records.sort_unstable_by_key(|record| (record[0], record[1], record[2], record[5]));
        for group in records.chunk_by_mut(|one, other| one[..2] == other[..2]) {
            compare(group);
        }
        records.retain(|record| record[1] != 0 || record[2] != 0);
        records.sort_unstable_by_key(|record| record[0]);
        let of_groups = records.into_iter().flat_map(move |record| Found::unpack(record).told(&inputs)).peekable();
        let of_dates = ambiguous.into_iter().map(|ordinal| CrossRow { ordinal, kind: CrossKind::AmbiguousDate });
        Merged { of_groups, of_dates: of_dates.peekable() }
    }

    fn hash(&self, feed: impl FnOnce(&mut DefaultHasher)) -> u64 {
        let mut state = self.keys.build_hasher();
        feed(&mut state);
        state.finish()
    }
}

impl CrossRow {
    /// True if the finding is a problem, false if it is a warning; `None` if there is none.
    pub fn is_problem(&self) -> Option<bool> {
        match self.kind {
            CrossKind::Conflict(_) => Some(true),
            CrossKind::Repeats { .. } | CrossKind::DiffersByCase(_) => Some(false),
            CrossKind::AmbiguousDate => None,
        }
    }

    /// The finding about the row, given its campaign's name and the name's cell.
    pub fn finding(&self, campaign: &CampaignName, cell: Option<CellName>) -> Option<Finding> {
        let (code, message, hint) = match &self.kind {
            CrossKind::AmbiguousDate => return None,
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

/// Replaces the entries of one campaign, in whatever case, by what was found about each.
fn compare(group: &mut [Record]) {
    if let [alone] = group {
        *alone = Found { ordinal: Entry::unpack(*alone).spot.ordinal, same: 0, by_case: 0, named: [NOWHERE; 2] }.pack();
        return;
    }
    let total = group.len();
    let is_same = |one: &Record, other: &Record| one[2] == other[2];
    // The first rows of the first three spellings: two of them are always another's.
    let mut heads = [NOWHERE; NAMED_PLACES + 1];
    for spelling in group.chunk_by(is_same) {
        insert(&mut heads, Entry::unpack(spelling[0]).spot);
    }
    for spelling in group.chunk_by_mut(is_same) {
        let count = spelling.len();
        let first = Entry::unpack(spelling[0]);
        let is_conflict = spelling.iter().any(|record| Entry::unpack(*record).wish != first.wish);
        let mut firsts = [NOWHERE; NAMED_PLACES + 1];
        for record in spelling.iter().take(firsts.len()) {
            insert(&mut firsts, Entry::unpack(*record).spot);
        }
        for record in spelling {
            let own = Entry::unpack(*record).spot;
            let mut same_others = firsts.into_iter().filter(|spot| *spot != own);
            let mut case_others = heads.into_iter().filter(|spot| *spot != first.spot);
            let tells_same = count > 1 && (is_conflict || own != first.spot);
            let (one, two) = match (tells_same, total > count) {
                (true, true) => (same_others.next(), case_others.next()),
                (true, false) => (same_others.next(), same_others.next()),
                (false, _) => (case_others.next(), case_others.next()),
            };
            let same = if tells_same { length(count - 1) } else { 0 };
            *record = Found {
                ordinal: own.ordinal,
                same: if is_conflict { same | CONFLICT } else { same },
                by_case: length(total - count),
                named: [one.unwrap_or(NOWHERE), two.unwrap_or(NOWHERE)],
            }
            .pack();
        }
    }
}

/// No row: after all others.
const NOWHERE: Spot = Spot { ordinal: u32::MAX, number: 0 };

/// Puts a row among the first few, in order.
fn insert(first: &mut [Spot; NAMED_PLACES + 1], mut spot: Spot) {
    for slot in first {
        if spot < *slot {
            std::mem::swap(slot, &mut spot);
        }
    }
}

impl Entry {
    fn pack(self) -> Record {
        let (folded, wish) = (halves(self.folded), halves(self.wish));
        [folded[0], folded[1], self.exact, wish[0], wish[1], self.spot.ordinal, self.spot.number]
    }

    fn unpack([a, b, exact, c, d, ordinal, number]: Record) -> Self {
        Self { folded: whole(a, b), exact, wish: whole(c, d), spot: Spot { ordinal, number } }
    }
}

impl Found {
    fn pack(self) -> Record {
        let [one, two] = self.named;
        [self.ordinal, self.same, self.by_case, one.ordinal, one.number, two.ordinal, two.number]
    }

    fn unpack([ordinal, same, by_case, a, b, c, d]: Record) -> Self {
        let named = [Spot { ordinal: a, number: b }, Spot { ordinal: c, number: d }];
        Self { ordinal, same, by_case, named }
    }

    fn told(self, inputs: &[(u32, Place)]) -> impl Iterator<Item = CrossRow> + use<> {
        let [one, _] = self.named;
        let count = self.same & !CONFLICT;
        let both = count > 0 && self.by_case > 0;
        let others = |spots: &[Spot], count: u32| Others {
            places: spots.iter().filter(|spot| **spot != NOWHERE).map(|spot| place_of(*spot, inputs)).collect(),
            count,
        };
        let same = (count > 0).then(|| {
            if self.same & CONFLICT != 0 {
                CrossKind::Conflict(others(if both { &self.named[..1] } else { &self.named[..] }, count))
            } else {
                CrossKind::Repeats { leader: one.ordinal, place: place_of(one, inputs) }
            }
        });
        let by_case = (self.by_case > 0).then(|| {
            CrossKind::DiffersByCase(others(if both { &self.named[1..] } else { &self.named[..] }, self.by_case))
        });
        let ordinal = self.ordinal;
        same.into_iter().chain(by_case).map(move |kind| CrossRow { ordinal, kind })
    }
}

/// Two sequences in the order of the rows, as one.
struct Merged<A: Iterator, B: Iterator> {
    of_groups: Peekable<A>,
    of_dates: Peekable<B>,
}

impl<A: Iterator<Item = CrossRow>, B: Iterator<Item = CrossRow>> Iterator for Merged<A, B> {
    type Item = CrossRow;

    fn next(&mut self) -> Option<CrossRow> {
        match (self.of_groups.peek(), self.of_dates.peek()) {
            (Some(one), Some(other)) if other.ordinal < one.ordinal => self.of_dates.next(),
            (Some(_), _) => self.of_groups.next(),
            (None, _) => self.of_dates.next(),
        }
    }
}

fn place_of(spot: Spot, inputs: &[(u32, Place)]) -> Place {
    let after = inputs.partition_point(|(first, _)| *first <= spot.ordinal);
    match inputs.get(after.saturating_sub(1)) {
        Some((_, place)) => Place { row: spot.number, ..place.clone() },
        None => Place { source: "".into(), sheet: None, row: spot.number },
    }
}

/// Grows by an eighth, not by doubling: the bound on memory counts what is reserved too.
fn reserve<T>(items: &mut Vec<T>) {
    if items.len() == items.capacity() {
        items.reserve_exact((items.len() / 8).max(64));
    }
}

fn hash_normal(name: &str, state: &mut DefaultHasher) {
    if is_nfc_quick(name.chars()) == IsNormalized::Yes {
        name.hash(state);
    } else {
        name.nfc().collect::<String>().hash(state);
    }
}

/// Upper case first, so that a letter with several forms (ß, ς) has one.
fn hash_folded(name: &str, state: &mut DefaultHasher) {
    if name.is_ascii() {
        name.bytes().for_each(|byte| state.write_u8(byte.to_ascii_lowercase()));
        return;
    }
    let mut buffer = [0; 4];
    for character in name.nfc().flat_map(char::to_uppercase).flat_map(char::to_lowercase) {
        character.encode_utf8(&mut buffer).bytes().for_each(|byte| state.write_u8(byte));
    }
}

/// What the platform gets; when it is past doesn't matter.
fn hash_schedule(schedule: &Schedule, state: &mut DefaultHasher) {
    match schedule {
        Schedule::Disable => false.hash(state),
        Schedule::Enable { window, recurrence } => (true, window.start, window.end, recurrence).hash(state),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "halves of a number")]
const fn halves(number: u64) -> [u32; 2] {
    [(number >> 32) as u32, number as u32]
}

const fn whole(high: u32, low: u32) -> u64 {
    ((high as u64) << 32) | low as u64
}

const fn first_half(number: u64) -> u32 {
    halves(number)[0]
}

fn length(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX) & !CONFLICT
}

#[cfg(test)]
mod tests;
