//! How a fault is written; the words are described at [`Fault`].

use std::str::FromStr;
use std::time::Duration;

use super::{Action, Fault, Kind, Selector};

/// The words that a piece may begin with, for the hint.
const WORDS: &str = "status=503, body=TEXT, delay=2s, hang, reset, reset-after, half, endless, garbage, redirect=URL, \
                     unauthorized, rate-limit, after; campaign=NAME, route=schedule, call=3..5, every=4, \
                     probability=0.1, between=10s..40s";

/// Why a text is no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// A piece that no action or selector begins with, or whose value doesn't fit it.
    #[error("fault \"{written}\": \"{piece}\" is not understood")]
    Piece {
        /// The whole text.
        written: String,
        /// The piece.
        piece: String,
    },
    /// Two actions, or the same piece twice.
    #[error("fault \"{written}\": \"{piece}\" is one too many")]
    Twice {
        /// The whole text.
        written: String,
        /// The second of the two.
        piece: String,
    },
    /// Selectors alone.
    #[error("fault \"{written}\" does nothing")]
    NoAction {
        /// The whole text.
        written: String,
    },
    /// A quote that is opened and not closed.
    #[error("fault \"{written}\": a quote is not closed")]
    OpenQuote {
        /// The whole text.
        written: String,
    },
    /// `body` without `status`, or `after` beside an action that has only one way.
    #[error("fault \"{written}\": \"{piece}\" does not go with this action")]
    Misplaced {
        /// The whole text.
        written: String,
        /// The piece.
        piece: String,
    },
}

impl FaultError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        format!("write an action and its selectors with commas between, of: {WORDS}")
    }
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(written: &str) -> Result<Self, FaultError> {
        let mut draft = Draft::default();
        for piece in pieces(written).ok_or_else(|| FaultError::OpenQuote { written: written.to_owned() })? {
            draft.take(&piece).map_err(|wrong| wrong.in_text(written, &piece))?;
        }
        draft.finish(written)
    }
}

/// The parts of a fault as they come.
#[derive(Default)]
struct Draft {
    action: Option<Action>,
    acts_after: bool,
    body: Option<String>,
    after: Option<()>,
    delay: Option<Duration>,
    campaign: Option<String>,
    route: Option<Kind>,
    between: Option<(Duration, Duration)>,
    calls: Option<(u64, u64)>,
    every: Option<u64>,
    probability: Option<f64>,
}

enum Wrong {
    Piece,
    Twice,
}

impl Wrong {
    fn in_text(self, written: &str, piece: &str) -> FaultError {
        let (written, piece) = (written.to_owned(), piece.to_owned());
        match self {
            Self::Piece => FaultError::Piece { written, piece },
            Self::Twice => FaultError::Twice { written, piece },
        }
    }
}

/// Sets what is set once.
fn once<T>(place: &mut Option<T>, value: Option<T>) -> Result<(), Wrong> {
    let value = value.ok_or(Wrong::Piece)?;
    if place.replace(value).is_some() { Err(Wrong::Twice) } else { Ok(()) }
}

impl Draft {
    fn take(&mut self, piece: &str) -> Result<(), Wrong> {
        let Some((word, value)) = piece.split_once('=') else { return self.take_word(piece) };
        match word {
            "status" => {
                let status = value.parse().ok().filter(|status| (200..=599).contains(status));
                once(&mut self.action, status.map(|status| Action::Status { status, body: None }))
            }
            "redirect" => once(&mut self.action, text(value).map(Action::Redirect)),
            "rate-limit" => once(&mut self.action, text(value).map(|wait| Action::RateLimit(Some(wait)))),
            "body" => once(&mut self.body, Some(value.to_owned())),
            "delay" => once(&mut self.delay, span(value)),
            "campaign" => once(&mut self.campaign, text(value)),
            "route" => once(&mut self.route, kind(value)),
            "between" => once(&mut self.between, spans(value)),
            "call" => once(&mut self.calls, numbers(value)),
            "every" => once(&mut self.every, value.parse().ok().filter(|every| *every > 0)),
            "probability" => {
                once(&mut self.probability, value.parse().ok().filter(|chance| (0.0..=1.0).contains(chance)))
            }
            _ => Err(Wrong::Piece),
        }
    }

    fn take_word(&mut self, word: &str) -> Result<(), Wrong> {
        let action = match word {
            "after" => return once(&mut self.after, Some(())),
            "hang" => Action::Hang,
            "reset" => Action::Reset,
            "reset-after" => {
                self.acts_after = true;
                Action::Reset
            }
            "half" => Action::Half,
            "endless" => Action::Endless,
            "garbage" => Action::Garbage,
            "unauthorized" => Action::Unauthorized,
            "rate-limit" => Action::RateLimit(None),
            _ => return Err(Wrong::Piece),
        };
        once(&mut self.action, Some(action))
    }

