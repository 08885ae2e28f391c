//! An API whose OpenAPI document says what its guard enforces. `utoipa` describes the operations, the guard's layer adds
//! `securitySchemes` and `security`:
//!
//! ```sh
//! cargo run --example openapi
//! ```
//!
//! It prints the document that it serves. `--forgotten` describes an operation too whose route has no requirement, which is an
//! error: make the document in a test of the service.

use std::error::Error;
use std::process::ExitCode;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Path;
use axum::routing::get;
use http::{Method, Request};
use sender_constraint::proof::Dpop;
use sender_constraint::require::{Require, RouteRequirements};
use sender_constraint::token::JwtVerifier;
use sender_constraint::{ConfigError, Guard, GuardLayer};
use sender_constraint_testing::Issuer;
use tower::ServiceExt as _;
use utoipa::OpenApi;

#[utoipa::path(get, path = "/accounts/{id}", params(("id" = String, Path)), responses((status = 200, description = "The account")))]
async fn account(Path(id): Path<String>) -> String {
    id
}

#[utoipa::path(put, path = "/accounts/{id}", params(("id" = String, Path)), responses((status = 204, description = "It is changed")))]
async fn change_account() {}

#[utoipa::path(get, path = "/orders", responses((status = 200, description = "All orders")))]
async fn orders() -> &'static str {
    "orders"
}

/// Outside of the guard, and says so.
#[utoipa::path(get, path = "/health", security(()), responses((status = 200, description = "It serves")))]
async fn health() {}

#[derive(OpenApi)]
#[openapi(paths(account, change_account, health))]
struct Api;

#[derive(OpenApi)]
#[openapi(paths(account, change_account, health, orders))]
struct ApiWithForgottenRoute;

/// What routes require: the only list of it.
fn requirements() -> Result<RouteRequirements, ConfigError> {
    let write = Require::scopes(["accounts:write"]).user();
    RouteRequirements::default()
        .method(
            Method::GET,
            "/accounts/{id}",
            Require::scopes(["accounts:read"]),
        )?
        .method(Method::PUT, "/accounts/{id}", write)
}

/// The API behind `layer`, and its document in front of it.
fn service(layer: GuardLayer, document: String) -> Router {
    Router::new()
        .route("/accounts/{id}", get(account).put(change_account))
        // Without a requirement: 403, whatever the token.
        .route("/orders", get(orders))
        .layer(layer)
        .route("/health", get(health))
        .route("/openapi.json", get(async || document))
}

fn guard() -> Result<Guard, ConfigError> {
    let issuer = Issuer::new("https://as.example.com");
    let tokens = JwtVerifier::new(issuer.name(), "https://api.example.com", issuer.keys())?;
    let dpop = Dpop::new("https://api.example.com")?;
    Guard::builder(tokens).dpop(dpop).build()
}

async fn run() -> Result<(), Box<dyn Error>> {
    let layer = guard()?.layer().requirements(requirements()?);
    let api = if std::env::args().any(|argument| argument == "--forgotten") {
        ApiWithForgottenRoute::openapi()
    } else {
        Api::openapi()
    };
    let document = layer.openapi().open_id_connect().document(&api)?;

    let request = Request::get("/openapi.json").body(Body::empty())?;
    let response = service(layer, document).oneshot(request).await?;
    let body = to_bytes(response.into_body(), usize::MAX).await?;
    println!("{}", String::from_utf8(body.into())?);
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        // `Result` as the return type would show the error's `Debug` form.
        Err(error) => {
            eprintln!("openapi: {error}");
            ExitCode::FAILURE
        }
    }
}
