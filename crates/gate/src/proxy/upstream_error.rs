//! Why there is no response of the upstream, and the status of the gate's own.

use std::error::Error as StdError;
use std::io;
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
            Self::Connect(error) => {
                let (status, reason) = (status_of(error), causes(error));
                limited!(warn, %reason, "the upstream cannot be reached: `upstream.url`, `upstream.connect_seconds`");
                status
            }
            Self::Request(Failure::Idle) => {
                tracing::debug!("the client sent nothing for `limits.idle_seconds`");
                StatusCode::REQUEST_TIMEOUT
            }
            Self::Request(Failure::Malformed) => {
                tracing::debug!("the body of the request is malformed or incomplete");
                StatusCode::BAD_REQUEST
            }
            Self::Response(error) => {
                let (status, reason) = (status_of(error), causes(error));
                limited!(warn, %reason, "the upstream sent no valid response");
                status
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

/// 504 if nothing came in time (RFC 9110 section 15.6.5): no connection, no acknowledgement of what was sent, no response to
/// a ping of HTTP/2. Else 502: the upstream refused, closed, or violated the protocol.
fn status_of(error: &(dyn StdError + 'static)) -> StatusCode {
    let mut causes = std::iter::successors(Some(error), |&error| error.source());
    let is_timeout = |cause: &(dyn StdError + 'static)| {
        let io = cause.downcast_ref::<io::Error>();
        let http = cause.downcast_ref::<hyper::Error>();
        io.is_some_and(|error| error.kind() == io::ErrorKind::TimedOut)
            || http.is_some_and(hyper::Error::is_timeout)
    };
    if causes.any(is_timeout) {
        StatusCode::GATEWAY_TIMEOUT
    } else {
        StatusCode::BAD_GATEWAY
    }
}

/// An error and its causes.
fn causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use hyper::client::conn::http1;
    use hyper_util::rt::TokioIo;
    use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

    use super::*;
    use crate::body::empty;

    /// A connection whose reads fail as the kernel fails them.
    struct Failing(io::ErrorKind);

    impl AsyncRead for Failing {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Poll::Ready(Err(self.0.into()))
        }
    }

    impl AsyncWrite for Failing {
        fn poll_write(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            Poll::Ready(Ok(bytes.len()))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    async fn failed(kind: io::ErrorKind) -> hyper::Error {
        let client = http1::handshake(TokioIo::new(Failing(kind))).await;
        let (mut sender, connection) = client.unwrap();
        let request = sender.send_request(http::Request::new(empty()));
        let (response, ended) = tokio::join!(request, connection);
        response.err().or_else(|| ended.err()).unwrap()
    }

    #[tokio::test]
    async fn a_read_that_the_kernel_ends_after_its_time_is_a_504() {
        for (kind, expected) in [
            (io::ErrorKind::TimedOut, StatusCode::GATEWAY_TIMEOUT),
            (io::ErrorKind::ConnectionReset, StatusCode::BAD_GATEWAY),
            (io::ErrorKind::BrokenPipe, StatusCode::BAD_GATEWAY),
        ] {
            let error = failed(kind).await;
            assert_eq!(status_of(&error), expected, "{error:?}");
        }
        // ETIMEDOUT, by its number.
        let kernel = io::Error::from_raw_os_error(110);
        if cfg!(target_os = "linux") {
            assert_eq!(status_of(&kernel), StatusCode::GATEWAY_TIMEOUT);
        }
    }
}
