//! A deny-list that a TOML file fills, and that follows the file.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::check::{Revocation, RevocationError, TokenUse};
use super::deny_tables::records;
use super::records::Records;
use crate::config_error::ConfigError;
use crate::config_file::{ContentError, Contents, DEFAULT_INTERVAL, InEffect, Watched};
use crate::time::Timestamp;

/// A deny-list whose entries are those of a TOML file. Clones share them. Needs the feature `config-files`.
///
/// The file has a table for each entry: `[[token]]` with `issuer` and `jti`, `[[client]]` with `issuer` and
/// `client_id`, `[[subject]]` with `issuer` and `subject`, `[[signing_key]]` with `issuer` and `kid`, `[[issuer]]` with
/// `issuer`, `[[key]]` with `jkt` and `[[certificate]]` with `x5t_s256`. `until`, a date-time with an offset, ends an
/// entry; without it, the entry lasts as long as it is in the file. `issued_before` restricts entries for a client or a
/// subject, as [`Entry::issued_before`](super::Entry::issued_before). `examples/deny.toml` has an entry of each kind.
///
/// The file is read strictly: an unknown or repeated key, a repeated entry or a value of another type refuses the whole
/// file, and so does an empty file; one without entries has a comment. At most 16 MiB, which
/// is about 100,000 entries with usual names, and never more than 1,000,000 entries.
///
/// # Deployment
///
/// Replace the file by renaming another one over it: what is written in place can be read half. A changed text is
/// applied as a whole once it was read twice alike: with the default interval after about 2 s, or after about a minute
/// if its length and time of modification did not change. A file that cannot be used any more, or is missing, leaves
/// the last valid entries in effect and is an `error` event, repeated every 60 polls. Whoever can write the file or its
/// directory can lift entries: keep both to the operator.
///
/// ```no_run
/// use sender_constraint::revocation::{DenyFile, DenyList};
///
/// # async fn example(builder: sender_constraint::GuardBuilder) -> Result<(), Box<dyn std::error::Error>> {
/// // Entries of the file, and others by code.
/// let guard = builder
///     .revocation(DenyFile::watch("deny.toml")?)
///     .deny_list(DenyList::new())
///     .build()?;
/// # drop(guard);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct DenyFile(Arc<Watched<FileRecords>>);

impl DenyFile {
    /// Reads the file, and reads it again when it changes, as long as the value or a clone exists. Needs a Tokio
    /// runtime with its timer enabled.
    ///
    /// # Errors
    ///
    /// [`ConfigError::File`] if the file cannot be read, has an error, or outside of a Tokio runtime.
    pub fn watch(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        Self::watch_every(path, DEFAULT_INTERVAL)
    }

    /// Like [`DenyFile::watch`], with another interval than 1 s: from 100 ms to 1 hour.
    ///
    /// # Errors
    ///
    /// As for [`DenyFile::watch`], and [`ConfigError::Duration`] outside this range.
    pub fn watch_every(path: impl AsRef<Path>, interval: Duration) -> Result<Self, ConfigError> {
        let file = Self::open(path)?;
        file.0.watch(interval)?;
        Ok(file)
    }

    /// Reads the file once. It is read again only by [`DenyFile::reload`].
    ///
    /// # Errors
    ///
    /// [`ConfigError::File`] if the file cannot be read, or has an error.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        Ok(Self(Watched::open(path.as_ref(), FileRecords::default())?))
    }

    /// Reads the file now, and returns the number of its entries. Blocks while it reads.
    ///
    /// # Errors
    ///
    /// [`ConfigError::File`]; the last valid entries stay in effect.
    pub fn reload(&self) -> Result<usize, ConfigError> {
        self.0.reload()
    }

    /// The number of entries in effect, with those that have ended.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.contents().0.read(Records::len)
    }

    /// Whether the file has no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Revocation for DenyFile {
    fn check(&self, token_use: &TokenUse<'_>, now: Timestamp) -> Result<(), RevocationError> {
        let denial = self.0.contents().0.read(|all| all.denial(token_use, now));
        denial.map_or(Ok(()), |denial| Err(denial.into()))
    }
}

/// Shows the number of entries only.
impl fmt::Debug for DenyFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DenyFile({} entries)", self.len())
    }
}

#[derive(Default)]
struct FileRecords(InEffect<Records>);

impl Contents for FileRecords {
    const NAME: &'static str = "file of the deny-list";

    fn replace(&self, text: &str) -> Result<usize, ContentError> {
        let records = records(text)?;
        let length = records.len();
        self.0.replace(|_| records);
        Ok(length)
    }
}
