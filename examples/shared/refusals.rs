//! Hands the reason of each refusal on, as a service would count them.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use sender_constraint::Rejection;
use tokio::sync::mpsc;

/// Stands outside of the guard, where a service counts refusals: the rejection is in the response's extensions.
pub(crate) async fn log_refusal(
    State(log): State<mpsc::UnboundedSender<Option<&'static str>>>,
    request: Request,
    next: Next,
) -> Response {
    let response = next.run(request).await;
    let rejection = response.extensions().get::<Rejection>();
    let _ = log.send(rejection.map(Rejection::kind));
    response
}
