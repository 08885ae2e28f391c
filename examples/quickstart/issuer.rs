//! The authorization server: publishes its metadata and its key over HTTP, and issues access tokens.

use std::future::IntoFuture as _;
use std::io;

use axum::routing::get;
use axum::{Json, Router};
use p256::ecdsa::SigningKey;
use p256::elliptic_curve::Generate as _;
use serde_json::json;
use tokio::net::TcpListener;

use crate::AUDIENCE;
use crate::jwt::{Jwt, now, public_jwk};

pub(crate) struct Issuer {
    name: String,
    key: SigningKey,
}

impl Issuer {
    pub(crate) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let name = format!("http://{}", listener.local_addr()?);
        let key = SigningKey::generate();

        let metadata = json!({"issuer": name, "jwks_uri": format!("{name}/jwks")});
        let mut jwk = public_jwk(&key);
        jwk["kid"] = json!("key-1");
        let documents = Router::new()
            .route(
                "/.well-known/oauth-authorization-server",
                get(Json(metadata)),
            )
            .route("/jwks", get(Json(json!({"keys": [jwk]}))));
        tokio::spawn(axum::serve(listener, documents).into_future());
        Ok(Self { name, key })
    }

    /// The issuer identifier: its URL.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// An access token with the claims that RFC 9068 requires: whoever holds it can use it.
    pub(crate) fn unbound(&self) -> Jwt {
        Jwt {
            header: json!({"typ": "at+jwt", "alg": "ES256", "kid": "key-1"}),
            claims: json!({
                "iss": self.name,
                "aud": AUDIENCE,
                "sub": "alice",
                "client_id": "app",
                "scope": "accounts:read",
                "jti": "token-1",
                "iat": now(),
                "exp": now() + 300,
            }),
        }
    }

    /// The same for the holder of the key with this thumbprint, and nobody else (RFC 9449 section 6.1).
    pub(crate) fn bound(&self, jkt: &str) -> Jwt {
        let mut token = self.unbound();
        token.claims["cnf"] = json!({"jkt": jkt});
        token
    }

    pub(crate) fn sign(&self, token: &Jwt) -> String {
        token.sign(&self.key)
    }
}
