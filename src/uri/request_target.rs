//! The request's own side of the comparison: method and path as the client sent them, joined to the
//! configured origin from components, never by parsing a concatenated text (RFC 9449 section 4.3).

use std::borrow::Cow;

use http::Uri;
use http::request::Parts;

use super::authority::check_authority;
use super::error::UriError;
use super::normalized::NormalizedUri;
use super::origin::Origin;
use super::path::{has_dot_segment, is_uri_byte, normal_path};
use super::request_error::RequestError;

/// Origin and path of a request in normal form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestTarget<'a> {
    pub(crate) origin: &'a str,
    /// What a gateway strips.
    pub(crate) prefix: &'a str,
    /// With the prefix.
    pub(crate) path: &'a str,
}

impl RequestTarget<'_> {
    /// Whether a claim `htu` names this target; query and fragment of the claim do not count.
    pub(crate) fn is_named_by(&self, htu: &str) -> Result<bool, UriError> {
        if self.is_spelled(htu) {
            return Ok(true);
        }
        let claimed = NormalizedUri::parse(htu)?;
        let path = claimed.path();
        Ok(claimed.origin() == self.origin && (path == self.path || self.is_bare_prefix(path)))
    }

    /// Whether `path` is the prefix alone and the request is for `/`: a gateway strips `/svc1` and `/svc1/` to the same.
    fn is_bare_prefix(&self, path: &str) -> bool {
        path == self.prefix && self.path.strip_suffix('/') == Some(self.prefix)
    }

    /// The usual case: the claim is in normal form already.
    fn is_spelled(&self, htu: &str) -> bool {
        let path = htu.strip_prefix(self.origin);
        path == Some(self.path)
    }
}

/// Why a request has no target that a proof could name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
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

/// The path of the request in normal form, below the configured prefix.
pub(crate) fn target_path<'a>(
    head: &'a Parts,
    origin: &Origin,
) -> Result<Cow<'a, str>, TargetError> {
    let uri = client_uri(head);
    check_authority(head, uri, origin)?;
    let path = uri.path();
    if !path.starts_with('/') {
        // `OPTIONS *` and CONNECT with an authority: there is nothing that a proof could name.
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
    Ok(match origin.prefix() {
        "" => path,
        prefix => Cow::Owned(format!("{prefix}{path}")),
    })
}

/// The usual case: nothing to decode, and no segment that begins with a dot.
fn is_plain(path: &str) -> bool {
    let mut previous = 0;
    path.bytes().all(|byte| {
        let begins_with_dot = previous == b'/' && byte == b'.';
        previous = byte;
        is_uri_byte(byte) && byte != b'%' && !begins_with_dot
    })
}

/// The normal form of a path that no reader takes for another one.
fn harmless_path(path: &str) -> Result<Cow<'_, str>, RequestError> {
    let is_legal = path.bytes().all(is_uri_byte) && !path.contains("%00");
    if !is_legal || has_dot_segment(path).map_err(|_| RequestError::IllegalPath)? {
        // A router might resolve the dots and serve another resource than the proof names.
        return Err(RequestError::IllegalPath);
    }
    normal_path(path).map_err(|_| RequestError::IllegalPath)
}

/// The URI before a router shortened it (`Router::nest`): axum leaves it in the extensions, and only the feature can
/// read it there. Without the feature, honest proofs below `nest` are refused; nothing more is let in.
#[cfg(feature = "axum")]
fn client_uri(head: &Parts) -> &Uri {
    let original = head.extensions.get::<axum::extract::OriginalUri>();
    original.map_or(&head.uri, |original| &original.0)
}

/// The URI as it is.
#[cfg(not(feature = "axum"))]
fn client_uri(head: &Parts) -> &Uri {
    &head.uri
}

const MAX_PATH_BYTES: usize = 8192;
