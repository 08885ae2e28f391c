//! Responses that a cache must not store (RFC 9111 section 5.2.2).

use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue};

/// Sets `no-store`, unless the response has it or one of the directives that are strict enough for its contents.
pub(super) fn prevent_caching(response: &mut HeaderMap, strict_enough: &[&str]) {
    let forbids = |value: &HeaderValue| {
        let text = value.to_str().unwrap_or_default();
        let mut directives = text.split(',').map(str::trim);
        directives.any(|directive| {
            let is = |name: &&str| directive.eq_ignore_ascii_case(name);
            is(&"no-store") || strict_enough.iter().any(is)
        })
    };
    if !response.get_all(CACHE_CONTROL).iter().any(forbids) {
        response.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
