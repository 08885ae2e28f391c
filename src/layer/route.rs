//! The route of a request.

use http::request::Parts;

/// As axum matched it, with the prefix of `nest`; otherwise the path.
#[cfg(feature = "axum")]
pub(super) fn route_of(head: &Parts) -> &str {
    let matched = head.extensions.get::<axum::extract::MatchedPath>();
    matched.map_or_else(|| head.uri.path(), axum::extract::MatchedPath::as_str)
}

/// The path.
#[cfg(not(feature = "axum"))]
pub(super) fn route_of(head: &Parts) -> &str {
    head.uri.path()
}
