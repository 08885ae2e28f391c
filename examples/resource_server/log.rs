//! What goes to standard error: one line for each request, with no more of the client's text than is good for a log.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use serde_json::Value;
use tracing::Instrument as _;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::json;
use super::lines::Lines;
use super::options::{Log, LogFormat};

pub(crate) fn to_stderr(options: &Log) {
    let default = EnvFilter::new(filter(options));
    let lines = Lines {
        format: options.format,
        has_colors: has_colors(io::stderr().is_terminal(), std::env::var_os("NO_COLOR")),
        writer: io::stderr,
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or(default);
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .init();
}

/// At `debug` the guard also logs accepted requests, and requests without credentials. The verifier of the platform
/// repeats what the HTTP client reports; h2 and hyper log each frame and each read, also with credentials in them.
pub(crate) const fn filter(options: &Log) -> &'static str {
    match (options.quiet, options.verbose) {
        (true, _) => "warn,h2=error,rustls_platform_verifier=off",
        (false, 0) => "info,h2=error,rustls_platform_verifier=off,sender_constraint=debug",
        (false, 1) => {
            "debug,h2=error,hyper_util=info,rustls_platform_verifier=off,sender_constraint=trace"
        }
        (false, _) => "trace,h2=error,hyper=info,hyper_util=info,rustls_platform_verifier=off",
    }
}

/// Why the server does not start, or stops.
pub(crate) fn failure(error: &str, options: &Log) {
    let line = match options.format {
        LogFormat::Text => format!("resource_server: {error}"),
        LogFormat::Json => json::line(&[
            ("level", Value::from("ERROR")),
            ("target", "resource_server".into()),
            ("message", error.into()),
        ]),
    };
    write(io::stderr(), &format!("{line}\n"));
}

/// A full disk or a closed pipe ends no server: `println!` and `eprintln!` would panic.
pub(crate) fn write(mut output: impl Write, text: &str) {
    let _ = output.write_all(text.as_bytes());
    let _ = output.flush();
}

/// Adds method and path of the request to the events about it. Not its query, where some clients put a token.
pub(crate) async fn name_request(request: Request, next: Next) -> Response {
    let method = printable(request.method().as_str());
    let path = printable(request.uri().path());
    let span = tracing::info_span!("request", %method, %path);
    next.run(request).instrument(span).await
}

/// The beginning of `text` in at most [`MAX_BYTES`] of printable ASCII, with everything else escaped.
pub(crate) fn printable(text: &str) -> String {
    let mut printable = String::new();
    for character in text.chars() {
        let escaped = character.escape_default();
        if printable.len() + escaped.len() > MAX_BYTES - CUT.len() {
            printable.push_str(CUT);
            break;
        }
        printable.extend(escaped);
    }
    printable
}

/// On a terminal, unless `NO_COLOR` is set and not empty (<https://no-color.org>).
pub(crate) fn has_colors(is_terminal: bool, no_color: Option<OsString>) -> bool {
    is_terminal && no_color.is_none_or(|value| value.is_empty())
}

const MAX_BYTES: usize = 256;
const CUT: &str = "...";
