//! A guarded server to point an authorization server and its clients at, before writing any code:
//!
//! ```sh
//! cargo run --features rustls --example resource_server -- --issuer https://as.example.com \
//!     --audience https://api.example.com --origin http://127.0.0.1:9300 --explain
//! ```
//!
//! It accepts tokens bound to a key by DPoP and, once it has a source of client certificates, tokens bound to a
//! certificate: from its own TLS (`--tls-cert`), or from a proxy's header (`--forwarded-cert`, see the example
//! `behind_a_proxy`).
//!
//! At start it writes to standard error what it accepts, with the keys that it found. It answers every path and method
//! with what the guard found out about the caller, as JSON, and logs every refusal with its reason and the options that
//! govern it; with `--explain` (for development only) the client receives the same, with token and proof decoded.
//! `--help` shows the other options, each of which is an environment variable too.
//!
//! `--fapi2` makes it the resource server of a FAPI 2.0 certification run, `--metadata` publishes what clients need before
//! their first token (RFC 9728). `--mcp` makes it a server of the Model Context Protocol, whose URI is the `--audience`.
//!
//! Several instances share used proofs and a deny-list in Redis with `--features rustls,redis` and `--redis`.
//!
//! SIGTERM and Ctrl-C stop it without losing a request (`shutdown.rs`, `--grace`).
// They panic when the disk is full.
#![deny(clippy::print_stderr, clippy::print_stdout)]

mod age;
mod app;
mod at;
mod checks;
mod connection;
mod explain;
mod governed;
mod guard;
mod hints;
mod introspect;
mod issuers;
mod json;
mod key_sources;
mod keys;
mod lines;
mod lingering;
mod listener;
mod log;
mod nonces;
mod options;
mod presented;
mod profile;
#[cfg(feature = "redis")]
mod redis;
#[cfg(not(feature = "redis"))]
#[path = "no_redis.rs"]
mod redis;
mod requirement;
mod settings;
mod shared;
mod shutdown;
mod signals;
mod summary;
mod verdict;

use std::process::ExitCode;
use std::time::Duration;

use axum::Router;

use crate::issuers::Issuers;
use crate::listener::Listener;
use crate::options::Options;
use crate::summary::Summary;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::of_process();
    // By default not yet: a wrong configuration is reported in one line.
    if options.log.verbose > 0 {
        log::to_stderr(&options.log);
    }
    let (listener, app, summary) = match prepare(&options).await {
        Ok(prepared) => prepared,
        Err(misconfiguration) => {
            let misconfiguration = options.described(&misconfiguration);
            log::failure(&misconfiguration, &options.log);
            return ExitCode::from(2);
        }
    };
    if options.log.verbose == 0 {
        log::to_stderr(&options.log);
    }
    summary.write(&options.log);
    let grace = Duration::from_secs(options.server.grace);
    match listener.serve(app, grace).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::failure(&error.to_string(), &options.log);
            ExitCode::FAILURE
        }
    }
}

async fn prepare(options: &Options) -> Result<(Listener, Router, Summary), String> {
    let require = checks::check(options)?;
    Listener::check(options)?;
    let issuers = Issuers::fetch(options).await?;
    let keys = issuers.keys.clone();
    let shared = redis::connect(&options.shared).await?;
    let guard = guard::guard(options, issuers, shared)?;
    let app = app::app(&guard, require, &options.development)?;
    let listener = Listener::bind(options).await?;
    let address = listener.address().map_err(|error| error.to_string())?;
    Ok((listener, app, Summary::new(options, &address, keys)))
}
