//! Client authentication at a token endpoint, with forms and assertions of any content: who passes is the client `app`,
//! with an assertion by its key for this server.

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use http::request::Parts;
use http::{HeaderValue, Request};
use sender_constraint::cert::Peer;
use sender_constraint::token_endpoint::{
    Client, ClientAssertions, ClientAuthenticator, StaticClients,
};
use sender_constraint_testing::{Issuer, SigningKey, sign_compact};
use serde_json::json;

use crate::edits::Edits;
use crate::input;
use crate::json::strict_object;
use crate::mutation::{Mutation, mutate};
use crate::proof::read;
use crate::world::{ISSUER, NOW, clock, wait};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    header: Edits<'a>,
    claims: Edits<'a>,
    is_signed_by_another: (bool, bool),
    is_changed: (bool, bool),
    mutations: Vec<Mutation>,
    more: &'a str,
    authorization: Option<&'a [u8]>,
}

/// Checks one request for a token.
pub fn check(bytes: &[u8]) {
    let Some(input) = input::<Input<'_>>(bytes) else {
        return;
    };
    let Some((assertion, form)) = input.form() else {
        return;
    };
    let mut head = head();
    if let Some(Ok(value)) = input.authorization.map(HeaderValue::from_bytes) {
        head.headers.insert("authorization", value);
    }
    // Of its own: an assertion is used once.
    let assertions = ClientAssertions::new(ISSUER).expect("an issuer");
    let authenticator = ClientAuthenticator::new(assertions, CLIENTS.clone()).clock(clock());
    match wait(authenticator.authenticate(&head, &form)) {
        Ok(client) => {
            assert_eq!(client.client_id(), APP);
            if input.is_changed != (true, true) {
                check_accepted(&assertion);
            }
        }
        Err(rejection) => {
            let response = rejection.to_response();
            assert!(
                [400, 401, 413, 415, 500, 503].contains(&response.status().as_u16()),
                "{rejection:?}"
            );
        }
    }
}

fn check_accepted(assertion: &str) {
    let (header, claims) = read(assertion).expect("a JWS");
    let header = strict_object(&header).expect("a header");
    let claims = strict_object(&claims).expect("claims");
    assert_eq!(header["alg"], "ES256");
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!(APP), &json!(APP)));
    assert!(
        claims["aud"] == ISSUER || claims["aud"] == json!([ISSUER]),
        "{claims}"
    );
    let end = claims["exp"].as_f64().expect("an end");
    assert!(end + 60.0 >= NOW as f64, "{claims}");
}

impl Input<'_> {
    fn form(&self) -> Option<(String, Vec<u8>)> {
        let header = json!({"typ": "client-authentication+jwt", "alg": "ES256", "kid": "k1"});
        let claims = json!({"iss": APP, "sub": APP, "aud": ISSUER, "jti": "j1", "iat": NOW, "exp": NOW + 60});
        let header = self.header.apply(&header)?;
        let claims = self.claims.apply(&claims)?;
        let key = if self.is_signed_by_another == (true, true) {
            &*OTHER
        } else {
            &*KEY
        };
        let assertion = sign_compact(key, &header, &claims);
        let form = format!(
            "grant_type=client_credentials&client_assertion_type={TYPE}&client_assertion={assertion}{}",
            self.more
        );
        let form = if self.is_changed == (true, true) {
            mutate(form.as_bytes(), &self.mutations)
        } else {
            form.into_bytes()
        };
        Some((assertion, form))
    }
}

fn head() -> Parts {
    let request =
        Request::post("/token").header("content-type", "application/x-www-form-urlencoded");
    let mut head = request.body(()).expect("a request").into_parts().0;
    head.extensions
        .insert(Peer::tcp(([127, 0, 0, 1], 1).into()));
    head
}

const APP: &str = "app";
const TYPE: &str = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_seed("ES256", 40));
static OTHER: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_seed("ES256", 7));
static CLIENTS: LazyLock<std::sync::Arc<StaticClients>> = LazyLock::new(|| {
    let keys = Issuer::new(ISSUER).with_key(KEY.clone()).keys();
    let app = Client::private_key_jwt(APP, keys).expect("a client");
    std::sync::Arc::new(StaticClients::new([app]).expect("clients"))
});
