//! Logging for the operator.

mod ends;
#[cfg(feature = "axum")]
mod handlers;
mod log;
mod setup;

pub(crate) use ends::report_access_end;
#[cfg(feature = "axum")]
pub(crate) use handlers::{report_unexpected_claims, report_unguarded};
pub(crate) use log::RequestLog;
pub(crate) use setup::{report_exceptions, report_no_replay_check, report_separate_stores};
