//! A guarded service, an authorization server and a client in one process, talking HTTP on loopback:
//!
//! ```sh
//! cargo run --example quickstart
//! ```
//!
//! `service` is all that guarding takes. The rest plays honest calls and attacks against it and prints what came of
//! each: what the client was told, and the reason that only the operator's log has.
#![allow(clippy::indexing_slicing, reason = "JSON of the example's own making")]

mod attempts;
mod client;
#[path = "../shared/refusals.rs"]
mod refusals;
#[path = "../shared/table.rs"]
mod table;

use std::error::Error;
use std::future::IntoFuture as _;
use std::process::ExitCode;

use axum::middleware::from_fn_with_state;
use axum::routing::get;
use axum::{Json, Router};
use sender_constraint::keys::RemoteKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::token::JwtVerifier;
use sender_constraint::{Access, ConfigError, Guard};
use sender_constraint_testing::IssuerServer;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::attempts::attempts;
use crate::client::{Client, Outcome};
use crate::refusals::log_refusal;
use crate::table::Table;

/// The name of the service in the tokens that are meant for it.
const AUDIENCE: &str = "https://api.example.com";

/// The service: `origin` is what clients see of it, `issuer` is whose tokens it accepts.
async fn service(origin: &str, issuer: &str) -> Result<Router, ConfigError> {
    let keys = RemoteKeys::discover(issuer).await?;
    let tokens = JwtVerifier::new(issuer, AUDIENCE, keys)?;
    let guard = Guard::builder(tokens).dpop(Dpop::new(origin)?).build()?;
    Ok(Router::new()
        .route("/accounts", get(accounts).post(accounts))
        .route("/transfers", get(accounts))
        .layer(guard.layer()))
}

/// Runs for requests that the guard let in, and for no others.
async fn accounts(access: Access) -> Json<Value> {
    let key = access.sender().jkt().map(ToString::to_string);
    Json(json!({
        "issuer": access.issuer(),
        "user": access.subject(),
        "client": access.client_id(),
        "may_read": access.has_scope("accounts:read"),
        "may_write": access.has_scope("accounts:write"),
        "key": key,
    }))
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(outcome) => outcome,
        // `Result` as the return type would show the error's `Debug` form.
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<ExitCode, Box<dyn Error>> {
    let server = IssuerServer::start().await?;
    let issuer = server.issuer();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let (log, mut logged) = mpsc::unbounded_channel();
    let service = service(&origin, issuer.name()).await?;
    let service = service.layer(from_fn_with_state(log, log_refusal));
    tokio::spawn(axum::serve(listener, service).into_future());

    let client = Client::new(format!("{origin}/accounts").parse()?);
    let http = reqwest::Client::builder().no_proxy().build()?;
    let mut table = Table::begin();
    for attempt in attempts(issuer, &client) {
        let response = http.execute(attempt.request).await?;
        let outcome = Outcome::of(response, logged.recv().await.flatten()).await?;
        table.row(attempt.what, &outcome, &attempt.expected);
    }
    Ok(table.end())
}
