//! A service whose guard is configured by environment variables:
//!
//! ```sh
//! SENDER_CONSTRAINT_ISSUER=https://as.example.com SENDER_CONSTRAINT_ORIGIN=http://127.0.0.1:3000 \
//!     cargo run --features config --example from_env
//! ```
//!
//! `SENDER_CONSTRAINT_AUDIENCE` names the audience of tokens if it is not the origin, and
//! `SENDER_CONSTRAINT_ISSUER_DIALECT=keycloak` the provider. A misspelt variable ends the program with the nearest known name.

use std::process::ExitCode;

use axum::{Router, routing::get};
use sender_constraint::config::GuardConfig;
use sender_constraint::require::Require;
use sender_constraint::{Access, Guard};

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("from_env: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn std::error::Error>> {
    let config = GuardConfig::from_env()?;
    let app = app(&config.build().await?);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on {}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}

fn app(guard: &Guard) -> Router {
    Router::new()
        .route("/accounts", get(accounts))
        .route_layer(Require::scopes(["accounts:read"]))
        .layer(guard.layer())
}

async fn accounts(access: Access) -> String {
    format!("hello {}\n", access.subject().unwrap_or("anonymous"))
}
