//! What a trusted proxy states about the URI that the client addressed. It selects among the configured origins.

use std::borrow::Cow;

use super::error::ForwardedError;
use super::field::Field;
use crate::excerpt::Excerpt;
use crate::uri::{Origin, host_and_port};

/// Host and port in normal form, and what else the proxy states.
#[derive(Debug)]
pub(in crate::proof) struct Address<'a> {
    /// As written, for the log.
    pub(in crate::proof) text: &'a str,
    pub(in crate::proof) host: Cow<'a, str>,
    pub(in crate::proof) port: Option<u16>,
    /// With the field that states it.
    pub(super) scheme: Option<(Field, &'a str)>,
    pub(super) prefix: Option<&'a str>,
}

impl<'a> Address<'a> {
    /// Parses `host[:port]` of this field.
    pub(super) fn parse(field: Field, text: &'a str) -> Result<Self, ForwardedError> {
        let illegal = || ForwardedError::IllegalHost {
            field: field.0,
            found: Excerpt::new(text),
        };
        let (host, port) = host_and_port(text).ok_or_else(illegal)?;
        Ok(Self {
            text,
            host,
            port,
            scheme: None,
            prefix: None,
        })
    }

    /// Adds the port of `X-Forwarded-Port` to a host without one.
    pub(super) fn set_port(&mut self, text: &str) -> Result<(), ForwardedError> {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        let port = text.parse().ok().filter(|port| is_number && *port != 0);
        let port: u16 = port.ok_or_else(|| ForwardedError::IllegalPort(Excerpt::new(text)))?;
        match self.port.replace(port) {
            Some(host) if host != port => Err(ForwardedError::PortConflict { host, port }),
            _ => Ok(()),
        }
    }

    /// Compares the scheme, if the proxy states one, with that of the origin.
    pub(in crate::proof) fn check_scheme(&self, origin: &Origin) -> Result<(), ForwardedError> {
        let Some((field, found)) = self.scheme else {
            return Ok(());
        };
        // Traefik writes the scheme of the WebSocket URI (RFC 6455 section 3).
        let scheme = match found.to_ascii_lowercase().as_str() {
            "https" | "wss" => "https",
            "http" | "ws" => "http",
            _ => "",
        };
        if scheme == origin.scheme() {
            return Ok(());
        }
        Err(ForwardedError::Scheme {
            field: field.0,
            found: Excerpt::new(found),
            expected: origin.scheme().to_owned(),
        })
    }

    /// The prefix that the gateway stripped; that of the configuration if the field is not read.
    pub(in crate::proof) fn prefix_at<'o>(
        &self,
        origin: &'o Origin,
    ) -> Result<Cow<'o, str>, ForwardedError> {
        match self.prefix {
            None => Ok(Cow::Borrowed(origin.prefix())),
            Some("" | "/") => Ok(Cow::Borrowed("")),
            Some(prefix) => {
                let normal = origin.normal_prefix(prefix);
                let illegal = || ForwardedError::IllegalPrefix(Excerpt::new(prefix));
                normal.map(Cow::Owned).ok_or_else(illegal)
            }
        }
    }
}
