//! The table of settings: what each is called and where it may be given.

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Its name: the flag's without the dashes, and the settings file's.
    pub name: &'static str,
    /// The variable that gives it.
    pub variable: Option<&'static str>,
    /// Where it may be given.
    pub scope: Scope,
}

/// Where a setting may be given besides its variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// As a flag and in a settings file.
    Everywhere,
    /// As a flag alone: what must be said each time.
    Flag,
    /// In its variable alone: secrets.
    Secret,
}

macro_rules! keys {
    ($($name:ident = $word:literal $(, $variable:literal)? => $scope:ident;)+) => {
        $(pub(super) const $name: Key =
            Key { name: $word, variable: keys!(@variable $($variable)?), scope: Scope::$scope };)+

        /// All settings, in the order in which they are shown.
        pub const ALL: &[Key] = &[$($name,)+];
    };
    (@variable $variable:literal) => { Some($variable) };
    (@variable) => { None };
}

keys! {
    SIMULATE = "simulate" => Flag;
    HOST = "host", "KORE_HOST" => Everywhere;
    STREAM_ID = "stream-id", "KORE_STREAM_ID" => Everywhere;
    ACCOUNT_ID = "account-id", "KORE_ACCOUNT_ID" => Everywhere;
    IID = "iid", "KORE_IID" => Everywhere;
    TOKEN = "token", "KORE_JWT" => Secret;
    TOKEN_FILE = "token-file" => Everywhere;
    CLIENT_ID = "client-id", "KORE_CLIENT_ID" => Everywhere;
    CLIENT_SECRET = "client-secret", "KORE_CLIENT_SECRET" => Secret;
    CLIENT_SECRET_FILE = "client-secret-file" => Everywhere;
    CACERT = "cacert" => Everywhere;
    SHEET = "sheet" => Everywhere;
    HEADER_ROW = "header-row" => Everywhere;
    MAP = "map" => Everywhere;
    DATE_ORDER = "date-order" => Everywhere;
    TIMEZONE = "timezone" => Everywhere;
    PLATFORM_TIMEZONE = "platform-timezone" => Everywhere;
    DELIMITER = "delimiter" => Everywhere;
    ENCODING = "encoding" => Everywhere;
    CONCURRENCY = "concurrency" => Everywhere;
    RATE = "rate" => Everywhere;
    QUOTA = "quota" => Everywhere;
    TIMEOUT = "timeout" => Everywhere;
    GRACE = "grace" => Everywhere;
    RETRIES = "retries" => Everywhere;
    MAX_OUTAGE = "max-outage" => Everywhere;
    MAX_FAILURES = "max-failures" => Everywhere;
    DELIVERY = "delivery" => Everywhere;
    VERIFY = "verify" => Everywhere;
    ORDER = "order" => Everywhere;
    RESEND = "resend" => Flag;
    CANARY = "canary" => Everywhere;
    PREFLIGHT = "preflight" => Everywhere;
    ALL_OR_NOTHING = "all-or-nothing" => Everywhere;
    ALLOW_PAST_START = "allow-past-start" => Everywhere;
    WAIT = "wait" => Everywhere;
    YES = "yes" => Flag;
    RESULTS = "results" => Everywhere;
    REJECTS = "rejects" => Everywhere;
    REPORT = "report" => Everywhere;
    EVENTS = "events" => Everywhere;
    JOURNAL = "journal" => Everywhere;
    LOG_FILE = "log-file" => Everywhere;
    METRICS = "metrics" => Everywhere;
    PROGRESS = "progress" => Everywhere;
    COLOR = "color" => Everywhere;
    VERBOSE = "verbose" => Flag;
    QUIET = "quiet" => Flag;
}

impl Key {
    /// The setting that a settings file calls so; dashes and underscores are one.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.replace('_', "-");
        ALL.iter().copied().find(|key| key.name == name)
    }

    /// True if its value is never shown.
    pub const fn is_secret(self) -> bool {
        matches!(self.scope, Scope::Secret)
    }
}
