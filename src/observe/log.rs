//! One event for each request outcome, limited: what unauthenticated clients send must not fill the disk.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::access::Access;
use crate::excerpt::Excerpt;
use crate::rejection::{Rejection, RejectionReason};
use crate::time::Timestamp;

/// How many events of each kind were written in the present second.
#[derive(Debug, Default)]
pub(crate) struct RequestLog(Mutex<HashMap<&'static str, Count>>);

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    second: i64,
    written: u32,
    suppressed: u64,
}

impl RequestLog {
    /// Writes the outcome of one request.
    pub(crate) fn record(&self, verdict: Result<&Access, &Rejection>, now: Timestamp) {
        match verdict {
            Ok(access) => accepted(access),
            Err(rejection) => self.refused(rejection, now),
        }
    }

    /// Writes a refusal, unless the limit of its kind for this second is reached. The next event of the kind says how
    /// many were left out.
    fn refused(&self, rejection: &Rejection, now: Timestamp) {
        let kind = rejection.kind();
        let Some(suppressed) = self.admit(kind, now.as_unix_seconds()) else {
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

    /// How many events of this kind were left out since the last one; `None` when this one is to be left out too.
    ///
    /// Kinds are names of variants, so the map does not grow with what clients send.
    fn admit(&self, kind: &'static str, second: i64) -> Option<u64> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(kind).or_default();
        // A clock that stepped back begins another second as well.
        if count.second != second {
            (count.second, count.written) = (second, 0);
        }
        if count.written >= EVENTS_PER_SECOND {
            count.suppressed = count.suppressed.saturating_add(1);
            return None;
        }
        count.written += 1;
        Some(std::mem::take(&mut count.suppressed))
    }
}

fn accepted(access: &Access) {
    // The issuer vouches for the name, not for its fitness in a log.
    let client_id = || {
        access
            .client_id()
            .map(Excerpt::of)
            .map(tracing::field::display)
    };
    if access.is_by_successor() {
        let sender = access.sender();
        tracing::info!(target: TARGET, client_id = client_id(),
            ?sender,
            "request accepted by a declared succession"
        );
    } else {
        tracing::debug!(target: TARGET, client_id = client_id(), "request accepted");
    }
}

/// What operators filter by.
const TARGET: &str = "sender_constraint::guard";
/// Of each kind of refusal.
const EVENTS_PER_SECOND: u32 = 10;
