//! Lists what the routes of an application require, for tests and for the start of a service.

use std::future::poll_fn;

use axum::body::Body;
use http::{Request, Response};
use tower::Service;

use super::listing::Listing;
use crate::require::Require;

/// Sends the requests, and returns for each the path, and what the layers around its route require: those of
/// [`Require`] and of [`GuardLayer::require`](crate::GuardLayer::require) or
/// [`GuardLayer::requirements`](crate::GuardLayer::requirements), from the outermost to the innermost. A route without
/// a requirement has an empty list.
///
/// The requests need credentials that the guard accepts, each a proof of its own, since requirements are checked after
/// the guard; what the token is allowed to do does not matter for the outermost requirement. The handler of a route
/// runs if the token meets its requirements, or if there are none. This does not find paths that are not in the list,
/// nor what handlers require by [`Access::require`](crate::Access::require).
///
/// ```
/// # use axum::{Router, body::Body, routing::get};
/// # use http::Request;
/// # use sender_constraint::require::Require;
/// # async fn example(guard: sender_constraint::Guard, accepted: fn(&str) -> Request<Body>) -> Result<(), Box<dyn std::error::Error>> {
/// let app: Router = Router::new()
///     .route("/accounts", get(|| async {}).route_layer(Require::scopes(["accounts:read"])))
///     .route("/orders", get(|| async { "forgotten" }))
///     .layer(guard.layer());
///
/// let requests = ["/accounts", "/orders"].map(accepted);
/// for (path, requirements) in sender_constraint::required_by_routes(&app, requests).await? {
///     assert!(!requirements.is_empty(), "{path} has no requirement");
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Those of the service.
pub async fn required_by_routes<S, ResBody>(
    service: &S,
    requests: impl IntoIterator<Item = Request<Body>>,
) -> Result<Vec<(String, Vec<Require>)>, S::Error>
where
    S: Service<Request<Body>, Response = Response<ResBody>> + Clone,
{
    let mut routes = Vec::new();
    for mut request in requests {
        let listing = Listing::default();
        request.extensions_mut().insert(listing.clone());
        let path = request.uri().path().to_owned();
        let mut service = service.clone();
        poll_fn(|context| service.poll_ready(context)).await?;
        service.call(request).await?;
        routes.push((path, listing.take()));
    }
    Ok(routes)
}
