//! The reasons for refusing what a trusted proxy forwards about the target of a request, one variant each.

use std::fmt;

use crate::excerpt::Excerpt;

/// Why the fields of a trusted proxy do not name the target of a request (RFC 7239 sections 4 and 5).
///
/// The text is for the operator: it names field and setting. It is never sent to the client.
/// [`Rejection::kind`](crate::Rejection::kind) begins with `forwarded_`:
///
/// ```
/// use sender_constraint::Rejection;
/// use sender_constraint::proof::ForwardedError;
///
/// /// Refusals that a proxy causes, not a client.
/// fn is_of_proxy(rejection: &Rejection) -> bool {
///     rejection.kind().starts_with("forwarded_")
/// }
///
/// let error = ForwardedError::Missing { field: "Forwarded", other_family: Some("X-Forwarded-Host") };
/// assert!(error.to_string().contains("sent no `Forwarded`, but `X-Forwarded-Host`"));
/// # drop(is_of_proxy as fn(&Rejection) -> bool);
/// ```
#[derive(Clone, Debug, Eq, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "forwarded_")]
pub enum ForwardedError {
    /// A parameter twice in one element (RFC 7239 section 4).
    #[error("an element of `Forwarded` has `{0}` twice")]
    Duplicate(&'static str),
    /// Not one element for each trusted proxy.
    #[error(
        "`{field}` has {found} elements, but {expected} proxies write one each: the outermost must replace what the \
         client sends; configure with `ForwardedHost::trusted_hops`"
    )]
    Elements {
        /// The field.
        field: &'static str,
        /// How many it has.
        found: usize,
        /// How many are configured.
        expected: usize,
    },
    /// The element of the outermost proxy has no `host` (RFC 7239 section 5.3).
    #[error("the first element of `Forwarded` has no `host`, which the proxy must write")]
    HostMissing,
    /// Not `host[:port]` without percent-encoding.
    #[error("the host {found} in `{field}` is not of the form `host[:port]`")]
    IllegalHost {
        /// The field.
        field: &'static str,
        /// What it has.
        found: Excerpt,
    },
    /// `X-Forwarded-Port` is not a number from 1 to 65535.
    #[error("`X-Forwarded-Port` is {0}, not a number from 1 to 65535")]
    IllegalPort(Excerpt),
    /// `X-Forwarded-Prefix` is not a path that a gateway could have stripped.
    #[error(
        "`X-Forwarded-Prefix` is {0}, not a path that begins with exactly one `/`, does not end with `/`, and has no dot \
         segments"
    )]
    IllegalPrefix(Excerpt),
    /// A trusted peer did not send the field. `Host` is not read in its place: a client could then make the proxy omit
    /// the field (with `Connection`), and choose the host.
    #[error(
        "the trusted peer sent no `{field}`{}: every proxy in `TrustedPeers` must write it; configure with \
         `Dpop::forwarded_host`", OtherFamily(*.other_family)
    )]
    Missing {
        /// The field.
        field: &'static str,
        /// A field of the family that is not configured, if the request had one.
        other_family: Option<&'static str>,
    },
    /// The forwarded host has another port than `X-Forwarded-Port`.
    #[error("the forwarded host has the port {host}, but `X-Forwarded-Port` is {port}")]
    PortConflict {
        /// The port of the host.
        host: u16,
        /// The port of the field.
        port: u16,
    },
    /// More than one field where one is expected.
    #[error("there is more than one `{field}` field; the proxy must replace what the client sends")]
    Repeated {
        /// The field.
        field: &'static str,
    },
    /// The client reached the proxy over another scheme than that of the origin.
    #[error(
        "by `{field}` the client used {found}, but the scheme of the origin is {expected}: the proxy must write the scheme \
         that the client used; configure the origin with `Dpop::new` or `Dpop::also_origin`"
    )]
    Scheme {
        /// The field.
        field: &'static str,
        /// The forwarded scheme.
        found: Excerpt,
        /// The scheme of the configured origin.
        expected: String,
    },
    /// Not the grammar of the configured field.
    #[error("`{field}` is malformed")]
    Syntax {
        /// The field.
        field: &'static str,
    },
    /// The field is longer than the limit.
    #[error("`{field}` has {length} bytes, which exceeds the limit of {limit}")]
    TooLong {
        /// The field.
        field: &'static str,
        /// Its length in bytes.
        length: usize,
        /// The accepted length in bytes.
        limit: usize,
    },
    /// The peer address is unknown: a mistake of the set-up, answered with 500.
    #[error(
        "received `{field}`, but the peer address of the connection is unknown; with axum, serve \
         `into_make_service_with_connect_info::<Peer>()`"
    )]
    UnknownPeer {
        /// The field.
        field: &'static str,
    },
}

/// Names the field that came instead, for the operator.
struct OtherFamily(Option<&'static str>);

impl fmt::Display for OtherFamily {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(field) => write!(formatter, ", but `{field}`, which is not configured"),
            None => Ok(()),
        }
    }
}
