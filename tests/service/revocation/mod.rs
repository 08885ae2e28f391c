//! Tokens that are taken back before they expire.

#[cfg(feature = "config-files")]
mod deny_file;
mod deny_list;
mod ended_entries;
mod limits;
#[cfg(feature = "status-lists")]
mod status_list;
mod waiting;
