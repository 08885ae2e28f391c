//! Which target URI a request has: a configured origin, and the path as the client sent it (RFC 9449 section 4.3
//! item 9).

use std::borrow::Cow;

use http::request::Parts;

use super::error::{ProofCheckError, ProofError};
use super::forwarded::ForwardedHost;
use super::websocket::{is_websocket_handshake, with_http_scheme};
use crate::excerpt::Excerpt;
use crate::uri::{Origin, Origins, RequestError, RequestTarget, target_path};

/// The settings that determine the target URI of a request.
#[derive(Clone, Debug)]
pub(super) struct Targets {
    pub(super) origins: Origins,
    pub(super) forwarded: Option<ForwardedHost>,
    pub(super) accepts_websocket_schemes: bool,
}

/// The origin that a request was matched to, and the prefix that a gateway stripped from its path.
pub(super) struct Matched<'a> {
    pub(super) origin: &'a Origin,
    pub(super) prefix: Cow<'a, str>,
}

impl Targets {
    pub(super) fn new(origin: Origin) -> Self {
        Self {
            origins: Origins::new(origin),
            forwarded: None,
            accepts_websocket_schemes: false,
        }
    }

    /// The origin that the request is for: always a configured one.
    pub(super) fn matched(&self, head: &Parts) -> Result<Matched<'_>, ProofCheckError> {
        if let Some(forwarded) = &self.forwarded
            && let Some(address) = forwarded.read(head)?
        {
            self.origins.check_host(head)?;
            let origin = self.origins.find(&address.host, address.port);
            let origin =
                origin.ok_or_else(|| RequestError::Misdirected(Excerpt::new(address.text)))?;
            address.check_scheme(origin)?;
            let prefix = address.prefix_at(origin)?;
            return Ok(Matched { origin, prefix });
        }
        let origin = self.origins.select(head)?;
        let prefix = Cow::Borrowed(origin.prefix());
        Ok(Matched { origin, prefix })
    }

    /// The target URI of the request, without its query.
    pub(super) fn target<'a>(
        &'a self,
        head: &'a Parts,
    ) -> Result<RequestTarget<'a>, ProofCheckError> {
        let Matched { origin, prefix } = self.matched(head)?;
        let path = target_path(head, &prefix)?;
        Ok(RequestTarget {
            origin: origin.as_str(),
            prefix,
            path,
        })
    }

    /// Compares the proof's `htu` with the target.
    pub(super) fn check(
        &self,
        target: &RequestTarget<'_>,
        htu: &str,
        head: &Parts,
    ) -> Result<(), ProofError> {
        let is_mapped = self.accepts_websocket_schemes && is_websocket_handshake(head);
        let compared = if is_mapped {
            with_http_scheme(htu)
        } else {
            Cow::Borrowed(htu)
        };
        let is_named = target.is_named_by(&compared);
        if is_named.map_err(ProofError::TargetUriForm)? {
            return Ok(());
        }
        Err(ProofError::TargetUri {
            found: Excerpt::new(htu.split(['?', '#']).next().unwrap_or_default()),
            expected: Excerpt::new(&format!("{}{}", target.origin, target.path)),
        })
    }
}
