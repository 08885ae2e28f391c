//! The longer texts of errors, for code: they name functions of the library.

use std::fmt;
use std::time::Duration;

pub(super) fn audience(value: &str) -> String {
    format!(
        "audience {value:?} is not usable: it must not be empty, not begin or end with a space, and not be a list"
    )
}

pub(super) fn authorization_server(value: &str) -> String {
    format!(
        "authorization server {value:?} is not an issuer whose tokens this guard accepts: spell it as `iss` of its tokens"
    )
}

pub(super) fn certificate_header(value: &str) -> String {
    format!(
        "certificate header {value:?} is not usable: choose a name without `_`, which proxies mistake for `-`, \
         which requests do not use for another purpose"
    )
}

pub(super) fn hybrid_issuer(value: &str) -> String {
    format!(
        "the JWT verifier of a `Hybrid` must accept issuer {value:?} alone, since its tokens are sent to the introspection \
         endpoint of that issuer"
    )
}

pub(super) fn issuer_audience(value: &str) -> String {
    format!(
        "issuer {value:?} has audiences of its own, but tokens of an MCP server are for its URI: remove `Issuer::audience`"
    )
}

pub(super) fn issuer_pattern(value: &str) -> String {
    format!(
        "issuer pattern {value:?} is not usable: it must have `{{tenant}}` once, as a whole segment of the path, or as the \
         first label of the host before at least two others"
    )
}

pub(super) fn network(value: &str) -> String {
    format!(
        "{value:?} is not an address or a network for trusted peers, such as `10.1.2.3`, `10.1.0.0/16` or `fd00::/8`; \
         bits beyond the prefix must be zero, and `/0` is not accepted"
    )
}

pub(super) fn no_certificate_header(value: &str) -> String {
    format!(
        "the certificate format `{value}` has no usual header: name the header that the proxy sets"
    )
}

pub(super) fn no_status_list_origin(value: &str) -> String {
    format!(
        "issuer {value:?} has no origin of status lists: name at least one in `StatusLists::add_issuer`"
    )
}

pub(super) const NOTHING_ACCEPTED: &str = "no token could be accepted: configure `dpop(..)` or `mtls(..)`, or call `allow_unbound_tokens()`";

pub(super) const OFFLINE_ACCESS: &str = "scope \"offline_access\" is not one of an MCP server: remove it from the scopes of the protected resource; clients \
         request it from the authorization server";

/// For lists, of which each element must be one value.
pub(super) fn one_each(parameter: &str, value: &str) -> String {
    if matches!(parameter, "acr" | "scope") && value.contains(' ') {
        format!(": each element is one {parameter}")
    } else {
        String::new()
    }
}

pub(super) fn path_prefix(value: &str) -> String {
    format!(
        "path prefix {value:?} is not usable: it must begin with exactly one `/`, not end with `/`, \
         and have no dot segments"
    )
}

pub(super) fn plain_http_pattern(value: &str) -> String {
    format!(
        "issuer pattern {value:?} is not usable: it is not https (plain http is accepted for loopback only); configure \
         insecure http with `IssuerPattern::over_insecure_http`"
    )
}

pub(super) fn same_host(first: &str, second: &str) -> String {
    format!(
        "the origins {first:?} and {second:?} cannot be in one `Dpop`: a request does not say which of them its `Host` names"
    )
}

pub(super) fn second_introspection(first: &str, second: &str) -> String {
    format!(
        "tokens of issuer {second:?} cannot be introspected besides those of {first:?}: an opaque token names no issuer, \
         and would have to be shown to both"
    )
}

pub(super) const TENANTS_PER_ISSUER: &str = "a JWT verifier with `TenantIssuers` cannot be part of a `PerIssuer`: its issuers are not known";

pub(super) fn unknown_header_format(value: &str) -> String {
    format!(
        "{value:?} is not a certificate header format; the names are those of `HeaderFormat::name`"
    )
}

pub(super) fn unreachable_keys(origin: &str, reason: &str) -> String {
    format!(
        "the key set {origin} cannot be fetched: {reason}; to start without it, and to answer 503 until it is \
         fetched, use `RemoteKeysBuilder::lazy`"
    )
}

pub(super) const UNUSED_METADATA_URL: &str = "`metadata_url(..)` has no effect on `RemoteKeys::from_jwks_uri`, which reads no metadata: use \
         `RemoteKeys::for_issuer`";

/// A duration in seconds, as documentation writes it.
pub(super) fn seconds(span: Duration) -> String {
    match (span.as_secs(), span.subsec_nanos()) {
        (whole, 0) => format!("{whole} s"),
        (0, nanos) if nanos % 1_000_000 == 0 => format!("{} ms", span.as_millis()),
        _ => format!("{} s", span.as_secs_f64()),
    }
}

/// The line of an error in a file, if it is known.
pub(super) struct Line(pub(super) Option<usize>);

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(line) => write!(formatter, ", line {line},"),
            None => Ok(()),
        }
    }
}

pub(super) const INSECURE_ISSUER: &str =
    "`Issuer::over_insecure_http` and `RemoteKeysBuilder::allow_insecure_http`";
pub(super) const INSECURE_ORIGIN: &str = "`Dpop::over_insecure_http`";
pub(super) const INSECURE_URL: &str = "`RemoteKeysBuilder::allow_insecure_http`";
