//! Where the calls go, and with whose credentials.

use std::path::PathBuf;

use super::key::{self, Key};
use super::origin::Origin;
use super::sources::Sources;
use super::value::{SecretFile, Value};
use crate::cli::arguments::{CredentialArguments, TargetArguments};
use crate::cli::error::Failure;
use crate::model::{AccountId, Host, StreamId, Target};
use crate::platform::Secret;

/// A secret, or the file that holds it.
#[derive(Debug, Clone)]
pub enum SecretSource {
    /// Given in the environment.
    Value(Secret),
    /// In this file.
    File(PathBuf),
}

/// With what the calls are signed.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// A ready-made token.
    Token(SecretSource),
    /// A client id and its secret, to sign a fresh token for every call.
    Client {
        /// The JWT app's client id.
        id: String,
        /// The secret that belongs to it.
        secret: SecretSource,
    },
}

/// What was said about the target; `run` without `--simulate` needs it complete.
#[derive(Debug, Clone, Default)]
pub struct TargetSettings {
    /// `--simulate`.
    pub simulate: bool,
    /// The platform.
    pub host: Option<Host>,
    /// The account.
    pub account: Option<AccountId>,
    /// The stream of rows that name none.
    pub stream: Option<StreamId>,
    /// The `iid` header; the row's stream by default.
    pub iid: Option<String>,
    /// A ready-made token.
    pub token: Option<SecretSource>,
    /// The client id.
    pub client_id: Option<String>,
    /// Its secret.
    pub client_secret: Option<SecretSource>,
    /// More certificate authorities.
    pub cacert: Option<PathBuf>,
    /// True if the token was given nearer to the user than the client id.
    prefers_token: bool,
    /// What is wrong with a value of the environment or the settings file.
    fault: Option<Failure>,
}

impl TargetSettings {
    /// Resolves them.
    pub(super) fn resolve(
        sources: &mut Sources,
        simulate: bool,
        target: TargetArguments,
        credentials: CredentialArguments,
    ) -> Result<Self, Failure> {
        let TargetArguments { host, stream_id, account_id, iid } = target;
        let CredentialArguments { token_file, client_id, client_secret_file, cacert } = credentials;
        let simulate = sources.switch(key::SIMULATE, simulate, false)?;
        let mut fault = None;
        let host = unless_faulty(sources, key::HOST, host, &mut fault)?;
        let stream = unless_faulty(sources, key::STREAM_ID, stream_id, &mut fault)?;
        let account = unless_faulty(sources, key::ACCOUNT_ID, account_id, &mut fault)?;
        let iid = unless_faulty(sources, key::IID, iid, &mut fault)?;
        let token = secret(sources, key::TOKEN, key::TOKEN_FILE, token_file, &mut fault)?;
        let client_id = sources.one(key::CLIENT_ID, client_id)?;
        let client_secret =
            secret(sources, key::CLIENT_SECRET, key::CLIENT_SECRET_FILE, client_secret_file, &mut fault)?;
        let cacert = sources.one(key::CACERT, super::path_text(cacert)?)?;
        let token_distance = distance(sources, &[key::TOKEN, key::TOKEN_FILE]);
        let client_distance = distance(sources, &[key::CLIENT_ID, key::CLIENT_SECRET, key::CLIENT_SECRET_FILE]);
        let prefers_token = token_distance < client_distance;
        Ok(Self { simulate, host, account, stream, iid, token, client_id, client_secret, cacert, prefers_token, fault })
    }

    /// Whether each value of the target is one: for those who show it or send to it. `check` and a
    /// rehearsal need none of it, and a slip in the environment is no reason not to read a sheet.
    ///
    /// # Errors
    /// The first value that isn't one.
    pub fn sound(&self) -> Result<(), Failure> {
        self.fault.clone().map_or(Ok(()), Err)
    }

    /// The target, complete.
    ///
    /// # Errors
    /// If a value isn't one, or a setting is missing; the message names all that are.
    pub fn complete(&self) -> Result<(Target, Credentials), Failure> {
        self.sound()?;
        let missing = self.missing();
        match (&self.host, &self.account, &self.stream, self.chosen_credentials()) {
            (Some(host), Some(account), Some(stream), Some(credentials)) => {
                let target = Target { host: host.clone(), account: account.clone(), stream: stream.clone() };
                Ok((target, credentials))
            }
            _ => Err(missing_settings(&missing, "; or rehearse with --simulate, which needs none of them")),
        }
    }

