//! Logging for the operator.

mod log;

pub(crate) use log::RequestLog;
#[cfg(feature = "axum")]
pub(crate) use log::report_unguarded;
