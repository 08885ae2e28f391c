//! The configured public origin of the service: the part of the URI that precedes every path for clients.

use super::configured::{is_plain, normalized};
use super::normalized::NormalizedUri;
use super::path::has_dot_segment;
use crate::address::is_loopback_host;
use crate::config_error::ConfigError;
use crate::url_error::{UrlError, redacted};

/// `scheme://host[:port]` in normal form, and the prefix that a gateway strips.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    text: String,
    /// The index where the authority begins.
    authority: usize,
    prefix: String,
}

impl Origin {
    /// Parses a configured origin; plain `http` only if `any_http` or for loopback.
    pub(crate) fn parse(value: &str, any_http: bool) -> Result<Self, ConfigError> {
        let fault = |reason| ConfigError::Origin {
            value: redacted(value),
            reason,
        };
        let uri = normalized(value).map_err(fault)?;
        if value.contains(['?', '#']) {
            return Err(fault(UrlError::QueryOrFragment));
        }
        // As written: normalization would turn `/.` into `/`.
        let authority = value.split_once("://").map_or("", |(_, rest)| rest);
        if !matches!(authority.split_once('/'), None | Some((_, ""))) {
            return Err(fault(UrlError::Path));
        }
        let plain = is_plain(&uri);
        if plain && !any_http && !is_loopback_host(uri.host()) {
            return Err(fault(UrlError::PlainHttp));
        }
        Ok(Self {
            text: uri.origin().to_owned(),
            authority: if plain { "http://" } else { "https://" }.len(),
            prefix: String::new(),
        })
    }

    /// Sets the path that a gateway removes before the service sees the request.
    pub(crate) fn set_prefix(&mut self, prefix: &str) -> Result<(), ConfigError> {
        let fault = || ConfigError::PathPrefix(prefix.to_owned());
        self.prefix = self.normal_prefix(prefix).ok_or_else(fault)?;
        Ok(())
    }

    /// The normal form of a path that a gateway removes; `None` for a path that it cannot be.
    pub(crate) fn normal_prefix(&self, prefix: &str) -> Option<String> {
        let whole = NormalizedUri::parse(&format!("{}{prefix}", self.text)).ok()?;
        // `//evil` is the host of a relative reference (RFC 3986 section 4.2).
        let plain = prefix.starts_with('/')
            && !prefix.starts_with("//")
            && !prefix.ends_with('/')
            && !prefix.contains(['?', '#'])
            && !has_dot_segment(prefix).ok()?;
        (plain && whole.origin() == self.text).then(|| whole.path().to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Host and port, as a `Host` header in normal form contains them.
    pub(crate) fn authority(&self) -> &str {
        self.text.get(self.authority..).unwrap_or_default()
    }

    /// `https` or `http`.
    pub(crate) fn scheme(&self) -> &str {
        self.text.split(':').next().unwrap_or_default()
    }

    pub(crate) fn default_port(&self) -> u16 {
        if self.scheme() == "http" { 80 } else { 443 }
    }

    /// Whether one text of `Host` could name both, since it does not have the scheme.
    pub(crate) fn shares_a_host_with(&self, other: &Self) -> bool {
        self.authority() == other.authority() || self.explicit() == other.explicit()
    }

    /// Host and port.
    fn explicit(&self) -> (&str, u16) {
        match self.authority().rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().unwrap_or_default()),
            _ => (self.authority(), self.default_port()),
        }
    }

    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Whether one URI can be below both.
    pub(crate) fn may_share_paths_with(&self, other: &Self) -> bool {
        let is_below = |path: &str, prefix: &str| {
            let rest = path.strip_prefix(prefix);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.text == other.text
            && (is_below(&self.prefix, &other.prefix) || is_below(&other.prefix, &self.prefix))
    }
}
