//! The guarded service: one route for MCP, and the metadata that leads clients to the authorization server.

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use sender_constraint::Guard;
use sender_constraint::keys::RemoteKeys;
use sender_constraint::metadata::ProtectedResource;
use sender_constraint::require::Require;
use sender_constraint::token::Issuer;

use crate::step_up::answer_refusals;
use crate::tools::Files;

/// What every call requires; tools require more.
pub(crate) const BASIC_SCOPES: [&str; 1] = ["files:read"];

/// `resource` is the URL of the server, as clients know it.
pub(crate) async fn app(resource: &str, issuer: &str) -> Result<Router, Box<dyn Error>> {
    let keys = RemoteKeys::discover(issuer).await?;
    let resource = ProtectedResource::new(resource)?
        .scopes(BASIC_SCOPES)?
        .name("Files");
    let guard = Guard::mcp(resource, Issuer::new(issuer, keys)?)?.build()?;
    let metadata = guard.metadata_layer().ok_or("no protected resource")?;

    // Without sessions, every request is guarded and answered by itself: there is no session to steal, and no stream that
    // outlives its token. JSON responses wait for the tool, so that it can still determine the HTTP status.
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true);
    let sessions = Arc::new(NeverSessionManager::default());
    let service = StreamableHttpService::new(|| Ok(Files), sessions, config);
    Ok(Router::new()
        .route_service("/mcp", service)
        .layer(from_fn(answer_refusals))
        .layer(guard.layer().require(Require::scopes(BASIC_SCOPES)))
        // Outside of the guard: clients have no token yet.
        .layer(metadata))
}
