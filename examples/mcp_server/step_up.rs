//! A tool that misses a scope answers inside of JSON-RPC, but clients request scopes by the HTTP response: 403
//! `insufficient_scope`. So the tool leaves the refusal in the request, and a layer around the service answers with it.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use rmcp::ErrorData;
use sender_constraint::require::InsufficientAccess;

/// Where a tool leaves the refusal of its request.
#[derive(Clone, Default)]
pub(crate) struct Refusal(Arc<Mutex<Option<InsufficientAccess>>>);

impl Refusal {
    /// Leaves it for the layer. The result is for a client whose response has already begun, as a stream of events.
    pub(crate) fn tell(head: &Parts, error: InsufficientAccess) -> ErrorData {
        if let Some(Self(refusal)) = head.extensions.get() {
            *refusal.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }
        ErrorData::invalid_request("the access token lacks a scope", None)
    }
}

/// Inside of the guard, around the service.
pub(crate) async fn answer_refusals(mut request: Request, next: Next) -> Response {
    let refusal = Refusal::default();
    request.extensions_mut().insert(refusal.clone());
    let response = next.run(request).await;
    let refused = refusal.0.lock().unwrap_or_else(PoisonError::into_inner);
    match &*refused {
        Some(error) => error.clone().into_response(),
        None => response,
    }
}
