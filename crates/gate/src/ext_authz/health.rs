//! `grpc.health.v1.Health/Check` (gRPC health checking protocol), by which Envoy finds out whether the gate decides.

use std::time::Duration;

use http::Response;
use hyper::body::Incoming;
use prost::Message;

use super::call::{CallStatus, read, with_message, without_message};
use crate::body::Body;

#[derive(Clone, PartialEq, Message)]
struct HealthCheckRequest {
    /// Empty for the server as a whole.
    #[prost(string, tag = "1")]
    service: String,
}

#[derive(Clone, PartialEq, Message)]
struct HealthCheckResponse {
    #[prost(enumeration = "ServingStatus", tag = "1")]
    status: i32,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, prost::Enumeration)]
enum ServingStatus {
    Unknown = 0,
    Serving = 1,
    NotServing = 2,
}

/// Answers a call, whose message must be complete within `time`.
pub(super) async fn respond(body: Incoming, time: Duration, is_ready: bool) -> Response<Body> {
    let request = read::<HealthCheckRequest>(body, MAX_BYTES, time).await;
    let Ok(HealthCheckRequest { service }) = request else {
        let expected = "expected grpc.health.v1.HealthCheckRequest";
        return without_message(CallStatus::InvalidArgument, expected);
    };
    if !["", SERVICE].contains(&service.as_str()) {
        return without_message(CallStatus::NotFound, "unknown service");
    }
    let status = if is_ready {
        ServingStatus::Serving
    } else {
        ServingStatus::NotServing
    };
    with_message(&HealthCheckResponse {
        status: status.into(),
    })
}

pub(super) const HEALTH: &str = "/grpc.health.v1.Health/Check";
const SERVICE: &str = "envoy.service.auth.v3.Authorization";

/// Of a message: the name of a service.
const MAX_BYTES: usize = 1024;
