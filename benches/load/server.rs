//! The server that is driven when no other is named: it also says in a header why it refused, which a server that
//! strangers reach must not.

use axum::Router;
use axum::http::{HeaderValue, Response};
use axum::routing::get;
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::token::JwtVerifier;
use sender_constraint::{ConfigError, Guard, Rejection};
use tokio::net::TcpListener;

use crate::client::Issuer;

/// Serves until the process ends; returns its URL.
pub(crate) async fn start(issuer: &Issuer) -> Result<String, String> {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let origin = format!("http://{address}");
    let guard = guard(issuer, &origin).map_err(|error| error.to_string())?;
    let app = Router::new()
        .route("/accounts", get(|| async { "served" }))
        .layer(guard.layer())
        .layer(axum::middleware::map_response(name_reason));
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(format!("{origin}/accounts"))
}

fn guard(issuer: &Issuer, origin: &str) -> Result<Guard, ConfigError> {
    let keys = StaticKeys::from_json(&issuer.jwks())?;
    let tokens = JwtVerifier::new(&issuer.name, &issuer.audience, keys)?;
    Guard::builder(tokens).dpop(Dpop::new(origin)?).build()
}

async fn name_reason<B>(mut response: Response<B>) -> Response<B> {
    let kind = response.extensions().get().map(Rejection::kind);
    if let Some(kind) = kind {
        let kind = HeaderValue::from_static(kind);
        response.headers_mut().insert("x-refusal", kind);
    }
    response
}
