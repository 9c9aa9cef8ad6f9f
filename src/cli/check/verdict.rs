//! The last look at each row: what other rows, the platform and the quota add to it.

use std::io;
use std::iter::Peekable;

use chrono::{DateTime, TimeDelta, Utc};

use super::Late;
use super::spool::{Spool, SpooledRow};
use crate::model::finding::in_column_order;
use crate::model::quota::{Forecast, Outlook, forecast};
use crate::model::{CampaignName, CellName, Code, Field, Finding, Moment, Order};
use crate::reader::{FieldColumn, InputHeader, LateLook};

/// How the calls would leave.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What the forecast starts from.
    pub outlook: Outlook,
    /// Which rows go first.
    pub order: Order,
    /// When the first call would leave at the earliest, on the outlook's axis.
    pub begin: Moment,
    /// The wall time at the start of that axis.
    pub now: DateTime<Utc>,
    /// Whether a problem in any row keeps the others from being sent.
    pub all_or_nothing: bool,
}

/// The sums of a check.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Totals {
    /// All rows.
    pub rows: u64,
    /// Rows without problems.
    pub valid: u64,
    /// Rows with problems.
    pub invalid: u64,
    /// All warnings.
    pub warnings: u64,
    /// Calls that a run would make at most: repeated rows follow their first.
    pub calls: u64,
    /// How long these take at the quota.
    pub estimated: std::time::Duration,
    /// When the last of them would leave.
    pub last_leaves: Option<DateTime<Utc>>,
}

/// Looks at every row once more, in the order of the input, as `late` must be, and hands on those of
/// which there is something to say or to show: a plain row that leaves before its start is but counted.
///
/// # Errors
/// If the spool can't be read, or `visit` fails.
pub fn pass(
    spool: Spool,
    headers: &[InputHeader],
    late: impl Iterator<Item = Late>,
    plan: &Plan,
    visit: impl FnMut(&SpooledRow) -> io::Result<()>,
) -> io::Result<Totals> {
    let mut late = late.peekable();
    if late.peek().is_none()
        && let Some(totals) = without_a_look(&spool, plan)
    {
        return Ok(totals);
    }
    match plan.order {
        Order::Input => {
            let turns = Turns::Input(Box::new(Walk::new(plan)));
            last_look(spool, headers, late, turns, plan, visit)
        }
        Order::Start => {
            let (completed, turns) = by_start(spool, headers, late, plan)?;
            last_look(completed, headers, std::iter::empty(), turns, plan, visit)
        }
    }
}

/// The sums of rows of which there is nothing to say: all are plain, none is told of, and even the last
/// leaves before the first one's start. `None` if that isn't so.
fn without_a_look(spool: &Spool, plan: &Plan) -> Option<Totals> {
    let rows = spool.rows();
    let first_start = spool.earliest_if_plain()?;
    let last = Walk::new(plan).to(rows)?;
    let is_in_time = first_start >= in_micros(last, plan.now);
    is_in_time.then(|| Totals { rows, valid: rows, calls: rows, ..Totals::default() }.lasting_to(Some(last), plan))
}

fn last_look(
    mut spool: Spool,
    headers: &[InputHeader],
    late: impl Iterator<Item = Late>,
    mut turns: Turns,
    plan: &Plan,
    mut visit: impl FnMut(&SpooledRow) -> io::Result<()>,
) -> io::Result<Totals> {
    let mut late = late.peekable();
    let mut totals = Totals::default();
    // No call leaves later than it would if every row were one.
    let horizon = turns.last(spool.rows());
    let mut waiting = spool.read()?;
    while waiting.advance()? {
        let is_told = late.peek().is_some_and(|late| late.row() <= totals.rows);
        let plain = waiting.plain_start().filter(|_| !is_told);
        let call = match plain {
            Some(_) => plain,
            None => {
                let row = waiting.row()?;
                complete(row, totals.rows, headers, &mut late);
                is_call(row).then(|| row.start.as_ref().map_or(i64::MIN, |start| start.past.timestamp_micros()))
            }
        };
        let is_soon = |start: &i64| horizon.is_some_and(|horizon| is_before(*start, horizon, plan.now));
        let late_turn = call.filter(is_soon).and_then(|start| {
            let turn = turns.of_call(totals.calls)?;
            is_before(start, turn, plan.now).then_some(turn)
        });
        totals.rows += 1;
        totals.calls += u64::from(call.is_some());
        if plain.is_some() && late_turn.is_none() {
            totals.valid += 1;
            continue;
        }
        let row = waiting.row()?;
        if let Some(turn) = late_turn {
            warn_of_start(row, headers, leaving(turn, plan.now), plan.order);
        }
        *(if row.problems.is_empty() { &mut totals.valid } else { &mut totals.invalid }) += 1;
        totals.warnings += row.warnings.len() as u64;
        visit(row)?;
    }
    let last = turns.last(totals.calls);
    Ok(totals.lasting_to(last, plan))
}

impl Totals {
    /// With the turn of the last call.
    fn lasting_to(mut self, last: Option<Moment>, plan: &Plan) -> Self {
        let to_answer = |last: Moment| (last + plan.outlook.latency).since(plan.begin);
        self.estimated = last.map(to_answer).unwrap_or_default();
        self.last_leaves = last.map(|last| leaving(last, plan.now));
        self
    }
}

/// Adds what is known now. A row with a problem stands for no request any more.
fn complete(
    row: &mut SpooledRow,
    number: u64,
    headers: &[InputHeader],
    late: &mut Peekable<impl Iterator<Item = Late>>,
) {
    while let Some(next) = late.next_if(|next| next.row() <= number) {
        if next.row() == number {
            add(row, headers, next);
        }
    }
    if !row.problems.is_empty() {
        row.request = None;
        row.start = None;
    }
}

