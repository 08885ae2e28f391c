//! The command line, and the environment variables of the same names.

use std::ffi::{OsStr, OsString};

use clap::{
    Arg, ArgAction, ArgGroup, Args, CommandFactory as _, FromArgMatches as _, Parser, ValueEnum,
};
use sender_constraint::token::Dialect;

/// The command line.
#[derive(Parser)]
#[command(name = "resource_server", version, about = ABOUT, long_about = None, after_help = ENVIRONMENT)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) server: Server,
    #[command(flatten)]
    pub(crate) issuers: AuthorizationServer,
    #[command(flatten)]
    pub(crate) introspection: Introspect,
    #[command(flatten)]
    pub(crate) proofs: Proofs,
    #[command(flatten)]
    pub(crate) nonces: DpopNonces,
    #[command(flatten)]
    pub(crate) shared: SharedState,
    #[command(flatten)]
    pub(crate) certificates: ClientCertificates,
    #[command(flatten)]
    pub(crate) requirements: Requirements,
    #[command(flatten)]
    pub(crate) log: Log,
    #[command(flatten)]
    pub(crate) development: Development,
}

impl Options {
    /// The options of this process. An error ends it with status 2.
    pub(crate) fn of_process() -> Self {
        Self::read(std::env::args_os()).unwrap_or_else(|error| error.exit())
    }

    /// The first argument is the program.
    pub(crate) fn read<A>(arguments: impl IntoIterator<Item = A>) -> Result<Self, clap::Error>
    where
        A: Into<OsString> + Clone,
    {
        let command = Self::command_with_environment();
        Self::from_arg_matches(&command.try_get_matches_from(arguments)?)
    }

    /// Every option has an environment variable; one table in the help names them all.
    pub(crate) fn command_with_environment() -> clap::Command {
        // What a trusted peer is trusted with.
        let group = ArgGroup::new(BEHIND_A_PROXY).args(["forwarded", "forwarded_cert"]);
        let command = Self::command().group(group.multiple(true));
        command.mut_args(|option| {
            let Some(name) = option.get_long() else {
                return option;
            };
            let name = name.to_uppercase().replace('-', "_");
            let variable = OsString::from(format!("RESOURCE_SERVER_{name}"));
            match std::env::var_os(&variable) {
                Some(value) if is_off(&option, &value) => option,
                _ => option.env(variable).hide_env(true),
            }
        })
    }
}

/// Whether the value of an environment variable is that of an absent option: empty, as compose files set it, or `false`.
pub(crate) fn is_off(option: &Arg, value: &OsStr) -> bool {
    let is_flag = matches!(option.get_action(), ArgAction::SetTrue);
    value.is_empty() || (is_flag && (value == "false" || value == "0"))
}

#[derive(Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct Server {
    /// IP address and port (0: any), or unix:PATH
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9300")]
    pub(crate) listen: String,

    #[arg(
        long,
        value_name = "URL",
        required = true,
        value_delimiter = ' ',
        help = "Scheme, host and port that clients use: https, or http on\n\
                loopback; may be repeated, and the host then selects one"
    )]
    pub(crate) origin: Vec<String>,

    /// The path that a gateway in front removes: /svc1
    #[arg(long, value_name = "PATH")]
    pub(crate) path_prefix: Option<String>,

    #[arg(
        long,
        value_name = "rfc7239|x-forwarded",
        hide_possible_values = true,
        requires = "trusted_peer",
        help = "Take the host that clients address from Forwarded, or from\n\
                X-Forwarded-Host and X-Forwarded-Proto, of --trusted-peer"
    )]
    pub(crate) forwarded: Option<ForwardedFields>,

    /// How many proxies write an element of --forwarded [default: 1]
    #[arg(long, value_name = "NUMBER", requires = "forwarded")]
    pub(crate) forwarded_hops: Option<usize>,

    #[arg(
        long,
        value_name = "CIDR|unix",
        requires = BEHIND_A_PROXY,
        value_delimiter = ' ',
        help = "The proxy of --forwarded and --forwarded-cert: 10.1.2.3,\n\
                10.1.0.0/16, or unix for any client of a Unix socket; may be\n\
                repeated"
    )]
    pub(crate) trusted_peer: Vec<String>,

    /// Serve TLS with this certificate chain, and request client certificates
    #[arg(long, value_name = "PEM", requires = "tls_key")]
    pub(crate) tls_cert: Option<String>,

    /// The private key of --tls-cert
    #[arg(long, value_name = "PEM", requires = "tls_cert")]
    pub(crate) tls_key: Option<String>,

    /// Accept requests in TLS early data, which can be replayed (RFC 8470)
    #[arg(long)]
    pub(crate) accept_early_data: bool,

    /// How long connections are served after SIGTERM or Ctrl-C
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = clap::value_parser!(u64).range(..=3600))]
    pub(crate) grace: u64,
}

/// Which fields state the host that clients address.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum ForwardedFields {
    Rfc7239,
    XForwarded,
}

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
    #[arg(long, value_name = "SECONDS")]
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
    #[arg(long, value_name = "SECONDS", requires = "introspect")]
    pub(crate) introspection_cache: Option<u64>,
}

/// Which tokens are introspected.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum IntrospectedTokens {
    All,
    Jwt,
}

