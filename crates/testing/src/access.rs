//! An [`Access`] for unit tests of handlers, without tokens and proofs.

use std::future::Future as _;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use http::Request;
use sender_constraint::future::MaybeReady;
use sender_constraint::time::Timestamp;
use sender_constraint::token::{AccessToken, PresentedToken, TokenError, TokenVerifier};
use sender_constraint::{Access, Guard};
use serde_json::Value;

/// The [`Access`] of a bearer token with these claims, which need `iss` only.
///
/// ```
/// use sender_constraint_testing::access;
/// use serde_json::json;
///
/// let access = access(json!({"iss": "https://as.example.com", "sub": "alice", "scope": "read"}));
/// assert!(access.has_scope("read"));
/// assert!(access.sender().is_unbound());
/// ```
///
/// # Panics
///
/// If the claims are not those of an access token, or have `cnf`: a bound token needs a real proof, see
/// [`Client`](crate::Client).
#[must_use]
pub fn access(claims: Value) -> Access {
    let guard = Guard::builder(AcceptsAll(claims)).allow_unbound_tokens();
    let guard = guard.build().expect("a guard");
    let request = Request::get("/").header("authorization", "Bearer token");
    let (mut head, ()) = request.body(()).expect("a request").into_parts();
    let check = pin!(guard.check(&mut head));
    match check.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(admission)) => admission.into_access(),
        Poll::Ready(Err(rejection)) => panic!("{rejection}"),
        Poll::Pending => panic!("the guard waits"),
    }
}

/// A request that carries the [`Access`] of these claims, as a handler behind a guard receives it.
///
/// ```
/// use sender_constraint::Access;
/// use sender_constraint_testing::with_access;
/// use serde_json::json;
///
/// fn handler(request: http::Request<()>) -> String {
///     let access = request.extensions().get::<Access>().expect("guarded");
///     format!("hello {}", access.subject().unwrap_or("anonymous"))
/// }
///
/// let request = http::Request::get("/accounts").body(()).unwrap();
/// let request = with_access(request, json!({"iss": "https://as.example.com", "sub": "alice"}));
/// assert_eq!(handler(request), "hello alice");
/// ```
///
/// # Panics
///
/// As [`access`].
#[must_use]
pub fn with_access<B>(mut request: Request<B>, claims: Value) -> Request<B> {
    request.extensions_mut().insert(access(claims));
    request
}

/// Accepts every token as one with these claims.
#[derive(Debug)]
struct AcceptsAll(Value);

impl TokenVerifier for AcceptsAll {
    fn verify<'a>(
        &'a self,
        _: PresentedToken<'a>,
        _: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        let token = AccessToken::from_verified_claims(self.0.to_string().as_bytes());
        MaybeReady::ready(token.map(Arc::new))
    }
}
