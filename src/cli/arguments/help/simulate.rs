//! Below `simulate`: what can go wrong, which calls it strikes, and what can be turned.

use crate::simulator::SWITCHES;

/// What a fault does, each with an example that can be typed.
const FAULT_ACTIONS: &[(&str, &str)] = &[
    ("status=503", "answers so; body=TEXT with it sets the body, after lets the call take effect first"),
    ("delay=2s", "answers so much later; beside another action it delays that one"),
    ("hang", "never answers; hang,after takes effect"),
    ("reset", "resets the connection; reset-after does so after the effect"),
    ("half", "sends half of the answer, after the effect"),
    ("endless", "sends an answer without end, after the effect"),
    ("garbage", "answers 200 with what is no JSON, after the effect"),
    ("redirect=https://example.com/", "answers 302; redirect=URL,after takes effect"),
    ("unauthorized", "answers as to a wrong token"),
    ("rate-limit=30", "answers as over quota, here with Retry-After: 30; or rate-limit alone"),
];

/// Which calls a fault strikes.
const FAULT_SELECTORS: &[(&str, &str)] = &[
    ("campaign='Spring, EU'", "those that name this campaign, or its id"),
    ("route=schedule", "those of one kind: schedule, campaign, status, listing"),
    ("between=10s..40s", "those in this span since the start; 10s.. from then on"),
    ("call=3..5", "of these, by number from 1; call=3, call=3.."),
    ("every=4", "of those, each fourth"),
    ("probability=0.1", "of those, so many by chance, the same ones for the same seed"),
];

/// Below `simulate`.
pub fn simulate() -> String {
    let switches = SWITCHES.map(|switch| (format!("{}={}", switch.name, switch.takes), switch.decides));
    format!(
        "\
Examples:
  campaign-scheduler simulate --listen 127.0.0.1:8080 --latency 50ms
  campaign-scheduler simulate --campaigns q1.xlsx --fault status=503,call=3..5
  campaign-scheduler simulate --fault reset-after,every=10 --fault night.toml

It prints one line, listening on http://127.0.0.1:PORT, when it is ready, and
ends with Ctrl-C. GET /_sim/state shows what it holds, GET /_sim/calls what it
received.

Faults:
  An action and its selectors with commas between. A TOML file holds a list of
  them: faults = [\"status=503,call=3..5\", \"hang,every=20\"]. The first fault
  that picks a call acts on it.
{}
Selectors:
{}
Switches:
  What the platform's documentation leaves open, and how it stands if nobody
  turns it.
{}",
        table(FAULT_ACTIONS.iter().copied()),
        table(FAULT_SELECTORS.iter().copied()),
        table(switches.iter().map(|(written, says)| (written.as_str(), *says))).trim_end()
    )
}

/// Where the second column begins, and how wide a line may be.
const SECOND_COLUMN: usize = 33;
const WIDTH: usize = 80;

/// What is written, and beside it what it says, over as many lines as that takes.
fn table<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = String::new();
    for (written, says) in entries {
        let mut line = format!("  {written:width$}", width = SECOND_COLUMN - 3);
        for word in says.split(' ') {
            if line.chars().count() + 1 + word.chars().count() > WIDTH {
                out.push_str(line.trim_end());
                out.push('\n');
                line = " ".repeat(SECOND_COLUMN - 1);
            }
            line.push(' ');
            line.push_str(word);
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::Fault;

    #[test]
    fn every_fault_that_is_shown_can_be_typed() {
        for (action, _) in FAULT_ACTIONS {
            assert!(action.parse::<Fault>().is_ok(), "{action}");
        }
        for (selector, _) in FAULT_SELECTORS {
            assert!(format!("reset,{selector}").parse::<Fault>().is_ok(), "{selector}");
        }
        for also in ["hang,after", "redirect=http://x/,after", "rate-limit", "reset,call=3", "reset,between=10s.."] {
            assert!(also.parse::<Fault>().is_ok(), "{also}");
        }
    }

    #[test]
    fn what_is_said_of_a_word_stays_in_its_column() {
        let says = "these are more words than fit on one line beside what is written";
        assert_eq!(
            table([("short", says), ("one-that-is-longer-than-its-column", "says")]),
            "  short                          these are more words than fit on one line\n\
             \x20                                beside what is written\n\
             \x20 one-that-is-longer-than-its-column says\n"
        );
        assert!(simulate().lines().all(|line| line.len() <= 80));
    }
}
