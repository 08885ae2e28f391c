//! The headers that a CORS layer must allow and expose, so that a page can call a guarded service (Fetch standard, "CORS
//! protocol").
//!
//! The CORS layer belongs outside of the guard: see [`GuardLayer`](crate::GuardLayer).

use http::HeaderName;
use http::header::{AUTHORIZATION, DATE, RETRY_AFTER, WWW_AUTHENTICATE};

/// The request headers that carry the token and the proof, for `Access-Control-Allow-Headers`.
///
/// Both must be named: `*` does not include `Authorization`.
pub const REQUEST_HEADERS: [HeaderName; 2] = [AUTHORIZATION, HeaderName::from_static("dpop")];

/// The response headers that tell a client why it was refused and how to retry, for `Access-Control-Expose-Headers`: the
/// challenge, the nonce for the next proof (RFC 9449 section 8), `Retry-After`, and `Date`, by which a client corrects its
/// clock.
pub const EXPOSED_HEADERS: [HeaderName; 4] = [
    WWW_AUTHENTICATE,
    HeaderName::from_static("dpop-nonce"),
    RETRY_AFTER,
    DATE,
];
