//! A file whose contents replace a set of entries as a whole, when it changes.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;

use super::text::{Stamp, read};
use super::toml_text::ContentError;
use crate::config_error::{ConfigError, in_range};
use crate::crypto::Digest;

/// A set of entries that a file fills.
pub(crate) trait Contents: Send + Sync + 'static {
    /// The name of the file's kind in the log.
    const NAME: &'static str;

    /// Replaces all entries by those of the text, and returns their number. Changes nothing on an error.
    fn replace(&self, text: &str) -> Result<usize, ContentError>;
}

/// A file, and the entries that it had when it was last valid.
#[derive(Debug)]
pub(crate) struct Watched<C> {
    path: PathBuf,
    contents: C,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    stamp: Option<Stamp>,
    /// Polls since the text was last read.
    polls: u32,
    /// The text whose entries are in effect.
    applied: Option<Digest>,
    /// A changed text that was read once: it may be half written.
    pending: Option<Digest>,
    /// A text that has an error, so that it is parsed once.
    refused: Option<(Digest, ConfigError)>,
    /// The error that was reported last, and how many polls ago.
    reported: Option<(ConfigError, u32)>,
}

impl<C: Contents> Watched<C> {
    /// Reads the file for the first time.
    pub(crate) fn open(path: &Path, contents: C) -> Result<Arc<Self>, ConfigError> {
        let watched = Self {
            path: path.to_owned(),
            contents,
            state: Mutex::default(),
        };
        watched.reload()?;
        Ok(Arc::new(watched))
    }

    pub(crate) const fn contents(&self) -> &C {
        &self.contents
    }

    /// Reads the file now. On an error, the entries stay those of the last valid text.
    pub(crate) fn reload(&self) -> Result<usize, ConfigError> {
        // Before the file is read: a poll could apply a newer text meanwhile.
        let mut state = self.state();
        let stamp = Stamp::of(&self.path);
        let text = self.read()?;
        if self.read()? != text {
            return Err(self.error(None, "it is being written"));
        }
        let entries = self.apply(&text)?;
        *state = State {
            stamp,
            applied: Some(Digest::sha256(text.as_bytes())),
            ..State::default()
        };
        Ok(entries)
    }

    /// Polls the file until this value is dropped.
    pub(crate) fn watch(self: &Arc<Self>, every: Duration) -> Result<(), ConfigError> {
        let every = in_range(
            "the interval of reading a file",
            every,
            MIN_INTERVAL,
            MAX_INTERVAL,
        )?;
        let runtime = Handle::try_current();
        let runtime = runtime.map_err(|_| self.error(None, "watching it needs a Tokio runtime"))?;
        let watched = Arc::downgrade(self);
        runtime.spawn(async move {
            loop {
                tokio::time::sleep(every).await;
                let Some(watched) = watched.upgrade() else {
                    return;
                };
                let poll = tokio::task::spawn_blocking(move || watched.poll());
                if let Ok(Some(outcome)) = poll.await {
                    write_event::<C>(outcome);
                }
            }
        });
        Ok(())
    }

    /// Applies a text that changed, once it was read twice alike. Returns what the operator should know.
    fn poll(&self) -> Option<Result<Reload, ConfigError>> {
        let mut state = self.state();
        let stamp = Stamp::of(&self.path);
        state.polls = state.polls.saturating_add(1);
        let is_settled = state.pending.is_none() && state.reported.is_none();
        if is_settled && stamp == state.stamp && state.polls < POLLS_TO_READ {
            return None;
        }
        state.polls = 0;
        state.stamp = stamp;
        match self.take_change(&mut state) {
            Ok(None) => None,
            Ok(Some(entries)) => Some(Ok(Reload {
                file: self.path.display().to_string(),
                entries,
            })),
            Err(error) => state.is_new(&error).then_some(Err(error)),
        }
    }

