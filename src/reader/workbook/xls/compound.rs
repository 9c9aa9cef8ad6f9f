//! Compound files (MS-CFB): a stream out of one, and a new one around it.

use super::{damaged, four, two};
use crate::reader::error::Unreadable;

const HEADER: usize = 512;
const END_OF_CHAIN: u32 = 0xffff_fffe;
const FREE: u32 = 0xffff_ffff;
const FAT_SECTOR: u32 = 0xffff_fffd;
/// From here on sector numbers are marks.
const MARKS: u32 = 0xffff_fffa;
/// Sector numbers of the allocation table that the header has room for.
const IN_HEADER: usize = 109;
const ENTRY: usize = 128;
const SMALL_SECTOR: usize = 64;
/// Streams shorter than this lie in small sectors.
const SMALL_STREAM: usize = 4096;
/// The sectors of a file that is written here.
const SECTOR: usize = 4096;

/// The stream that holds the workbook.
pub(super) fn workbook_stream(file: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let file = Sectors::of(file)?;
    let directory = file.chain(four(file.header, 48).unwrap_or(END_OF_CHAIN))?;
    let entries: Vec<Entry> = directory.chunks_exact(ENTRY).filter_map(Entry::of).collect();
    let named = |name: &str| entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name));
    let entry = named("Workbook").or_else(|| named("Book")).ok_or_else(|| damaged("it holds no workbook"))?;
    let mut stream = if entry.length < SMALL_STREAM {
        let root = directory.chunks_exact(ENTRY).next().and_then(|entry| four(entry, 116)).unwrap_or(END_OF_CHAIN);
        let table = numbers(&file.chain(four(file.header, 60).unwrap_or(END_OF_CHAIN))?);
        let small = file.chain(root)?;
        gathered(entry.start, &table, |number| small.chunks(SMALL_SECTOR).nth(number))?
    } else {
        file.chain(entry.start)?
    };
    stream.truncate(entry.length);
    Ok(stream)
}

struct Entry {
    name: String,
    start: u32,
    length: usize,
}

impl Entry {
    fn of(bytes: &[u8]) -> Option<Self> {
        let letters = bytes.get(..64)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let name = char::decode_utf16(letters.take_while(|letter| *letter != 0)).filter_map(Result::ok).collect();
        // Small streams and files under 4 GiB alone: the upper half of the length is always zero.
        Some(Self { name, start: four(bytes, 116)?, length: usize::try_from(four(bytes, 120)?).ok()? })
    }
}

/// A file as sectors, and which follows which.
struct Sectors<'a> {
    header: &'a [u8],
    bytes: &'a [u8],
    size: usize,
    table: Vec<u32>,
}

impl<'a> Sectors<'a> {
    fn of(file: &'a [u8]) -> Result<Self, Unreadable> {
        let header = file.get(..HEADER).ok_or_else(|| damaged("it ends within its header"))?;
        let size = match two(header, 30) {
            Some(9) => 512,
            Some(12) => 4096,
            _ => return Err(damaged("its sectors have no known size")),
        };
        let mut sectors = Self { header, bytes: file.get(size..).unwrap_or_default(), size, table: Vec::new() };
        let mut places = numbers(&header[76..]);
        let mut next = four(header, 68).unwrap_or(END_OF_CHAIN);
        let most = sectors.bytes.len() / size + 1;
        while next < MARKS {
            places.extend(numbers(sectors.sector(next)?));
            next = places.pop().unwrap_or(END_OF_CHAIN);
            if places.len() > most + IN_HEADER + size {
                return Err(damaged("its table of sectors has no end"));
            }
        }
        for place in places.into_iter().filter(|place| *place < MARKS) {
            let more = numbers(sectors.sector(place)?);
            sectors.table.extend(more);
            if sectors.table.len() > 2 * most + size {
                return Err(damaged("its table of sectors has no end"));
            }
        }
        Ok(sectors)
    }

    /// A sector; the last of a file may be cut short.
    fn sector(&self, number: u32) -> Result<&'a [u8], Unreadable> {
        self.bytes
            .chunks(self.size)
            .nth(usize::try_from(number).unwrap_or(usize::MAX))
            .ok_or_else(|| damaged("it is cut short"))
    }

    fn chain(&self, start: u32) -> Result<Vec<u8>, Unreadable> {
        gathered(start, &self.table, |number| self.bytes.chunks(self.size).nth(number))
    }
}

/// The sectors of a chain one after the other. A chain that is longer than its table goes in circles.
fn gathered<'a>(start: u32, table: &[u32], sector: impl Fn(usize) -> Option<&'a [u8]>) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    let mut next = start;
    for _ in 0..=table.len() {
        if next >= MARKS {
            return Ok(bytes);
        }
        let number = usize::try_from(next).unwrap_or(usize::MAX);
        bytes.extend_from_slice(sector(number).ok_or_else(|| damaged("it is cut short"))?);
        next = table.get(number).copied().unwrap_or(END_OF_CHAIN);
    }
    Err(damaged("its sectors go round in circles"))
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect()
}

