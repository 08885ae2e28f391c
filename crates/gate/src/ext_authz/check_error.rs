//! Why no decision can be made about what Envoy sent.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use sender_constraint::cert::CertError;

#[derive(Debug)]
pub(super) enum CheckError {
    Certificate(CertError),
    Connection(String),
    /// Two statements about the original request that differ.
    Contradictory(&'static str),
    /// The bytes are not one message of gRPC, without compression.
    Framing,
    /// The value, which the client chose, is not what its name says.
    Malformed(&'static str),
    Message(prost::DecodeError),
    Missing(&'static str),
    /// A header field of the response is not ASCII, so a message cannot carry it.
    NotAscii,
    Slow(Duration),
    TooLarge {
        limit: usize,
    },
    TooManyFields {
        limit: usize,
    },
}

impl CheckError {
    /// What the client receives. Only the form and the size of its request are its own fault.
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge { .. } | Self::TooManyFields { .. } => {
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
            }
            _ => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl fmt::Display for CheckError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate(error) => write!(formatter, "`source.certificate`: {error}"),
            Self::Connection(error) => write!(formatter, "the message did not arrive: {error}"),
            Self::Contradictory(name) => write!(
                formatter,
                "`{name}` is there twice, with different values; expected one"
            ),
            Self::Framing => formatter.write_str("expected one message without compression"),
            Self::Malformed(name) => write!(formatter, "`{name}` is malformed"),
            Self::Message(error) => write!(formatter, "expected a CheckRequest: {error}"),
            Self::Missing(name) => write!(formatter, "`{name}` is missing or empty"),
            Self::NotAscii => formatter.write_str("a header field of the response is not ASCII"),
            Self::Slow(limit) => write!(
                formatter,
                "no whole message within {} s; `limits.header_seconds` governs this",
                limit.as_secs()
            ),
            Self::TooLarge { limit } => write!(
                formatter,
                "the message has more than {limit} bytes; `limits.header_bytes` governs this, and Envoy must not send the \
                 body (`with_request_body`)"
            ),
            Self::TooManyFields { limit } => write!(
                formatter,
                "the request has more than {limit} header fields; `limits.headers` governs this"
            ),
        }
    }
}
