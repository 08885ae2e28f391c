//! A reverse proxy and a forward-auth service that accept sender-constrained access tokens only: DPoP (RFC 9449) and
//! mutual TLS (RFC 8705), by [`sender_constraint::Guard`].
//!
//! This library is what the program `sender-constraint-gate` consists of, for tests. [`Running`] serves a configuration
//! file, [`run`] is the whole program, [`ConfigFile`] checks the text of a configuration. The README has the settings and
//! recipes for nginx, Caddy, Traefik and Envoy.
#![forbid(unsafe_code)]
// They panic when the disk is full.
#![deny(clippy::print_stderr, clippy::print_stdout)]

mod body;
mod command_line;
#[cfg(test)]
mod concealed_tests;
mod config;
mod config_file;
#[cfg(test)]
mod example_tests;
#[cfg_attr(not(feature = "ext-authz-grpc"), path = "no_ext_authz.rs")]
mod ext_authz;
mod forward_auth;
mod gate;
mod guard;
mod identity;
mod log;
mod log_limit;
mod malformed;
mod program;
mod progress;
mod proxy;
mod request_span;
mod response;
mod running;
mod server;
mod summary;

pub use config::SettingError;
pub use config_file::ConfigFile;
pub use program::run;
pub use running::Running;
