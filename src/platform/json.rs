//! JSON as other programs write it, which isn't always what the standard has.

use serde_json::Value;

/// What some programs put before a text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// The length of `\ud83d`.
const ESCAPE: usize = 6;

/// A body without a byte order mark.
pub(super) fn unmarked(body: &[u8]) -> &[u8] {
    body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body)
}

/// The object in a body. Half a surrogate pair, as JavaScript writes it of a text that was cut within a
/// character, stands for an unknown character.
pub(super) fn object(body: &[u8]) -> Option<Value> {
    let parsed = serde_json::from_slice(body).or_else(|_| serde_json::from_slice(&without_half_pairs(body)));
    parsed.ok().filter(Value::is_object)
}

fn without_half_pairs(body: &[u8]) -> Vec<u8> {
    let (mut whole, mut rest) = (Vec::with_capacity(body.len()), body);
    while let Some(&byte) = rest.first() {
        let next = rest.get(ESCAPE..).and_then(code_unit);
        let (written, length) = match (code_unit(rest), next) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (&rest[..2 * ESCAPE], 2 * ESCAPE),
            (Some(0xd800..=0xdfff), _) => (&b"\\ufffd"[..], ESCAPE),
            // What follows a backslash may be one, and begins no escape then.
            _ if byte == b'\\' && rest.len() > 1 => (&rest[..2], 2),
            _ => (&rest[..1], 1),
        };
        whole.extend_from_slice(written);
        rest = &rest[length..];
    }
    whole
}

/// What the escape at the beginning of a text stands for.
fn code_unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.chars().all(|c| c.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_pair_is_an_unknown_character_and_all_else_is_read_as_it_stands() {
        for (text, read) in [
            (r"a\ud83d", Some("a\u{fffd}")),
            (r"\udE00b", Some("\u{fffd}b")),
            (r"\ud83d\ud83d\ude00\ud83dx", Some("\u{fffd}\u{1f600}\u{fffd}x")),
            (r"\ud83d\u0041", Some("\u{fffd}A")),
            (r"\\ud83d \ud83d", Some("\\ud83d \u{fffd}")),
            (r"\\\ud83d", Some("\\\u{fffd}")),
            (r"\ud83", None),
            (r"\u+83d\ud83d", None),
        ] {
            let object = object(format!(r#"{{"m":"{text}"}}"#).as_bytes());
            let read_text = object.as_ref().and_then(|object| object["m"].as_str());
            assert_eq!(read_text, read, "{text}");
        }
        assert_eq!(object(br#"["\ud83d"]"#), None);
        assert_eq!(object(br#"{"m":"\ud83d"#), None, "what is cut short isn't mended");
    }
}
