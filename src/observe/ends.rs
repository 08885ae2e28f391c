//! Events of long responses that end with their access.

use std::fmt::Display;

use tracing::Level;
use tracing::field::display;

use super::log::TARGET;
use crate::access::Access;
use crate::excerpt::Excerpt;

/// Writes that a response was ended.
pub(crate) fn report_access_end(access: &Access, end: &impl Display) {
    if tracing::enabled!(target: TARGET, Level::DEBUG) {
        let client_id = access.client_id().map(Excerpt::new).map(display);
        tracing::debug!(target: TARGET, client_id, reason = %end, "response ended with its access");
    }
}
