//! The reasons for refusing the head of a request before its credentials are checked.

use crate::excerpt::Excerpt;

/// Why a request is refused without checking its credentials: it is malformed, for another server, or was sent in early
/// data.
#[derive(Clone, Debug, Eq, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "request_")]
pub enum RequestError {
    /// `Early-Data: 1`: the request may be a copy of one in the first flight of another connection (RFC 8470 section
    /// 5.1).
    #[error(
        "the request was sent in TLS early data, which can be replayed; configure with `accept_early_data`"
    )]
    EarlyData,
    /// `:authority` and `Host` differ (RFC 9113 section 8.3.1); with several origins, also an absolute-form target and
    /// `Host`.
    #[error("the request target and `Host` name different hosts")]
    HostConflict,
    /// `Host` or the authority of the target is not `host[:port]` (RFC 9110 section 7.2).
    #[error("the host is not of the form `host[:port]`")]
    IllegalHost,
    /// Dot segments, a NUL, or characters outside RFC 3986 in the path.
    #[error("the path has dot segments, a NUL, or characters that RFC 3986 does not allow")]
    IllegalPath,
    /// The host is not that of a configured origin: the request is for another server (RFC 9110 sections 7.4 and
    /// 15.5.20).
    #[error(
        "the host {0} is not that of a configured origin; configure with `Dpop::new` and `Dpop::also_origin`, or, if a \
         trusted proxy sends the host of the client in a forwarded field, with `Dpop::forwarded_host`"
    )]
    Misdirected(Excerpt),
    /// No `Host` and no authority in the target, where they select one of several origins (RFC 9112 section 3.2).
    #[error("the request names no host, which selects one of the origins of `Dpop::also_origin`")]
    MissingHost,
    /// A path of more than 8192 bytes.
    #[error("the path has {0} bytes, which exceeds the limit of 8192")]
    PathTooLong(usize),
    /// More than one `Host` header.
    #[error("there is more than one Host header")]
    RepeatedHost,
}
