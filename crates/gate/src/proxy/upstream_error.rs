//! Why there is no response of the upstream, and the status of the gate's own.

use std::time::Duration;

use http::StatusCode;
use hyper_util::client::legacy::Error;

use crate::log_limit::limited;
use crate::progress::Failure;

/// Why there is no response of the upstream.
#[derive(Debug)]
pub(crate) enum UpstreamError {
    Connect(Error),
    /// The client did not complete its request.
    Request(Failure),
    /// It closed the connection, or its response is malformed.
    Response(Error),
    /// No head of a response within this time, or nothing read of a request.
    TimedOut(Duration),
}

impl UpstreamError {
    /// Writes it into the log, and returns the status of the response.
    pub(super) fn report(&self) -> StatusCode {
        match self {
            Self::Connect(reason) => {
                let reason = causes(reason);
                limited!(warn, %reason, "the upstream cannot be reached: `upstream.url`");
                StatusCode::BAD_GATEWAY
            }
            Self::Request(Failure::Idle) => {
                tracing::debug!("the client sent nothing for `limits.idle_seconds`");
                StatusCode::REQUEST_TIMEOUT
            }
            Self::Request(Failure::Malformed) => {
                tracing::debug!("the body of the request is malformed or incomplete");
                StatusCode::BAD_REQUEST
            }
            Self::Response(reason) => {
                let reason = causes(reason);
                limited!(warn, %reason, "the upstream sent no valid response");
                StatusCode::BAD_GATEWAY
            }
            Self::TimedOut(limit) => {
                let seconds = limit.as_secs();
                limited!(
                    warn,
                    seconds,
                    "the upstream sent no response in time: `upstream.response_seconds`"
                );
                StatusCode::GATEWAY_TIMEOUT
            }
        }
    }
}

/// An error and its causes.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
