//! The columns of a results file: the inputs' own, then ours.
//!
//! Of several inputs it is the union: a column that a later input shares with an earlier one (the
//! reader looks past case, spacing and punctuation, and so does this) is the same column, a new one
//! comes after. Columns of one input are never merged, even if two have the same header: no value
//! may be lost.
//!
//! Columns that mean the same field are one column too, whatever each input calls it, and where the
//! inputs call it differently it goes by the field's own name. Left apart, they would come back
//! from a results file as two columns for one field, and half of the rows would lose their cell.

use std::collections::HashMap;

use crate::journal::InputRecord;
use crate::model::Field;

/// Which column of the output each column of each input is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    headers: Vec<String>,
    targets: Vec<Vec<usize>>,
}

impl Layout {
    /// The union of the inputs' columns.
    pub fn new(inputs: &[InputRecord]) -> Self {
        let mut headers: Vec<String> = Vec::new();
        let mut known = HashMap::new();
        let mut targets = Vec::with_capacity(inputs.len());
        for input in inputs {
            let mut seen: HashMap<String, usize> = HashMap::new();
            let columns = input.columns.iter().enumerate().map(|(index, header)| {
                let name = comparable(header);
                let column = match input.fields.get(index).copied().flatten() {
                    Some(field) => Column::Field(field),
                    None => {
                        let times = seen.entry(name.clone()).or_default();
                        *times += 1;
                        Column::Other(name.clone(), *times)
                    }
                };
                let target = *known.entry(column.clone()).or_insert_with(|| {
                    headers.push(header.clone());
                    headers.len() - 1
                });
                if let Column::Field(field) = column
                    && comparable(&headers[target]) != name
                {
                    field.as_str().clone_into(&mut headers[target]);
                }
                target
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

/// What makes a column of two inputs the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Column {
    /// The meaning.
    Field(Field),
    /// The header, and which of the input's columns of that header it is.
    Other(String, usize),
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
        InputRecord { source: "q1.csv".to_owned(), sheet: None, columns, fields: Vec::new() }
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
    fn columns_that_mean_the_same_are_one_whatever_they_are_called() {
        let mut first = input(&["Campaign", "Start", "Every"]);
        first.fields = vec![Some(Field::CampaignName), Some(Field::Start), Some(Field::Interval)];
        let mut second = input(&["campaign_name", "Campaign", "START"]);
        second.fields = vec![Some(Field::CampaignName), None, Some(Field::Start)];
        let layout = Layout::new(&[first.clone(), second]);
        assert_eq!(layout.headers(), ["campaign_name", "Start", "Every", "Campaign"]);
        assert_eq!(layout.targets(0), [0, 1, 2]);
        assert_eq!(layout.targets(1), [0, 3, 1]);
        assert_eq!(Layout::new(&[first]).headers(), ["Campaign", "Start", "Every"]);
    }

    #[test]
    fn columns_of_one_input_are_never_merged() {
        let layout = Layout::new(&[input(&["Note", "", "Note", ""]), input(&["Note", "note ", "NOTE"])]);
        assert_eq!(layout.headers(), ["Note", "", "Note", "", "NOTE"]);
        assert_eq!(layout.targets(1), [0, 2, 4]);
    }
}
