//! The service: one handler for everything behind the guard, and the layers around it.

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::{from_fn, map_response};
use axum::response::Response;
use sender_constraint::cors::{EXPOSED_HEADERS, REQUEST_HEADERS};
use sender_constraint::require::Require;
use sender_constraint::{Guard, Rejection};
use tower_http::cors::{Any, CorsLayer};
use url::Url;

use super::at::at;
use super::explain::explain;
use super::log;
use super::options::Development;
use super::presented;
use super::verdict::verdict;

pub(crate) fn app(
    guard: &Guard,
    require: Require,
    options: &Development,
) -> Result<Router, String> {
    let mut app = Router::new()
        .fallback(verdict)
        .layer(guard.layer().require(require).scope_in_challenges())
        .layer(from_fn(presented::keep));
    if options.explain {
        app = app.layer(from_fn(explain));
    }
    if options.name_refusals {
        app = app.layer(map_response(name_refusal));
    }
    if let Some(origin) = &options.cors {
        // Outside of the guard, so that scripts can read refusals too.
        app = app.layer(cors(origin)?);
    }
    if let Some(metadata) = guard.metadata_layer() {
        // Outside of CORS: scripts of any origin read the metadata.
        app = app.layer(metadata);
    }
    Ok(app.layer(from_fn(log::name_request)))
}

/// Refuses an option that [`app`] would refuse.
pub(crate) fn check(options: &Development) -> Result<(), String> {
    let origin = options.cors.as_deref();
    origin.map_or(Ok(()), |origin| cors(origin).map(drop))
}

fn cors(origin: &str) -> Result<CorsLayer, String> {
    let origin = web_origin(origin)?;
    let allowed = REQUEST_HEADERS.into_iter().chain([CONTENT_TYPE]);
    Ok(CorsLayer::new()
        .allow_origin(origin)
        .allow_methods(Any)
        .allow_headers(allowed.collect::<Vec<_>>())
        .expose_headers(EXPOSED_HEADERS))
}

/// As browsers write it in `Origin` (RFC 6454 section 6.2), which is compared as a whole.
fn web_origin(origin: &str) -> Result<HeaderValue, String> {
    let url = Url::parse(origin).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let usual = url.map(|url| url.origin().ascii_serialization());
    if usual.as_deref() != Some(origin) {
        let expected = usual.unwrap_or_else(|| "one such as https://app.example.com".to_owned());
        return Err(format!(
            "--cors: {origin:?} is no origin as browsers send it; expected {expected}"
        ));
    }
    HeaderValue::from_str(origin).map_err(at("--cors"))
}

async fn name_refusal(mut response: Response) -> Response {
    let kind = response.extensions().get().map(Rejection::kind);
    if let Some(kind) = kind {
        let kind = HeaderValue::from_static(kind);
        response.headers_mut().insert("x-refusal", kind);
    }
    response
}
