//! The headers that a CORS layer must allow and expose, so that a page can call a guarded service (Fetch standard,
//! "CORS protocol").
//!
//! The CORS layer belongs outside of the guard: see [`GuardLayer`](crate::GuardLayer).

use http::HeaderName;
use http::header::{AUTHORIZATION, DATE, RETRY_AFTER, WWW_AUTHENTICATE};

/// The request headers that carry the token and the proof, for `Access-Control-Allow-Headers`.
///
/// Both must be named: `*` does not include `Authorization`.
pub const REQUEST_HEADERS: [HeaderName; 2] = [AUTHORIZATION, HeaderName::from_static("dpop")];

/// `x-fapi-interaction-id`, which a page sends and reads if its API has a guard by
/// [`Guard::fapi2`](crate::Guard::fapi2): for both lists, in addition to [`REQUEST_HEADERS`] and [`EXPOSED_HEADERS`].
///
/// ```
/// use sender_constraint::cors::{EXPOSED_HEADERS, FAPI_INTERACTION_ID, REQUEST_HEADERS};
/// use tower_http::cors::CorsLayer;
///
/// let cors = CorsLayer::new()
///     .allow_headers(REQUEST_HEADERS.into_iter().chain([FAPI_INTERACTION_ID]).collect::<Vec<_>>())
///     .expose_headers(EXPOSED_HEADERS.into_iter().chain([FAPI_INTERACTION_ID]).collect::<Vec<_>>());
/// # drop(cors);
/// ```
pub const FAPI_INTERACTION_ID: HeaderName = HeaderName::from_static("x-fapi-interaction-id");

/// The response headers that tell a client why it was refused and how to retry, for `Access-Control-Expose-Headers`:
/// the challenge, the nonce for the next proof (RFC 9449 section 8), `Retry-After`, and `Date`, by which a client
/// corrects its clock.
pub const EXPOSED_HEADERS: [HeaderName; 4] = [
    WWW_AUTHENTICATE,
    HeaderName::from_static("dpop-nonce"),
    RETRY_AFTER,
    DATE,
];
