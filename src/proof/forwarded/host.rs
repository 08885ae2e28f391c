//! Which peers may state the host that the client addressed, and in which field (RFC 7239, or `X-Forwarded-*`).

use http::request::Parts;
use http::{HeaderMap, HeaderName};

use super::address::Address;
use super::error::ForwardedError;
use super::field::Field;
use super::rfc7239;
use crate::cert::{Peer, TrustedPeers};
use crate::config_error::{ConfigError, size_in_range};
use crate::header_alias::is_or_is_alias;

/// Reads the host that the client addressed from a field that a trusted proxy sets, for [`Dpop::forwarded_host`].
///
/// One family of fields is configured; neither is detected. From other peers the fields are ignored, and `Host` selects
/// the origin. From a trusted peer the field must be there, once, and well-formed: the request is refused otherwise,
/// and `Host` is not read in its place. Whatever it says, the result is a configured origin, or the request is refused.
///
/// The scheme (`proto`, `X-Forwarded-Proto`) may be absent. If it is there, it must be that of the origin.
///
/// The inner service receives these fields only from trusted peers, and only those that are read here. All others of
/// both families, also with `_` for `-`, are removed. `X-Forwarded-For` is neither read nor removed.
///
/// # Deployment
///
/// The guard must know which peer connected: with axum, serve `app.into_make_service_with_connect_info::<Peer>()`;
/// other listeners insert [`Peer`] into the extensions of each request. A request with the field from an unknown peer
/// is answered with 500.
///
/// The outermost proxy must replace the field that a client sends, not append to it. Where it appends, requests with
/// the client's own field are refused (400). [`guide::gateways`](crate::guide::gateways) has configurations.
///
/// ```
/// use sender_constraint::ConfigError;
/// use sender_constraint::cert::TrustedPeers;
/// use sender_constraint::proof::{Dpop, ForwardedHost};
///
/// // nginx: proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;
/// let proxies = TrustedPeers::networks(["10.0.0.7"])?;
/// let dpop = Dpop::new("https://api.example.com")?
///     .also_origin("https://api.example.eu")?
///     .forwarded_host(ForwardedHost::x_forwarded(proxies));
/// # drop(dpop);
/// # Ok::<(), ConfigError>(())
/// ```
///
/// [`Dpop::forwarded_host`]: crate::proof::Dpop::forwarded_host
#[derive(Clone, Debug)]
#[must_use]
pub struct ForwardedHost {
    peers: TrustedPeers,
    family: Family,
    trusted_hops: usize,
    reads_port: bool,
    reads_prefix: bool,
}

#[derive(Clone, Copy, Debug)]
enum Family {
    Rfc7239,
    XForwarded,
}

impl ForwardedHost {
    /// Reads `host` and `proto` of `Forwarded` (RFC 7239) from these peers.
    pub const fn rfc7239(peers: TrustedPeers) -> Self {
        Self::new(Family::Rfc7239, peers)
    }

    /// Reads `X-Forwarded-Host` and `X-Forwarded-Proto` from these peers.
    pub const fn x_forwarded(peers: TrustedPeers) -> Self {
        Self::new(Family::XForwarded, peers)
    }

    const fn new(family: Family, peers: TrustedPeers) -> Self {
        Self {
            peers,
            family,
            trusted_hops: 1,
            reads_port: false,
            reads_prefix: false,
        }
    }

    /// Sets how many proxies write an element of `Forwarded` or `X-Forwarded-Host`: 1 by default. The field must have
    /// exactly that many; the guard reads the first, which the outermost proxy writes. The other fields have one value.
    ///
    /// # Deployment
    ///
    /// Count the proxies that append an element. The outermost replaces what a client sends; otherwise a client adds an
    /// element, and its requests are refused.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] if `hops` is not from 1 to 10.
    pub fn trusted_hops(mut self, hops: usize) -> Result<Self, ConfigError> {
        self.trusted_hops = size_in_range("trusted_hops", hops, 1, MAX_HOPS)?;
        Ok(self)
    }

    /// Requires `X-Forwarded-Port`, and takes the port from it if the forwarded host has none.
    ///
    /// # Deployment
    ///
    /// For proxies that leave the port out of the host. Some write the port that they listen on inside a container,
    /// which is not that of the origin.
    pub const fn read_port(mut self) -> Self {
        self.reads_port = true;
        self
    }

