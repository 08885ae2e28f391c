//! What the two programs need around them: an issuer with metadata and keys, and the upstream of the gate.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::client::Issuer;
use crate::options::Options;

pub(crate) struct Surroundings {
    pub(crate) issuer: Arc<Issuer>,
    key_fetches: Arc<AtomicU64>,
    upstream: String,
}

impl Surroundings {
    pub(crate) async fn start() -> Result<Self, String> {
        let (listener, name) = listen().await?;
        let issuer = Arc::new(Issuer::new(&name, AUDIENCE));
        let key_fetches = Arc::new(AtomicU64::new(0));
        let jwks: Value = serde_json::from_str(&issuer.jwks()).map_err(|e| e.to_string())?;
        let fetches = Arc::clone(&key_fetches);
        let keys = move || {
            fetches.fetch_add(1, Ordering::Relaxed);
            let jwks = jwks.clone();
            async move { Json(jwks) }
        };
        let metadata = Json(json!({"issuer": name, "jwks_uri": format!("{name}/jwks")}));
        let app = Router::new()
            .route("/jwks", get(keys))
            .fallback(move || async move { metadata });
        tokio::spawn(async move { axum::serve(listener, app).await });

        let (listener, upstream) = listen().await?;
        let large = Bytes::from(vec![b'l'; LARGE_BYTES]);
        let app = Router::new().fallback(answer).with_state(large);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self {
            issuer,
            key_fetches,
            upstream,
        })
    }

    /// How often the programs have fetched the key set.
    pub(crate) fn key_fetches(&self) -> u64 {
        self.key_fetches.load(Ordering::Relaxed)
    }

    pub(crate) fn resource_server(&self, program: &Path, origin: &str) -> Command {
        let mut command = Command::new(program);
        command
            .args(["--listen", address(origin), "--origin", origin])
            .args(["--issuer", &self.issuer.name, "--audience", AUDIENCE]);
        command
    }

    /// `file` is where its configuration is written to.
    pub(crate) fn gate(
        &self,
        options: &Options,
        origin: &str,
        file: &Path,
    ) -> Result<Command, String> {
        let (listen, issuer, upstream) = (address(origin), &self.issuer.name, &self.upstream);
        let (capacity, share) = replay_sizes(options);
        let settings = format!(
            r#"listen = "{listen}"
mode = "proxy"
origin = "{origin}"
[upstream]
url = "{upstream}"
[[issuer]]
name = "{issuer}"
[tokens]
audiences = ["{AUDIENCE}"]
[replay]
# One principal can use up its share.
capacity = {capacity}
share_per_principal = {share}
[limits]
# The idle ones, and those that are not.
connections = 24000
shutdown_seconds = {GATE_SHUTDOWN_SECONDS}
"#
        );
        std::fs::write(file, settings).map_err(|error| format!("{}: {error}", file.display()))?;
        let mut command = Command::new(&options.gate);
        command.arg("--config").arg(file);
        Ok(command)
    }
}

/// For the replay store of the gate, and for one principal: proofs of 140 s with a margin, so that honest clients fit and a
/// flooding one does not.
fn replay_sizes(options: &Options) -> (u32, u32) {
    let capacity = (options.rate * 600).max(65_536);
    let share = (options.rate * 300 / options.clients).max(capacity / 32);
    (capacity, share.min(capacity))
}

/// A free port of loopback.
pub(crate) async fn free_origin() -> Result<String, String> {
    listen().await.map(|(_, origin)| origin)
}

async fn listen() -> Result<(TcpListener, String), String> {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    Ok((listener, format!("http://{address}")))
}

fn address(origin: &str) -> &str {
    origin.trim_start_matches("http://")
}

/// Tells what arrived, as the resource server does; `/large` is for slow readers.
async fn answer(State(large): State<Bytes>, request: Request) -> Response {
    if request.uri().path() == "/large" {
        return Body::from(large).into_response();
    }
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let subject = head.headers.get("x-auth-subject");
    let subject = subject.and_then(|subject| subject.to_str().ok());
    let answer = json!({"sub": subject, "bytes": body.len()});
    ([(CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
}

const AUDIENCE: &str = "https://api.example.com";
/// How long the gate waits for what is under way when it stops.
pub(crate) const GATE_SHUTDOWN_SECONDS: u64 = 10;
const LARGE_BYTES: usize = 16 * 1024 * 1024;
const MAX_BODY: usize = 16 * 1024 * 1024;
