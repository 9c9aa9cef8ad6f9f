//! "Did you mean": the nearest of some names by edit distance.

/// The candidate nearest to `text`, whatever their case; `None` if none is near enough to be meant.
///
/// Near enough is one edit for every three characters, so that short names aren't guessed wildly.
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = text.to_lowercase().chars().collect();
    let most = (wanted.len() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&wanted, &candidate.to_lowercase().chars().collect::<Vec<_>>()), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many characters must be inserted, deleted, replaced or swapped with their neighbour to make
/// one of the other (optimal string alignment).
fn distance(left: &[char], right: &[char]) -> usize {
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
        before = std::mem::replace(&mut above, current);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(left: &str, right: &str) -> usize {
        distance(&left.chars().collect::<Vec<_>>(), &right.chars().collect::<Vec<_>>())
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
    }

    proptest! {
        #[test]
        fn distance_is_the_same_both_ways(left in "[a-d]{0,8}", right in "[a-d]{0,8}") {
            prop_assert_eq!(of(&left, &right), of(&right, &left));
            prop_assert_eq!(of(&left, &right) == 0, left == right);
        }
    }
}