    /// The credentials alone: what `resume`, `verify` and `undo` need, which know their target.
    ///
    /// # Errors
    /// If they are missing.
    pub fn credentials(&self) -> Result<Credentials, Failure> {
        let missing = || self.fault.clone().unwrap_or_else(|| missing_settings(&[self.missing_credentials()], ""));
        self.chosen_credentials().ok_or_else(missing)
    }

    /// The client of this id with the secret at hand, if there is one.
    pub fn with_client(&self, id: String) -> Option<Credentials> {
        Some(Credentials::Client { id, secret: self.client_secret.clone()? })
    }

    /// Of token and client, the one given nearer to the user; the client where they are as near,
    /// since a fresh token for every call works with every app.
    fn chosen_credentials(&self) -> Option<Credentials> {
        let token = || self.token.clone().map(Credentials::Token);
        let client = || Some(Credentials::Client { id: self.client_id.clone()?, secret: self.client_secret.clone()? });
        if self.prefers_token { token().or_else(client) } else { client().or_else(token) }
    }

    fn missing(&self) -> Vec<Missing> {
        let mut missing = Vec::new();
        let mut need = |is_set: bool, what, flag, variable| {
            if !is_set {
                missing.push(Missing { what, flag, variable });
            }
        };
        need(self.host.is_some(), "the host", "--host", "KORE_HOST");
        need(self.stream.is_some(), "the stream", "--stream-id", "KORE_STREAM_ID");
        need(self.account.is_some(), "the account", "--account-id", "KORE_ACCOUNT_ID");
        if self.chosen_credentials().is_none() {
            missing.push(self.missing_credentials());
        }
        missing
    }

    fn missing_credentials(&self) -> Missing {
        match (&self.client_id, &self.client_secret) {
            (Some(_), None) => {
                Missing { what: "the client secret", flag: "--client-secret-file", variable: "KORE_CLIENT_SECRET" }
            }
            (None, Some(_)) => Missing { what: "the client id", flag: "--client-id", variable: "KORE_CLIENT_ID" },
            _ => Missing {
                what: "the credentials",
                flag: "--client-id with --client-secret-file (or --token-file)",
                variable: "KORE_CLIENT_ID with KORE_CLIENT_SECRET (or KORE_JWT)",
            },
        }
    }
}

/// A value of the target. One that was typed for this very command is told of at once if it isn't one;
/// of others the first fault is kept for whoever needs them.
fn unless_faulty<T: Value>(
    sources: &mut Sources,
    key: Key,
    flag: Option<String>,
    fault: &mut Option<Failure>,
) -> Result<Option<T>, Failure> {
    let is_typed = flag.is_some();
    match sources.one(key, flag) {
        Err(failure) if !is_typed => {
            fault.get_or_insert(failure);
            Ok(None)
        }
        read => read,
    }
}

/// A setting without which nothing can be sent.
struct Missing {
    what: &'static str,
    flag: &'static str,
    variable: &'static str,
}

fn missing_settings(missing: &[Missing], otherwise: &str) -> Failure {
    let names: Vec<_> = missing.iter().map(|missing| missing.what).collect();
    let is_one = names.len() == 1 && !names[0].ends_with('s');
    let verb = if is_one { "is" } else { "are" };
    let gives: Vec<_> = missing.iter().map(|missing| format!("{} or {}", missing.flag, missing.variable)).collect();
    Failure::new("missing-setting", format!("{} {verb} not set", names.join(", ")))
        .hint(format!("set {}{otherwise}", gives.join("; ")))
}

/// A secret from its file or its variable, whichever was given nearer to the user.
fn secret(
    sources: &mut Sources,
    value_key: Key,
    file_key: Key,
    file: Option<PathBuf>,
    fault: &mut Option<Failure>,
) -> Result<Option<SecretSource>, Failure> {
    let value = sources.secret(value_key).map(|text| SecretSource::Value(Secret::new(text)));
    let file = unless_faulty::<SecretFile>(sources, file_key, super::path_text(file)?, fault)?;
    let file = file.map(|SecretFile(path)| SecretSource::File(path));
    let is_file_nearer = matches!(sources.origin_of(file_key), Origin::Flag);
    Ok(if is_file_nearer { file.or(value) } else { value.or(file) })
}

/// How far from the user the nearest of these was given.
fn distance(sources: &Sources, keys: &[Key]) -> u8 {
    let of = |origin: &Origin| match origin {
        Origin::Flag => 0,
        Origin::Environment(_) => 1,
        Origin::File { .. } => 2,
        Origin::Batch | Origin::Default => 3,
    };
    keys.iter().map(|key| of(sources.origin_of(*key))).min().unwrap_or(u8::MAX)
}
