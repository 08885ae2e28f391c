//! The text of a file, and the facts by which a change is seen without reading it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use crate::limited_file::read_limited;

/// What changes when a file is written, renamed over, or when a symbolic link on its path leads elsewhere.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Stamp {
    target: PathBuf,
    length: u64,
    modified: Option<Duration>,
    /// Another file with the same length and time, as `rsync -t` and `cp -p` make it, has another inode.
    inode: u64,
}

impl Stamp {
    /// The stamp of a file; `None` if there is no such file.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let target = fs::canonicalize(path).ok()?;
        let metadata = fs::metadata(&target).ok()?;
        let modified = metadata.modified().ok();
        Some(Self {
            target,
            length: metadata.len(),
            modified: modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok()),
            inode: inode(&metadata),
        })
    }
}

#[cfg(unix)]
fn inode(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
const fn inode(_: &fs::Metadata) -> u64 {
    0
}

/// Reads the file as UTF-8, up to [`MAX_FILE_BYTES`].
pub(super) fn read(path: &Path) -> Result<String, String> {
    // Before it is opened: that blocks for a named pipe without a writer. A device has no contents of its own.
    let metadata = fs::metadata(path).map_err(|error| format!("it cannot be opened: {error}"))?;
    if !metadata.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    read_limited(path, MAX_FILE_BYTES)
}

/// About 100,000 entries of a deny-list with usual names.
pub(super) const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;
