//! The findings of the audits, each with a test that failed before its fix and is named after it (SECURITY.md).

#[cfg(all(feature = "axum", feature = "rustls"))]
mod certificates;
mod keys;
mod replay;
mod requests;
mod responses;
mod uri_and_keys;
mod verdict;
mod waiting;
