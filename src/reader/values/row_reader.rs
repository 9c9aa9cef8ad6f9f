//! Reads one line after the other.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Utc};

use super::interval::{self, Cells, Memo};
use super::moment::{self, DateRules, Side};
use super::order::DateOrders;
use super::rules::{self, Bound, Present};
use super::spot::{Notes, Spot};
use super::zone::{self, Zone, Zones};
use super::{action, came_back, name};
use crate::model::cell::{plain, units_beyond_limit};
use crate::model::column::asks_yes_or_no;
use crate::model::counted::{Counted, counted};
use crate::model::{Action, Cell, CellName, Code, Field, Finding, ResultColumn, Row, Schedule};
use crate::reader::columns::{Columns, Owner, RawRow, Source};
use crate::reader::front::ReadOptions;

/// How many values beyond the header are kept and told one by one: a broken row may hold thousands.
const MOST_BEYOND_HEADER: usize = 20;

static EMPTY: Cell = Cell::Empty;

/// Turns the lines of one input into rows.
#[derive(Debug)]
pub struct RowReader {
    table: Table,
    seen: Seen,
}

/// What goes for all lines of an input.
#[derive(Debug)]
struct Table {
    columns: Arc<Columns>,
    source: Source,
    zones: Zones,
    dates: DateRules,
    present: Present,
    /// How many raw columns the header has, and how many of them are the sheet's own.
    width: usize,
    own_width: usize,
    /// The first column that may hold what stands beyond the header.
    first_beyond: usize,
    /// What the interval's header says that bare numbers count.
    header_counts: Option<Counted>,
    /// True if the action's header asks for yes or no, as `Enabled` does.
    header_asks: bool,
    /// Where an earlier run wrote its problems.
    error_column: Option<usize>,
}

/// What earlier lines leave to later ones.
#[derive(Debug, Default)]
struct Seen {
    orders: DateOrders,
    intervals: Memo,
}

impl RowReader {
    /// A reader of one input, for which the present is `now`.
    pub fn new(options: &ReadOptions, columns: Arc<Columns>, source: Source, now: DateTime<Utc>) -> Self {
        let width = columns.headers.len();
        let first_beyond = columns.owners.iter().position(|owner| *owner == Owner::BeyondHeader);
        let table = Table {
            zones: Zones::new(options),
            dates: DateRules { order: options.date_order, is_text: source.is_text, is_1904: source.is_1904 },
            present: Present::new(now, options.allow_past_start),
            width,
            own_width: (0..width).filter(|index| columns.is_own(*index)).count(),
            first_beyond: first_beyond.unwrap_or(width),
            header_counts: header_of(&columns, Field::Interval).and_then(counted),
            header_asks: header_of(&columns, Field::Action).is_some_and(asks_yes_or_no),
            error_column: columns.of_results(ResultColumn::Error),
            columns,
            source,
        };
        Self { table, seen: Seen::default() }
    }

    /// Ends the input: what its dates showed about the order of day and month.
    pub fn finish(self) -> DateOrders {
        self.seen.orders
    }

    /// Turns a line into a row, with all of its problems in the order of the sheet's columns.
    pub fn read(&mut self, raw: RawRow) -> Row {
        let mut row = Row::default();
        self.read_into(&mut row, raw);
        row
    }

    /// The same in the room of an earlier row.
    pub fn read_into(&mut self, row: &mut Row, mut raw: RawRow) {
        let Self { table, seen } = self;
        let mut notes = Notes::default();
        let restored = came_back::restore(&table.columns, table.error_column, &mut raw, table.source.is_text);
        if !table.source.is_text {
            table.settle_midnights(&mut raw.cells);
        }
        let line = Line { columns: &table.columns, raw: &raw, plain: table.plain_cells(&raw.cells) };
        row.campaign = name::campaign(line.spot(Field::CampaignName), row.campaign.take(), &mut notes);
        row.stream = name::stream(line.spot(Field::StreamId), &mut notes);
        let action = action::action(line.spot(Field::Action), table.header_asks, &mut notes);
        let schedule = match action {
            Some(Action::Disable) => Some(Schedule::Disable),
            Some(Action::Enable) => table.enable(&line, true, seen, &mut notes),
            None => table.enable(&line, false, seen, &mut notes),
        };
        table.beyond_header(&raw, &mut notes);
        came_back::amend(&mut notes.problems, &restored);
        notes.sort();
        row.schedule = schedule.filter(|_| row.campaign.is_some() && notes.problems.is_empty());
        table.set_place(row, raw.number);
        row.cells = table.kept(raw.cells, action);
        row.action = action.unwrap_or(Action::Enable);
        let Notes { problems, untimely, warnings } = notes;
        (row.problems, row.untimely, row.warnings) = (problems, untimely, warnings);
    }
}

