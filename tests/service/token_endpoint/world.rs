//! An authorization server with a few clients: what a test changes is what it says.

use http::request::Parts;
use http::{HeaderValue, Request};
use sender_constraint::cert::Peer;
use sender_constraint::keys::StaticKeys;
use sender_constraint::token_endpoint::{
    AuthenticatedClient, Client, ClientAssertions, ClientAuthenticator, ClientRejection,
    StaticClients,
};
use sender_constraint_testing::Issuer;
use serde_json::json;

use crate::common::{ISSUER, Key, NOW, TestClock, Token};

pub(super) const APP: &str = "app";
pub(super) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The key of the client `app`.
pub(super) fn app_key() -> Key {
    Key::from_seed("ES256", 40)
}

/// A JWK set with this key, under the `kid` of [`assertion`].
pub(super) fn keys_of(key: &Key) -> StaticKeys {
    Issuer::new(ISSUER).with_key(key.clone()).keys()
}

/// A good assertion of `app`.
pub(super) fn assertion() -> Token {
    assertion_of(APP, &app_key())
}

pub(super) fn assertion_of(client: &str, key: &Key) -> Token {
    let header = json!({"typ": "client-authentication+jwt"});
    let claims = json!({
        "iss": client,
        "sub": client,
        "aud": ISSUER,
        "jti": "j1",
        "iat": NOW,
        "exp": NOW + 60,
    });
    let signer = Issuer::new(client).with_key(key.clone());
    signer.jwt(header, claims)
}

/// The form of a request with this assertion.
pub(super) fn form(assertion: &str) -> String {
    let kind = TYPE.replace(':', "%3A");
    format!(
        "grant_type=client_credentials&client_assertion_type={kind}&client_assertion={assertion}"
    )
}

/// The head of a request with a form, from a peer without a certificate.
pub(super) fn head() -> Parts {
    head_from(Peer::tcp(([127, 0, 0, 1], 1).into()))
}

pub(super) fn head_without_peer() -> Parts {
    let request = Request::post("/token").header("content-type", FORM);
    request.body(()).unwrap().into_parts().0
}

pub(super) fn head_from(peer: Peer) -> Parts {
    let mut head = head_without_peer();
    head.extensions.insert(peer);
    head
}

pub(super) fn head_with(name: &'static str, value: &str) -> Parts {
    let mut head = head();
    let value = HeaderValue::from_str(value).unwrap();
    head.headers.append(name, value);
    head
}

pub(super) fn rules() -> ClientAssertions {
    ClientAssertions::new(ISSUER).unwrap()
}

pub(super) fn app() -> Client {
    Client::private_key_jwt(APP, keys_of(&app_key())).unwrap()
}

pub(super) struct World {
    pub(super) clock: TestClock,
    authenticator: ClientAuthenticator,
}

impl World {
    /// With `app` alone, and the rules of the RFCs.
    pub(super) fn new() -> Self {
        Self::with(rules(), [app()])
    }

    pub(super) fn with(rules: ClientAssertions, clients: impl IntoIterator<Item = Client>) -> Self {
        let clients = StaticClients::new(clients).unwrap();
        Self::of(|clock| ClientAuthenticator::new(rules, clients).clock(clock))
    }

    pub(super) fn of(build: impl FnOnce(TestClock) -> ClientAuthenticator) -> Self {
        let clock = TestClock::at(NOW);
        let authenticator = build(clock.clone());
        Self {
            clock,
            authenticator,
        }
    }

    pub(super) async fn send(
        &self,
        head: &Parts,
        body: &str,
    ) -> Result<AuthenticatedClient, ClientRejection> {
        self.authenticator.authenticate(head, body.as_bytes()).await
    }

    /// The client that this body authenticates, or the kind of the refusal.
    pub(super) async fn ask(&self, body: &str) -> Result<String, &'static str> {
        self.ask_with(&head(), body).await
    }

    pub(super) async fn ask_with(&self, head: &Parts, body: &str) -> Result<String, &'static str> {
        let answer = self.send(head, body).await;
        let answer = answer.map_err(|rejection| rejection.kind());
        answer.map(|client| client.client_id().to_owned())
    }

    /// The same for this assertion.
    pub(super) async fn judge(&self, assertion: &Token) -> Result<String, &'static str> {
        self.ask(&form(&assertion.sign())).await
    }
}

const FORM: &str = "application/x-www-form-urlencoded";
