//! Logging for the operator.

mod ends;
mod handlers;
mod log;
mod setup;

pub(crate) use ends::report_access_end;
pub(crate) use handlers::report_unguarded_requirement;
#[cfg(feature = "axum")]
pub(crate) use handlers::{report_unexpected_claims, report_unguarded};
pub(crate) use log::RequestLog;
pub(crate) use setup::{
    report_exceptions, report_no_replay_check, report_no_revocation_status,
    report_resource_elsewhere, report_resource_spelling, report_separate_stores, report_timeouts,
};
