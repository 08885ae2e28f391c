//! Events of extractors and of route requirements: clients can cause them, so each kind is limited in every second.

use std::sync::{Mutex, PoisonError};

use super::log::TARGET;
use crate::excerpt::Excerpt;
use crate::log_limit::LogLimit;
use crate::time::{Clock as _, SystemClock};

/// Writes that a route has a requirement where no guard ran.
pub(crate) fn report_unguarded_requirement(route: &str) {
    static LIMIT: Mutex<LogLimit> = Mutex::new(LogLimit::new());
    if let Some(suppressed) = admit(&LIMIT) {
        let route = Excerpt::new(route);
        tracing::error!(target: TARGET, %route, suppressed,
            "a route has a `Require`, but no guard ran: call `.layer(guard.layer())` after the `Require`, so that the guard \
             is outside of it"
        );
    }
}

/// Writes that a handler takes an [`Access`](crate::Access) where no guard ran.
#[cfg(feature = "axum")]
pub(crate) fn report_unguarded(route: Option<&str>) {
    static LIMIT: Mutex<LogLimit> = Mutex::new(LogLimit::new());
    if let Some(suppressed) = admit(&LIMIT) {
        tracing::error!(target: TARGET, route, suppressed,
            "a handler takes `Access`, but no guard ran: call `.layer(guard.layer())` after the `.route(..)` of this \
             route; `layer` covers only the routes that were added before it"
        );
    }
}

/// Writes that the claims of an accepted token do not match the type that a handler takes.
#[cfg(feature = "axum")]
pub(crate) fn report_unexpected_claims(
    route: Option<&str>,
    expected: &'static str,
    error: &serde_json::Error,
) {
    static LIMIT: Mutex<LogLimit> = Mutex::new(LogLimit::new());
    if let Some(suppressed) = admit(&LIMIT) {
        let reason = Excerpt::new(&error.to_string());
        tracing::warn!(target: TARGET, route, expected, %reason, suppressed,
            "the token is valid, but its claims do not match the type that the handler takes"
        );
    }
}

/// The number of events that were dropped since the last one, if there were any; `None` if this one must be dropped
/// too.
#[expect(
    clippy::option_option,
    reason = "the field of an event is absent if there is nothing to report"
)]
pub(super) fn admit(limit: &Mutex<LogLimit>) -> Option<Option<u64>> {
    let now = SystemClock::default().now();
    let suppressed = limit
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .admit(now)?;
    Some((suppressed > 0).then_some(suppressed))
}
