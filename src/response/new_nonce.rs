//! `DPoP-Nonce` of a response (RFC 9449 sections 8.2 and 9).

use std::sync::Arc;

use http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::caching::prevent_caching;
use crate::proof::NonceIssuer;
use crate::time::Timestamp;

/// A new nonce for the response to a request: [`Guard::new_nonce`](crate::Guard::new_nonce).
///
/// ```
/// use http::{HeaderMap, Request};
/// use sender_constraint::keys::StaticKeys;
/// use sender_constraint::proof::{Dpop, NonceSecrets, Nonces};
/// use sender_constraint::token::JwtVerifier;
/// use sender_constraint::{ConfigError, Guard};
///
/// fn guard(keys: StaticKeys) -> Result<Guard, ConfigError> {
///     let nonces = Nonces::required(NonceSecrets::random()?);
///     let tokens = JwtVerifier::new("https://as.example.com", "https://api.example.com", keys)?;
///     Guard::builder(tokens).dpop(Dpop::new("https://api.example.com")?.nonces(nonces)).build()
/// }
/// # fn example(keys: StaticKeys) -> Result<(), Box<dyn std::error::Error>> {
///
/// // A public route, from which clients take a nonce before their first call.
/// let (head, ()) = Request::get("/health").body(())?.into_parts();
/// let mut response = HeaderMap::new();
/// guard(keys)?.new_nonce(&head).finish(&mut response);
/// assert!(response.contains_key("dpop-nonce"));
/// assert_eq!(response["cache-control"], "no-store");
/// # Ok(())
/// # }
/// # let issuer = sender_constraint_testing::Issuer::new("https://as.example.com");
/// # example(issuer.keys()).unwrap();
/// ```
#[derive(Debug)]
#[must_use = "call `finish` on the response"]
pub struct NewNonce(Change);

#[derive(Debug)]
enum Change {
    /// Nonces are off.
    Keep,
    /// No new one. The client would take the nonce of an inner service for one of this server.
    RemoveForeign {
        nonces: Arc<NonceIssuer>,
        /// When the request was checked.
        since: Timestamp,
    },
    Replace {
        nonce: HeaderValue,
        /// Whether a script may want to read it.
        is_cross_origin: bool,
    },
}

impl NewNonce {
    /// The nonce of a response that is not a refusal; none if `nonces` is `None`.
    pub(crate) fn new(nonces: Option<&Arc<NonceIssuer>>, head: &Parts, now: Timestamp) -> Self {
        let Some(nonces) = nonces else {
            return Self(Change::Keep);
        };
        let is_cross_origin = head.headers.contains_key(ORIGIN);
        Self(match nonces.issue(now) {
            Some(nonce) => Change::Replace {
                nonce,
                is_cross_origin,
            },
            None => return Self::none(Some(nonces), now),
        })
    }

    /// No nonce, for a client that needs none.
    pub(crate) fn none(nonces: Option<&Arc<NonceIssuer>>, now: Timestamp) -> Self {
        Self(match nonces {
            None => Change::Keep,
            Some(nonces) => Change::RemoveForeign {
                nonces: Arc::clone(nonces),
                since: now,
            },
        })
    }

    /// Sets `DPoP-Nonce`, exactly one, in place of any other; `Cache-Control: no-store`; and, if the request had an
    /// `Origin`, adds `DPoP-Nonce` to `Access-Control-Expose-Headers`. Does nothing if nonces are off.
    pub fn finish(self, response: &mut HeaderMap) {
        match self.0 {
            Change::Keep => {}
            Change::RemoveForeign { nonces, since } => {
                let lines = response.get_all(DPOP_NONCE);
                // A route or a handler refused the request with a challenge of this guard.
                let own = lines.iter().find(|line| nonces.has_issued(line, since));
                match own.cloned() {
                    Some(own) => drop(response.insert(DPOP_NONCE, own)),
                    None => drop(response.remove(DPOP_NONCE)),
                }
            }
            Change::Replace {
                nonce,
                is_cross_origin,
            } => {
                response.insert(DPOP_NONCE, nonce);
                // A private cache would give its client an expired nonce.
                prevent_caching(response, &[]);
                if is_cross_origin && !exposes_nonce(response) {
                    let name = HeaderValue::from_static("DPoP-Nonce");
                    response.append(ACCESS_CONTROL_EXPOSE_HEADERS, name);
                }
            }
        }
    }
}

fn exposes_nonce(response: &HeaderMap) -> bool {
    let lines = response.get_all(ACCESS_CONTROL_EXPOSE_HEADERS);
    let texts = lines.iter().filter_map(|line| line.to_str().ok());
    let mut names = texts.flat_map(|text| text.split(',')).map(str::trim);
    names.any(|name| name.eq_ignore_ascii_case("DPoP-Nonce"))
}

pub(super) const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");
