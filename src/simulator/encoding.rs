//! Percent-encoding, judged on the raw bytes.
//!
//! The documentation's own sample encodes everything outside the unreserved characters (a bar is
//! `%7C`). A `+` means a space to some servers and itself to others, so a client that leaves any such
//! byte bare relies on luck: here it is an invalid argument.

/// The text that `raw` stands for; `None` if a byte outside the unreserved ones stands bare, an escape is
/// broken, or the bytes are not UTF-8.
pub(super) fn decode(raw: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => bytes.push(hex_digit(rest.next()?)? * 16 + hex_digit(rest.next()?)?),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => bytes.push(byte),
            _ => return None,
        }
    }
    String::from_utf8(bytes).ok()
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// The query's values for exactly these names, each once, in any order; `None` if one is missing,
/// unknown, repeated or wrongly encoded.
pub(super) fn query<const N: usize>(raw: &str, names: [&str; N]) -> Option<[String; N]> {
    let mut values: [Option<String>; N] = [const { None }; N];
    for pair in raw.split('&') {
        let (name, value) = pair.split_once('=')?;
        let place = values.get_mut(names.iter().position(|known| *known == name)?)?;
        if place.replace(decode(value)?).is_some() {
            return None;
        }
    }
    if values.iter().any(Option::is_none) {
        return None;
    }
    Some(values.map(Option::unwrap_or_default))
}

/// The value of one name in a query that may be wrong otherwise, for the log and for the choice of faults.
pub(super) fn lenient(raw: &str, name: &str) -> Option<String> {
    raw.split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .and_then(|(_, value)| decode(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unreserved_bytes_may_stand_bare() {
        assert_eq!(decode("Agentless%20Voice%20%7C%20Jan.9").as_deref(), Some("Agentless Voice | Jan.9"));
        assert_eq!(decode("%C3%BCber%2B~").as_deref(), Some("über+~"));
        for wrong in ["a b", "a+b", "a|b", "%", "%7", "%G0", "%FF", "ü", "a:b"] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_query_has_each_name_once_and_no_other() {
        let names = ["enable", "name"];
        assert_eq!(query("name=x&enable=true", names), Some(["true".to_owned(), "x".to_owned()]));
        for wrong in [
            "",
            "name=x",
            "name=x&name=y",
            "name=x&enable=true&more=1",
            "name=x&enable=true&enable=true",
            "name&enable=true",
        ] {
            assert_eq!(query(wrong, names), None, "{wrong}");
        }
    }
}
