//! The command line.

use clap::Parser;

/// Answers requests that carry a good access token and a good DPoP proof with the verdict on them
#[derive(Parser)]
pub(crate) struct Options {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9300")]
    pub(crate) listen: String,

    /// Scheme, host and port that clients put into their requests: https, or http on loopback
    #[arg(long, value_name = "URL")]
    pub(crate) origin: String,

    /// The path that a gateway in front removes: /svc1
    #[arg(long, value_name = "PATH")]
    pub(crate) path_prefix: Option<String>,

    /// The authorization server, spelled as in `iss`; may be repeated
    #[arg(long, value_name = "URL", required = true)]
    pub(crate) issuer: Vec<String>,

    /// The keys of the one issuer; without this they are found by its metadata
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) jwks: Option<String>,

    /// The name of this server in `aud`; may be repeated
    #[arg(long, value_name = "AUDIENCE", required = true)]
    pub(crate) audience: Vec<String>,

    /// Certificates to trust besides the system's when metadata and keys are fetched
    #[arg(long, value_name = "PEM")]
    pub(crate) ca: Option<String>,

    /// Also lets tokens pass that are bound to no key, which anybody who copies them can use
    #[arg(long)]
    pub(crate) allow_unbound: bool,

    /// Also accepts tokens whose `typ` is not at+jwt but JWT or absent
    #[arg(long)]
    pub(crate) lenient_typ: bool,

    /// What proofs may be signed with: ES256,EdDSA
    #[arg(long, value_name = "LIST")]
    pub(crate) proof_algs: Option<String>,

    /// What tokens may be signed with: ES256,RS256
    #[arg(long, value_name = "LIST")]
    pub(crate) token_algs: Option<String>,

    /// A web page's origin whose scripts may call this server: https://app.example.com
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) cors: Option<String>,
}
