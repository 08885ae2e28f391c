//! The settings of [`Dpop`] for the target URI of a request: the public origins, and the path that a gateway strips
//! (RFC 9449 section 4.3 item 9).

use http::request::Parts;

use super::dpop::Dpop;
use super::forwarded::ForwardedHost;
use crate::config_error::ConfigError;
use crate::uri::Origin;

/// Which requests proofs are for.
impl Dpop {
    /// Also accepts proofs for requests to this origin: for a service with several public names, such as one for each
    /// tenant. At most 1,000 origins.
    ///
    /// The request's host (`:authority`, the authority of an absolute-form target, or `Host`) then selects one of the
    /// origins, and the proof's `htu` must be below that one. Nothing but the configured origins can be selected: a
    /// request with another host is refused with 421 (RFC 9110 section 15.5.20), one without a host, or with two, with 400.
    /// With a
    /// single origin the host selects nothing, and may be absent.
    ///
    /// There are no patterns: a name that nobody listed can belong to somebody else. For a name that is not known at
    /// start, clone the `Dpop`, add the origin, and build a new guard: clones share the replay store.
    ///
    /// This does not keep the tenants apart: a token is valid at each origin. The application compares the tenant of
    /// the token with the one of the request, or gives each tenant a guard with an audience of its own.
    ///
    /// ```
    /// # use sender_constraint::{ConfigError, proof::Dpop};
    /// let dpop = Dpop::new("https://api.example.com")?
    ///     .also_origin("https://api.example.eu")?
    ///     .also_origin("https://gateway.example.net")?
    ///     .path_prefix("/accounts")?; // of gateway.example.net alone
    /// # drop(dpop);
    /// # Ok::<(), ConfigError>(())
    /// ```
    ///
    /// # Deployment
    ///
    /// A proxy in front must forward the host that the client sent, not the name of this service in its own network:
    /// `proxy_set_header Host $http_host` in nginx. If it sends it in another header, use [`Dpop::forwarded_host`].
    ///
    /// # Errors
    ///
    /// [`ConfigError::Origin`] as for [`Dpop::new`], [`ConfigError::SameHost`] if one `Host` could name two of the
    /// origins, which differ in their scheme only, and [`ConfigError::Size`] for more than 1,000 origins.
    pub fn also_origin(self, origin: &str) -> Result<Self, ConfigError> {
        self.with_origin(Origin::parse(origin, false)?)
    }

    /// Like [`Dpop::also_origin`], for an origin that clients reach over plain `http`: see
    /// [`Dpop::over_insecure_http`].
    ///
    /// # Errors
    ///
    /// As for [`Dpop::also_origin`].
    pub fn also_over_insecure_http(self, origin: &str) -> Result<Self, ConfigError> {
        self.with_origin(Origin::parse(origin, true)?)
    }

    fn with_origin(mut self, origin: Origin) -> Result<Self, ConfigError> {
        self.targets.origins.add(origin)?;
        Ok(self)
    }

    /// Sets the path that a gateway strips before it forwards requests: `/svc1` if clients call `/svc1/accounts` and
    /// this service sees `/accounts`. For the path `/`, `htu` has `/svc1` or `/svc1/`.
    ///
    /// With several origins, it is that of the one that was named last.
    ///
    /// # Errors
    ///
    /// [`ConfigError::PathPrefix`] unless the prefix begins with exactly one `/`, does not end with `/`, and has no dot
    /// segments.
    pub fn path_prefix(mut self, prefix: &str) -> Result<Self, ConfigError> {
        self.targets.origins.last_mut().set_prefix(prefix)?;
        Ok(self)
    }

    /// Reads the host that the client addressed from the field of a trusted proxy, instead of from `Host`. It selects
    /// one of the configured origins, also if there is one only.
    ///
    /// # Deployment
    ///
    /// See [`ForwardedHost`]. Not needed where the proxy forwards `Host` as the client sent it, nor for a single
    /// origin.
    pub fn forwarded_host(mut self, source: ForwardedHost) -> Self {
        self.targets.forwarded = Some(source);
        self
    }

    /// Accepts `wss` for `https`, and `ws` for `http`, in the `htu` of proofs for WebSocket handshakes: `GET` with
    /// `Upgrade: websocket`, and extended CONNECT (RFC 8441, RFC 9220).
    ///
    /// By default only the URI of the request itself is accepted, which a handshake has with `https`: RFC 9449
    /// section 4.3 compares with the HTTP target URI. This is for clients that sign the URI that they connect to. The
    /// method in `htm` is that of the handshake.
    pub const fn accept_websocket_schemes(mut self) -> Self {
        self.targets.accepts_websocket_schemes = true;
        self
    }

    /// Removes the fields that the inner service must not trust, if any are read here.
    pub(crate) fn strip_forwarded(&self, head: &mut Parts) {
        if let Some(forwarded) = &self.targets.forwarded {
            forwarded.strip(head);
        }
    }
}
