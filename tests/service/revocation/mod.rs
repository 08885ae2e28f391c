//! Tokens that are taken back before they expire.

mod deny_list;
mod limits;
mod waiting;
