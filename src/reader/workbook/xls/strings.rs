//! How long the shared strings of an XLS are (MS-XLS 2.5.293): each cell that names one gets a copy.

use super::{four, two};

/// A record with those that continue it.
struct Pieces<'a> {
    pieces: Vec<&'a [u8]>,
    at: usize,
    piece: usize,
}

impl<'a> Pieces<'a> {
    /// The bytes left of the piece at hand, going on to the next where none are left.
    fn rest(&mut self) -> Option<&'a [u8]> {
        while self.pieces.get(self.piece)?.len() <= self.at {
            self.piece += 1;
            self.at = 0;
        }
        Some(&self.pieces[self.piece][self.at..])
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            let step = self.rest()?.len().min(count);
            self.at += step;
            count -= step;
        }
        Some(())
    }
}

/// The length in bytes of UTF-8, at most, of each string of the list; as far as it can be read.
pub(super) fn lengths(list: &[u8], continued: &[&[u8]]) -> Vec<u32> {
    let pieces = std::iter::once(list.get(8..).unwrap_or_default()).chain(continued.iter().copied()).collect();
    let mut pieces = Pieces { pieces, at: 0, piece: 0 };
    let mut lengths = Vec::new();
    while let Some(length) = next(&mut pieces) {
        lengths.push(length);
    }
    lengths
}

fn next(pieces: &mut Pieces<'_>) -> Option<u32> {
    let head = pieces.rest()?;
    let (characters, flags) = (usize::from(two(head, 0)?), *head.get(2)?);
    let mut fixed = 3;
    let (mut runs, mut phonetic) = (0, 0);
    if flags & 8 != 0 {
        runs = usize::from(two(head, fixed)?) * 4;
        fixed += 2;
    }
    if flags & 4 != 0 {
        phonetic = usize::try_from(four(head, fixed)?).ok()?;
        fixed += 4;
    }
    pieces.skip(fixed)?;
    skip_characters(pieces, characters, flags & 1 != 0)?;
    pieces.skip(runs + phonetic)?;
    u32::try_from(characters * 3).ok()
}

/// Characters of one or two bytes; a piece that begins among them says again which.
fn skip_characters(pieces: &mut Pieces<'_>, mut left: usize, mut is_wide: bool) -> Option<()> {
    let mut piece = pieces.piece;
    while left > 0 {
        let mut rest = pieces.rest()?;
        if pieces.piece != piece {
            piece = pieces.piece;
            is_wide = rest.first()? & 1 != 0;
            pieces.skip(1)?;
            rest = pieces.pieces[piece].get(pieces.at..)?;
        }
        let size = 1 + usize::from(is_wide);
        let here = (rest.len() / size).min(left);
        if here == 0 && !rest.is_empty() {
            return None;
        }
        pieces.at += here * size;
        left -= here;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(strings: &[u8]) -> Vec<u8> {
        [&[0; 8], strings].concat()
    }

    #[test]
    fn strings_are_measured_over_the_ends_of_records() {
        assert_eq!(lengths(&list(b"\x02\0\0ab\x01\0\x01a\0"), &[]), [6, 3]);
        assert_eq!(lengths(&list(b"\x04\0\0ab"), &[b"\0cd\x01\0\0x"]), [12, 3]);
        assert_eq!(lengths(&list(b"\x03\0\0ab"), &[b"\x01c\0\x01\0\0x"]), [9, 3]);
        assert_eq!(lengths(&list(b"\x01\0\x0c\x01\0\x02\0\0\0arrrrpp\x01\0\0b"), &[]), [3, 3]);
        assert_eq!(lengths(&list(b"\x01\0\0a\x05\0\0b"), &[]), [3]);
        assert_eq!(lengths(b"", &[b""]), [0_u32; 0]);
        assert_eq!(lengths(&list(b"\x01\0\x01a"), &[]), [0_u32; 0], "half a wide character");
    }
}
