//! What goes to standard error: one line for each request, with no more of the client's text than is good for a log.

use std::io::{self, IsTerminal as _};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;
use tracing_subscriber::EnvFilter;

pub(crate) fn to_stderr() {
    // At `debug` the guard also tells of requests that it let in, and of those without credentials.
    let default = EnvFilter::new("info,h2=error,sender_constraint=debug");
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or(default))
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
}

/// Says in the log which request a line is about. Not its query, where some clients put a token.
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

const MAX_BYTES: usize = 256;
const CUT: &str = "...";
