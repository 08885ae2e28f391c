//! Introspection through the guard: an opaque token, a proof, and an authorization server that counts its calls.

mod breaker;
mod calls;
mod endpoint;
mod request;
mod responses;
mod signed;

use sender_constraint::Guard;
use sender_constraint::client_auth::{ClientKey, PrivateKeyJwt};
use sender_constraint::proof::Dpop;
use sender_constraint::token::Introspection;
use serde_json::Value;

use crate::common::private_keys;
use crate::common::{
    AUDIENCE, Answer, AuthorizationServer, ISSUER, Key, MintProof as _, NOW, ORIGIN, Proof,
    TestClock, World, answer,
};

const TOKEN: &str = "opaque-1~2/3+4=";
const CLIENT_ID: &str = "https://rs.example.com/client";

/// A guard that introspects, and the server that it asks.
struct Asked {
    world: World,
    server: AuthorizationServer,
}

impl Asked {
    fn new() -> Self {
        Self::with(|tokens| tokens)
    }

    fn with(change: impl FnOnce(Introspection) -> Introspection) -> Self {
        let server = AuthorizationServer::answering(&answer(&client()));
        let clock = TestClock::at(NOW);
        let tokens = change(tokens(&server).clock(clock.clone()));
        let guard = Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap());
        let guard = guard.clock(clock.clone());
        let world = World::around(Key::from_seed("ES256", 0), clock, guard);
        Self { world, server }
    }

    /// One request with this token and a fresh proof.
    async fn present(&self, token: &str) -> Answer {
        use sender_constraint::time::Clock as _;
        let now = self.world.clock.now().as_unix_seconds();
        let proof = Proof::new(&client(), token).claim("iat", now);
        self.world.present(token, &proof.sign()).await
    }

    /// One request, after the server answers with this.
    async fn answered(&self, answer: &Value) -> Answer {
        self.server.answer(answer);
        self.present(TOKEN).await
    }
}

fn tokens(server: &AuthorizationServer) -> Introspection {
    let key = ClientKey::from_jwk(&private_keys::p256()).unwrap();
    let method = PrivateKeyJwt::new(CLIENT_ID, key).unwrap();
    Introspection::new(ISSUER, AUDIENCE, method, server.clone()).unwrap()
}

/// The key that tokens are bound to.
fn client() -> Key {
    Key::from_seed("ES256", 1)
}
