//! Events of long responses that end with their access.

use std::fmt::Display;
use std::sync::Mutex;

use tracing::field::display;

use super::handlers::admit;
use super::log::TARGET;
use crate::access::Access;
use crate::excerpt::Excerpt;
use crate::log_limit::LogLimit;

/// Writes that a response was ended. A denied client may have many.
pub(crate) fn report_access_end(access: &Access, end: &impl Display) {
    static LIMIT: Mutex<LogLimit> = Mutex::new(LogLimit::new());
    if let Some(suppressed) = admit(&LIMIT) {
        let client_id = access.client_id().map(Excerpt::new).map(display);
        tracing::info!(target: TARGET, client_id, reason = %end, suppressed, "response ended with its access");
    }
}
