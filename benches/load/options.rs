//! The command line.

use clap::Parser;

/// Sends requests with tokens and fresh proofs, and tells requests per second, latencies and refusals
///
/// Proofs are signed before the first request, and a server accepts them for a minute: the run ends with --requests,
/// with --seconds, or before the oldest proof is too old. Ctrl-C ends it too, with a report. Each connection sends its
/// next request when the last one is answered.
#[derive(Parser)]
pub(crate) struct Options {
    /// What to send requests to, over plain http; without it a guarded server starts in this process
    #[arg(long)]
    pub(crate) url: Option<String>,

    /// Where to write the JWK set that the tokens verify with
    #[arg(long, value_name = "FILE")]
    pub(crate) jwks_out: Option<String>,

    /// How long to wait for the server of --url, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(0..=600))]
    pub(crate) wait: u64,

    /// A file with the access token to use, instead of tokens made here
    #[arg(long, value_name = "FILE", requires = "key", requires = "url", conflicts_with_all = ["clients", "jwks_out"])]
    pub(crate) token: Option<String>,

    /// The P-256 key that --token is bound to
    #[arg(long, value_name = "PEM", requires = "token")]
    pub(crate) key: Option<String>,

    /// `iss` of the tokens
    #[arg(long, value_name = "URL", default_value = "https://as.example.com")]
    pub(crate) issuer: String,

    /// `aud` of the tokens
    #[arg(long, default_value = "https://api.example.com")]
    pub(crate) audience: String,

    /// How many requests at most
    #[arg(long, value_name = "COUNT", default_value_t = 50_000, value_parser = up_to(2_000_000))]
    pub(crate) requests: usize,

    /// How long at most
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=50))]
    pub(crate) seconds: u64,

    /// How many connections, with one request on its way each
    #[arg(long, value_name = "COUNT", default_value_t = 16, value_parser = up_to(1024))]
    pub(crate) connections: usize,

    /// How many clients, with a key and a token each
    #[arg(long, value_name = "COUNT", default_value_t = 64, value_parser = up_to(100_000))]
    pub(crate) clients: usize,

    /// Makes every N-th request a bad one: replayed, stale, for another method, another URI or another token
    #[arg(long, value_name = "N", value_parser = up_to(1_000_000))]
    pub(crate) spoil: Option<usize>,

    /// What cargo passes to every bench
    #[arg(long, hide = true)]
    pub(crate) bench: bool,
}

fn up_to(most: usize) -> impl Fn(&str) -> Result<usize, String> + Clone {
    move |text| match text.parse() {
        Ok(number) if (1..=most).contains(&number) => Ok(number),
        _ => Err(format!("a number from 1 to {most}")),
    }
}