#[derive(Args)]
#[command(next_help_heading = "Proofs")]
pub(crate) struct Proofs {
    /// Algorithms of DPoP proofs: ES256,EdDSA
    #[arg(long, value_name = "LIST")]
    pub(crate) proof_algs: Option<String>,

    /// How long after its `iat` a proof is accepted [default: 60]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) proof_max_age: Option<u64>,

    /// How far the clock of a client may be ahead [default: 10]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) clock_skew: Option<u64>,
}

#[derive(Args)]
#[command(next_help_heading = "Nonces")]
pub(crate) struct DpopNonces {
    /// Require a nonce in proofs, or only of wrong clocks
    #[arg(
        long,
        value_name = "off|required|skew",
        default_value = "off",
        hide_possible_values = true
    )]
    pub(crate) nonce: NonceMode,

    #[arg(
        long,
        value_name = "FILE",
        help = "Secrets that instances share, each 32 random bytes in base64url\n\
                on a line: the first issues, others only verify; read again on\n\
                SIGHUP [default: a random one, of this process]"
    )]
    pub(crate) nonce_secret: Option<String>,

    /// When clients get the next nonce; two are accepted [default: 60]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) nonce_rotation: Option<u64>,
}

/// When a proof needs a nonce.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum NonceMode {
    Off,
    Required,
    Skew,
}

#[derive(Args)]
#[command(next_help_heading = "Shared state")]
pub(crate) struct SharedState {
    #[arg(
        long,
        value_name = "URL",
        value_delimiter = ' ',
        help = "Share used proofs and a deny-list with other instances in Redis or\n\
                Valkey: redis://[user:password@]host[:port] or rediss://..; repeat it\n\
                for a Cluster. Needs a build with --features redis"
    )]
    pub(crate) redis: Vec<String>,

    /// The URLs of --redis are Sentinels, which know the primary as NAME
    #[arg(long, value_name = "NAME", requires = "redis")]
    pub(crate) redis_sentinel: Option<String>,
}

#[derive(Args)]
#[command(next_help_heading = "Client certificates")]
pub(crate) struct ClientCertificates {
    /// Refuse TLS connections without a client certificate
    #[arg(long, requires = "tls_cert")]
    pub(crate) require_client_cert: bool,

    #[arg(
        long,
        value_name = "FORM[:HEADER]",
        requires = "trusted_peer",
        help = "Take certificates from a proxy's header, never from the\n\
                connection: rfc9440, xfcc, or with :HEADER pem-percent,\n\
                pem-percent-chain, pem-spaces, der-base64, der-base64-chain,\n\
                der-base64-quoted, sha256-hex, sha256-base64"
    )]
    pub(crate) forwarded_cert: Option<String>,

    /// How many proxies write an element of xfcc [default: 1]
    #[arg(long, value_name = "NUMBER", requires = "forwarded_cert")]
    pub(crate) trusted_hops: Option<usize>,
}

#[derive(Args)]
#[command(next_help_heading = "Requirements of every request")]
pub(crate) struct Requirements {
    /// A scope that the token must have, else 403; may be repeated
    #[arg(long, value_name = "SCOPE", value_delimiter = ' ')]
    pub(crate) require_scope: Vec<String>,

    /// An accepted `acr`, best first, else 401; may be repeated
    #[arg(long, value_name = "ACR", value_delimiter = ' ')]
    pub(crate) require_acr: Vec<String>,

    /// How long ago the user may have authenticated, else 401
    #[arg(long, value_name = "SECONDS")]
    pub(crate) max_age: Option<u64>,
}

#[derive(Args)]
#[command(next_help_heading = "Log")]
pub(crate) struct Log {
    /// The form of the lines on standard error
    #[arg(
        long = "log",
        value_enum,
        value_name = "text|json",
        default_value = "text",
        hide_possible_values = true
    )]
    pub(crate) format: LogFormat,

    /// Log more; -vv for even more
    #[arg(short, long, action = ArgAction::Count)]
    pub(crate) verbose: u8,

    /// Log warnings and errors only
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
}

#[derive(Args)]
#[command(next_help_heading = "Development")]
pub(crate) struct Development {
    #[arg(
        long,
        help = "Send the reason of a refusal, decoded token and proof as its body;\n\
                never in production: it tells attackers what to change"
    )]
    pub(crate) explain: bool,

    /// Send the kind of a refusal as x-refusal; never in production
    #[arg(long)]
    pub(crate) name_refusals: bool,

    /// Accept http to another machine in --origin: others can read tokens
    #[arg(long)]
    pub(crate) insecure_http_origin: bool,

    /// Origin of a web page whose scripts may call: https://app.example.com
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) cors: Option<String>,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

const BEHIND_A_PROXY: &str = "behind_a_proxy";
const ABOUT: &str = "\
Verifies access tokens and their sender on every request, and responds with what it found.
Tokens must be bound to a key (DPoP) or, with --tls-cert or --forwarded-cert, to a certificate.";
const ENVIRONMENT: &str = "\
Environment:
  RESOURCE_SERVER_<OPTION>  any option, in capitals: RESOURCE_SERVER_PROOF_ALGS=ES256. Values of an
                            option that may be repeated are separated by spaces
  RUST_LOG                  what is logged, instead of -v and -q: info,sender_constraint=debug
  NO_COLOR                  no colors in the log

Try: resource_server --issuer https://as.example.com --audience https://api.example.com \\
       --origin http://127.0.0.1:9300 --explain";
