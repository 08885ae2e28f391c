//! Exceptions that a TOML file lists, and that follow the file.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::exception::Exception;
use super::set::{ExceptionSet, Exempted, FindException, MAX_EXCEPTIONS};
use crate::config_error::ConfigError;
use crate::config_file::{
    ContentError, Contents, DEFAULT_INTERVAL, InEffect, Watched, parse, time,
};
use crate::time::{Clock, SystemClock, Timestamp};

/// The exceptions of a TOML file. Clones share them. Needs the feature `config-files`.
///
/// Each exception is a table `[[exception]]` with `issuer`, `client_id`, `owner`, `reason` and `until`, a date-time
/// with an offset at most 366 days ahead. One that has ended may stay in the file, without effect.
/// `examples/exceptions.toml` has an example. The file is read as strictly as that of a
/// [`DenyFile`](crate::revocation::DenyFile), and followed in the same way; that page has what to know for the
/// deployment.
///
/// ```no_run
/// use sender_constraint::exceptions::ExceptionFile;
///
/// # async fn example(builder: sender_constraint::GuardBuilder) -> Result<(), Box<dyn std::error::Error>> {
/// let guard = builder.exception_file(ExceptionFile::watch("exceptions.toml")?).build()?;
/// # drop(guard);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ExceptionFile(Arc<Watched<FileExceptions>>);

impl ExceptionFile {
    /// Reads the file, and reads it again when it changes, as long as the value or a clone exists. Needs a Tokio
    /// runtime with its timer enabled.
    ///
    /// # Errors
    ///
    /// [`ConfigError::File`] if the file cannot be read, has an error, or outside of a Tokio runtime.
    pub fn watch(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        Self::watch_every(path, DEFAULT_INTERVAL)
    }

    /// Like [`ExceptionFile::watch`], with another interval than 1 s: from 100 ms to 1 hour.
    ///
    /// # Errors
    ///
    /// As for [`ExceptionFile::watch`], and [`ConfigError::Duration`] outside this range.
    pub fn watch_every(path: impl AsRef<Path>, interval: Duration) -> Result<Self, ConfigError> {
        let file = Self::open(path)?;
        file.0.watch(interval)?;
        Ok(file)
    }

    /// Reads the file once. It is read again only by [`ExceptionFile::reload`].
    ///
    /// # Errors
    ///
    /// [`ConfigError::File`] if the file cannot be read, or has an error.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        Self::open_with_clock(path, SystemClock)
    }

    /// Like [`ExceptionFile::open`], with the clock against which the end of each exception is checked.
    ///
    /// # Errors
    ///
    /// As for [`ExceptionFile::open`].
    pub fn open_with_clock(path: impl AsRef<Path>, clock: impl Clock) -> Result<Self, ConfigError> {
        let exceptions = FileExceptions {
            clock: Arc::new(clock),
            set: InEffect::default(),
        };
        Ok(Self(Watched::open(path.as_ref(), exceptions)?))
    }

    /// Reads the file now, and returns the number of its exceptions. Blocks while it reads.
    ///
    /// # Errors
    ///
    /// [`ConfigError::File`]; the last valid exceptions stay in effect, until they end.
    pub fn reload(&self) -> Result<usize, ConfigError> {
        self.0.reload()
    }

    /// The number of exceptions in the file, with those that have ended.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.contents().set.read(ExceptionSet::len)
    }

    /// Whether the file has no exception.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl FindException for ExceptionFile {
    fn find(&self, issuer: &str, client_id: &str, now: Timestamp) -> Option<Arc<Exempted>> {
        let exceptions = self.0.contents();
        exceptions.set.read(|set| set.find(issuer, client_id, now))
    }

    fn active(&self, now: Timestamp) -> Vec<Arc<Exempted>> {
        self.0.contents().set.read(|set| set.active(now))
    }
}

impl fmt::Debug for ExceptionFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ExceptionFile({})", self.len())
    }
}

struct FileExceptions {
    clock: Arc<dyn Clock>,
    set: InEffect<ExceptionSet>,
}

impl Contents for FileExceptions {
    const NAME: &'static str = "file of exceptions";

    fn replace(&self, text: &str) -> Result<usize, ContentError> {
        let file: ExceptionTables = parse(text)?;
        let now = self.clock.now();
        let mut set = ExceptionSet::default();
        for table in file.exception {
            let offset = table.span().start;
            let added = add(&mut set, table.into_inner(), now);
            added.map_err(|reason| ContentError::at(text, offset, reason))?;
        }
        let length = set.len();
        self.set.replace(|held| {
            set.continue_reports_of(held);
            set
        });
        Ok(length)
    }
}

fn add(set: &mut ExceptionSet, table: ExceptionTable, now: Timestamp) -> Result<(), String> {
    let until = time("until", &table.until)?;
    let exception = Exception::new(&table.issuer, &table.client_id, until)
        .with_owner(&table.owner)
        .with_reason(&table.reason);
    exception.check(now).map_err(|error| error.to_string())?;
    if set.contains(&exception) {
        return Err("the exception is repeated".to_owned());
    }
    if set.len() >= MAX_EXCEPTIONS {
        return Err(format!(
            "the file has more than {MAX_EXCEPTIONS} exceptions"
        ));
    }
    set.insert(exception);
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExceptionTables {
    #[serde(default = "Vec::new")]
    exception: Vec<Spanned<ExceptionTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExceptionTable {
    issuer: String,
    client_id: String,
    owner: String,
    reason: String,
    until: Datetime,
}
