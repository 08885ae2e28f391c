//! The reverse proxy: an accepted request is forwarded, with the identity of its sender.

mod challenges;
mod client;
mod ending;
mod fields;
mod forward;
mod origins;
mod request;
mod response;
mod upgrade;
mod upstream_error;

pub(crate) use client::Upstream;
#[cfg(feature = "ext-authz-grpc")]
pub(crate) use fields::RemovedFields;
pub(crate) use forward::{Proxy, forward};
