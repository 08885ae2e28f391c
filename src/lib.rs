//! Makes a stolen access token worthless.
#![forbid(unsafe_code)]

mod access;
mod address;
mod answer;
mod builder;
mod challenge;
mod config_error;
mod credentials;
mod crypto;
mod excerpt;
#[cfg(feature = "axum")]
mod extract;
mod guard;
#[cfg(feature = "remote-keys")]
pub mod http_client;
mod issuer_name;
mod jose;
pub mod keys;
mod layer;
pub mod proof;
mod refusal_body;
mod rejection;
pub mod replay;
pub mod time;
pub mod token;

pub use access::{Access, Sender};
pub use answer::Answer;
pub use builder::GuardBuilder;
pub use config_error::{ConfigError, UrlFault};
pub use credentials::{CredentialsError, Scheme};
pub use crypto::Digest;
pub use excerpt::Excerpt;
pub use guard::Guard;
pub use jose::Algorithm;
pub use layer::{GuardLayer, Guarded, ResponseFuture};
pub use refusal_body::{EmptyBody, RefusalBody, ShapedBody};
pub use rejection::{BindingError, Rejection, Unavailable};
