//! Whose tokens are accepted, and which.

use clap::Args;
use sender_constraint::token::Dialect;

use super::number::number;

#[derive(Args)]
#[command(next_help_heading = "Authorization server")]
pub(crate) struct AuthorizationServer {
    /// The issuer, spelled as `iss` in its tokens; may be repeated
    #[arg(long, value_name = "URL", required = true, value_delimiter = ' ')]
    pub(crate) issuer: Vec<String>,

    /// The name of this server in `aud`; may be repeated
    #[arg(long, value_name = "AUDIENCE", required = true, value_delimiter = ' ')]
    pub(crate) audience: Vec<String>,

    /// The JWK set of the only issuer, instead of that in its metadata
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) jwks: Option<String>,

    /// Accept issuers over plain http in a private network
    #[arg(long)]
    pub(crate) insecure_http_issuer: bool,

    /// Start before keys can be fetched, and answer 503 until then
    #[arg(long)]
    pub(crate) lazy_keys: bool,

    /// Certificate authorities to trust besides the system's
    #[arg(long, value_name = "PEM")]
    pub(crate) ca: Option<String>,

    /// Algorithms of tokens and signed responses: ES256,RS256
    #[arg(long, value_name = "LIST")]
    pub(crate) token_algs: Option<String>,

    /// Clock difference for `exp` and `nbf` of tokens [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = number::<u64>("a number of seconds from 0 to 300"))]
    pub(crate) token_leeway: Option<u64>,

    /// How tokens are written: keycloak, okta, ..
    #[arg(long, value_name = "NAME", default_value = "rfc9068")]
    pub(crate) dialect: Dialect,

    /// Accept tokens whose `typ` is JWT or absent, not only at+jwt
    #[arg(long, conflicts_with = "dialect")]
    pub(crate) lenient_typ: bool,

    /// Deny the tokens, clients and keys in this TOML file
    #[arg(long, value_name = "FILE")]
    pub(crate) deny: Option<String>,

    /// Accept unbound tokens of the clients in this TOML file
    #[arg(long, value_name = "FILE")]
    pub(crate) exceptions: Option<String>,

    /// Accept unbound tokens, and log each: for migrations
    #[arg(long, conflicts_with = "allow_unbound")]
    pub(crate) report_unbound: bool,

    /// Ignore this member of `cnf` if another one holds; may be repeated
    #[arg(long, value_name = "MEMBER", value_delimiter = ' ')]
    pub(crate) ignore_cnf: Vec<String>,

    /// Accept tokens without `cnf`, which anyone who copies them can use
    #[arg(long)]
    pub(crate) allow_unbound: bool,
}
