//! What goes wrong, when, and to whom.
//!
//! A fault is an action and the selectors that pick its calls; see [`Fault`] for the way to write one. The first fault
//! that picks a call acts on it; the delays of all that pick it add up.

mod file;
mod grammar;

use std::time::Duration;

pub use self::file::ScriptError;
pub use self::grammar::FaultError;
use super::ledger::micros;

/// One fault of the script, written as pieces between commas, an action and any number of selectors in any order.
///
/// | action | does |
/// |---|---|
/// | `status=503` | answers with this status; `body=TEXT` with it sets the body |
/// | `delay=2s` | the answer comes so much later, the effect at once; beside another action it delays that one |
/// | `hang` | never answers |
/// | `reset` | resets the connection before the effect |
/// | `reset-after` | resets the connection after the effect |
/// | `half` | sends the head and half the body, then closes; after the effect |
/// | `endless` | sends a body without end; after the effect |
/// | `garbage` | answers 200 with what is no JSON; after the effect |
/// | `redirect=URL` | answers 302 to there |
/// | `unauthorized` | answers as to a wrong token |
/// | `rate-limit`, `rate-limit=30` | answers as over quota, the second with `Retry-After: 30` |
///
/// Nothing takes effect unless the table says so; `after` makes `status`, `hang` and `redirect` act after the effect.
///
/// | selector | picks |
/// |---|---|
/// | `campaign=NAME` | calls that name this campaign, or its id |
/// | `route=schedule` | calls of one kind: `schedule`, `campaign`, `status`, `listing` |
/// | `between=10s..40s` | calls in this span since the simulator's start (`10s..`: from then on) |
/// | `call=3`, `call=3..5`, `call=3..` | of the calls that the selectors above pick, these by number, from 1 |
/// | `every=4` | of those, each fourth |
/// | `probability=0.1` | of those, so many by chance, the same ones for the same seed |
///
/// A value with a comma stands in single quotes, a quote inside is doubled: `campaign='Spring, ''27'`. Spans are
/// `250ms`, `2s`, `5m`, `1h`.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    written: String,
    pub(super) action: Action,
    pub(super) after: bool,
    delay: Duration,
    selector: Selector,
}

/// What a fault does to the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    /// Only its delay.
    None,
    Status {
        status: u16,
        body: Option<String>,
    },
    Hang,
    Reset,
    Half,
    Endless,
    Garbage,
    Redirect(String),
    Unauthorized,
    RateLimit(Option<String>),
}

/// Which calls a fault strikes.
#[derive(Debug, Clone, PartialEq)]
struct Selector {
    campaign: Option<String>,
    route: Option<Kind>,
    between: Option<(Duration, Duration)>,
    calls: (u64, u64),
    every: u64,
    probability: Option<f64>,
}

/// A kind of call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Schedule,
    Campaign,
    Status,
    Listing,
}

/// What the script does to one call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Strike {
    pub(super) action: Action,
    pub(super) after: bool,
    pub(super) delay: Duration,
    pub(super) written: String,
}

/// The faults with their counts.
#[derive(Debug)]
pub(super) struct Script {
    faults: Vec<(Fault, u64)>,
    seed: u64,
}

/// What a fault's selectors look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'call> {
    pub(super) kind: Kind,
    /// The campaign's name as the call gave it, or as its id stands for.
    pub(super) campaign: Option<&'call str>,
    /// The id, where the call gave one.
    pub(super) id: Option<&'call str>,
    /// Microseconds since the simulator's start.
    pub(super) since_start: i64,
}

impl Script {
    pub(super) fn new(faults: Vec<Fault>, seed: u64) -> Self {
        Self { faults: faults.into_iter().map(|fault| (fault, 0)).collect(), seed }
    }

    /// What strikes this call, if anything.
    pub(super) fn strike(&mut self, subject: Subject<'_>) -> Option<Strike> {
        let mut strike: Option<Strike> = None;
        for (index, (fault, count)) in self.faults.iter_mut().enumerate() {
            if !fault.selector.fits(subject) {
                continue;
            }
            *count += 1;
            if !fault.selector.picks(*count, self.seed ^ (index as u64).rotate_left(32)) {
                continue;
            }
            let strike = strike.get_or_insert_with(|| Strike {
                action: Action::None,
                after: false,
                delay: Duration::ZERO,
                written: String::new(),
            });
            strike.add(fault);
        }
        strike
    }
}

