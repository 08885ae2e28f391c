//! What the operator learns of each request.

mod log;

pub(crate) use log::RequestLog;
