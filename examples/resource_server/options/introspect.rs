//! Which tokens are introspected, and how.

use clap::{Args, ValueEnum};

use super::number::number;

#[derive(Args)]
#[command(next_help_heading = "Introspection")]
pub(crate) struct Introspect {
    /// Introspect all tokens, or JWTs that were verified before
    #[arg(
        long,
        value_name = "all|jwt",
        hide_possible_values = true,
        requires = "client_id"
    )]
    pub(crate) introspect: Option<IntrospectedTokens>,

    /// Where, instead of the endpoint in the metadata of the issuer
    #[arg(long, value_name = "URL", requires = "introspect")]
    pub(crate) introspection_endpoint: Option<String>,

    /// The client identifier of this server at the issuer
    #[arg(long, value_name = "ID", requires = "introspect")]
    pub(crate) client_id: Option<String>,

    /// Private JWK for signed assertions (private_key_jwt)
    #[arg(
        long,
        value_name = "FILE",
        requires = "introspect",
        conflicts_with = "client_tls"
    )]
    pub(crate) client_key: Option<String>,

    /// Certificate and key for mutual TLS (tls_client_auth)
    #[arg(long, value_name = "PEM", requires = "introspect")]
    pub(crate) client_tls: Option<String>,

    /// Refuse answers that the issuer has not signed (RFC 9701)
    #[arg(long, requires = "introspect")]
    pub(crate) require_signed_responses: bool,

    /// For how long revocations are not seen [default: 60]
    #[arg(long, value_name = "SECONDS", requires = "introspect", value_parser = number::<u64>("a number of seconds from 1 to 3600"))]
    pub(crate) introspection_cache: Option<u64>,
}

/// Which tokens are introspected.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum IntrospectedTokens {
    All,
    Jwt,
}