impl Table {
    /// Says where a row stands. Counting a reference for each would have two threads wait for each
    /// other.
    fn set_place(&self, row: &mut Row, number: u32) {
        let Source { source, sheet, input, .. } = &self.source;
        if !Arc::ptr_eq(source, &row.place.source) {
            row.place.source = Arc::clone(source);
        }
        if row.place.sheet.as_ref().map(Arc::as_ptr) != sheet.as_ref().map(Arc::as_ptr) {
            row.place.sheet.clone_from(sheet);
        }
        row.place.row = number;
        row.input = *input;
    }

    /// What stands just before midnight as it is understood, so that the messages and the results say the same.
    fn settle_midnights(&self, cells: &mut [Cell]) {
        for (side, date, time) in [
            (Side::Start, Field::Start, None),
            (Side::End, Field::End, None),
            (Side::Start, Field::StartDate, Some(Field::StartTime)),
            (Side::End, Field::EndDate, Some(Field::EndTime)),
        ] {
            let time = time.and_then(|time| self.columns.of(time)).filter(|index| is_filled(cells, *index));
            let date = self.columns.of(date);
            if let Some((date, time)) = date.zip(time) {
                moment::settle_clock(cells, date, time);
            }
            if let Some(Cell::Time(fraction)) = time.and_then(|index| cells.get_mut(index)) {
                *fraction = moment::fraction_of(*fraction, side);
            }
            if let Some(Cell::Date(date)) = date.and_then(|index| cells.get_mut(index)) {
                *date = moment::settled(*date, side, time.is_some());
            }
        }
    }

    /// The cells of all columns but names and ids that are read otherwise than they were written, by their place.
    fn plain_cells(&self, cells: &[Cell]) -> Vec<(usize, Cell)> {
        let fields = Field::ALL.into_iter().filter(|field| !matches!(field, Field::CampaignName | Field::StreamId));
        let of_field = |field| {
            let index = self.columns.of(field)?;
            let Some(Cell::Text(text)) = cells.get(index) else { return None };
            let plain = plain(text)?;
            units_beyond_limit(text).is_none().then_some((index, Cell::Text(plain)))
        };
        fields.filter_map(of_field).collect()
    }

    fn enable(&self, line: &Line<'_>, is_needed: bool, seen: &mut Seen, notes: &mut Notes) -> Option<Schedule> {
        let zone = zone::zone(line.spot(Field::Timezone), notes);
        let start = self.bound(line, Side::Start, zone, is_needed, seen, notes);
        let end = self.bound(line, Side::End, zone, is_needed, seen, notes);
        let [interval, recurrence, days] = [Field::Interval, Field::Recurrence, Field::Days].map(|f| line.spot(f));
        let cells = Cells { interval, recurrence, days, header_counts: self.header_counts };
        let plan = interval::interval(cells, is_needed, &mut seen.intervals, notes);
        if let Some(start) = &start {
            rules::start(start, self.present, notes);
        }
        if let Some(end) = &end {
            rules::end(end, self.present, notes);
        }
        let (start, end) = (start?, end?);
        let window = rules::window(&start, &end, notes)?;
        let week = if days.cell.is_blank() { interval } else { days };
        rules::schedule(window, plan?, start.placed.days_moved, interval, week, notes)
    }

