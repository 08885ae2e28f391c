//! The reasons for refusing a text as the URI of a protected resource.

/// Why a text is not an `http` or `https` URI that could identify a protected resource.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum UriError {
    /// A character outside RFC 3986, or more than 8192 bytes.
    #[error("it has characters that RFC 3986 does not allow, or exceeds the limit of 8192 bytes")]
    Characters,
    /// No host, an IP address in a non-canonical form, a trailing dot, or a non-ASCII name.
    #[error("its host is not a name or IP address in canonical form")]
    Host,
    /// Not `scheme://authority/path`.
    #[error("it is not an absolute URI")]
    NotAbsolute,
    /// A `%` without two hexadecimal digits.
    #[error("it has a `%` without two hexadecimal digits")]
    PercentEncoding,
    /// Not a number from 1 to 65535.
    #[error("its port is not a number from 1 to 65535")]
    Port,
    /// Neither `https` nor `http`.
    #[error("its scheme is neither https nor http")]
    Scheme,
    /// A name or password before the host (RFC 9110 section 4.2.4).
    #[error("it has user information")]
    UserInfo,
}
