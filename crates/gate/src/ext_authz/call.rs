//! A unary call of gRPC: one message in each direction (gRPC over HTTP/2, "Requests" and "Responses").

use std::time::Duration;

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Version};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use prost::Message;
use tokio::time::timeout;

use super::check_error::CheckError;
use crate::body::{Body, empty};

/// Why a call has no message in its response.
#[derive(Clone, Copy)]
pub(super) enum CallStatus {
    InvalidArgument,
    NotFound,
    PermissionDenied,
    Unimplemented,
}

/// Whether the request is a call. gRPC-Web, which has a different content type, is not.
pub(super) fn is_call(request: &Request<Incoming>) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE);
    let rest = content_type.and_then(|it| it.as_bytes().strip_prefix(APPLICATION_GRPC.as_bytes()));
    let is_grpc = rest.is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';' | b' ')));
    is_grpc && *request.method() == Method::POST && request.version() == Version::HTTP_2
}

/// Reads the only message of a call.
pub(super) async fn read<M: Message + Default>(
    body: Incoming,
    limit: usize,
    time: Duration,
) -> Result<M, CheckError> {
    let body = Limited::new(body, limit.saturating_add(PREFIX_BYTES)).collect();
    let body = timeout(time, body)
        .await
        .map_err(|_| CheckError::Slow(time))?;
    let body = body.map_err(|error| {
        if error.is::<LengthLimitError>() {
            CheckError::TooLarge { limit }
        } else {
            CheckError::Connection(error.to_string())
        }
    })?;
    let message = unframed(body.to_bytes())?;
    M::decode(message).map_err(CheckError::Message)
}

/// The message behind its prefix: a flag for compression, which is not offered, and its length.
fn unframed(mut body: Bytes) -> Result<Bytes, CheckError> {
    if body.len() < PREFIX_BYTES {
        return Err(CheckError::Framing);
    }
    let (flag, length) = (body.get_u8(), body.get_u32());
    let is_whole = usize::try_from(length).is_ok_and(|length| length == body.len());
    if flag != 0 || !is_whole {
        return Err(CheckError::Framing);
    }
    Ok(body)
}

/// The response with a message, and the status 0 in its trailers.
pub(super) fn with_message(message: &impl Message) -> Response<Body> {
    let message = message.encode_to_vec();
    let Ok(length) = u32::try_from(message.len()) else {
        return without_message(CallStatus::PermissionDenied, "the response is too long");
    };
    let mut body = BytesMut::with_capacity(PREFIX_BYTES + message.len());
    body.put_u8(0);
    body.put_u32(length);
    body.extend_from_slice(&message);
    let trailers = HeaderMap::from_iter([(GRPC_STATUS, HeaderValue::from_static("0"))]);
    let body = Full::new(body.freeze()).with_trailers(std::future::ready(Some(Ok(trailers))));
    of_grpc(body.map_err(|never| match never {}).boxed_unsync())
}

/// The response without a message, whose status is in its headers.
pub(super) fn without_message(status: CallStatus, message: &'static str) -> Response<Body> {
    let status = match status {
        CallStatus::InvalidArgument => "3",
        CallStatus::NotFound => "5",
        CallStatus::PermissionDenied => "7",
        CallStatus::Unimplemented => "12",
    };
    let mut response = of_grpc(empty());
    let headers = response.headers_mut();
    headers.insert(GRPC_STATUS, HeaderValue::from_static(status));
    headers.insert(GRPC_MESSAGE, HeaderValue::from_static(message));
    response
}

fn of_grpc(body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let content_type = HeaderValue::from_static(APPLICATION_GRPC);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

const APPLICATION_GRPC: &str = "application/grpc";
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const PREFIX_BYTES: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_has_one_whole_message_without_compression() {
        let unframe = |bytes: &'static [u8]| unframed(Bytes::from_static(bytes));
        assert_eq!(unframe(&[0, 0, 0, 0, 0]).unwrap(), "");
        assert_eq!(unframe(&[0, 0, 0, 0, 1, b'a']).unwrap(), "a");
        for bytes in [
            &[][..],
            &[0, 0, 0, 0],
            &[1, 0, 0, 0, 1, b'a'],
            &[0, 0, 0, 0, 2, b'a'],
            &[0, 0, 0, 0, 1, b'a', b'b'],
            &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            &[0, 255, 255, 255, 255],
        ] {
            assert!(
                matches!(unframe(bytes), Err(CheckError::Framing)),
                "{bytes:?}"
            );
        }
    }
}
