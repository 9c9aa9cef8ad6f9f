//! "Did you mean": the nearest of some names by edit distance.
//!
//! One measure for all who guess: settings, headers, zones, campaigns. A sheet of thousands of names
//! may be held against a platform of thousands of campaigns, so whoever asks often makes the
//! [`Names`] once, and most of them are passed over for their length or their letters alone.

/// The candidate nearest to `text`, whatever their case; `None` if none is near enough to be meant.
///
/// Near enough is one edit for every three characters, so that short names aren't guessed wildly.
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let candidates: Vec<_> = candidates.into_iter().collect();
    let place = Names::new(candidates.iter().copied()).nearest(text)?;
    candidates.get(place).copied()
}

/// How many characters must be inserted, deleted, replaced or swapped with their neighbour to make
/// one text of the other; `None` if more than `most`. Case counts.
pub fn edits(left: &str, right: &str, most: usize) -> Option<usize> {
    Spelling::of(left.chars()).edits_to(&Spelling::of(right.chars()), most)
}

/// Names that may be asked for the nearest many times.
#[derive(Debug, Default)]
pub struct Names(Vec<Spelling>);

impl Names {
    /// Takes the names in their order.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(names.into_iter().map(Spelling::folded).collect())
    }

    /// The place of the name that [`nearest`] gives: of several as near, the first.
    ///
    /// The likeliest come first: once a near one is found, the many that can't be as near are never
    /// compared.
    pub fn nearest(&self, text: &str) -> Option<usize> {
        let wanted = Spelling::folded(text);
        let mut most = (wanted.letters.len() / 3).max(1);
        let mut by_least: Vec<Vec<usize>> = vec![Vec::new(); most + 1];
        for (place, candidate) in self.0.iter().enumerate() {
            if let Some(places) = by_least.get_mut(wanted.least_edits(candidate)) {
                places.push(place);
            }
        }
        let mut best = None;
        for (least, places) in by_least.iter().enumerate() {
            for &place in places {
                if least > most {
                    break;
                }
                let Some(edits) = wanted.edits_to(&self.0[place], most) else { continue };
                if best.is_none_or(|(fewest, first)| (edits, place) < (fewest, first)) {
                    best = Some((edits, place));
                    most = edits;
                }
            }
        }
        best.map(|(_, place)| place)
    }
}

const BAGS: usize = 32;

/// A text as it is compared: its letters, and how many there are of each kind, as far as 32 kinds go.
#[derive(Debug)]
struct Spelling {
    letters: Box<[char]>,
    bags: [u8; BAGS],
}

impl Spelling {
    fn folded(text: &str) -> Self {
        Self::of(text.to_lowercase().chars())
    }

    fn of(letters: impl Iterator<Item = char>) -> Self {
        let letters: Box<[char]> = letters.collect();
        let mut bags = [0_u8; BAGS];
        for letter in &letters {
            let bag = &mut bags[*letter as usize % BAGS];
            *bag = bag.saturating_add(1);
        }
        Self { letters, bags }
    }

    /// The least number of edits that the letters alone let expect: an edit brings at most one
    /// letter and takes at most one away.
    fn least_edits(&self, other: &Self) -> usize {
        let (mut more, mut fewer) = (0, 0);
        for (ours, theirs) in self.bags.iter().zip(other.bags) {
            more += usize::from(ours.saturating_sub(theirs));
            fewer += usize::from(theirs.saturating_sub(*ours));
        }
        more.max(fewer)
    }

    /// The edits between two texts (optimal string alignment), if there are no more than `most`.
    fn edits_to(&self, other: &Self, most: usize) -> Option<usize> {
        let (left, right) = (&self.letters, &other.letters);
        if left.len().abs_diff(right.len()) > most || self.least_edits(other) > most {
            return None;
        }
        let mut before: Vec<usize> = Vec::new();
        let mut above: Vec<usize> = (0..=right.len()).collect();
        for (row, a) in left.iter().enumerate() {
            let mut current = vec![row + 1];
            for (column, b) in right.iter().enumerate() {
                let replaced = above[column] + usize::from(a != b);
                let mut least = replaced.min(above[column + 1] + 1).min(current[column] + 1);
                if row > 0 && column > 0 && *a == right[column - 1] && left[row - 1] == *b {
                    least = least.min(before[column - 1] + 1);
                }
                current.push(least);
            }
            // Each row derives from the two before it, so the limit can't be kept again.
            if current.iter().chain(&above).all(|edits| *edits > most) {
                return None;
            }
            before = std::mem::replace(&mut above, current);
        }
        Some(above[right.len()]).filter(|edits| *edits <= most)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(left: &str, right: &str) -> usize {
        edits(left, right, usize::MAX).unwrap()
    }

    #[test]
    fn edits_are_counted() {
        assert_eq!(of("", "abc"), 3);
        assert_eq!(of("quotas", "quota"), 1);
        assert_eq!(of("qouta", "quota"), 1);
        assert_eq!(of("kitten", "sitting"), 3);
    }

    #[test]
    fn only_what_is_near_is_suggested() {
        assert_eq!(nearest("stream_id", ["host", "stream-id"]), Some("stream-id"));
        assert_eq!(nearest("EUROPE/BERLN", ["Europe/Berlin", "Europe/Bern"]), Some("Europe/Berlin"));
        assert_eq!(nearest("zebra", ["host", "stream-id"]), None);
        assert_eq!(nearest("abcd", ["abce", "abcf"]), Some("abce"), "of several as near, the first");
    }

    proptest! {
        #[test]
        fn distance_is_the_same_both_ways(left in "[a-d]{0,8}", right in "[a-d]{0,8}") {
            prop_assert_eq!(of(&left, &right), of(&right, &left));
            prop_assert_eq!(of(&left, &right) == 0, left == right);
        }

        #[test]
        fn the_first_of_the_nearest_is_found(text in "[a-d]{0,7}", names in prop::collection::vec("[a-d]{0,7}", 0..8)) {
            let limit = (text.chars().count() / 3).max(1);
            let rated = names.iter().enumerate().map(|(place, name)| (of(&text, name), place));
            let expected = rated.filter(|(edits, _)| *edits <= limit).min().map(|(_, place)| place);
            prop_assert_eq!(Names::new(names.iter().map(String::as_str)).nearest(&text), expected);
        }

        #[test]
        fn a_limit_passes_over_nothing_that_is_within_it(left in "[a-eA\u{e4}]{0,9}", right in "[a-eA\u{e4}]{0,9}", most in 0..9_usize) {
            let all = of(&left, &right);
            prop_assert_eq!(edits(&left, &right, most), (all <= most).then_some(all));
        }
    }
}
