//! The comparison itself, in the room that the rows' records take.
//!
//! Nothing is allocated beside the records: what was found about a row replaces what was kept of it.

/// How many other places a finding names.
const NAMED_PLACES: usize = 2;

/// What is kept of a row in one record of 24 bytes: first an [`Entry`], and after the comparison, in
/// the same room, what was [`Found`].
pub(super) type Record = [u32; 6];

/// A row to compare: `folded` is the campaign whatever its case, `exact` tells the spellings of one
/// `folded` apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) folded: u64,
    pub(super) exact: u32,
    /// Of which the last bit tells a disable from the rest.
    pub(super) wish: u64,
    pub(super) ordinal: u32,
}

impl Entry {
    /// True if the row disables its campaign.
    pub(super) const fn is_disable(self) -> bool {
        self.wish & 1 == 1
    }
}

/// What was found about a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) ordinal: u32,
    /// How many other rows are for this very campaign, with [`CONFLICT`] if they disagree.
    pub(super) same: u32,
    /// How many other rows' names differ by case.
    pub(super) by_case: u32,
    /// The first other rows: one of each kind if there are both.
    pub(super) named: [u32; NAMED_PLACES],
}

/// The mark in [`Found::same`] beside the count.
pub(super) const CONFLICT: u32 = 1 << 31;

/// Drops most of the entries whose campaign stands alone, as nearly all do: sorting all takes ten
/// times as long. Two bits for each slot of a table tell whether hashes have met in it; what shares
/// one by chance stays and is found alone later. The table takes two bytes a row at most. What a first look
/// leaves of a large sheet is looked at again by the other half of the hash.
pub(super) fn drop_lone(records: &mut Vec<Record>) {
    drop_lone_by(records, |record| record[0]);
    drop_lone_by(records, |record| record[1]);
}

fn drop_lone_by(records: &mut Vec<Record>, half: impl Fn(&Record) -> u32) {
    let slots = (records.len() * 4).next_power_of_two().max(64);
    let place = |record: &Record| {
        let slot = half(record) as usize & (slots - 1);
        (slot / 64, 1_u64 << (slot % 64))
    };
    let mut taken = vec![0_u64; slots / 64];
    let mut shared = taken.clone();
    for (word, bit) in records.iter().map(place) {
        shared[word] |= taken[word] & bit;
        taken[word] |= bit;
    }
    records.retain(|record| {
        let (word, bit) = place(record);
        shared[word] & bit != 0
    });
}

/// Replaces the entries of one campaign, in whatever case, by what was found about each.
pub(super) fn compare(group: &mut [Record]) {
    if let [alone] = group {
        *alone = Found { ordinal: Entry::unpack(*alone).ordinal, same: 0, by_case: 0, named: [NOWHERE; 2] }.pack();
        return;
    }
    let total = group.len();
    let is_same = |one: &Record, other: &Record| one[2] == other[2];
    // The first rows of the first three spellings: two of them are always another's.
    let mut heads = [NOWHERE; NAMED_PLACES + 1];
    for spelling in group.chunk_by(is_same) {
        insert(&mut heads, Entry::unpack(spelling[0]).ordinal);
    }
    for spelling in group.chunk_by_mut(is_same) {
        let count = spelling.len();
        let first = Entry::unpack(spelling[0]);
        let is_conflict = spelling.iter().any(|record| Entry::unpack(*record).wish != first.wish);
        let mut firsts = [NOWHERE; NAMED_PLACES + 1];
        for record in spelling.iter().take(firsts.len()) {
            insert(&mut firsts, Entry::unpack(*record).ordinal);
        }
        for record in spelling {
            let own = Entry::unpack(*record).ordinal;
            let mut same_others = firsts.into_iter().filter(|ordinal| *ordinal != own);
            let mut case_others = heads.into_iter().filter(|ordinal| *ordinal != first.ordinal);
            let tells_same = count > 1 && (is_conflict || own != first.ordinal);
            let (one, two) = match (tells_same, total > count) {
                (true, true) => (same_others.next(), case_others.next()),
                (true, false) => (same_others.next(), same_others.next()),
                (false, _) => (case_others.next(), case_others.next()),
            };
            let same = if tells_same { length(count - 1) } else { 0 };
            *record = Found {
                ordinal: own,
                same: if is_conflict { same | CONFLICT } else { same },
                by_case: length(total - count),
                named: [one.unwrap_or(NOWHERE), two.unwrap_or(NOWHERE)],
            }
            .pack();
        }
    }
}

/// No row: after all others.
pub(super) const NOWHERE: u32 = u32::MAX;

/// Puts a row among the first few, in order.
fn insert(first: &mut [u32; NAMED_PLACES + 1], mut ordinal: u32) {
    for slot in first {
        if ordinal < *slot {
            std::mem::swap(slot, &mut ordinal);
        }
    }
}

impl Entry {
    pub(super) fn pack(self) -> Record {
        let (folded, wish) = (halves(self.folded), halves(self.wish));
        [folded[0], folded[1], self.exact, wish[0], wish[1], self.ordinal]
    }

    pub(super) fn unpack([a, b, exact, c, d, ordinal]: Record) -> Self {
        Self { folded: whole(a, b), exact, wish: whole(c, d), ordinal }
    }
}

impl Found {
    pub(super) fn pack(self) -> Record {
        let [one, two] = self.named;
        [self.ordinal, self.same, self.by_case, one, two, 0]
    }

    pub(super) fn unpack([ordinal, same, by_case, one, two, _]: Record) -> Self {
        Self { ordinal, same, by_case, named: [one, two] }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "halves of a number")]
const fn halves(number: u64) -> [u32; 2] {
    [(number >> 32) as u32, number as u32]
}

/// The campaign of an entry, whatever its case.
pub(super) const fn folded(record: &Record) -> u64 {
    whole(record[0], record[1])
}

const fn whole(high: u32, low: u32) -> u64 {
    ((high as u64) << 32) | low as u64
}

pub(super) const fn first_half(number: u64) -> u32 {
    halves(number)[0]
}

fn length(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX) & !CONFLICT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_group_is_dropped_and_most_of_what_stands_alone_is() {
        let record = |campaign: u32, ordinal: u32| [campaign, campaign.wrapping_mul(2_654_435_761), 0, 0, 0, ordinal];
        let campaign = |number: u32| number.wrapping_mul(2_246_822_519) ^ (number >> 3).wrapping_mul(3_266_489_917);
        let mut records: Vec<Record> = (0..10_000).map(|number| record(campaign(number), number)).collect();
        records.extend((0..100).map(|number| record(campaign(number * 7), 10_000 + number)));
        drop_lone(&mut records);
        for number in 0..100 {
            let of_group = records.iter().filter(|record| record[0] == campaign(number * 7)).count();
            assert!(of_group >= 2, "{number}");
        }
        assert!(records.len() < 5_000, "{}", records.len());
    }
}
