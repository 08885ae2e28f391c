//! The reverse proxy: an accepted request is forwarded, with the identity of its sender.

mod challenges;
mod client;
mod ending;
mod fields;
mod forward;
mod origins;
mod removed_fields;
mod request;
mod response;
mod settings;
mod upgrade;
mod upstream_error;

pub(crate) use client::Upstream;
pub(crate) use forward::forward;
#[cfg(feature = "ext-authz-grpc")]
pub(crate) use removed_fields::RemovedFields;
pub(crate) use settings::Proxy;
