//! The public origins of the service, one of which a request's host selects (RFC 9110 sections 7.2 and 7.4).

use std::collections::HashMap;

use http::header::HOST;
use http::request::Parts;
use http::{HeaderValue, Uri};

use super::authority::{Conflicts, check_authority, named_authority};
use super::origin::Origin;
use super::request_error::RequestError;
use super::request_target::client_uri;
use crate::config_error::{ConfigError, size_in_range};
use crate::excerpt::Excerpt;

/// At least one origin. No two of them match the same `Host`.
#[derive(Clone, Debug)]
pub(crate) struct Origins {
    first: Origin,
    others: Vec<Origin>,
    /// The authority in normal form, and the place of its origin: 0 is the first one.
    places: HashMap<Box<str>, usize>,
}

impl Origins {
    pub(crate) fn new(first: Origin) -> Self {
        let places = HashMap::from([(first.authority().into(), 0)]);
        Self {
            first,
            others: Vec::new(),
            places,
        }
    }

    /// Adds an origin.
    pub(crate) fn add(&mut self, origin: Origin) -> Result<(), ConfigError> {
        let count = self.others.len() + 2;
        size_in_range("the number of origins", count, 1, MAX_ORIGINS)?;
        if let Some(other) = self.iter().find(|other| other.shares_a_host_with(&origin)) {
            return Err(ConfigError::SameHost {
                first: other.as_str().to_owned(),
                second: origin.as_str().to_owned(),
            });
        }
        let place = self.others.len() + 1;
        self.places.insert(origin.authority().into(), place);
        self.others.push(origin);
        Ok(())
    }

    /// The origin that was named first.
    pub(crate) const fn first(&self) -> &Origin {
        &self.first
    }

    /// The origin that was added last.
    pub(crate) fn last_mut(&mut self) -> &mut Origin {
        self.others.last_mut().unwrap_or(&mut self.first)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Origin> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// The origin that the request is for. A single origin needs no `Host`; among several, the request must name one.
    pub(crate) fn select(&self, head: &Parts) -> Result<&Origin, RequestError> {
        if self.others.is_empty() {
            self.check_host(head)?;
            return Ok(&self.first);
        }
        let uri = client_uri(head);
        // The usual case: written in normal form.
        if let Some(origin) = only_authority(head, uri).and_then(|text| self.at(text)) {
            return Ok(origin);
        }
        let named =
            named_authority(head, uri, Conflicts::Refused)?.ok_or(RequestError::MissingHost)?;
        let normal = named.normal.as_ref();
        let origin = normal.and_then(|(host, port)| self.find(host, *port));
        origin.ok_or_else(|| RequestError::Misdirected(Excerpt::new(named.text)))
    }

    /// Checks the host of a request that it does not select.
    pub(crate) fn check_host(&self, head: &Parts) -> Result<(), RequestError> {
        check_authority(head, client_uri(head), &self.first)
    }

    /// The origin of this host in normal form.
    pub(crate) fn find(&self, host: &str, port: Option<u16>) -> Option<&Origin> {
        let Some(port) = port else {
            return self.at(host);
        };
        let explicit = self.at(&format!("{host}:{port}"));
        explicit.or_else(|| self.at(host).filter(|origin| origin.default_port() == port))
    }

    fn at(&self, authority: &str) -> Option<&Origin> {
        let place = self.places.get(authority)?;
        match place.checked_sub(1) {
            None => Some(&self.first),
            Some(other) => self.others.get(other),
        }
    }
}

/// The only text in the request that names a host.
fn only_authority<'a>(head: &'a Parts, uri: &'a Uri) -> Option<&'a str> {
    let mut hosts = head.headers.get_all(HOST).iter();
    match (uri.authority(), hosts.next(), hosts.next()) {
        (Some(authority), None, _) => Some(authority.as_str()),
        (None, Some(host), None) => HeaderValue::to_str(host).ok(),
        _ => None,
    }
}

/// A service with more names than that has them in a pattern, which is refused: a name that nobody configured could be
/// one that an attacker registered.
const MAX_ORIGINS: usize = 1000;
