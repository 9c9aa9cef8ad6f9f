//! What a sheet is read as and what a look settles, held against what may be known.

use campaign_scheduler::clock::Clock;
use campaign_scheduler::journal::StoredRow;
use campaign_scheduler::model::{Delivery, SendSettings, Status};

use super::sheet::{DAYS, Line};
use super::truth::is_unlisted;
use super::{House, rows_of};
use crate::engine::rig::wall;
use crate::histories::reference::{Known, Manner};
use crate::histories::world::Catalogue;

impl House {
    /// Each row was read as the contract says of what is known of its campaign.
    pub(super) fn check_reading(&mut self, settings: &SendSettings, lines: &[Line], rows: &[StoredRow]) {
        assert_eq!(rows.len(), lines.len(), "every line is a row");
        let now = self.clock.wall();
        for (line, row) in lines.iter().zip(rows) {
            assert_eq!(row.campaign.as_ref().unwrap().as_str(), line.campaign, "rows stand as in the sheet");
            let same = lines.iter().filter(|other| other.campaign == line.campaign && !other.broken);
            let is_conflict = !line.broken && same.clone().any(|other| other.day != line.day);
            let is_past = |line: &Line| line.day.is_some_and(|day| wall(&format!("{}T09:00:00Z", DAYS[day])) <= now);
            // Whether a row that is late is compared depends on whether it would be sent.
            let is_vague = is_conflict && !settings.allow_past_start && same.clone().any(is_past);
            if line.broken || (is_conflict && !is_vague) || (is_vague && row.status == Status::Invalid) {
                assert_eq!(row.status, Status::Invalid, "{line:?} has problems");
                continue;
            }
            let schedule = row.schedule.expect("a good row has a schedule");
            let manner = Manner {
                at_most_once: settings.delivery == Delivery::AtMostOnce,
                resend: settings.resend,
                is_past: Some(is_past(line) && !settings.allow_past_start),
            };
            if row.status == Status::Unchanged {
                let held = self.world.holds.lock().unwrap().get(&line.campaign).copied();
                let is_held = held == Some(schedule) || self.mistaken.contains(&line.campaign);
                assert!(is_held, "{held:?}: {line:?} is unchanged only if the platform holds it");
                assert_eq!(row.id.as_ref().unwrap().as_str(), format!("cd-{}", line.campaign));
            }
            let known = self.known.entry(line.campaign.clone()).or_default();
            let before = known.clone();
            assert!(
                known.narrow(schedule, manner, row.status),
                "{line:?} was read as {}, knowing {before:?}",
                row.status
            );
        }
    }

    /// No row is called whose campaign is surely missing, and none refused whose campaign may be there.
    pub(super) fn check_preflight(&self, index: usize, before: &[StoredRow], catalogue: &Catalogue) {
        let was_sent = before.iter().any(|row| row.attempts > 0);
        let is_found = |name: &str| catalogue.names.iter().any(|listed| listed.eq_ignore_ascii_case(name));
        let (_, rows) = rows_of(&self.journal(), &self.batches[index].id);
        for (before, row) in before.iter().zip(&rows) {
            let name = row.campaign.as_ref().unwrap().as_str();
            if is_unlisted(row) && !is_unlisted(before) {
                assert!(!was_sent, "{name} is looked for though the sending had begun");
                assert!(!is_found(name), "{name} is there");
                assert!(!catalogue.is_refused, "{name} may be on the page that was refused");
                assert_eq!((row.status, row.attempts), (Status::Invalid, 0));
                assert!(matches!(before.status, Status::Pending | Status::Invalid), "{name} was {}", before.status);
            }
        }
        if !was_sent {
            let calls = self.world.calls.lock().unwrap();
            let mut sent = calls.iter().filter(|call| call.sitting == self.sittings);
            let may_be_there = |name: &str| is_found(name) || catalogue.is_refused;
            assert!(sent.all(|call| may_be_there(&call.campaign)), "only what may be there is sent: {catalogue:?}");
        }
    }

    /// What a look settles is what the platform shows, and it sends nothing.
    pub(super) fn check_look(&mut self, index: usize, before: &[StoredRow]) {
        let journal = self.journal();
        let (record, rows) = rows_of(&journal, &self.batches[index].id);
        self.check_accounts(index, &record, &rows, None);
        self.check_quota();
        let calls = self.world.calls.lock().unwrap();
        assert!(!calls.iter().any(|call| call.sitting == self.sittings), "a look sends nothing");
        drop(calls);
        for (before, row) in before.iter().zip(&rows) {
            let campaign = row.campaign.as_ref().unwrap().to_string();
            let is_news = (before.status, &before.message) != (row.status, &row.message);
            let Some(schedule) = row.schedule.filter(|_| is_news) else { continue };
            let told = format!("{campaign} of {} was {} and is {}", record.id, before.status, row.status);
            let readable = [Status::Scheduled, Status::Disabled, Status::Unknown, Status::Unchanged];
            assert!(readable.contains(&before.status), "{told}: it is not to be read");
            self.batches[index].looked_at.insert(campaign.clone());
            let held = self.world.holds.lock().unwrap().get(&campaign).copied();
            let mut seen = Known::default();
            if row.status.is_good() {
                let is_alike = held.is_some_and(|held| held.action() == schedule.action());
                assert!(is_alike, "{told}, and the platform shows {held:?}");
                if held != Some(schedule) {
                    self.mistaken.insert(campaign.clone());
                }
                seen.accepted(schedule);
            } else {
                assert_eq!(row.status, Status::Unknown, "{told}");
                seen.in_doubt(schedule);
                for later in &mut self.batches[index + 1..] {
                    later.doubted_since.insert(campaign.clone());
                }
            }
            self.known.entry(campaign).or_default().or(seen);
        }
    }
}