/// A file of large sectors around a stream: the stream, the directory, the table.
pub(super) fn around(stream: &[u8]) -> Vec<u8> {
    // A stream that is shorter would have to lie in small sectors; what follows its last record is not read.
    let length = stream.len().max(SMALL_STREAM);
    let data_sectors = length.div_ceil(SECTOR);
    let table_sectors = (data_sectors + 1).div_ceil(SECTOR / 4 - 1);
    let directory_at = number(data_sectors);
    let mut table: Vec<u32> = (1..=directory_at).collect();
    if let Some(last) = table.last_mut() {
        *last = END_OF_CHAIN;
    }
    table.push(END_OF_CHAIN);
    table.resize(table.len() + table_sectors, FAT_SECTOR);
    table.resize(table_sectors * SECTOR / 4, FREE);

    let mut header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    header.resize(24, 0);
    for half in [0x3e_u16, 4, 0xfffe, 12, 6] {
        header.extend(half.to_le_bytes());
    }
    header.resize(40, 0);
    let places = (0..table_sectors).map(|index| directory_at + 1 + number(index));
    let fixed = [1, number(table_sectors), directory_at, 0, 4096, END_OF_CHAIN, 0, END_OF_CHAIN, 0];
    for number in fixed.into_iter().chain(places) {
        header.extend(number.to_le_bytes());
    }
    header.resize(HEADER, 0xff);
    header.resize(SECTOR, 0);

    let mut file = header;
    file.extend_from_slice(stream);
    file.resize(SECTOR + data_sectors * SECTOR, 0);
    file.extend(entry("Root Entry", 5, 0, 0));
    file.extend(entry("Workbook", 2, 0, number(length)));
    file.resize(SECTOR + (data_sectors + 1) * SECTOR, 0);
    file.extend(table.into_iter().flat_map(u32::to_le_bytes));
    file
}

fn entry(name: &str, kind: u8, start: u32, length: u32) -> Vec<u8> {
    let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let name_length = u8::try_from(entry.len() + 2).unwrap_or(64);
    entry.resize(64, 0);
    entry.extend([name_length, 0, kind, 1]);
    entry.resize(116, 0xff);
    entry.extend(start.to_le_bytes());
    entry.extend(length.to_le_bytes());
    entry.resize(ENTRY, 0);
    entry
}

/// A count that fits because files are limited.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_into_a_file_comes_out_of_it() {
        for length in [0, 1, 4095, 4096, 4097, 100_000, 1_022 << 12, 1_023 << 12, 1_024 << 12, 5 << 20] {
            let stream: Vec<u8> = (0..length).map(|index| (index % 251) as u8).collect();
            let got = workbook_stream(&around(&stream)).unwrap();
            assert_eq!(got[..length], stream, "{length}");
            assert_eq!(got.len(), length.max(SMALL_STREAM));
        }
    }

    #[test]
    fn a_chain_without_end_is_damage() {
        let mut file = around(&[7; 10_000]);
        let table = file.len() - SECTOR;
        file[table..table + 4].copy_from_slice(&0_u32.to_le_bytes());
        assert!(matches!(workbook_stream(&file), Err(Unreadable::Damaged(_))));
        let mut file = around(&[7; 10_000]);
        file[48..52].copy_from_slice(&1_000_u32.to_le_bytes());
        assert!(matches!(workbook_stream(&file), Err(Unreadable::Damaged(_))));
        let mut file = around(&[7; 10_000]);
        file[68..72].copy_from_slice(&0_u32.to_le_bytes());
        assert!(workbook_stream(&file).is_err());
        assert!(matches!(workbook_stream(&around(&[7; 10_000])[..9_000]), Err(Unreadable::Damaged(_))));
    }

    /// A file of sectors of 512 bytes: the table, the directory, the table of small sectors, two sectors that
    /// hold 16 small ones, and two more that go on where the header's places of the table end.
    fn with_small_stream(in_header: bool) -> Vec<u8> {
        let mut header = vec![0; HEADER];
        header[30] = 9;
        header[48] = 1;
        header[60] = 2;
        header[68..72].copy_from_slice(&if in_header { END_OF_CHAIN } else { 5 }.to_le_bytes());
        header[76..].fill(0xff);
        let sector = |numbers: &[(usize, u32)]| {
            let mut sector = vec![FREE; 128];
            numbers.iter().for_each(|(at, number)| sector[*at] = *number);
            sector.into_iter().flat_map(u32::to_le_bytes).collect::<Vec<u8>>()
        };
        if in_header {
            header[76..80].fill(0);
        }
        let mut directory = [entry("Root Entry", 5, 3, 1024), entry("Workbook", 2, 2, 150)].concat();
        directory.resize(512, 0);
        let small = (0..16).flat_map(|number| [number; SMALL_SECTOR]).collect();
        [
            header,
            sector(&[(0, FAT_SECTOR), (1, END_OF_CHAIN), (2, END_OF_CHAIN), (3, 4), (4, END_OF_CHAIN)]),
            directory,
            sector(&[(2, 0), (0, 9), (9, END_OF_CHAIN)]),
            small,
            sector(&[(127, 6)]),
            sector(&[(0, 0), (127, END_OF_CHAIN)]),
        ]
        .concat()
    }

    #[test]
    fn a_short_stream_is_gathered_from_small_sectors() {
        let wanted = [[2_u8; 64].as_slice(), &[0; 64], &[9; 22]].concat();
        assert_eq!(workbook_stream(&with_small_stream(true)).unwrap(), wanted);
        assert_eq!(workbook_stream(&with_small_stream(false)).unwrap(), wanted, "its table beyond the header");
    }
}