impl Strike {
    fn add(&mut self, fault: &Fault) {
        if !self.written.is_empty() {
            self.written.push_str("; ");
        }
        self.written.push_str(&fault.written);
        self.delay += fault.delay;
        if self.action == Action::None {
            self.action = fault.action.clone();
            self.after = fault.after;
        }
    }
}

impl Selector {
    /// Whether the call is one of those that the fault counts.
    fn fits(&self, subject: Subject<'_>) -> bool {
        let named = |wanted: &str| subject.campaign == Some(wanted) || subject.id == Some(wanted);
        let within = |(from, until): (Duration, Duration)| {
            subject.since_start >= micros(from) && subject.since_start < micros(until)
        };
        self.route.is_none_or(|kind| kind == subject.kind)
            && self.campaign.as_deref().is_none_or(named)
            && self.between.is_none_or(within)
    }

    /// Whether the fault strikes the call of this number among them.
    fn picks(&self, count: u64, seed: u64) -> bool {
        let (first, last) = self.calls;
        (first..=last).contains(&count)
            && (count - first + 1).is_multiple_of(self.every)
            && self.probability.is_none_or(|probability| chance(seed, count) < probability)
    }
}

/// A number in 0..1 that depends on nothing but these two.
fn chance(seed: u64, count: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    let fraction = (mixed(seed, count) >> 11) as f64 / (1_u64 << 53) as f64;
    fraction
}

/// Well-mixed bits of a seed and a number (the finalizer of `splitmix64`).
pub(super) const fn mixed(seed: u64, number: u64) -> u64 {
    let mut bits = seed.wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(written: &str, calls: u64) -> Vec<u64> {
        let mut script = Script::new(vec![written.parse().unwrap()], 7);
        let subject = Subject { kind: Kind::Schedule, campaign: Some("A, B"), id: None, since_start: 20_000_000 };
        (1..=calls).filter(|_| script.strike(subject).is_some()).collect::<Vec<_>>()
    }

    #[test]
    fn selectors_pick_by_number() {
        assert_eq!(struck("reset,call=3", 10), [3]);
        assert_eq!(struck("reset,call=3..5", 10), [3, 4, 5]);
        assert_eq!(struck("reset,call=9..", 10), [9, 10]);
        assert_eq!(struck("reset,every=4", 10), [4, 8]);
    }

    #[test]
    fn selectors_pick_by_campaign_route_and_time() {
        assert_eq!(struck("hang,campaign='A, B'", 2).len(), 2);
        assert_eq!(struck("hang,campaign=A", 2).len(), 0);
        assert_eq!(struck("hang,route=status", 2).len(), 0);
        assert_eq!(struck("hang,between=10s..40s", 2).len(), 2);
        assert_eq!(struck("hang,between=10s..20s", 2).len(), 0);
        assert_eq!(struck("hang,between=20s..", 2).len(), 2);
    }

    #[test]
    fn chance_is_the_same_for_the_same_seed_and_near_its_odds() {
        let struck_once = struck("reset,probability=0.25", 4_000);
        assert_eq!(struck_once, struck("reset,probability=0.25", 4_000));
        assert!((900..1_100).contains(&struck_once.len()), "{}", struck_once.len());
    }

    #[test]
    fn the_first_action_acts_and_delays_add_up() {
        let faults = ["delay=1s", "status=503,delay=2s", "reset"].map(|written| written.parse().unwrap());
        let subject = Subject { kind: Kind::Schedule, campaign: None, id: None, since_start: 0 };
        let strike = Script::new(faults.to_vec(), 0).strike(subject).unwrap();
        assert_eq!(strike.action, Action::Status { status: 503, body: None });
        assert_eq!(strike.delay, Duration::from_secs(3));
    }
}
