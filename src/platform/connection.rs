//! What a connection to the platform needs, and why there can be none.

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::credentials::SecretError;
use crate::model::{AccountId, Host};

/// Where and how calls are made.
#[derive(Debug, Clone)]
pub struct ConnectionSettings {
    /// The platform.
    pub host: Host,
    /// The account that pays for every call.
    pub account: AccountId,
    /// The `iid` header; the stream of the row if there is none.
    pub iid: Option<String>,
    /// The time of a whole call, connecting included.
    pub timeout: Duration,
    /// A PEM file with certificates that are trusted beside the system's.
    pub cacert: Option<PathBuf>,
}

/// Why no connection can be made, before any call.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// The setting holds a character that no header can carry.
    #[error("{setting} \"{}\" holds a character that can't be sent", .value.escape_debug())]
    NotSendable {
        /// The setting's name.
        setting: &'static str,
        /// What it holds.
        value: String,
    },
    /// The token holds a character that no header can carry.
    #[error("the token holds a character that can't be sent")]
    TokenNotSendable,
    /// There is nothing in a setting that every call needs.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// The ready-made token is past its time.
    #[error("the token expired at {}", .0.format("%Y-%m-%d %H:%M:%S UTC"))]
    TokenExpired(DateTime<Utc>),
    /// The token's file can't be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The certificates' file can't be read.
    #[error("the certificates \"{}\" can't be read", path.display())]
    CertificatesUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The certificates' file isn't PEM, or what is in it are no certificates.
    #[error("--cacert is not a file of certificates in PEM")]
    Certificates(#[source] reqwest::Error),
    /// The certificates' file holds none.
    #[error("--cacert holds no certificate")]
    NoCertificate,
    /// An embedded simulator isn't called by its name.
    #[error("\"{0}\" can't be called")]
    NotCallable(Host),
    /// The client can't be built: as a rule the system's certificates can't be loaded.
    #[error("the HTTP client can't be set up")]
    Client(#[source] reqwest::Error),
}

impl ConnectionError {
    /// What to do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotSendable { .. } => "copy the id again; ids are letters, digits and dashes",
            Self::TokenNotSendable => "a token is one line of letters, digits, dots, dashes and underscores",
            Self::Empty(_) => "fill the flag, environment variable or file that it is taken from",
            Self::TokenExpired(_) => {
                "make a new token, or give --client-id and --client-secret-file to have one signed for every call"
            }
            Self::Secret(_) => "check the path and that you may read the file",
            Self::CertificatesUnreadable { .. } => "check the path given to --cacert",
            Self::Certificates(_) | Self::NoCertificate => {
                "a PEM file holds blocks that begin with -----BEGIN CERTIFICATE-----"
            }
            Self::NotCallable(_) => "a simulated batch can only be resumed with its simulator",
            Self::Client(_) => "install the system's CA certificates, or give --cacert",
        }
    }
}