    /// Reads and places one end of the window.
    fn bound<'a>(
        &self,
        line: &'a Line<'_>,
        side: Side,
        zone: Result<Option<Zone>, ()>,
        is_needed: bool,
        seen: &mut Seen,
        notes: &mut Notes,
    ) -> Option<Bound<'a>> {
        let (whole, date, time) = match side {
            Side::Start => (Field::Start, Field::StartDate, Field::StartTime),
            Side::End => (Field::End, Field::EndDate, Field::EndTime),
        };
        let has = |field: Field| line.columns.of(field).is_some();
        let is_split = has(date) && (!has(whole) || line.is_filled(date) || line.is_filled(time));
        if is_split && has(whole) && line.is_filled(whole) {
            notes.problems.push(line.spot(whole).said_twice(date));
            return None;
        }
        let spot = line.spot(if is_split { date } else { whole });
        let time = (has(time) && is_split).then(|| line.spot(time));
        let read = moment::moment(spot, time, side, self.dates, is_needed, &mut seen.orders, notes)?;
        let own = read.offset.map_or(zone, |(offset, _)| Ok(Some(Zone::Fixed(offset)))).ok()?;
        let placed = match self.zones.place(read.local, own) {
            Ok(placed) => placed,
            Err(zone::PlatformZoneNeeded) => {
                let spot = read.offset.map_or(spot, |(_, spot)| spot);
                notes.problems.push(
                    spot.finding(
                        Code::PlatformTimezoneNeeded,
                        format!("{} is in a zone of its own, and the zone of the platform isn't known", spot.quoted()),
                        "name the zone in which the platform reads times, such as --platform-timezone Europe/Berlin"
                            .to_owned(),
                    ),
                );
                return None;
            }
        };
        if !(1..=9_999).contains(&placed.digits.year()) {
            notes.problems.push(spot.finding(
                Code::NoSuchDate,
                format!("{} is outside the years 1 to 9999 in the platform's time zone", spot.quoted()),
                "choose another date".to_owned(),
            ));
            return None;
        }
        let bound = Bound { spot, time, placed };
        rules::change_of_clocks(&bound, notes);
        Some(bound)
    }

    /// What stands beyond the header's last column, or stood there when results were written.
    fn beyond<'a>(&self, cells: &'a [Cell]) -> impl Iterator<Item = (usize, &'a Cell)> {
        let is_beyond = |index: usize| match self.columns.owners.get(index) {
            Some(owner) => *owner == Owner::BeyondHeader,
            None => true,
        };
        cells
            .iter()
            .enumerate()
            .skip(self.first_beyond)
            .filter(move |(index, cell)| is_beyond(*index) && !cell.is_blank())
    }

    /// Notes values beyond the header's last column: an unquoted comma shifts a row.
    fn beyond_header(&self, raw: &RawRow, notes: &mut Notes) {
        let hint = if self.source.is_text {
            "if a value of the row holds a comma, put it in quotes; else delete the cell"
        } else {
            "give the column a name in the header's row, or delete the cell if it means nothing"
        };
        let mut filled = self.beyond(&raw.cells);
        for (index, cell) in filled.by_ref().take(MOST_BEYOND_HEADER) {
            let spot = Spot { field: Field::CampaignName, name: cell_name(index, raw.number), cell };
            let what = if *cell == Cell::UncomputedFormula { "a formula".to_owned() } else { spot.quoted() };
            let found = spot.finding(
                Code::BeyondHeader,
                format!("{what} stands beyond the last column of the header"),
                hint.to_owned(),
            );
            notes.problems.push(Finding { field: None, ..found });
        }
        let more = filled.count();
        if let (1.., Some(last)) = (more, notes.problems.last_mut()) {
            last.message.push_str(&format!(", as do {more} more cells"));
        }
    }

    /// The cells under the input's own header, dates spelled out so that the results mean the same;
    /// then those beyond it, without gaps: left out, they would turn an invalid row into one that
    /// can be sent and means something else, once the results are handed in.
    fn kept(&self, mut cells: Vec<Cell>, action: Option<Action>) -> Vec<Cell> {
        if action != Some(Action::Disable) && !self.source.is_text {
            use Field::{End, EndDate, EndTime, Start, StartDate, StartTime};
            for field in [Start, StartDate, StartTime, End, EndDate, EndTime] {
                let has_time = self.columns.of(time_of(field)).is_some_and(|index| is_filled(&cells, index));
                let cell = self.columns.of(field).and_then(|index| cells.get_mut(index));
                if let Some(cell) = cell
                    && let Some(date) = moment::spelled_out(cell, field, has_time, self.dates)
                {
                    *cell = date;
                }
            }
        }
        let beyond: Vec<Cell> = self.beyond(&cells).take(MOST_BEYOND_HEADER).map(|(_, cell)| cell.clone()).collect();
        cells.truncate(self.width);
        if self.own_width < self.width {
            let mut index = 0;
            cells.retain(|_| {
                index += 1;
                self.columns.is_own(index - 1)
            });
        }
        if !beyond.is_empty() {
            cells.resize(self.own_width, Cell::Empty);
            cells.extend(beyond);
        }
        cells
    }
}

fn is_filled(cells: &[Cell], index: usize) -> bool {
    cells.get(index).is_some_and(|cell| !cell.is_blank())
}

/// The column in which the time of a split date stands; a column of another kind has none beside it but itself.
const fn time_of(field: Field) -> Field {
    match field {
        Field::StartDate => Field::StartTime,
        Field::EndDate => Field::EndTime,
        other => other,
    }
}

fn header_of(columns: &Columns, field: Field) -> Option<&str> {
    columns.headers.get(columns.of(field)?).map(String::as_str)
}

/// A line with what its columns mean.
struct Line<'a> {
    columns: &'a Columns,
    raw: &'a RawRow,
    /// Cells that are read otherwise than they were written.
    plain: Vec<(usize, Cell)>,
}

impl Line<'_> {
    fn spot(&self, field: Field) -> Spot<'_> {
        match self.columns.of(field) {
            Some(index) => {
                let plain = self.plain.iter().find(|(of, _)| *of == index).map(|(_, cell)| cell);
                let cell = plain.or_else(|| self.raw.cells.get(index)).unwrap_or(&EMPTY);
                Spot { field, name: cell_name(index, self.raw.number), cell }
            }
            None => Spot { field, name: None, cell: &EMPTY },
        }
    }

    fn is_filled(&self, field: Field) -> bool {
        !self.spot(field).cell.is_blank()
    }
}

fn cell_name(index: usize, row: u32) -> Option<CellName> {
    Some(CellName { column: u32::try_from(index).ok()?, row })
}
