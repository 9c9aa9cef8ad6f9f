//! Whether a text is a results or rejects file of ours, as it was written.
//!
//! It is if it is UTF-8 to its last byte and its first record, with commas between the cells, ends with our
//! columns in their order. Then it is UTF-8, has commas and its header first, whatever `--encoding`,
//! `--delimiter` and `--header-row` say: they speak of the sheet that it came from, and under its encoding
//! another campaign's name would be sent without a word. A copy that another program saved in another
//! encoding or with another delimiter isn't as it was written, and stays under the flags.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use encoding_rs::UTF_8;

use super::cut::Cut;
use super::records::Records;
use super::{SAMPLE, encoding};
use crate::model::ResultColumn;
use crate::reader::error::Unreadable;

/// Looks at a file from its start; reads it to its end only where its first record is ours.
pub(super) fn is_as_written(file: &mut File) -> Result<bool, Unreadable> {
    let mut sample = Vec::new();
    file.by_ref().take(SAMPLE).read_to_end(&mut sample)?;
    if !begins_as_ours(&sample) {
        return Ok(false);
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(encoding::tell(file, None).is_ok_and(|encoding| encoding == UTF_8))
}

fn begins_as_ours(sample: &[u8]) -> bool {
    // Most files hold no column of ours, which is seen at once.
    let last = ResultColumn::ALL[ResultColumn::ALL.len() - 1].as_str();
    if memchr::memmem::find(sample, last.as_bytes()).is_none() {
        return false;
    }
    let mut header = Cut::default();
    let is_read = Records::new(sample, b',', 1).advance(&mut header);
    let (Ok(true), Some(header)) = (is_read, header.take()) else { return false };
    let cells: Vec<_> = header.fields().collect();
    let ours = ResultColumn::ALL.map(ResultColumn::as_str);
    cells.len().checked_sub(ours.len()).is_some_and(|own| cells[own..].iter().eq(ours.iter()))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn is_ours(bytes: &[u8]) -> bool {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        is_as_written(&mut file).unwrap()
    }

    #[test]
    fn a_file_is_ours_if_it_is_utf_8_to_its_end_and_begins_with_our_columns() {
        let ours = ResultColumn::ALL.map(ResultColumn::as_str);
        let header = format!("Campaign,\"Start,\nat\",{}", ours.join(","));
        let long = format!("{header}\n{}", "Caf\u{e9}\n".repeat(100_000));
        assert!(is_ours(format!("{header}\nCaf\u{e9},").as_bytes()));
        assert!(is_ours(long.as_bytes()));
        assert!(!is_ours(&[long.as_bytes(), b"caf\xe9\n"].concat()), "the last byte is no UTF-8");
        assert!(!is_ours(&[header.as_bytes(), b"\ncaf\xe9\n"].concat()));
        for other in [
            header.replace(',', ";"),
            format!("Title\n{header}"),
            format!("sep=,\n{header}"),
            format!("{header},Note"),
            header.replace("result_status,", ""),
            header.replace("result_status,result_id", "result_id,result_status"),
            header.replace("result_batch", "Result Batch"),
            format!("A,\"{header}"),
            String::new(),
        ] {
            assert!(!is_ours(other.as_bytes()), "{other}");
        }
    }
}
