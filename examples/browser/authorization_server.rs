//! A token endpoint for this example only. **Do not copy it:** whoever calls it receives a token of alice, without a
//! login, and it does not verify the proof. A real one does both (RFC 6749 section 4.1, RFC 9449 section 5).

use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sender_constraint_testing::{Issuer, encode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tower_http::cors::CorsLayer;

use crate::AUDIENCE;

pub(crate) fn app(issuer: &Issuer, page: HeaderValue) -> Router {
    let cors = CorsLayer::new()
        .allow_origin([page])
        .allow_methods([Method::POST])
        .allow_headers([HeaderName::from_static("dpop")]);
    let route = Router::new().route("/token", post(token));
    route.layer(cors).with_state(issuer.clone())
}

/// A token that is bound to the key in the proof (RFC 9449 section 5).
async fn token(State(issuer): State<Issuer>, headers: HeaderMap) -> Response {
    let proof = headers.get("dpop").and_then(|proof| proof.to_str().ok());
    let Some(jkt) = proof.and_then(thumbprint) else {
        let body = json!({"error": "invalid_dpop_proof"});
        return (StatusCode::BAD_REQUEST, Json(body)).into_response();
    };
    let token = issuer.token(AUDIENCE).claim("cnf", json!({"jkt": jkt}));
    let body = json!({"access_token": token.sign(), "token_type": "DPoP", "expires_in": 600});
    ([(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// The thumbprint (RFC 7638) of the P-256 key that the proof names. Its signature is not verified.
fn thumbprint(proof: &str) -> Option<String> {
    let (header, _) = proof.split_once('.')?;
    let header = URL_SAFE_NO_PAD.decode(header).ok()?;
    let header: Value = serde_json::from_slice(&header).ok()?;
    let coordinate = |name: &str| header.get("jwk")?.get(name)?.as_str();
    let jwk = json!({"crv": "P-256", "kty": "EC", "x": coordinate("x")?, "y": coordinate("y")?});
    Some(encode(Sha256::digest(jwk.to_string())))
}
