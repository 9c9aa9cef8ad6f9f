//! The words of an answer, made fit for people: found in its envelope, cut short, control
//! characters made visible, secrets taken out.

use std::fmt;
use std::ops::Range;
use std::time::Duration;

use serde_json::Value;

use crate::model::CampaignName;

/// The most characters of raw text (a page of a proxy, say) that are shown.
const MOST_RAW: usize = 200;
/// The most characters of a message that are kept.
const MOST_MESSAGE: usize = 1_000;

/// What an envelope says: the first error's text and code, else `message`, else `error`.
pub(super) fn of_envelope(envelope: &Value) -> Option<String> {
    let first = envelope.get("errors").and_then(|errors| errors.get(0));
    first.and_then(of_error).or_else(|| words(envelope.get("message"))).or_else(|| words(envelope.get("error")))
}

fn of_error(error: &Value) -> Option<String> {
    let code = error.get("code").filter(|code| code.is_number() || code.is_string()).map(plain);
    match (words(error.get("msg")), code) {
        (Some(text), Some(code)) => Some(format!("{text} (code {code})")),
        (Some(text), None) => Some(text),
        (None, Some(code)) => Some(format!("code {code}")),
        (None, None) => words(Some(error)),
    }
}

fn words(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What a body says that has no envelope: its text.
pub(super) fn of_raw(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A time-out as it is told.
pub(super) fn spelled(span: Duration) -> String {
    if span.subsec_millis() == 0 { format!("{} s", span.as_secs()) } else { format!("{} ms", span.as_millis()) }
}

/// What the platform said, for whoever looks for telling words in it. A campaign's own name says nothing.
pub(super) struct Said {
    text: String,
    /// The name of the campaign that it was asked about; empty if that isn't known.
    name: String,
}

impl Said {
    /// These words about the campaign of this name.
    pub(super) fn new(text: &str, campaign: Option<&CampaignName>) -> Self {
        let name = campaign.map_or("", CampaignName::as_str).to_ascii_lowercase();
        Self { text: text.to_ascii_lowercase(), name }
    }

    /// True if it begins with these words, in any case.
    pub(super) fn begins_with(&self, words: &str) -> bool {
        self.text.starts_with(words)
    }

    /// True if it says these words, in any case, outside of the name.
    pub(super) fn has(&self, words: &str) -> bool {
        // Of a name without them nothing is taken away: a short one may be part of any word.
        if self.name.contains(words) {
            self.text.replace(&self.name, "").contains(words)
        } else {
            self.text.contains(words)
        }
    }
}

/// Cuts raw text to what is shown of it.
pub(super) fn cut_raw(text: &str) -> String {
    cut(text, MOST_RAW)
}

/// What no output may show, should the platform repeat it.
#[derive(Clone, Copy, Default)]
pub(super) struct Hidden<'a> {
    /// The token that the call carried.
    pub(super) token: &'a str,
    /// What it was signed with. It never leaves, but the platform knows it too.
    pub(super) client_secret: &'a str,
}

impl Hidden<'_> {
    /// A client secret shorter than this is left where it stands: it may be part of any word.
    const SHORTEST_SECRET: usize = 8;
    /// How much of a secret's beginning is hidden where a text ends in it, as an answer does that was cut short.
    const SHORTEST_AT_END: usize = 12;
    /// How much of it is hidden anywhere.
    const SHORTEST: usize = 20;

    /// The secrets, each with the word that stands in its place.
    fn all(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let is_long = self.client_secret.len() >= Self::SHORTEST_SECRET;
        let client_secret = if is_long { self.client_secret } else { "" };
        [(self.token, "[token]"), (client_secret, "[secret]")].into_iter().filter(|(secret, _)| !secret.is_empty())
    }

    /// The first place where a text holds a secret or a beginning of it, and the word for it.
    fn found_in(&self, text: &str) -> Option<(Range<usize>, &'static str)> {
        let found = self.all().filter_map(|(secret, word)| Some((beginning_in(text, secret)?, word)));
        found.min_by_key(|(place, _)| place.start)
    }
}

/// Where a text holds a secret, as far as it goes.
fn beginning_in(text: &str, secret: &str) -> Option<Range<usize>> {
    let most = |most: usize| secret.char_indices().map(|(end, _)| end).find(|end| *end >= most).unwrap_or(secret.len());
    let anywhere = text.find(&secret[..most(Hidden::SHORTEST)]);
    let at_end = || {
        let head = &secret[..most(Hidden::SHORTEST_AT_END)];
        text.match_indices(head).map(|(start, _)| start).find(|start| secret.starts_with(&text[*start..]))
    };
    let start = anywhere.or_else(at_end)?;
    let alike = text[start..].chars().zip(secret.chars()).take_while(|(one, other)| one == other);
    Some(start..start + alike.map(|(one, _)| one.len_utf8()).sum::<usize>())
}

