//! How each kind of value is read and shown, wherever it was given.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use chrono_tz::Tz;

use crate::model::nearest::nearest;
use crate::model::target::HostError;
use crate::model::{AccountId, Delivery, FailureLimit, Field, Host, Order, Quota, Rate, StreamId, span};
use crate::platform::{SecretError, looks_like_token};
use crate::reader::values::{NearZone, near_zone, zone_of_offset};
use crate::reader::{DateOrder, Delimiter};

/// Why a text is not a value: what is wrong, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// What is wrong, with the text.
    pub message: String,
    /// What to write instead.
    pub hint: String,
}

impl Wrong {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

/// A value that can be given as text.
pub trait Value: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// If the text isn't one.
    fn read(text: &str) -> Result<Self, Wrong>;

    /// As it would be typed.
    fn show(&self) -> String;
}

/// Values that read and show themselves; only the hint is ours.
macro_rules! values_of_words {
    ($($type:ty: $hint:literal;)+) => {$(
        impl Value for $type {
            fn read(text: &str) -> Result<Self, Wrong> {
                text.parse::<Self>().map_err(|error| Wrong::new(error.to_string(), $hint))
            }

            fn show(&self) -> String {
                self.to_string()
            }
        }
    )+};
}

values_of_words! {
    Quota: "write it as 60/1m or 1800/1h, or none";
    Rate: "write it as 10/s or 100/1m, or none";
    FailureLimit: "write it as 20 or 5%, or none";
}

/// Values that are one of a few words.
macro_rules! values_of_list {
    ($($type:ty: $what:literal, $($word:literal => $value:expr),+;)+) => {$(
        impl Value for $type {
            fn read(text: &str) -> Result<Self, Wrong> {
                match text {
                    $($word => Ok($value),)+
                    _ => Err(Wrong::new(
                        format!("\"{text}\" is not {}", $what),
                        format!("write one of: {}", [$($word),+].join(", ")),
                    )),
                }
            }

            fn show(&self) -> String {
                let words = [$(($value, $word)),+];
                words.into_iter().find(|(value, _)| value == self).map_or_else(String::new, |(_, word)| word.to_owned())
            }
        }
    )+};
}

values_of_list! {
    bool: "true or false", "true" => true, "false" => false;
    Delivery: "a delivery", "at-least-once" => Self::AtLeastOnce, "at-most-once" => Self::AtMostOnce;
    Order: "an order", "input" => Self::Input, "start" => Self::Start;
    DateOrder: "an order of dates", "dmy" => Self::DayMonthYear, "mdy" => Self::MonthDayYear, "ymd" => Self::YearMonthDay;
    super::ProgressMode: "a way to show progress",
        "auto" => Self::Auto, "bar" => Self::Bar, "plain" => Self::Plain, "none" => Self::None;
    super::ColorMode: "a choice of colour", "auto" => Self::Auto, "always" => Self::Always, "never" => Self::Never;
}

/// A limit, or `none`.
impl<T: Value> Value for Option<T> {
    fn read(text: &str) -> Result<Self, Wrong> {
        if text == "none" { Ok(None) } else { T::read(text).map(Some) }
    }

    fn show(&self) -> String {
        self.as_ref().map_or_else(|| "none".to_owned(), T::show)
    }
}

impl Value for Duration {
    fn read(text: &str) -> Result<Self, Wrong> {
        span::parse(text).map_err(|error| Wrong::new(error.to_string(), "write it as 30s, 15m, 2h or 90d"))
    }

    fn show(&self) -> String {
        span::show(*self)
    }
}

