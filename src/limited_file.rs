//! The text of a file, up to a limit.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Reads the file as UTF-8, up to `limit` bytes.
pub(crate) fn read_limited(path: &Path, limit: u64) -> Result<String, String> {
    let file = File::open(path).map_err(|error| format!("it cannot be opened: {error}"))?;
    let mut text = String::new();
    let read = file.take(limit.saturating_add(1)).read_to_string(&mut text);
    let length = read.map_err(|error| format!("it cannot be read: {error}"))?;
    if u64::try_from(length).is_ok_and(|length| length <= limit) {
        Ok(text)
    } else {
        Err(format!("it has more than {limit} bytes"))
    }
}
