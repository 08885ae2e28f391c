//! URIs and authorities: the normal form of RFC 3986 in which `htu` is compared, the target of a request, and the
//! origins and URLs of the configuration.

mod authority;
mod configured;
mod error;
mod normalized;
mod origin;
mod origins;
mod path;
mod request_error;
mod request_target;

pub(crate) use authority::host_and_port;
pub(crate) use configured::{
    PlainHttp, check_issuer, check_url, has_well_known_path, is_plain_beyond_loopback,
};
pub use error::UriError;
pub use normalized::NormalizedUri;
pub(crate) use origin::Origin;
pub(crate) use origins::Origins;
pub use request_error::RequestError;
pub(crate) use request_target::{RequestTarget, TargetError, client_uri, target_path};
