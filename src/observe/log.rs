//! Writes one log event for each request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::access::Access;
use crate::excerpt::Excerpt;
use crate::log_limit::LogLimit;
use crate::rejection::{Rejection, RejectionReason};
#[cfg(feature = "axum")]
use crate::time::SystemClock;
use crate::time::{Clock, Timestamp};

/// Writes one event for each request; refusals are limited for each kind.
#[derive(Debug, Default)]
pub(crate) struct RequestLog(Mutex<HashMap<&'static str, LogLimit>>);

impl RequestLog {
    /// Writes the outcome of one request.
    pub(crate) fn record(&self, verdict: Result<&Access, &Rejection>, clock: &dyn Clock) {
        match verdict {
            Ok(access) => accepted(access),
            Err(rejection) => self.refused(rejection, clock.now()),
        }
    }

    /// Writes a refusal, unless the limit of its kind for this second is reached. The next event of the kind reports
    /// how many were dropped.
    fn refused(&self, rejection: &Rejection, now: Timestamp) {
        let kind = rejection.kind();
        let Some(suppressed) = self.admit(kind, now) else {
            return;
        };
        let suppressed = (suppressed > 0).then_some(suppressed);
        if rejection.is_outage() {
            tracing::error!(target: TARGET, kind, suppressed, reason = %rejection, "request refused");
        } else if matches!(rejection.reason(), RejectionReason::Credentials(_)) {
            tracing::debug!(target: TARGET, kind, suppressed, reason = %rejection, "request refused");
        } else {
            tracing::warn!(target: TARGET, kind, suppressed, reason = %rejection, "request refused");
        }
    }

    /// Kinds are names of variants, so clients cannot make the map grow.
    fn admit(&self, kind: &'static str, now: Timestamp) -> Option<u64> {
        let mut limits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        limits.entry(kind).or_default().admit(now)
    }
}

/// Writes that a handler takes an [`Access`] where no guard ran.
#[cfg(feature = "axum")]
pub(crate) fn report_unguarded(route: Option<&str>) {
    static LIMIT: Mutex<LogLimit> = Mutex::new(LogLimit::new());
    let now = SystemClock::default().now();
    let admitted = LIMIT
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .admit(now);
    if let Some(suppressed) = admitted {
        let suppressed = (suppressed > 0).then_some(suppressed);
        tracing::error!(target: TARGET, route, suppressed,
            "a handler takes `Access`, but no guard ran: call `.layer(guard.layer())` after the `.route(..)` of this \
             route; `layer` covers only the routes that were added before it"
        );
    }
}

fn accepted(access: &Access) {
    // The issuer asserts the name, but not that it is safe to log.
    let client_id = || {
        access
            .client_id()
            .map(Excerpt::new)
            .map(tracing::field::display)
    };
    if access.used_rollover() {
        let sender = access.sender();
        tracing::info!(target: TARGET, client_id = client_id(),
            ?sender,
            "request accepted with an allowed rollover"
        );
    } else {
        tracing::debug!(target: TARGET, client_id = client_id(), "request accepted");
    }
}

/// The target that operators filter by.
const TARGET: &str = "sender_constraint::guard";
