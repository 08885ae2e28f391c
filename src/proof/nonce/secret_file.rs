//! The file in which instances of a service share the secrets of their nonces.

use std::path::Path;

use super::secret::NonceSecret;
use super::secrets::NonceSecrets;
use crate::config_error::ConfigError;
use crate::limited_file::read_limited;

/// The secrets in a file: one on each line, in base64url without padding. The first issues nonces, the others only
/// verify them; empty lines are skipped. `Debug` shows no secret.
///
/// A file, and not an environment variable: child processes inherit the environment, and `docker inspect`, process
/// lists and crash reports show it.
///
/// ```no_run
/// use sender_constraint::proof::{NonceSecretFile, Nonces};
///
/// let secrets = NonceSecretFile::read("/run/secrets/nonces")?.secrets()?;
/// let nonces = Nonces::required(secrets.clone());
/// // Later, on SIGHUP:
/// NonceSecretFile::read("/run/secrets/nonces")?.replace(&secrets)?;
/// # drop(nonces);
/// # Ok::<(), sender_constraint::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct NonceSecretFile {
    issuing: NonceSecret,
    verify_only: Vec<NonceSecret>,
}

impl NonceSecretFile {
    /// Reads the file, of at most 4096 bytes.
    ///
    /// # Errors
    ///
    /// [`ConfigError::File`] with the line, and never with its text: a file that cannot be read, that is too large or
    /// empty, and a line that is no secret.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let path = path.as_ref();
        let text =
            read_limited(path, MAX_FILE_BYTES).map_err(|reason| error(path, None, reason))?;
        let lines = text.lines().map(str::trim).enumerate();
        let lines = lines.filter(|(_, line)| !line.is_empty());
        let secrets = lines.map(|(index, line)| {
            let secret = NonceSecret::from_base64url(line);
            secret.map_err(|refused| error(path, Some(index + 1), refused.to_string()))
        });
        let mut secrets = secrets.collect::<Result<Vec<_>, _>>()?.into_iter();
        let issuing = secrets.next();
        let issuing = issuing.ok_or_else(|| {
            let reason = "it has no secret; expected one on each line";
            error(path, None, reason.to_owned())
        })?;
        let file = Self {
            issuing,
            verify_only: secrets.collect(),
        };
        match file.secrets() {
            Ok(_) => Ok(file),
            Err(refused) => Err(error(path, None, refused.to_string())),
        }
    }

    /// The secrets, to issue and verify nonces with.
    ///
    /// # Errors
    ///
    /// As for [`NonceSecrets::replace`].
    pub fn secrets(&self) -> Result<NonceSecrets, ConfigError> {
        NonceSecrets::first(self.issuing.clone(), self.verify_only.iter().cloned())
    }

    /// Replaces the secrets of guards that serve, as [`NonceSecrets::replace`] does.
    ///
    /// # Errors
    ///
    /// As for [`NonceSecrets::replace`].
    pub fn replace(&self, secrets: &NonceSecrets) -> Result<(), ConfigError> {
        secrets.replace(self.issuing.clone(), self.verify_only.iter().cloned())
    }
}

/// A secret in place of the path is not shown.
fn error(path: &Path, line: Option<usize>, reason: String) -> ConfigError {
    let path = path.display().to_string();
    let (path, reason) = match NonceSecret::from_base64url(&path) {
        Ok(_) => (
            "***".to_owned(),
            "it is a secret, and not the path of a file with secrets".to_owned(),
        ),
        Err(_) => (path, reason),
    };
    ConfigError::File { path, line, reason }
}

/// Nine secrets have 400 bytes.
const MAX_FILE_BYTES: u64 = 4096;
