//! Finds routes that no guard protects, for tests and for the start of a service.

use std::future::poll_fn;

use axum::body::Body;
use http::{Request, Response};
use tower::Service;

use crate::rejection::Rejection;

/// Sends a `GET` request without credentials to each path, and returns the paths that no guard refused: a handler, or
/// the absence of one, answered.
///
/// A guard with [`allow_anonymous_requests`](crate::GuardBuilder::allow_anonymous_requests) accepts such a request, so
/// a path behind one is in the result, unless its handler takes [`Access`](crate::Access) or answers with
/// [`Anonymous::error_response`](crate::Anonymous::error_response).
///
/// Any other guard refuses such a request whatever its method, so every path that should be guarded must be missing
/// from the result. An unguarded handler runs, as it would for any anonymous client.
///
/// For a router of axum, or a service of the same type (feature `axum`); of tonic, `Routes::into_axum_router`. This
/// does not find paths that are not in the list, nor a guard on some methods of a route only.
///
/// ```
/// # use axum::{Router, routing::get};
/// # async fn example(guard: sender_constraint::Guard) -> Result<(), Box<dyn std::error::Error>> {
/// let app: Router = Router::new()
///     .route("/accounts", get(|| async { "data" }))
///     .layer(guard.layer())
///     .route("/orders", get(|| async { "added too late" }));
///
/// let unguarded = sender_constraint::unguarded_paths(&app, ["/accounts", "/orders"]).await?;
/// assert_eq!(unguarded, ["/orders"]);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Those of the service. A path that is not a URI is returned as unguarded.
pub async fn unguarded_paths<S, ResBody>(
    service: &S,
    paths: impl IntoIterator<Item = impl Into<String>>,
) -> Result<Vec<String>, S::Error>
where
    S: Service<Request<Body>, Response = Response<ResBody>> + Clone,
{
    let mut unguarded = Vec::new();
    for path in paths {
        let path = path.into();
        if !is_guarded(service.clone(), &path).await? {
            unguarded.push(path);
        }
    }
    Ok(unguarded)
}

async fn is_guarded<S, ResBody>(mut service: S, path: &str) -> Result<bool, S::Error>
where
    S: Service<Request<Body>, Response = Response<ResBody>>,
{
    let Ok(request) = Request::get(path).body(Body::empty()) else {
        return Ok(false);
    };
    poll_fn(|context| service.poll_ready(context)).await?;
    let response = service.call(request).await?;
    // Only a guard creates a rejection, or the `Anonymous` of a guard on behalf of a handler.
    Ok(response.extensions().get::<Rejection>().is_some())
}