fn add(row: &mut SpooledRow, headers: &[InputHeader], late: Late) {
    match late {
        Late::Cross(found) => {
            let header = headers.iter().find(|header| header.input == row.input);
            let campaign = row.campaign.clone().map(CampaignName::new);
            let SpooledRow { problems, warnings, action, row: line, .. } = row;
            LateLook { campaign: campaign.as_ref(), action: *action, line: *line, problems, warnings }
                .take(&found, header);
        }
        Late::Platform { is_problem, finding, .. } => {
            let list = if is_problem { &mut row.problems } else { &mut row.warnings };
            list.push(finding);
            in_column_order(list);
        }
    }
}

/// A row that repeats an earlier one follows it and costs no call of its own.
fn is_call(row: &SpooledRow) -> bool {
    row.problems.is_empty() && !row.warnings.iter().any(|warning| warning.code == Code::RepeatedRow)
}

fn leaving(turn: Moment, now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_add_signed(TimeDelta::microseconds(turn.as_micros())).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// True if a campaign starts, in microseconds since 1970, before its call leaves. A start that is past
/// already is told of elsewhere, or allowed.
fn is_before(start: i64, turn: Moment, now: DateTime<Utc>) -> bool {
    start > now.timestamp_micros() && start < in_micros(turn, now)
}

/// When a call leaves, in microseconds since 1970.
fn in_micros(turn: Moment, now: DateTime<Utc>) -> i64 {
    now.timestamp_micros().saturating_add(turn.as_micros())
}

fn warn_of_start(row: &mut SpooledRow, headers: &[InputHeader], leaves: DateTime<Utc>, order: Order) {
    let hint = match order {
        Order::Input => "start it later, put it further up in the sheet, or run with --order start",
        Order::Start => "start it later, or run earlier",
    };
    let column = start_column(headers, row.input);
    row.warnings.push(Finding {
        cell: column.map(|column| CellName { column: column.column, row: row.row }),
        field: Some(column.map_or(Field::Start, |column| column.field)),
        code: Code::StartBeforeTurn,
        value: column.and(row.start.as_ref()).map(|start| start.value.clone()),
        message: format!(
            "the quota lets its call leave at {}, after its start",
            leaves.format("%Y-%m-%d %H:%M:%S UTC")
        ),
        hint: hint.to_owned(),
    });
    in_column_order(&mut row.warnings);
}

/// Where an input's starts stand; their dates, where these have a column of their own.
pub fn start_column(headers: &[InputHeader], input: u32) -> Option<FieldColumn> {
    let header = headers.iter().find(|header| header.input == input)?;
    header.fields.iter().find(|column| matches!(column.field, Field::Start | Field::StartDate)).copied()
}

/// When each call leaves. In the order of the input the forecast goes on to the calls that it is asked
/// for; sorted by start, the turns of all calls are laid out beforehand (12 bytes for each).
enum Turns {
    Input(Box<Walk>),
    Start(Vec<Option<Moment>>),
}

/// A forecast that is walked call by call.
#[derive(Clone)]
struct Walk {
    forecast: Forecast,
    /// How many calls lie behind, and when the last of them leaves.
    calls: u64,
    last: Option<Moment>,
}

impl Walk {
    fn new(plan: &Plan) -> Self {
        Self { forecast: forecast(plan.outlook.clone(), plan.begin), calls: 0, last: None }
    }

    /// When the last of so many calls leaves, none fewer than before.
    fn to(&mut self, calls: u64) -> Option<Moment> {
        if let Some(further) = calls.checked_sub(self.calls + 1) {
            self.last = self.forecast.nth(usize::try_from(further).ok()?);
            self.calls = calls;
        }
        self.last
    }
}

/// The turns in the order of the starts. All rows must be complete before the first turn is known, and
/// what is known late comes but once, so the completed rows wait in a spool of their own.
fn by_start(
    mut spool: Spool,
    headers: &[InputHeader],
    late: impl Iterator<Item = Late>,
    plan: &Plan,
) -> io::Result<(Spool, Turns)> {
    let mut late = late.peekable();
    let mut completed = Spool::new()?;
    let mut starts: Vec<(i64, u32)> = Vec::new();
    let mut waiting = spool.read()?;
    let mut rows = 0..;
    while let (Some(row), Some(number)) = (waiting.next_row()?, rows.next()) {
        complete(row, number, headers, &mut late);
        if is_call(row) {
            let start = row.start.as_ref().map_or(i64::MIN, |start| start.past.timestamp());
            starts.push((start, u32::try_from(starts.len()).unwrap_or(u32::MAX)));
        }
        completed.push(row)?;
    }
    starts.sort_unstable();
    let mut forecast = forecast(plan.outlook.clone(), plan.begin);
    let mut turns = vec![None; starts.len()];
    for (_, call) in starts {
        if let Some(turn) = turns.get_mut(call as usize) {
            *turn = forecast.next();
        }
    }
    Ok((completed, Turns::Start(turns)))
}

impl Turns {
    /// When a call leaves. Calls are asked for in their order.
    fn of_call(&mut self, call: u64) -> Option<Moment> {
        match self {
            Self::Input(walk) => walk.to(call + 1),
            Self::Start(turns) => usize::try_from(call).ok().and_then(|call| turns.get(call).copied().flatten()),
        }
    }

    /// When the last of so many calls leaves, which are no fewer than were asked for.
    fn last(&self, calls: u64) -> Option<Moment> {
        match self {
            Self::Input(walk) => walk.clone().to(calls),
            Self::Start(turns) => turns.iter().flatten().copied().max(),
        }
    }
}
