//! The columns of a results file: the inputs' own, then ours.
//!
//! Of several inputs it is the union: a column that a later input shares with an earlier one (the
//! reader looks past case, spacing and punctuation, and so does this) is the same column, a new one
//! comes after. Columns of one input are never merged, even if two have the same header: no value
//! may be lost.
//!
//! Columns that mean the same field are one column too, whatever each input calls it, and where the
//! inputs call it differently it goes by the field's own name. Left apart, they would come back
//! from a results file as two columns for one field, and half of the rows would lose their cell. A
//! bare number that an input's header made weeks is then written out in weeks, and a yes or no that an
//! input's header made an action as that action. Where one input has
//! a date in one column and another in two, all three go by their own names, and each row fills its
//! input's: the reader takes that in files with our columns, and in no others.
//!
//! What stood beyond a header's last column comes in columns without a name, directly before ours,
//! and only if some row has such cells. The reader takes such columns for what they are, so that a
//! row stays invalid until somebody has mended it. Another column that would be left without a name
//! in that place gets one.

use std::collections::HashMap;

use crate::journal::InputRecord;
use crate::model::cell::is_blank_character;
use crate::model::column::asks_yes_or_no;
use crate::model::counted::{Counted, counted};
use crate::model::{Field, ResultColumn};

/// What a column without a name is called where results have columns without one.
const UNNAMED: &str = "(unnamed)";

/// Which column of the output each column of each input is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    headers: Vec<String>,
    targets: Vec<Vec<usize>>,
    /// For each input the column of its intervals, if its own header alone said what they count.
    counted: Vec<Option<(usize, Counted)>>,
    /// For each input the column of its actions, if its own header alone asked for yes or no.
    answers: Vec<Option<usize>>,
    /// For each input what its columns mean, and how many it has.
    fields: Vec<(Vec<Option<Field>>, usize)>,
}

impl Layout {
    /// The union of the inputs' columns.
    pub fn new(inputs: &[InputRecord]) -> Self {
        let mut union = Union::default();
        let mut targets: Vec<Vec<usize>> = inputs.iter().map(|input| union.add(input)).collect();
        let mut headers = union.headers();
        let of_each = || inputs.iter().zip(&targets);
        let counted = of_each()
            .map(|(input, targets)| lost_meaning(input, targets, &headers, Field::Interval, counted))
            .collect();
        let asks = |header: &str| asks_yes_or_no(header).then_some(());
        let answers = of_each()
            .map(|(input, targets)| Some(lost_meaning(input, targets, &headers, Field::Action, asks)?.0))
            .collect();
        if let Some(last) = headers.last_mut().filter(|last| last.chars().all(is_blank_character)) {
            UNNAMED.clone_into(last);
        }
        let fields = inputs.iter().map(|input| (input.fields.clone(), input.columns.len())).collect();
        let own = headers.len();
        let beyond = inputs.iter().map(|input| input.beyond).max().unwrap_or(0);
        headers.resize(own + beyond, String::new());
        targets.iter_mut().for_each(|targets| targets.extend(own..own + beyond));
        Self { headers, targets, counted, answers, fields }
    }

    /// The headers of the inputs' columns, in the order of the output.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// How many columns the output has, ours included.
    pub const fn width(&self) -> usize {
        self.headers.len() + ResultColumn::ALL.len()
    }

    /// The output column of each column of this input, then of what stood beyond its header.
    pub fn targets(&self, input: u32) -> &[usize] {
        usize::try_from(input).ok().and_then(|input| self.targets.get(input)).map_or(&[], Vec::as_slice)
    }

    /// The column of this input that a field has.
    pub fn place(&self, input: u32, field: Field) -> Option<usize> {
        let (fields, _) = self.fields.get(usize::try_from(input).ok()?)?;
        fields.iter().position(|of| *of == Some(field))
    }

    /// How many columns this input has.
    pub fn own_width(&self, input: u32) -> usize {
        usize::try_from(input).ok().and_then(|input| self.fields.get(input)).map_or(0, |(_, width)| *width)
    }

    /// The column of this input whose bare numbers count what the output's header doesn't say.
    pub fn counted(&self, input: u32) -> Option<(usize, Counted)> {
        usize::try_from(input).ok().and_then(|input| self.counted.get(input).copied().flatten())
    }

    /// The column of this input whose yes and no are actions, which the output's header doesn't say.
    pub fn answers(&self, input: u32) -> Option<usize> {
        usize::try_from(input).ok().and_then(|input| self.answers.get(input).copied().flatten())
    }
}

