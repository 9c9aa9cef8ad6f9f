//! Secrets, and where tokens come from.
//!
//! A secret is a type of its own that shows nothing and is wiped from memory when dropped. It comes
//! from the environment or from a file, never from the command line.

use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// The largest file that is read for a secret.
const MOST_BYTES: u64 = 64 * 1024;

/// What is shorter isn't taken for a secret, whatever is in it.
const SHORTEST_LOOKING_SECRET: usize = 32;

/// A client secret or a token. Shows nothing in `Debug`, has no `Display`, is wiped when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a secret, without the space around it.
    pub fn new(text: impl Into<String>) -> Self {
        let text = Zeroizing::new(text.into());
        if text.trim().len() == text.len() { Self(text) } else { Self(Zeroizing::new(text.trim().to_owned())) }
    }

    /// Reads a secret from a file.
    ///
    /// The second value is a warning, if the file can be read by others than its owner.
    ///
    /// # Errors
    /// [`SecretError`] if the file can't be read, isn't text, is empty or far too large.
    pub fn from_file(path: &Path) -> Result<(Self, Option<String>), SecretError> {
        let unreadable = |source| match looks_like_token(path) || looks_like_secret(path) {
            true => SecretError::IsItself,
            false => SecretError::Unreadable { path: path.to_owned(), source },
        };
        let file = std::fs::File::open(path).map_err(unreadable)?;
        let warning = file.metadata().ok().and_then(|metadata| exposure(path, &metadata));
        let mut bytes = Zeroizing::new(Vec::new());
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(SecretError::TooLarge(path.to_owned()));
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| SecretError::NotText(path.to_owned()))?;
        let secret = Self::new(text.trim_start_matches('\u{feff}'));
        if secret.is_empty() {
            return Err(SecretError::Empty(path.to_owned()));
        }
        Ok((secret, warning))
    }

    /// True if there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The secret itself: to sign with, and for the simulator that checks what was signed.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("[secret]")
    }
}

/// Why a secret can't be read. Names the file, never what is in it.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// It can't be opened or read.
    #[error("the secret's file \"{}\" can't be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The secret was given in place of a file's name.
    #[error("what was given as the secret's file looks like the secret itself, so it is not repeated here")]
    IsItself,
    /// It isn't UTF-8.
    #[error("the secret's file \"{}\" is not text", .0.display())]
    NotText(PathBuf),
    /// There is nothing in it.
    #[error("the secret's file \"{}\" is empty", .0.display())]
    Empty(PathBuf),
    /// It is larger than any secret.
    #[error("the secret's file \"{}\" is larger than {} KiB", .0.display(), MOST_BYTES / 1024)]
    TooLarge(PathBuf),
}

/// True for a path that has the shape of a token: three parts of base64, which no file's name has.
pub fn looks_like_token(path: &Path) -> bool {
    let text = path.to_string_lossy();
    let is_base64 =
        |part: &str| part.len() > 8 && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_=".contains(&b));
    text.split('.').count() == 3 && text.split('.').all(is_base64)
}

/// True for a path that may be a client secret: as long as those are, of capitals, small letters and digits. Some
/// file's name may be so too, so this says something only of a file that isn't there.
fn looks_like_secret(path: &Path) -> bool {
    let text = path.to_string_lossy();
    // What is filled up at the end is base64, in which a slash divides nothing.
    let letters: &[u8] = if text.ends_with('=') { b"+/=" } else { b"+" };
    let has = |is_one: fn(&u8) -> bool| text.as_bytes().iter().any(is_one);
    text.len() >= SHORTEST_LOOKING_SECRET
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || letters.contains(&byte))
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
}

/// A warning if others than the owner can read the file.
#[cfg(unix)]
fn exposure(path: &Path, metadata: &std::fs::Metadata) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o777;
    (mode & 0o004 != 0)
        .then(|| format!("\"{}\" can be read by every user of this machine (mode {mode:03o})", path.display()))
}

/// Other systems keep a file's readers elsewhere.
#[cfg(not(unix))]
fn exposure(_path: &Path, _metadata: &std::fs::Metadata) -> Option<String> {
    None
}

/// Where the token of a call comes from.
#[derive(Debug, Clone)]
pub enum TokenSource {
    /// A fresh token is signed for every call.
    Signed {
        /// The JWT app's client id.
        client_id: String,
        /// The JWT app's client secret.
        secret: Secret,
    },
    /// One token for all calls, made elsewhere.
    Ready {
        /// The token.
        token: Secret,
        /// The file that it came from, read again after a refusal.
        path: Option<PathBuf>,
    },
}

impl TokenSource {
    /// What the user should know about tokens of this kind, if anything.
    pub const fn limits(&self) -> Option<&'static str> {
        match self {
            Self::Signed { .. } => None,
            Self::Ready { .. } => Some(
                "a ready-made token is one for all calls: it works only where the JWT app does not enforce JTI, \
                 and only until it expires",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_nothing() {
        let source = TokenSource::Signed { client_id: "cs-1".to_owned(), secret: Secret::new("canary-1") };
        assert!(!format!("{source:?} {source:#?}").contains("canary"));
    }

    #[test]
    fn a_file_gives_its_text_without_the_line_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "\u{feff}canary-2\r\n").unwrap();
        let (secret, _) = Secret::from_file(&path).unwrap();
        assert_eq!(secret.expose(), "canary-2");
    }

    #[test]
    fn files_without_a_secret_are_named_and_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let error = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            let error = Secret::from_file(&path).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("canary"));
            error
        };
        assert!(matches!(error(b" \n"), SecretError::Empty(_)));
        assert!(matches!(error(b"canary\xff"), SecretError::NotText(_)));
        assert!(matches!(error(&[b'a'; 64 * 1024 + 1]), SecretError::TooLarge(_)));
        assert!(matches!(Secret::from_file(folder.path()), Err(SecretError::Unreadable { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_everybody_can_read_is_a_warning() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "canary-3").unwrap();
        let warning = |mode| {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            Secret::from_file(&path).unwrap().1
        };
        assert_eq!(warning(0o600), None);
        assert!(warning(0o644).unwrap().contains("mode 644"));
    }

    #[test]
    fn a_token_in_the_place_of_its_file_is_not_repeated() {
        let told = |path: &str| Secret::from_file(Path::new(path)).unwrap_err().to_string();
        let said = told("eyJhbGciOiJIUzI1NiJ9.eyJhcHBJZCI6ImNzLTEifQ.c2lnbmF0dXJl");
        assert!(said.contains("looks like the secret itself") && !said.contains("eyJ"), "{said}");
        let said = told("V3kZbM7qTfW1xR8sYpLd5nHcJ2gA/4vKuE6tQ+9oXi0=");
        assert!(said.contains("looks like the secret itself") && !said.contains("V3k"), "{said}");
        for path in ["secrets/Night/2027/kore/client-secret", "kore_client_secret_of_the_night_job", "Secret2027"] {
            assert!(told(path).contains(path), "{path}");
        }
        assert!(told("secrets/night.token.txt").contains("night.token.txt"));
    }
}
