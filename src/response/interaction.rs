//! `x-fapi-interaction-id` and `Date` of a response, by the FAPI 2.0 implementation advice.

use std::sync::Arc;

use http::HeaderMap;

use super::date::set_date;
use crate::interaction_id::InteractionId;
use crate::time::{Clock, Timestamp};

/// What the response to one request shows: the identifier that the client sent or received, and when it was made.
#[derive(Debug)]
pub(crate) struct Interaction {
    id: Option<InteractionId>,
    clock: Arc<dyn Clock>,
}

impl Interaction {
    /// Sets the identifier in the request, so that the inner service sees the one that the client receives.
    pub(crate) fn of_request(request: &mut HeaderMap, clock: Arc<dyn Clock>) -> Self {
        let id = InteractionId::settle(request);
        Self { id, clock }
    }

    pub(super) fn finish(&self, response: &mut HeaderMap) {
        show(self.id.as_ref(), response, self.clock.now());
    }
}

/// The same for a refusal: `request` is that of [`Interaction::of_request`], or one that was not checked.
pub(super) fn finish_refusal(request: &HeaderMap, response: &mut HeaderMap, now: Timestamp) {
    let id = InteractionId::of(request).or_else(InteractionId::generate);
    show(id.as_ref(), response, now);
}

fn show(id: Option<&InteractionId>, response: &mut HeaderMap, now: Timestamp) {
    if let Some(id) = id {
        id.set(response);
    }
    set_date(response, now);
}
