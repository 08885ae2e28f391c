//! A file in a folder of its own, removed with it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

/// A file that a test writes.
pub struct TempFile {
    folder: PathBuf,
}

impl TempFile {
    /// A file with this text.
    pub fn new(text: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("sender-constraint-{}-{number}", process::id());
        let file = Self {
            folder: env::temp_dir().join(name),
        };
        fs::create_dir(&file.folder).expect("a new folder");
        file.write(text);
        file
    }

    pub fn path(&self) -> PathBuf {
        self.folder.join("file.toml")
    }

    /// Writes in place.
    pub fn write(&self, text: &str) {
        fs::write(self.path(), text).expect("to write");
    }

    /// Renames a new file over it.
    pub fn replace(&self, text: &str) {
        let new = self.folder.join("new.toml");
        fs::write(&new, text).expect("to write");
        fs::rename(new, self.path()).expect("to rename");
    }

    pub fn remove(&self) {
        fs::remove_file(self.path()).expect("to remove");
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}
