//! The command line, and the environment variables of the same names.

mod authorization_server;
mod certificates;
mod command;
mod concealed;
mod introspect;
mod number;
mod output;
mod profile;
mod proofs;
mod requirements;
mod server;
pub(crate) mod variables;

pub(crate) use authorization_server::AuthorizationServer;
pub(crate) use command::Options;
pub(crate) use introspect::{Introspect, IntrospectedTokens};
pub(crate) use output::{Development, Log, LogFormat};
pub(crate) use proofs::{NonceMode, SharedState};
pub(crate) use requirements::Requirements;
pub(crate) use server::{ForwardedFields, Server};
