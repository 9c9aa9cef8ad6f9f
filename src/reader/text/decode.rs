//! Any encoding as UTF-8, chunk by chunk.

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

use crate::reader::error::Unreadable;

const CHUNK: usize = 64 * 1024;

/// The text as UTF-8, without a byte-order mark.
pub(super) fn decoded<R: Read + Send + 'static>(file: R, encoding: &'static Encoding) -> Box<dyn BufRead + Send> {
    if encoding == UTF_8 {
        return Box::new(BufReader::with_capacity(CHUNK, WithoutMark { inner: file, start: None }));
    }
    Box::new(Decoding {
        raw: BufReader::with_capacity(CHUNK, file),
        decoder: encoding.new_decoder_with_bom_removal(),
        encoding,
        text: vec![0; CHUNK],
        used: 0,
        filled: 0,
        is_done: false,
        line: 1,
    })
}

/// Tells an error of the decoder from one of the file.
pub(crate) fn unreadable(error: io::Error) -> Unreadable {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Malformed>()) {
        Some(malformed) => Unreadable::WrongEncoding { encoding: malformed.encoding, line: malformed.line },
        None => Unreadable::Io(error),
    }
}

/// Bytes that make no sense in the encoding.
#[derive(Debug, thiserror::Error)]
#[error("line {line} is not {encoding}")]
struct Malformed {
    encoding: &'static str,
    line: u64,
}

/// UTF-8 as it is, but for the mark at its start.
struct WithoutMark<R> {
    inner: R,
    /// The first three bytes, less what was given out; `None` before they were read.
    start: Option<Vec<u8>>,
}

impl<R: Read> Read for WithoutMark<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.start.is_none() {
            let mut start = Vec::with_capacity(3);
            self.inner.by_ref().take(3).read_to_end(&mut start)?;
            if start == b"\xef\xbb\xbf" {
                start.clear();
            }
            self.start = Some(start);
        }
        match &mut self.start {
            Some(start) if !start.is_empty() => {
                let count = start.len().min(buffer.len());
                buffer[..count].copy_from_slice(&start[..count]);
                start.drain(..count);
                Ok(count)
            }
            _ => self.inner.read(buffer),
        }
    }
}

/// Another encoding as UTF-8.
struct Decoding<R> {
    raw: BufReader<R>,
    decoder: Decoder,
    encoding: &'static Encoding,
    /// Decoded text, of which `used..filled` hasn't been given out.
    text: Vec<u8>,
    used: usize,
    filled: usize,
    is_done: bool,
    line: u64,
}

impl<R: Read> Decoding<R> {
    fn decode(&mut self) -> io::Result<()> {
        let raw = self.raw.fill_buf()?;
        let is_last = raw.is_empty();
        let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(raw, &mut self.text, is_last);
        self.raw.consume(read);
        self.used = 0;
        self.filled = written;
        self.line += memchr::memchr_iter(b'\n', &self.text[..written]).count() as u64;
        match result {
            DecoderResult::Malformed(..) => {
                Err(io::Error::other(Malformed { encoding: self.encoding.name(), line: self.line }))
            }
            DecoderResult::InputEmpty => {
                self.is_done = is_last;
                Ok(())
            }
            DecoderResult::OutputFull => Ok(()),
        }
    }
}

impl<R: Read> BufRead for Decoding<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.used == self.filled && !self.is_done {
            self.decode()?;
        }
        Ok(&self.text[self.used..self.filled])
    }

    fn consume(&mut self, count: usize) {
        self.used = (self.used + count).min(self.filled);
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{UTF_16LE, WINDOWS_1252};

    use super::*;

    fn text_of(bytes: &'static [u8], encoding: &'static Encoding) -> Result<String, Unreadable> {
        let mut text = String::new();
        decoded(bytes, encoding).read_to_string(&mut text).map_err(unreadable)?;
        Ok(text)
    }

    #[test]
    fn every_encoding_comes_out_as_utf_8_without_its_mark() {
        assert_eq!(text_of(b"\xef\xbb\xbfa\xc3\xa9", UTF_8).unwrap(), "a\u{e9}");
        assert_eq!(text_of(b"ab", UTF_8).unwrap(), "ab");
        assert_eq!(text_of(b"caf\xe9 \x80", WINDOWS_1252).unwrap(), "caf\u{e9} \u{20ac}");
        assert_eq!(text_of(b"\xff\xfea\0\xac\x20", UTF_16LE).unwrap(), "a\u{20ac}");
        assert!(matches!(text_of(b"\xff\xfea\0\n\0\xac", UTF_16LE), Err(Unreadable::WrongEncoding { line: 2, .. })));
    }
}
