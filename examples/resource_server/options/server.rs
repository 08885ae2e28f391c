//! Where the server listens, and what clients call it.

use clap::{Args, ValueEnum};

use super::number::{number, seconds_up_to};

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
    #[arg(long, value_name = "NUMBER", requires = "forwarded", value_parser = number::<usize>("a number of proxies from 1 to 10"))]
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
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds_up_to(3600))]
    pub(crate) grace: u64,
}

/// Which fields state the host that clients address.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum ForwardedFields {
    Rfc7239,
    XForwarded,
}

/// The options that `--trusted-peer` is for.
pub(super) const BEHIND_A_PROXY: &str = "behind_a_proxy";