    fn finish(self, written: &str) -> Result<Fault, FaultError> {
        let misplaced = |piece: &str| FaultError::Misplaced { written: written.to_owned(), piece: piece.to_owned() };
        let action = match (self.action, self.body) {
            (Some(Action::Status { status, .. }), body) => Action::Status { status, body },
            (_, Some(_)) => return Err(misplaced("body")),
            (Some(action), None) => action,
            (None, None) if self.delay.is_some() => Action::None,
            (None, None) => return Err(FaultError::NoAction { written: written.to_owned() }),
        };
        let always_after = matches!(action, Action::None | Action::Half | Action::Endless | Action::Garbage);
        let may_be_after = matches!(action, Action::Status { .. } | Action::Hang | Action::Redirect(_));
        if self.after.is_some() && !may_be_after {
            return Err(misplaced("after"));
        }
        Ok(Fault {
            written: written.to_owned(),
            action,
            after: always_after || self.acts_after || self.after.is_some(),
            delay: self.delay.unwrap_or_default(),
            selector: Selector {
                campaign: self.campaign,
                route: self.route,
                between: self.between,
                calls: self.calls.unwrap_or((1, u64::MAX)),
                every: self.every.unwrap_or(1),
                probability: self.probability,
            },
        })
    }
}

/// The pieces between commas outside quotes, quotes taken off; `None` if one stays open.
fn pieces(written: &str) -> Option<Vec<String>> {
    let mut pieces = vec![String::new()];
    let mut quoted = false;
    let mut letters = written.chars().peekable();
    while let Some(letter) = letters.next() {
        let piece = pieces.last_mut()?;
        match letter {
            '\'' if quoted && letters.peek() == Some(&'\'') => {
                letters.next();
                piece.push('\'');
            }
            '\'' if quoted => quoted = false,
            '\'' if piece.ends_with('=') => quoted = true,
            ',' if !quoted => pieces.push(String::new()),
            _ => piece.push(letter),
        }
    }
    if quoted { None } else { Some(pieces) }
}

fn text(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

fn kind(value: &str) -> Option<Kind> {
    match value {
        "schedule" => Some(Kind::Schedule),
        "campaign" => Some(Kind::Campaign),
        "status" => Some(Kind::Status),
        "listing" => Some(Kind::Listing),
        _ => None,
    }
}

/// `3`, `3..5` (both ends in), `3..`.
fn numbers(value: &str) -> Option<(u64, u64)> {
    let (first, last) = match value.split_once("..") {
        None => (value.parse().ok()?, value.parse().ok()?),
        Some((first, "")) => (first.parse().ok()?, u64::MAX),
        Some((first, last)) => (first.parse().ok()?, last.parse().ok()?),
    };
    (first >= 1 && first <= last).then_some((first, last))
}

/// `10s..40s` (the end out), `10s..`.
fn spans(value: &str) -> Option<(Duration, Duration)> {
    let (from, until) = match value.split_once("..")? {
        (from, "") => (span(from)?, Duration::MAX),
        (from, until) => (span(from)?, span(until)?),
    };
    (from < until).then_some((from, until))
}

fn span(value: &str) -> Option<Duration> {
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = value.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        "h" => number.checked_mul(3_600).map(Duration::from_secs),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_of_the_table_is_understood() {
        for written in [
            "status=503",
            "status=400,body='{\"status\":\"error\",\"message\":\"no\"}'",
            "delay=2s",
            "delay=250ms,status=500,after",
            "hang",
            "hang,after",
            "reset",
            "reset-after",
            "half",
            "endless",
            "garbage",
            "redirect=http://127.0.0.1:1/x?a=b",
            "unauthorized,call=5..",
            "rate-limit",
            "rate-limit=30",
        ] {
            assert!(written.parse::<Fault>().is_ok(), "{written}");
        }
    }

    #[test]
    fn quotes_hold_commas_together() {
        assert_eq!(pieces("campaign='Spring, ''27',reset"), Some(vec!["campaign=Spring, '27".into(), "reset".into()]));
        assert!(matches!("reset,campaign='x".parse::<Fault>(), Err(FaultError::OpenQuote { .. })));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (written, message) in [
            ("status=9", "fault \"status=9\": \"status=9\" is not understood"),
            ("rest", "fault \"rest\": \"rest\" is not understood"),
            ("reset,hang", "fault \"reset,hang\": \"hang\" is one too many"),
            ("call=3", "fault \"call=3\" does nothing"),
            ("reset,call=0", "fault \"reset,call=0\": \"call=0\" is not understood"),
            ("reset,between=9s..3s", "fault \"reset,between=9s..3s\": \"between=9s..3s\" is not understood"),
            ("hang,body=x", "fault \"hang,body=x\": \"body\" does not go with this action"),
            ("reset,after", "fault \"reset,after\": \"after\" does not go with this action"),
        ] {
            assert_eq!(written.parse::<Fault>().unwrap_err().to_string(), message);
        }
    }
}
