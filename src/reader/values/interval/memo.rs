//! What was read before need not be read again: a sheet's intervals are few and come in every row.

use super::spoken::{self, IntervalFault, Spoken};

/// How many texts are kept, the latest: more than most sheets have.
const KEPT: usize = 8;
/// The longest text that is kept, in bytes.
const LONGEST: usize = 64;

/// The intervals that were read last.
#[derive(Debug, Default)]
pub(in crate::reader::values) struct Memo {
    known: Vec<(String, Spoken)>,
    oldest: usize,
}

impl Memo {
    /// Reads the text of an interval.
    pub(super) fn read(&mut self, text: &str) -> Result<Spoken, IntervalFault> {
        if let Some((_, spoken)) = self.known.iter().find(|(known, _)| known == text) {
            return Ok(*spoken);
        }
        let spoken = spoken::read(text)?;
        if text.len() <= LONGEST {
            self.keep(text, spoken);
        }
        Ok(spoken)
    }

    fn keep(&mut self, text: &str, spoken: Spoken) {
        let entry = (text.to_owned(), spoken);
        if self.known.len() < KEPT {
            self.known.push(entry);
            return;
        }
        self.known[self.oldest] = entry;
        self.oldest = (self.oldest + 1) % KEPT;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_means_the_same_whenever_it_is_read() {
        let mut memo = Memo::default();
        let texts: Vec<String> = (1..=3 * KEPT).map(|days| format!("every {days} days")).collect();
        for text in texts.iter().chain(&texts).chain(texts.iter().rev()).chain(&texts[..2]).chain(&texts[..2]) {
            assert_eq!(memo.read(text), spoken::read(text), "{text}");
            assert!(memo.known.len() <= KEPT);
        }
        assert_eq!(memo.read("monthly"), Err(IntervalFault::NotOffered));
        assert_eq!(memo.read(&format!("every{}2 days", " ".repeat(LONGEST))), spoken::read("every 2 days"));
        assert!(memo.known.iter().all(|(text, _)| text.len() <= LONGEST));
    }
}
