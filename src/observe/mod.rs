//! Logging for the operator.

mod log;

pub(crate) use log::RequestLog;
