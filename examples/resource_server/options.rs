//! The command line.

use clap::{Parser, ValueEnum};

/// Answers requests whose access token is good, and whose sender is the one that it was issued to, with the verdict
///
/// Senders prove themselves by DPoP, and with --tls-cert or --client-cert also by a client certificate.
#[derive(Parser)]
pub(crate) struct Options {
    /// Where to listen; port 0 takes a free one
    #[arg(
        long,
        value_name = "ADDRESS|unix:PATH",
        default_value = "127.0.0.1:9300"
    )]
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

    /// Serves TLS with this certificate chain, and takes client certificates from the connection
    #[arg(long, value_name = "PEM", requires = "tls_key")]
    pub(crate) tls_cert: Option<String>,

    /// The private key of --tls-cert
    #[arg(long, value_name = "PEM", requires = "tls_cert")]
    pub(crate) tls_key: Option<String>,

    /// Whether a client may or must present a certificate; any is taken, since it is the token that names it
    #[arg(
        long,
        value_enum,
        default_value = "request",
        value_name = "request|require",
        hide_possible_values = true,
        requires = "tls_cert"
    )]
    pub(crate) client_certs: ClientCerts,

    /// Takes client certificates from the header of a proxy, and never from the connection, which is the proxy's
    ///
    /// Forms: rfc9440 (Client-Cert), xfcc (X-Forwarded-Client-Cert), and with a header to name pem-percent,
    /// pem-percent-chain, pem-spaces, der-base64, der-base64-chain, der-base64-quoted, sha256-hex, sha256-base64
    #[arg(long, value_name = "FORM[:HEADER]", requires = "trusted_peer")]
    pub(crate) client_cert: Option<String>,

    /// The proxy whose header is believed: 10.1.2.3, 10.1.0.0/16, or unix for all on a Unix socket; may be repeated
    #[arg(long, value_name = "CIDR|unix", requires = "client_cert")]
    pub(crate) trusted_peer: Vec<String>,

    /// Names the reason of each refusal in a header, `x-refusal`: for tests, since strangers learn from it
    #[arg(long)]
    pub(crate) name_refusals: bool,

    /// A web page's origin whose scripts may call this server: https://app.example.com
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) cors: Option<String>,

    /// How long open connections serve what still arrives after SIGTERM or Ctrl-C
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "5",
        value_parser = clap::value_parser!(u64).range(..=3600)
    )]
    pub(crate) grace: u64,
}

/// Whether clients present certificates.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ClientCerts {
    Request,
    Require,
}