impl fmt::Debug for Hidden<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Hidden")
    }
}

/// A message fit for every output: without secrets, of bounded length, without control
/// characters.
pub(super) fn presentable(text: &str, hidden: Hidden<'_>) -> String {
    let is_fit = !text.chars().any(char::is_control) && text.len() <= MOST_MESSAGE;
    if is_fit && hidden.found_in(text).is_none() {
        return text.to_owned();
    }
    escaped(&cut(&without(text, hidden), MOST_MESSAGE))
}

/// Takes secrets out of a text. Must come before any cutting: half a token is a secret too.
pub(super) fn without(text: &str, hidden: Hidden<'_>) -> String {
    let (mut shown, mut rest) = (String::new(), text);
    while let Some((place, word)) = hidden.found_in(rest) {
        shown.push_str(&rest[..place.start]);
        shown.push_str(word);
        rest = &rest[place.end..];
    }
    shown + rest
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// Control characters as visible escapes, such as `\u{1b}`.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn token(token: &str) -> Hidden<'_> {
        Hidden { token, client_secret: "" }
    }

    #[test]
    fn the_text_is_found_in_the_documented_order() {
        let envelope = |value: Value| of_envelope(&value);
        let all = json!({"errors":[{"msg":"first","code":4002}],"message":"second","error":"third"});
        assert_eq!(envelope(all).as_deref(), Some("first (code 4002)"));
        assert_eq!(envelope(json!({"errors":[],"message":"second","error":"third"})).as_deref(), Some("second"));
        assert_eq!(envelope(json!({"message":" ","error":"third"})).as_deref(), Some("third"));
        assert_eq!(envelope(json!({"errors":[{"code":"E1"}]})).as_deref(), Some("code E1"));
        assert_eq!(envelope(json!({"errors":["plain"]})).as_deref(), Some("plain"));
        assert_eq!(envelope(json!({"message":{"deep":1}})), None);
    }

    #[test]
    fn nothing_moves_the_cursor_of_a_terminal() {
        assert_eq!(presentable("a\u{1b}[2Jb\r\n\u{9b}", token("")), "a\\u{1b}[2Jb\\u{d}\\u{a}\\u{9b}");
    }

    #[test]
    fn a_token_that_comes_back_is_taken_out_before_the_text_is_cut() {
        let text = format!("{}secret-token and more", "x".repeat(MOST_MESSAGE - 5));
        let shown = presentable(&text, token("secret-token"));
        assert!(!shown.contains("secr"), "{shown}");
        assert_eq!(presentable("say secret-token", token("secret-token")), "say [token]");
    }

    #[test]
    fn a_text_that_ends_inside_a_secret_shows_nothing_of_it() {
        let hidden = Hidden { token: "header.claims.signature", client_secret: "canaries sing in the morning" };
        for (text, shown) in [
            ("oops header.claims.sign", "oops [token]"),
            ("oops header.claim", "oops [token]"),
            ("oops header.clai", "oops header.clai"),
            ("oops header.clai and more", "oops header.clai and more"),
            ("oops header.claims.signatu and more (code 4002)", "oops [token] and more (code 4002)"),
            ("oops header.claims.signatur… or header.claims.signat", "oops [token]… or [token]"),
            ("header.claims.signature canaries sing", "[token] [secret]"),
        ] {
            assert_eq!(presentable(text, hidden), shown);
            assert_eq!(without(text, hidden), shown);
        }
    }

    #[test]
    fn a_client_secret_that_the_platform_repeats_is_taken_out_unless_it_could_be_part_of_any_word() {
        let said = |client_secret| presentable("say a.b.c and canaries sing", Hidden { token: "a.b.c", client_secret });
        assert_eq!(said("canaries sing"), "say [token] and [secret]");
        assert_eq!(said("canar"), "say [token] and canaries sing");
    }

    #[test]
    fn a_message_is_cut_even_if_nothing_else_is_wrong_with_it() {
        assert_eq!(presentable(&"x".repeat(MOST_MESSAGE), token("token")), "x".repeat(MOST_MESSAGE));
        assert_eq!(
            presentable(&"x".repeat(MOST_MESSAGE + 1), token("token")),
            format!("{}…", "x".repeat(MOST_MESSAGE))
        );
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let text = "ä".repeat(MOST_RAW + 1);
        assert_eq!(cut_raw(&text), format!("{}…", "ä".repeat(MOST_RAW)));
        assert_eq!(of_raw(b" \n "), None);
        assert_eq!(of_raw(&[0xff, b'a']).as_deref(), Some("\u{fffd}a"));
    }
}
