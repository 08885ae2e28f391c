//! Where client certificates come from.

use clap::Args;

use super::number::number;

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
    #[arg(long, value_name = "NUMBER", requires = "forwarded_cert", value_parser = number::<usize>("a number of proxies from 1 to 10"))]
    pub(crate) trusted_hops: Option<usize>,
}
