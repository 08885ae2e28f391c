//! A guarded server to point an authorization server and its clients at, before writing any code:
//!
//! ```sh
//! cargo run --features rustls --example resource_server -- --listen 127.0.0.1:9300 --origin http://127.0.0.1:9300 \
//!     --issuer https://as.example.com --audience https://api.example.com
//! ```
//!
//! It takes tokens bound to a key by DPoP and, once it is told where client certificates come from, tokens bound to a
//! certificate: from its own TLS (`--tls-cert`), or from a proxy's header (`--client-cert`, see the example
//! `behind_a_proxy`).
//!
//! It answers every path and method with what the guard found out about the caller, as JSON. A refusal and its reason
//! go to standard error. `--help` shows the other options; `RUST_LOG` changes what is logged.
//!
//! SIGTERM and Ctrl-C stop it without losing a request (`shutdown.rs`, `--grace`).

mod certificates;
mod connection;
mod guard;
mod lingering;
mod listener;
mod log;
mod options;
mod shutdown;
mod signals;

use std::process::ExitCode;
use std::time::Duration;

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{from_fn, map_response};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router};
use clap::Parser;
use sender_constraint::{Access, Rejection};
use serde_json::json;
use tower_http::cors::{Any, CorsLayer};

use crate::guard::at;
use crate::listener::Listener;
use crate::options::Options;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let (listener, app) = match prepare(&options).await {
        Ok(prepared) => prepared,
        Err(misconfiguration) => {
            eprintln!("resource_server: {misconfiguration}");
            return ExitCode::from(2);
        }
    };
    // Not earlier: a wrong configuration is told in one line.
    log::to_stderr();
    let grace = Duration::from_secs(options.grace);
    match listener.serve(app, grace).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("resource_server: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn prepare(options: &Options) -> Result<(Listener, Router), String> {
    let guard = guard::guard(options).await?;
    let mut app = Router::new().fallback(verdict).layer(guard.layer());
    if options.name_refusals {
        app = app.layer(map_response(name_refusal));
    }
    if let Some(origin) = &options.cors {
        // Outside of the guard, so that scripts can read refusals too.
        app = app.layer(cors(origin)?);
    }
    let listener = Listener::bind(options).await?;
    Ok((listener, app.layer(from_fn(log::name_request))))
}

fn cors(origin: &str) -> Result<CorsLayer, String> {
    let origin = HeaderValue::from_str(origin).map_err(at(&format!("--cors {origin:?}")))?;
    let dpop = HeaderName::from_static("dpop");
    let nonce = HeaderName::from_static("dpop-nonce");
    Ok(CorsLayer::new()
        .allow_origin(origin)
        .allow_methods(Any)
        .allow_headers([AUTHORIZATION, dpop, CONTENT_TYPE])
        .expose_headers([WWW_AUTHENTICATE, nonce]))
}

async fn verdict(access: Access) -> Response {
    let sender = match (access.sender().jkt(), access.sender().x5t_s256()) {
        (Some(jkt), None) => json!({"method": "dpop", "jkt": jkt.to_string()}),
        (Some(jkt), Some(x5t_s256)) => json!({
            "method": "dpop+mtls",
            "jkt": jkt.to_string(),
            "x5t#S256": x5t_s256.to_string(),
        }),
        (None, Some(x5t_s256)) => json!({"method": "mtls", "x5t#S256": x5t_s256.to_string()}),
        (None, None) => json!({"method": "none"}),
    };
    Json(json!({
        "iss": access.issuer(),
        "sub": access.subject(),
        "client_id": access.client_id(),
        "scope": access.scopes().collect::<Vec<_>>().join(" "),
        "sender": sender,
    }))
    .into_response()
}

async fn name_refusal(mut response: Response) -> Response {
    let kind = response.extensions().get().map(Rejection::kind);
    if let Some(kind) = kind {
        let kind = HeaderValue::from_static(kind);
        response.headers_mut().insert("x-refusal", kind);
    }
    response
}
