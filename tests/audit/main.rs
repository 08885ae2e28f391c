//! The findings of the audits, each with a test that failed before its fix and is named after it (SECURITY.md).
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../remote/mod.rs"]
mod remote;

mod certificates;
mod keys;
mod replay;
mod requests;
mod responses;
mod uri_and_keys;
mod verdict;
mod waiting;
