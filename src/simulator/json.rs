//! JSON as it was written.
//!
//! The usual value type forgets that a key came twice and would let `1.0` pass as an integer; the
//! judgement of a request must see both, so bodies and tokens are read into this type instead.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

/// A JSON value with its keys in their order, repeats included.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    Bool,
    /// A number written without fraction or exponent.
    Integer(i128),
    /// A number written in any other way.
    Real(f64),
    Text(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Json {
    /// Reads a whole text; `None` if it is not JSON.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    /// The value under `key`, if this is an object that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The members, if this is an object with exactly these keys, each once, in any order.
    pub(super) fn exactly<const N: usize>(&self, keys: [&str; N]) -> Option<[&Self; N]> {
        let Self::Object(members) = self else { return None };
        if members.len() != N {
            return None;
        }
        let mut found = [self; N];
        for (place, key) in found.iter_mut().zip(keys) {
            *place = self.get(key)?;
        }
        Some(found)
    }

    /// The text, if it is one.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if it was written as one.
    pub(super) const fn as_integer(&self) -> Option<i128> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// Whole seconds of a number, fraction dropped, as token times are read.
    pub(super) fn as_seconds(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => i64::try_from(*number).ok(),
            #[expect(clippy::cast_possible_truncation, reason = "saturates, and any far time is as good as another")]
            Self::Real(number) if number.is_finite() => Some(*number as i64),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AsWritten)
    }
}

struct AsWritten;

impl<'de> Visitor<'de> for AsWritten {
    type Value = Json;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Bool)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Integer(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Integer(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Real(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = entries.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_key_is_neither_forgotten_nor_exact() {
        let twice = Json::parse(br#"{"a":1,"a":2}"#).unwrap();
        assert_eq!(twice.exactly(["a"]), None);
        assert_eq!(twice.exactly(["a", "b"]), None);
        assert_eq!(Json::parse(br#"{"b":1,"a":2}"#).unwrap().exactly(["a", "b"]).map(|found| found.len()), Some(2));
    }

    #[test]
    fn a_number_with_a_fraction_is_no_integer() {
        for text in ["1.0", "1e0", "-0.5"] {
            assert_eq!(Json::parse(text.as_bytes()).unwrap().as_integer(), None, "{text}");
        }
        assert_eq!(Json::parse(b"7").unwrap().as_integer(), Some(7));
        assert_eq!(Json::parse(b"07"), None);
    }
}