impl Value for u32 {
    fn read(text: &str) -> Result<Self, Wrong> {
        text.parse().map_err(|_| Wrong::new(format!("\"{text}\" is not a whole number"), "write a number such as 4"))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for NonZeroU32 {
    fn read(text: &str) -> Result<Self, Wrong> {
        text.parse()
            .map_err(|_| Wrong::new(format!("\"{text}\" is not a whole number from 1"), "write a number such as 8"))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

/// Text that spaces at its ends belong to.
pub(super) struct Verbatim(pub(super) String);

impl Value for Verbatim {
    fn read(text: &str) -> Result<Self, Wrong> {
        String::read(text).map(|_| Self(text.to_owned()))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

impl Value for String {
    fn read(text: &str) -> Result<Self, Wrong> {
        let text = text.trim();
        if text.is_empty() {
            Err(Wrong::new("nothing is given", "give a value, or leave it out"))
        } else {
            Ok(text.to_owned())
        }
    }

    fn show(&self) -> String {
        self.clone()
    }
}

impl Value for PathBuf {
    fn read(text: &str) -> Result<Self, Wrong> {
        if text.is_empty() {
            Err(Wrong::new("no path is given", "give a path, or leave it out"))
        } else {
            Ok(Self::from(text))
        }
    }

    fn show(&self) -> String {
        self.display().to_string()
    }
}

/// The path of a file with a secret, which is shown as any setting is: a token that was given in its place must not be.
#[derive(Debug)]
pub(super) struct SecretFile(pub(super) PathBuf);

impl Value for SecretFile {
    fn read(text: &str) -> Result<Self, Wrong> {
        let path = PathBuf::read(text)?;
        if looks_like_token(&path) {
            Err(Wrong::new(SecretError::IsItself.to_string(), SECRET_FILE))
        } else {
            Ok(Self(path))
        }
    }

    fn show(&self) -> String {
        self.0.show()
    }
}

/// What to give as a secret's file.
pub const SECRET_FILE: &str = "give a file that you can read, with nothing but the secret in it";

/// Names that go into headers and paths: text without what neither can carry.
macro_rules! identifiers {
    ($($type:ty: $what:literal;)+) => {$(
        impl Value for $type {
            fn read(text: &str) -> Result<Self, Wrong> {
                identifier(text, $what).map(Self::new)
            }

            fn show(&self) -> String {
                self.as_str().to_owned()
            }
        }
    )+};
}

identifiers! {
    AccountId: "an account id";
    StreamId: "a stream id";
}

fn identifier<'a>(text: &'a str, what: &str) -> Result<&'a str, Wrong> {
    let text = text.trim();
    // In a path, dots alone are no name.
    let is_plain = !matches!(text, "" | "." | "..")
        && text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '/' | '\\' | '?' | '#' | '%'));
    if is_plain {
        Ok(text)
    } else {
        Err(Wrong::new(format!("\"{text}\" is not {what}"), "copy it from the platform's page of the app"))
    }
}

impl Value for Host {
    fn read(text: &str) -> Result<Self, Wrong> {
        Self::parse(text).map_err(|error| {
            let hint = match error {
                HostError::NotAHost(_) => "write it as platform.kore.ai",
                HostError::Unencrypted(_) => "use https; plain http is for this machine alone",
            };
            Wrong::new(error.to_string(), hint)
        })
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for Tz {
    fn read(text: &str) -> Result<Self, Wrong> {
        Self::from_str_insensitive(text.trim()).map_err(|_| {
            // Only names of places have letters enough for slips.
            let places = || chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|name| name.contains('/'));
            let slip = || nearest(text.trim(), places()).filter(|_| text.trim().len() > 5).map(NearZone::Meant);
            // Their names say how far west a zone lies, so that GMT-3 is anything but Etc/GMT-3.
            let of_offset = zone_of_offset(text).map(|zone| {
                format!("write it as Europe/Berlin, which knows summer time; if {text} is meant all year, as {zone}")
            });
            let hint = of_offset.unwrap_or_else(|| match near_zone(text).or_else(slip) {
                Some(NearZone::Meant(near)) => format!("did you mean {near}?"),
                Some(NearZone::OneOfSeveral(zone)) => {
                    format!("short names are several zones' or change with summer time: write {zone}, if that is meant")
                }
                None => "write it as Europe/Berlin, America/New_York or UTC".to_owned(),
            });
            Wrong::new(format!("\"{text}\" is not a time zone"), hint)
        })
    }

    fn show(&self) -> String {
        self.name().to_owned()
    }
}

impl Value for Delimiter {
    fn read(text: &str) -> Result<Self, Wrong> {
        match (text, text.as_bytes()) {
            ("comma", _) => Ok(Self(b',')),
            ("semicolon", _) => Ok(Self(b';')),
            ("tab" | "\\t", _) => Ok(Self(b'\t')),
            ("pipe", _) => Ok(Self(b'|')),
            (_, [byte])
                if *byte == b'\t'
                    || (byte.is_ascii()
                        && !byte.is_ascii_alphanumeric()
                        && !byte.is_ascii_control()
                        && *byte != b'"') =>
            {
                Ok(Self(*byte))
            }
            _ => Err(Wrong::new(
                format!("\"{text}\" can't stand between cells"),
                "write one character, or comma, semicolon, tab, pipe",
            )),
        }
    }

    fn show(&self) -> String {
        match self.0 {
            b',' => "comma".to_owned(),
            b';' => "semicolon".to_owned(),
            b'\t' => "tab".to_owned(),
            b'|' => "pipe".to_owned(),
            byte => char::from(byte).to_string(),
        }
    }
}

/// `--map field=Column`.
impl Value for (Field, String) {
    fn read(text: &str) -> Result<Self, Wrong> {
        let Some((name, column)) = text.split_once('=').filter(|(_, column)| !column.trim().is_empty()) else {
            return Err(Wrong::new(format!("\"{text}\" is not field=Column"), "write it as start=\"Go live\""));
        };
        let name = name.trim().to_ascii_lowercase().replace('-', "_");
        let names = || Field::ALL.iter().map(|field| field.as_str());
        let field = Field::from_name(&name).ok_or_else(|| {
            let hint = match nearest(&name, names()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("the fields are: {}", names().collect::<Vec<_>>().join(", ")),
            };
            Wrong::new(format!("\"{name}\" is not a field"), hint)
        })?;
        Ok((field, column.trim().to_owned()))
    }

    fn show(&self) -> String {
        format!("{}={}", self.0, self.1)
    }
}
