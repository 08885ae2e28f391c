//! The configuration: one TOML file, overridden by environment variables, read strictly.
//!
//! Every error names the file and line, or the variable; the setting; what came and what was expected.

mod certificates;
mod configuration;
mod environment;
mod file;
mod forward_auth;
mod forwarded;
mod identity;
mod issuers;
mod nonces;
mod peers;
mod places;
mod policy;
mod proofs;
mod redis;
mod replay;
mod server;
mod setting_names;
mod shown;
mod source;
mod table;
mod tree;
mod upstream;
mod values;
mod variable_names;

#[cfg(test)]
mod environment_tests;
#[cfg(test)]
mod misspelt_tests;
#[cfg(test)]
mod mode_tests;
#[cfg(test)]
mod target_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod unused_tests;
#[cfg(test)]
mod variable_tests;

pub(crate) use certificates::{CertificateSource, ForwardedCertificates};
pub(crate) use configuration::{Config, Mode};
#[cfg(test)]
pub(crate) use environment::PREFIX;
pub(crate) use forward_auth::{ForwardAuth, Original, Protocol, Statuses};
pub(crate) use forwarded::Fields;
pub(crate) use identity::{Identity, IdentityToken};
pub(crate) use issuers::{Introspect, IntrospectedTokens, IssuerSettings, Issuers};
pub(crate) use nonces::{NonceMode, Nonces};
pub(crate) use policy::{Policy, Public, is_plain};
pub(crate) use proofs::Proofs;
pub(crate) use redis::Redis;
pub(crate) use server::{ClientCertificates, Limits, Log, LogFormat, Server, Tls};
#[cfg(test)]
pub(crate) use setting_names::SETTING_NAMES;
pub(crate) use source::Setting;
pub use source::SettingError;
pub(crate) use upstream::{Credentials, Upstream};
pub(crate) use variable_names::COMMON_PREFIX;