    /// The number of entries, if the text changed and is in effect now.
    fn take_change(&self, state: &mut State) -> Result<Option<usize>, ConfigError> {
        let text = self.read().inspect_err(|_| state.pending = None)?;
        let digest = Digest::sha256(text.as_bytes());
        if state.applied == Some(digest) {
            (state.pending, state.reported) = (None, None);
            return Ok(None);
        }
        if state.pending != Some(digest) {
            state.pending = Some(digest);
            return Ok(None);
        }
        if let Some((_, error)) = state.refused.as_ref().filter(|(of, _)| *of == digest) {
            return Err(error.clone());
        }
        let applied = self.apply(&text);
        let entries = applied.inspect_err(|error| state.refused = Some((digest, error.clone())))?;
        state.applied = Some(digest);
        (state.pending, state.reported) = (None, None);
        Ok(Some(entries))
    }

    fn read(&self) -> Result<String, ConfigError> {
        read(&self.path).map_err(|reason| self.error(None, reason))
    }

    fn apply(&self, text: &str) -> Result<usize, ConfigError> {
        let replaced = self.contents.replace(text);
        replaced.map_err(|error| self.error(error.line, error.reason))
    }

    fn error(&self, line: Option<usize>, reason: impl Into<String>) -> ConfigError {
        ConfigError::File {
            path: self.path.display().to_string(),
            line,
            reason: reason.into(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A text that is in effect from now on.
struct Reload {
    file: String,
    entries: usize,
}

impl State {
    /// Whether the error is new, or was reported a minute ago at the default interval.
    fn is_new(&mut self, error: &ConfigError) -> bool {
        if let Some((last, polls)) = &mut self.reported
            && last == error
            && *polls < POLLS_TO_READ
        {
            *polls += 1;
            return false;
        }
        self.reported = Some((error.clone(), 0));
        true
    }
}

fn write_event<C: Contents>(outcome: Result<Reload, ConfigError>) {
    match outcome {
        Ok(Reload { file, entries }) => {
            tracing::info!(target: TARGET, file, entries, "the {} was read again", C::NAME);
        }
        Err(error) => tracing::error!(
            target: TARGET, reason = %error,
            "the {} cannot be used: its last valid entries stay in effect", C::NAME
        ),
    }
}

const TARGET: &str = "sender_constraint::config_file";
/// A text can change without its time and length.
const POLLS_TO_READ: u32 = 60;
/// Of the polls, unless the operator sets another.
pub(crate) const DEFAULT_INTERVAL: Duration = Duration::from_secs(1);
const MIN_INTERVAL: Duration = Duration::from_millis(100);
const MAX_INTERVAL: Duration = Duration::from_secs(60 * 60);

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{RecvTimeoutError, channel};
    use std::{env, fs, process, thread};

    use super::*;

    #[test]
    fn reload_applies_no_text_that_was_read_before_a_newer_one_was_applied() {
        let path = env::temp_dir().join(format!("sender-constraint-watched-{}", process::id()));
        fs::write(&path, "old").unwrap();
        let watched = Watched::open(&path, LastText::default()).unwrap();
        // As a poll holds it while it applies the newer text.
        let state = watched.state();
        let (sender, reloaded) = channel();
        let reloading = Arc::clone(&watched);
        thread::spawn(move || sender.send(reloading.reload()));
        let early = reloaded.recv_timeout(Duration::from_millis(100));
        assert_eq!(early, Err(RecvTimeoutError::Timeout));
        fs::write(&path, "newer").unwrap();
        drop(state);
        assert_eq!(reloaded.recv().unwrap(), Ok(1));
        assert_eq!(*watched.contents().0.lock().unwrap(), "newer");
        fs::remove_file(path).unwrap();
    }

    #[derive(Debug, Default)]
    struct LastText(Mutex<String>);

    impl Contents for LastText {
        const NAME: &'static str = "text";

        fn replace(&self, text: &str) -> Result<usize, ContentError> {
            text.clone_into(&mut self.0.lock().unwrap());
            Ok(1)
        }
    }
}
