//! An archive of which nothing but the directory exists: what the library that reads XLSX takes for
//! the file.
//!
//! All parts are said to be stored as they are and to be of the largest size that can be said; what
//! is read behind a part's header is given by whoever keeps the image. So the headers stand close
//! together, and a part's bytes seem to stand where they begin and in all that follows.

/// More than the library looks through at a time when it searches the end of the directory.
const MARGIN: usize = 4096;
/// The largest size that doesn't mean that another field has it.
const LARGEST: u32 = u32::MAX - 1;
/// The first day that archives know.
const NO_DATE: u16 = (1 << 5) | 1;
/// Names are UTF-8.
const UTF_8: u16 = 1 << 11;
/// The version of the format that knows no more than is needed here.
const VERSION: u16 = 20;

/// A part as the archive's own directory has it.
pub(super) struct Part {
    pub(super) name: String,
    /// Of what it is when it is inflated.
    pub(super) checksum: u32,
}

/// Headers and directory.
pub(super) struct Image {
    bytes: Vec<u8>,
    parts: Vec<Part>,
    /// Where the parts' bytes begin, in their order.
    starts: Vec<u64>,
}

impl Image {
    /// The image of an archive of these parts.
    pub(super) fn of(parts: Vec<Part>) -> Self {
        let mut bytes = Vec::new();
        let mut headers = Vec::with_capacity(parts.len());
        let mut starts = Vec::with_capacity(parts.len());
        for part in &parts {
            headers.push(bytes.len());
            bytes.extend(b"PK\x03\x04");
            describe(part, &mut bytes);
            bytes.extend(part.name.as_bytes());
            starts.push(bytes.len() as u64);
            // So that a header never stands where a part's bytes begin.
            bytes.push(0);
        }
        bytes.resize(bytes.len() + MARGIN, 0);
        let directory = bytes.len();
        for (part, header) in parts.iter().zip(headers) {
            bytes.extend(b"PK\x01\x02");
            numbers(&mut bytes, &[VERSION]);
            describe(part, &mut bytes);
            // No comment, the first disk, no attributes.
            bytes.extend([0; 10]);
            long(&mut bytes, header);
            bytes.extend(part.name.as_bytes());
        }
        let length = bytes.len() - directory;
        bytes.extend(b"PK\x05\x06");
        let count = u16::try_from(parts.len()).unwrap_or(u16::MAX);
        numbers(&mut bytes, &[0, 0, count, count]);
        long(&mut bytes, length);
        long(&mut bytes, directory);
        numbers(&mut bytes, &[0]);
        Self { bytes, parts, starts }
    }

    /// The part whose bytes begin here.
    pub(super) fn part_at(&self, position: u64) -> Option<usize> {
        self.starts.binary_search(&position).ok()
    }

    /// The name of a part.
    pub(super) fn name(&self, part: usize) -> &str {
        self.parts.get(part).map_or("", |part| &part.name)
    }

    /// Headers and directory from here on.
    pub(super) fn bytes_from(&self, position: u64) -> &[u8] {
        usize::try_from(position).ok().and_then(|position| self.bytes.get(position..)).unwrap_or_default()
    }

    /// Where it ends.
    pub(super) fn length(&self) -> u64 {
        self.bytes.len() as u64
    }
}

/// What header and directory say alike, up to the lengths of name and extra fields.
fn describe(part: &Part, bytes: &mut Vec<u8>) {
    let stored = 0;
    numbers(bytes, &[VERSION, UTF_8, stored, 0, NO_DATE]);
    for number in [part.checksum, LARGEST, LARGEST] {
        bytes.extend(number.to_le_bytes());
    }
    numbers(bytes, &[u16::try_from(part.name.len()).unwrap_or(0), 0]);
}

fn numbers(bytes: &mut Vec<u8>, numbers: &[u16]) {
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

fn long(bytes: &mut Vec<u8>, number: usize) {
    bytes.extend(u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}
