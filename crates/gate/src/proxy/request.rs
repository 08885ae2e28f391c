//! The request to the upstream: target and method as they came, header fields rewritten.

use std::sync::Arc;

use http::header::{AUTHORIZATION, COOKIE, HOST, HeaderName, TE, VIA};
use http::request::Parts;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, Uri, Version};
use sender_constraint::cert::Peer;

use super::fields::{is_websocket_handshake, remove_hop_by_hop};
use super::origins::{Origin, Origins};
use super::removed_fields::RemovedFields;
use crate::config::Upstream;

/// What does not depend on the request.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    scheme: Scheme,
    authority: Authority,
    host: HeaderValue,
    version: Version,
    origins: Origins,
    removed: Arc<RemovedFields>,
}

impl Template {
    pub(super) fn new(settings: &Upstream, origins: Origins, removed: RemovedFields) -> Self {
        Self {
            scheme: settings.scheme.clone(),
            authority: settings.authority.clone(),
            host: settings.host.clone(),
            version: if settings.is_http2 {
                Version::HTTP_2
            } else {
                Version::HTTP_11
            },
            origins,
            removed: Arc::new(removed),
        }
    }

    pub(super) fn removed(&self) -> Arc<RemovedFields> {
        Arc::clone(&self.removed)
    }

    pub(super) fn is_http2(&self) -> bool {
        self.version == Version::HTTP_2
    }

    /// The origin that the request is for, before its fields are removed.
    pub(super) fn origin_of(&self, head: &Parts, peer: &Peer) -> Option<&Origin> {
        self.origins.of(head, peer)
    }

    /// Removes what the upstream must not see, and sets the target. `is_websocket` keeps the upgrade.
    pub(super) fn apply(
        &self,
        head: &mut Parts,
        origin: &Origin,
        peer: &Peer,
        is_websocket: bool,
    ) -> Option<()> {
        let headers = &mut head.headers;
        remove_hop_by_hop(headers);
        if !self.is_http2() {
            headers.remove(TE);
        }
        self.removed.remove_from(headers);
        join_cookies(headers);
        if is_websocket {
            headers.insert(
                http::header::CONNECTION,
                HeaderValue::from_static("upgrade"),
            );
            headers.insert(http::header::UPGRADE, HeaderValue::from_static("websocket"));
        }
        headers.append(VIA, HeaderValue::from_static(via(head.version)));
        headers.insert(X_FORWARDED_HOST, origin.host.clone());
        headers.insert(X_FORWARDED_PROTO, origin.proto.clone());
        if let Some(address) = peer.address() {
            let address = address.ip().to_canonical().to_string();
            headers.insert(X_FORWARDED_FOR, HeaderValue::from_str(&address).ok()?);
        }
        if self.is_http2() {
            // `:authority` has it.
            headers.remove(HOST);
        } else {
            headers.insert(HOST, self.host.clone());
        }
        head.uri = self.target(&head.uri)?;
        head.version = self.version;
        Some(())
    }

    /// Path and query byte for byte: they are what the proof covers.
    fn target(&self, uri: &Uri) -> Option<Uri> {
        let path = uri.path_and_query().cloned();
        let path = path.unwrap_or_else(|| PathAndQuery::from_static("/"));
        let target = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(path);
        target.build().ok()
    }
}

/// A WebSocket is an upgrade of a GET over HTTP/1.1 that has no body: one with a body could be read in two ways.
pub(super) fn is_websocket(head: &Parts, has_body: bool) -> bool {
    head.version == Version::HTTP_11
        && head.method == http::Method::GET
        && !has_body
        && is_websocket_handshake(&head.headers)
}

/// The credentials of `DPoP` or `Bearer` as those of `Bearer`.
pub(super) fn as_bearer(headers: &HeaderMap) -> Option<HeaderValue> {
    let credentials = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (_, token) = credentials.split_once(' ')?;
    let mut bearer = HeaderValue::from_str(&format!("Bearer {}", token.trim_start())).ok()?;
    bearer.set_sensitive(true);
    Some(bearer)
}

/// HTTP/2 may split cookies, which HTTP/1.1 has in one line (RFC 9113 section 8.2.3).
fn join_cookies(headers: &mut HeaderMap) {
    let lines: Vec<_> = headers
        .get_all(COOKIE)
        .iter()
        .map(HeaderValue::as_bytes)
        .collect();
    if lines.len() > 1
        && let Ok(cookies) = HeaderValue::from_bytes(&lines.join(&b"; "[..]))
    {
        headers.insert(COOKIE, cookies);
    }
}

/// With the protocol of the request as it was received (RFC 9110 section 7.6.3). A gateway need not send the field in
/// responses.
const fn via(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "1.0 sender-constraint-gate",
        Version::HTTP_2 => "2.0 sender-constraint-gate",
        _ => "1.1 sender-constraint-gate",
    }
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