/// The input's column of a field and what its header says of the values, if the output's header doesn't say it.
fn lost_meaning<T: PartialEq>(
    input: &InputRecord,
    targets: &[usize],
    headers: &[String],
    field: Field,
    says: impl Fn(&str) -> Option<T>,
) -> Option<(usize, T)> {
    let index = input.fields.iter().position(|of| *of == Some(field))?;
    let said = says(input.columns.get(index)?)?;
    (says(headers.get(*targets.get(index)?)?).as_ref() != Some(&said)).then_some((index, said))
}

/// The columns met so far.
#[derive(Debug, Default)]
struct Union {
    columns: Vec<(Column, String)>,
    known: HashMap<Column, usize>,
}

impl Union {
    /// Takes an input's columns; says which of the union's they are.
    fn add(&mut self, input: &InputRecord) -> Vec<usize> {
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
            let target = *self.known.entry(column.clone()).or_insert_with(|| {
                self.columns.push((column.clone(), header.clone()));
                self.columns.len() - 1
            });
            if let Column::Field(field) = column
                && comparable(&self.columns[target].1) != name
            {
                field.as_str().clone_into(&mut self.columns[target].1);
            }
            target
        });
        columns.collect()
    }

    fn headers(self) -> Vec<String> {
        let Self { mut columns, known } = self;
        for moment in [[Field::Start, Field::StartDate, Field::StartTime], [Field::End, Field::EndDate, Field::EndTime]]
        {
            let places = moment.map(|field| known.get(&Column::Field(field)).copied());
            if let [Some(whole), Some(date), Some(time)] = places {
                for (field, place) in moment.into_iter().zip([whole, date, time]) {
                    field.as_str().clone_into(&mut columns[place].1);
                }
            }
        }
        columns.into_iter().map(|(_, header)| header).collect()
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
        InputRecord {
            source: "q1.csv".to_owned(),
            sheet: None,
            columns,
            fields: Vec::new(),
            beyond: 0,
            is_results: false,
        }
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
        let layout = Layout::new(&[input(&["Note", "", "Note", "-"]), input(&["Note", "note ", "NOTE"])]);
        assert_eq!(layout.headers(), ["Note", "", "Note", "-", "NOTE"]);
        assert_eq!(layout.targets(1), [0, 2, 4]);
    }

    #[test]
    fn what_stood_beyond_a_header_has_columns_without_a_name_and_nothing_else_has_in_their_place() {
        let mut first = input(&["Campaign", "Note"]);
        let mut second = input(&["", "Campaign"]);
        (first.beyond, second.beyond) = (1, 2);
        let layout = Layout::new(&[first, second]);
        assert_eq!(layout.headers(), ["Campaign", "Note", UNNAMED, "", ""]);
        assert_eq!(layout.targets(0), [0, 1, 3, 4]);
        assert_eq!(layout.targets(1), [2, 0, 3, 4]);
        assert_eq!(layout.width(), 5 + 11);
    }

    #[test]
    fn a_date_in_one_column_here_and_in_two_there_keeps_all_three_under_their_own_names() {
        let mut whole = input(&["Start Date"]);
        whole.fields = vec![Some(Field::Start)];
        let mut split = input(&["Start Date", "Start Time"]);
        split.fields = vec![Some(Field::StartDate), Some(Field::StartTime)];
        assert_eq!(Layout::new(&[split.clone()]).headers(), ["Start Date", "Start Time"]);
        assert_eq!(Layout::new(&[whole, split]).headers(), ["start", "start_date", "start_time"]);
    }

    #[test]
    fn weeks_that_only_a_header_named_are_known_to_be_lost() {
        let mut weeks = input(&["Campaign", "Interval (weeks)"]);
        weeks.fields = vec![Some(Field::CampaignName), Some(Field::Interval)];
        let mut days = input(&["Interval"]);
        days.fields = vec![Some(Field::Interval)];
        let layout = Layout::new(&[days, weeks.clone()]);
        assert_eq!((layout.counted(0), layout.counted(1)), (None, Some((1, Counted::Weeks))));
        assert_eq!(Layout::new(&[weeks]).counted(0), None);
    }

    #[test]
    fn a_question_that_only_a_header_asked_is_known_to_be_lost() {
        let mut asks = input(&["Campaign", "Enabled"]);
        asks.fields = vec![Some(Field::CampaignName), Some(Field::Action)];
        let mut action = input(&["Action"]);
        action.fields = vec![Some(Field::Action)];
        let layout = Layout::new(&[action, asks.clone()]);
        assert_eq!((layout.answers(0), layout.answers(1)), (None, Some(1)));
        assert_eq!(Layout::new(&[asks]).answers(0), None);
    }
}
