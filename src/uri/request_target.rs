//! The request's own method and path as the client sent them, combined with a configured origin component by
//! component, never by parsing a concatenated text (RFC 9449 section 4.3).

use std::borrow::Cow;

use http::Uri;
use http::request::Parts;

use super::error::UriError;
use super::normalized::NormalizedUri;
use super::path::{has_dot_segment, is_uri_byte, normal_path};
use super::request_error::RequestError;

/// Origin and path of a request in normal form.
#[derive(Clone, Debug)]
pub(crate) struct RequestTarget<'a> {
    pub(crate) origin: &'a str,
    /// The prefix that a gateway strips.
    pub(crate) prefix: Cow<'a, str>,
    /// The path, including the prefix.
    pub(crate) path: Cow<'a, str>,
}

impl RequestTarget<'_> {
    /// Whether a claim `htu` identifies this target; query and fragment of the claim are ignored.
    pub(crate) fn is_named_by(&self, htu: &str) -> Result<bool, UriError> {
        if self.is_spelled(htu) {
            return Ok(true);
        }
        let claimed = NormalizedUri::parse(htu)?;
        let path = claimed.path();
        Ok(claimed.origin() == self.origin && (self.path == path || self.is_bare_prefix(path)))
    }

    /// Whether `path` is the prefix alone and the request is for `/`: a gateway strips both `/svc1` and `/svc1/` to
    /// `/`.
    fn is_bare_prefix(&self, path: &str) -> bool {
        self.prefix == path && self.path.strip_suffix('/') == Some(path)
    }

    /// The usual case: the claim is already in normal form.
    fn is_spelled(&self, htu: &str) -> bool {
        let path = htu.strip_prefix(self.origin);
        path == Some(&*self.path)
    }
}

/// Why a request has no target that `htu` could identify.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum TargetError {
    /// `OPTIONS *`, or CONNECT to an authority.
    NoPath,
    /// The request is malformed.
    Request(RequestError),
}

impl From<RequestError> for TargetError {
    fn from(error: RequestError) -> Self {
        Self::Request(error)
    }
}

/// The path of the request in normal form, with the prefix that a gateway strips.
pub(crate) fn target_path<'a>(head: &'a Parts, prefix: &str) -> Result<Cow<'a, str>, TargetError> {
    let path = client_uri(head).path();
    if !path.starts_with('/') {
        // `OPTIONS *` and CONNECT with an authority: there is no path that `htu` could contain.
        return Err(TargetError::NoPath);
    }
    if path.len() > MAX_PATH_BYTES {
        return Err(RequestError::PathTooLong(path.len()).into());
    }
    let path = if is_plain(path) {
        Cow::Borrowed(path)
    } else {
        harmless_path(path)?
    };
    Ok(match prefix {
        "" => path,
        prefix => Cow::Owned(format!("{prefix}{path}")),
    })
}

/// The usual case: no percent-encoding, and no segment that begins with a dot.
fn is_plain(path: &str) -> bool {
    let mut previous = 0;
    path.bytes().all(|byte| {
        let begins_with_dot = previous == b'/' && byte == b'.';
        previous = byte;
        is_uri_byte(byte) && byte != b'%' && !begins_with_dot
    })
}

/// The normal form of a path that has only one interpretation.
fn harmless_path(path: &str) -> Result<Cow<'_, str>, RequestError> {
    let is_legal = path.bytes().all(is_uri_byte) && !path.contains("%00");
    if !is_legal || has_dot_segment(path).map_err(|_| RequestError::IllegalPath)? {
        // A router might resolve the dot segments and serve another resource than `htu` identifies.
        return Err(RequestError::IllegalPath);
    }
    normal_path(path).map_err(|_| RequestError::IllegalPath)
}

/// The URI before a router shortened it (`Router::nest`): axum stores it in the extensions, and it can be read only
/// with the feature. Without the feature, honest proofs below `nest` are refused; no additional request is accepted.
#[cfg(feature = "axum")]
pub(crate) fn client_uri(head: &Parts) -> &Uri {
    let original = head.extensions.get::<axum::extract::OriginalUri>();
    original.map_or(&head.uri, |original| &original.0)
}

/// The URI, unchanged.
#[cfg(not(feature = "axum"))]
pub(crate) fn client_uri(head: &Parts) -> &Uri {
    &head.uri
}

const MAX_PATH_BYTES: usize = 8192;
