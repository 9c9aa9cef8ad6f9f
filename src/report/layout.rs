//! The columns of a results file: the inputs' own, then ours.
//!
//! Of several inputs it is the union: a column that a later input shares with an earlier one (the
//! reader looks past case, spacing and punctuation, and so does this) is the same column, a new one
//! comes after. Columns of one input are never merged, even if two have the same header: no value
//! may be lost.

use std::collections::HashMap;

use crate::journal::InputRecord;

/// Which column of the output each column of each input is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    headers: Vec<String>,
    targets: Vec<Vec<usize>>,
}

impl Layout {
    /// The union of the inputs' columns.
    pub fn new(inputs: &[InputRecord]) -> Self {
        let mut headers = Vec::new();
        let mut known = HashMap::new();
        let mut targets = Vec::with_capacity(inputs.len());
        for input in inputs {
            let mut seen: HashMap<String, usize> = HashMap::new();
            let columns = input.columns.iter().map(|header| {
                let name = comparable(header);
                let times = seen.entry(name.clone()).or_default();
                *times += 1;
                *known.entry((name, *times)).or_insert_with(|| {
                    headers.push(header.clone());
                    headers.len() - 1
                })
            });
            targets.push(columns.collect());
        }
        Self { headers, targets }
    }

    /// The headers of the inputs' columns, in the order of the output.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The output column of each column of this input.
    pub fn targets(&self, input: u32) -> &[usize] {
        usize::try_from(input).ok().and_then(|input| self.targets.get(input)).map_or(&[], Vec::as_slice)
    }
}

fn comparable(header: &str) -> String {
    let letters: String = header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if letters.is_empty() { header.trim().to_owned() } else { letters }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(columns: &[&str]) -> InputRecord {
        let columns = columns.iter().map(|&column| column.to_owned()).collect();
        InputRecord { source: "q1.csv".to_owned(), sheet: None, columns }
    }

    #[test]
    fn several_inputs_share_what_they_have_in_common() {
        let layout = Layout::new(&[input(&["Campaign", "Start", "Note"]), input(&["start", "Owner", "campaign"])]);
        assert_eq!(layout.headers(), ["Campaign", "Start", "Note", "Owner"]);
        assert_eq!(layout.targets(0), [0, 1, 2]);
        assert_eq!(layout.targets(1), [1, 3, 0]);
        assert_eq!(layout.targets(2), [0usize; 0]);
    }

    #[test]
    fn columns_of_one_input_are_never_merged() {
        let layout = Layout::new(&[input(&["Note", "", "Note", ""]), input(&["Note", "note ", "NOTE"])]);
        assert_eq!(layout.headers(), ["Note", "", "Note", "", "NOTE"]);
        assert_eq!(layout.targets(1), [0, 2, 4]);
    }
}
