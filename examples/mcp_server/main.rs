//! An MCP server whose tools see who calls, and require scopes, with `rmcp`:
//!
//! ```sh
//! cargo run --features mcp --example mcp_server                          # plays calls and attacks, and ends
//! cargo run --features mcp --example mcp_server -- 127.0.0.1:9400 ISSUER # serves until it is stopped
//! ```
//!
//! `server` guards the service, `tools` has the tools, `step_up` turns a scope that a tool misses into the HTTP response that
//! makes clients request it.

mod attempts;
mod client;
#[path = "../shared/refusals.rs"]
mod refusals;
mod server;
mod step_up;
#[path = "../shared/table.rs"]
mod table;
mod tools;

use std::error::Error;
use std::future::IntoFuture as _;
use std::process::ExitCode;

use axum::middleware::from_fn_with_state;
use sender_constraint_testing::IssuerServer;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::attempts::attempts;
use crate::client::{Client, Outcome};
use crate::refusals::log_refusal;
use crate::table::Table;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.as_slice() {
        [] => judge().await,
        [address, issuer] => serve(address, issuer).await,
        _ => Err("expected no arguments, or an address to listen on and an issuer".into()),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("mcp_server: {error}");
        ExitCode::FAILURE
    })
}

async fn serve(address: &str, issuer: &str) -> Result<ExitCode, Box<dyn Error>> {
    let listener = TcpListener::bind(address).await?;
    let resource = format!("http://{}/mcp", listener.local_addr()?);
    let app = server::app(&resource, issuer).await?;
    println!("listening on {resource}");
    axum::serve(listener, app).await?;
    Ok(ExitCode::SUCCESS)
}

/// The server, an authorization server and clients in one process.
async fn judge() -> Result<ExitCode, Box<dyn Error>> {
    let authorization_server = IssuerServer::start().await?;
    let issuer = authorization_server.issuer();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let resource = format!("http://{}/mcp", listener.local_addr()?);
    let (log, mut logged) = mpsc::unbounded_channel();
    let app = server::app(&resource, issuer.name()).await?;
    let app = app.layer(from_fn_with_state(log, log_refusal));
    tokio::spawn(axum::serve(listener, app).into_future());

    let client = Client::new(&resource)?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let mut table = Table::begin();
    for attempt in attempts(issuer, &client) {
        let response = http.execute(attempt.request).await?;
        let outcome = Outcome::of(response, logged.recv().await.flatten()).await?;
        table.row(attempt.what, &outcome, &attempt.expected);
    }
    Ok(table.end())
}
