//! `ext_authz` of Envoy over gRPC: `envoy.service.auth.v3.Authorization/Check`.
//!
//! Envoy describes each request in a message, and forwards it if the response says so. The decision is that of
//! [`forward_auth`](crate::forward_auth).

mod call;
mod check_error;
mod check_response;
mod fields;
mod health;
mod messages;
mod original;
mod service;

pub(crate) use service::ExtAuthz;