    /// Requires `X-Forwarded-Prefix`, and takes the path that the gateway stripped from it, instead of
    /// [`Dpop::path_prefix`](crate::proof::Dpop::path_prefix). `/` or an empty value is no prefix.
    ///
    /// # Deployment
    ///
    /// The gateway must set the field on every route. If it passes on the field of a client, a proof that was stolen at
    /// one service of the origin can be used for the same path at another.
    pub const fn read_prefix(mut self) -> Self {
        self.reads_prefix = true;
        self
    }

    /// What a trusted peer states; `None` for a request of another peer.
    pub(in crate::proof) fn read<'a>(
        &self,
        head: &'a Parts,
    ) -> Result<Option<Address<'a>>, ForwardedError> {
        if self.peers.include_peer_of(&head.extensions) {
            return self.address(&head.headers).map(Some);
        }
        let present = self
            .fields()
            .find(|field| head.headers.contains_key(field.0));
        match present {
            Some(Field(field)) if Peer::from_extensions(&head.extensions).is_none() => {
                Err(ForwardedError::UnknownPeer { field })
            }
            _ => Ok(None),
        }
    }

    fn address<'a>(&self, headers: &'a HeaderMap) -> Result<Address<'a>, ForwardedError> {
        let mut address = match self.family {
            Family::Rfc7239 => self.rfc7239_address(headers)?,
            Family::XForwarded => self.x_forwarded_address(headers)?,
        };
        if self.reads_port {
            address.set_port(Field::PORT.require(headers)?)?;
        }
        if self.reads_prefix {
            address.prefix = Some(Field::PREFIX.require(headers)?);
        }
        Ok(address)
    }

    fn rfc7239_address<'a>(&self, headers: &'a HeaderMap) -> Result<Address<'a>, ForwardedError> {
        let elements = rfc7239::elements(Field::FORWARDED.require(headers)?)?;
        Field::FORWARDED.count(elements.len(), self.trusted_hops)?;
        let outermost = elements.first().ok_or(ForwardedError::HostMissing)?;
        let host = outermost.host.ok_or(ForwardedError::HostMissing)?;
        let mut address = Address::parse(Field::FORWARDED, host)?;
        let scheme = outermost.proto;
        address.scheme = scheme.map(|scheme| (Field::FORWARDED, scheme));
        Ok(address)
    }

    fn x_forwarded_address<'a>(
        &self,
        headers: &'a HeaderMap,
    ) -> Result<Address<'a>, ForwardedError> {
        let list = Field::HOST.require(headers)?;
        let host = Field::HOST.first_of(list, self.trusted_hops)?;
        let mut address = Address::parse(Field::HOST, host)?;
        let scheme = Field::PROTO.read(headers)?;
        let scheme = scheme.map(|list| Field::PROTO.first_of(list, 1));
        address.scheme = scheme.transpose()?.map(|scheme| (Field::PROTO, scheme));
        Ok(address)
    }

    /// The fields that are read.
    fn fields(&self) -> impl Iterator<Item = Field> {
        let family: &[Field] = match self.family {
            Family::Rfc7239 => &[Field::FORWARDED],
            Family::XForwarded => &[Field::HOST, Field::PROTO],
        };
        let port = self.reads_port.then_some(Field::PORT);
        let prefix = self.reads_prefix.then_some(Field::PREFIX);
        family.iter().copied().chain(port).chain(prefix)
    }

    /// Removes what the inner service must not trust.
    pub(in crate::proof) fn strip(&self, head: &mut Parts) {
        let is_trusted = self.peers.include_peer_of(&head.extensions);
        let is_one = |found: &str, field: Field| found.eq_ignore_ascii_case(field.0);
        let stays = |found: &str| is_trusted && self.fields().any(|field| is_one(found, field));
        let is_removed = |found: &&HeaderName| {
            let found = found.as_str();
            Field::ALL
                .iter()
                .any(|field| is_or_is_alias(found, field.0))
                && !stays(found)
        };
        let removed: Vec<_> = head.headers.keys().filter(is_removed).cloned().collect();
        for name in removed {
            head.headers.remove(name);
        }
    }
}

/// No deployment chains more proxies.
const MAX_HOPS: usize = 10;
