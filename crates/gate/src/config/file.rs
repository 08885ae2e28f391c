//! The text of the configuration file.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Reads the file as UTF-8, up to [`MAX_FILE_BYTES`].
pub(super) fn read(path: &Path) -> Result<String, String> {
    let file = File::open(path).map_err(|error| format!("it cannot be opened: {error}"))?;
    let mut text = String::new();
    let read = file.take(MAX_FILE_BYTES + 1).read_to_string(&mut text);
    let length = read.map_err(|error| format!("it cannot be read: {error}"))?;
    check_length(length)?;
    Ok(text)
}

pub(super) fn check_length(bytes: usize) -> Result<(), String> {
    if u64::try_from(bytes).is_ok_and(|length| length <= MAX_FILE_BYTES) {
        Ok(())
    } else {
        Err(format!("it has more than {MAX_FILE_BYTES} bytes"))
    }
}

/// A configuration has a few hundred lines; a device has no end.
const MAX_FILE_BYTES: u64 = 1024 * 1024;
