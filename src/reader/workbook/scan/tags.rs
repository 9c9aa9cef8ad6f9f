//! Where a tag ends, what it is called, and what it says of strings to come.

/// What is kept of a tag.
pub(super) const KEPT: usize = 4096;
/// Text so short is looked through without further ado.
const SHORT: usize = 16;

/// How long the text before the next tag is. Most is a number or nothing at all.
pub(super) fn text_length(bytes: &[u8]) -> usize {
    let near = &bytes[..bytes.len().min(SHORT)];
    match near.iter().position(|byte| *byte == b'<') {
        Some(length) => length,
        None => memchr::memchr(b'<', bytes).unwrap_or(bytes.len()),
    }
}

/// The tag that begins here without its angle brackets, if it ends here too and nothing in it needs
/// a closer look: nearly every tag of a sheet. They are short, and to look at one byte after the other
/// is faster than to search for each mark.
pub(super) fn whole_tag(bytes: &[u8]) -> Option<&[u8]> {
    let near = &bytes[..bytes.len().min(KEPT)];
    let is_end_tag = match near.first()? {
        b'!' | b'?' => return None,
        first => *first == b'/',
    };
    let mut has_pairs = true;
    for (end, byte) in near.iter().enumerate() {
        match byte {
            b'>' => return (is_end_tag || has_pairs).then(|| &near[..end]),
            b'"' => has_pairs = !has_pairs,
            b'\'' if !is_end_tag => return None,
            _ => {}
        }
    }
    None
}

/// The name of a tag without `/` and prefix.
pub(super) fn local_name(tag: &[u8]) -> &[u8] {
    let tag = tag.strip_prefix(b"/").unwrap_or(tag);
    let mut begin = 0;
    for (end, byte) in tag.iter().enumerate() {
        match byte {
            b':' if begin == 0 => begin = end + 1,
            b'/' => return &tag[begin..end],
            byte if byte.is_ascii_whitespace() => return &tag[begin..end],
            _ => {}
        }
    }
    &tag[begin..]
}

/// True if the tag of a cell says that its value is the number of a shared text. No other attribute of a
/// cell has this value.
pub(super) fn is_shared_text(tag: &[u8]) -> bool {
    tag.windows(3).any(|three| matches!(three, b"\"s\"" | b"'s'"))
}

/// The number of strings that the list says it has: the parser makes room for so many at once.
pub(super) fn declared_strings(tag: &[u8]) -> u64 {
    if tag.len() >= KEPT {
        return u64::MAX;
    }
    let text = String::from_utf8_lossy(tag);
    let Some((_, after)) = text.split_once("uniqueCount") else { return 0 };
    let digits: String = after
        .chars()
        .skip_while(|character| character.is_whitespace() || matches!(character, '=' | '"' | '\''))
        .take_while(char::is_ascii_digit)
        .collect();
    if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }
}
