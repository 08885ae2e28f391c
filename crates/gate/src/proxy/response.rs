//! The response to the client: without the fields of the other connection, and without challenges that are not the
//! gate's own.

use http::header::{CONTENT_LENGTH, HeaderName, TRANSFER_ENCODING, WWW_AUTHENTICATE};
use http::response::Parts;
use http::{HeaderMap, StatusCode};

use super::challenges::remove_dpop;
use super::fields::remove_hop_by_hop;
use crate::malformed::transfer_coding;

/// Whether the end of the body is unambiguous (RFC 9112 section 6.3), and nothing of it is still encoded. Otherwise the
/// client could take a part for the whole.
pub(super) fn is_well_framed(head: &Parts) -> bool {
    let headers = &head.headers;
    let has_both = headers.contains_key(TRANSFER_ENCODING) && headers.contains_key(CONTENT_LENGTH);
    !has_both && transfer_coding(headers).is_none()
}

/// Removes what the client must not see. A nonce of the upstream is for proofs to the upstream: the client would put it
/// into its next proof for the gate, in place of the gate's own.
///
/// False if the response is a 401 that has no challenge left: the upstream expects a proof that it cannot get.
pub(super) fn clean(head: &mut Parts) -> bool {
    remove_hop_by_hop(&mut head.headers);
    head.headers.remove(DPOP_NONCE);
    remove_dpop(&mut head.headers);
    head.status != StatusCode::UNAUTHORIZED || head.headers.contains_key(WWW_AUTHENTICATE)
}

/// The same for the trailers of a response.
pub(super) fn clean_trailers(trailers: &mut HeaderMap) {
    remove_hop_by_hop(trailers);
    trailers.remove(DPOP_NONCE);
    trailers.remove(WWW_AUTHENTICATE);
}

const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn cleaned(status: u16, fields: &[(&'static str, &'static str)]) -> (bool, HeaderMap) {
        let mut response = http::Response::builder().status(status);
        for (name, value) in fields {
            response = response.header(*name, *value);
        }
        let (mut head, ()) = response.body(()).unwrap().into_parts();
        let is_complete = clean(&mut head);
        (is_complete, head.headers)
    }

    #[test]
    fn dpop_97_nonces_and_challenges_of_the_upstream_are_removed() {
        let (is_complete, headers) = cleaned(
            401,
            &[
                ("dpop-nonce", "upstream"),
                (
                    "www-authenticate",
                    "DPoP algs=\"ES256\", error=\"use_dpop_nonce\"",
                ),
                ("www-authenticate", "Basic realm=\"dpop\", dpop"),
                ("keep-alive", "timeout=5"),
            ],
        );
        assert!(is_complete);
        let left: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value))
            .collect();
        assert_eq!(
            left,
            [(
                "www-authenticate",
                &HeaderValue::from_static("Basic realm=\"dpop\"")
            )]
        );
    }

    #[test]
    fn dpop_97_a_401_without_a_challenge_is_incomplete() {
        assert!(!cleaned(401, &[("www-authenticate", "dpop")]).0);
        assert!(!cleaned(401, &[]).0);
        assert!(cleaned(403, &[("www-authenticate", "dpop")]).0);
    }
}
