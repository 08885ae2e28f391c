//! Several issuers, each with its own method (INT-16): the token never chooses.

use sender_constraint::ConfigError;
use sender_constraint::client_auth::PrivateKeyJwt;
use sender_constraint::keys::StaticKeys;
use sender_constraint::time::Timestamp;
use sender_constraint::token::{
    Hybrid, Introspection, JwtVerifier, PerIssuer, PresentedToken, TokenError, TokenVerifier as _,
};
use serde_json::json;

use crate::common::*;

const BOTH: &str = "https://both.example.com";
const OPAQUE: &str = "https://opaque.example.com";

fn issuer() -> Key {
    Key::from_seed("ES256", 0)
}

fn jwt(name: &str) -> JwtVerifier {
    let set = json!({"keys": [issuer().published("k1")]});
    let keys = StaticKeys::from_json(&set.to_string()).unwrap();
    JwtVerifier::new(name, AUDIENCE, keys).unwrap()
}

fn introspection(server: &AuthorizationServer, name: &str) -> Introspection {
    let method = PrivateKeyJwt::from_jwk("rs", &private_keys::p256()).unwrap();
    let tokens = Introspection::new(name, AUDIENCE, method, server.clone()).unwrap();
    let tokens = tokens.endpoint(&format!("{name}/introspect")).unwrap();
    tokens.clock(TestClock::at(NOW))
}

fn server() -> AuthorizationServer {
    let mut any = answer(&Key::from_seed("ES256", 1));
    any.as_object_mut().unwrap().remove("iss");
    AuthorizationServer::answering(&any)
}

fn all(server: &AuthorizationServer) -> PerIssuer {
    let both = Hybrid::new(jwt(BOTH), introspection(server, BOTH)).unwrap();
    let tokens = PerIssuer::new().jwt(jwt(ISSUER)).unwrap();
    let tokens = tokens.hybrid(both).unwrap();
    tokens.introspection(introspection(server, OPAQUE)).unwrap()
}

fn token(name: &str) -> Token {
    Token::bound(&issuer(), &Key::from_seed("ES256", 1)).claim("iss", name)
}

/// The endpoints that were called, and the issuer of the token if it was accepted.
async fn verify(token: &str) -> (Vec<String>, Result<String, TokenError>) {
    let server = server();
    let tokens = all(&server);
    let now = Timestamp::from_unix_seconds(NOW);
    let verified = tokens.verify(PresentedToken::new(token), now).await;
    let calls = server.calls().into_iter().map(|call| call.url).collect();
    (
        calls,
        verified.map(|token| token.claims().issuer().to_owned()),
    )
}

#[tokio::test]
async fn int_16_method_is_that_of_the_issuer() {
    for (token, issuer, calls) in [
        (token(ISSUER).sign(), ISSUER, vec![]),
        (token(BOTH).sign(), BOTH, vec![format!("{BOTH}/introspect")]),
        (
            token(OPAQUE).sign(),
            OPAQUE,
            vec![format!("{OPAQUE}/introspect")],
        ),
        (
            "opaque".to_owned(),
            OPAQUE,
            vec![format!("{OPAQUE}/introspect")],
        ),
        (
            "a.b.c".to_owned(),
            OPAQUE,
            vec![format!("{OPAQUE}/introspect")],
        ),
    ] {
        let (called, verified) = verify(&token).await;
        assert_eq!(verified, Ok(issuer.to_owned()));
        assert_eq!(called, calls, "{issuer}");
    }
}

#[tokio::test]
async fn int_16_jwt_that_is_refused_is_not_introspected() {
    let key = issuer();
    let twice = token(ISSUER).sign_texts(
        &json!({"typ": "at+jwt", "alg": "ES256", "kid": "k1"}).to_string(),
        &format!(r#"{{"iss":"{ISSUER}","iss":"{OPAQUE}"}}"#),
    );
    let odd = token(ISSUER).claim("cnf", 1).sign();
    for refused in [
        token(ISSUER).signed_by(&Key::from_seed("ES256", 8)).sign(),
        token(BOTH).signed_by(&Key::from_seed("ES256", 8)).sign(),
        token("https://unknown.example.com").sign(),
        token(ISSUER).claim("exp", NOW - 3600).sign(),
        twice,
        odd,
        sign(&key, "{}", &json!({"iss": 1}).to_string()),
    ] {
        let (called, verified) = verify(&refused).await;
        assert!(verified.is_err());
        assert!(called.is_empty(), "{called:?}");
    }
}

#[tokio::test]
async fn opaque_tokens_are_refused_without_introspection() {
    let now = Timestamp::from_unix_seconds(NOW);
    let opaque = PresentedToken::new("opaque");
    for tokens in [PerIssuer::new(), PerIssuer::new().jwt(jwt(ISSUER)).unwrap()] {
        let refused = tokens.verify(opaque, now).await;
        assert_eq!(refused.unwrap_err(), TokenError::NotAJws);
    }
}

#[test]
fn ambiguous_configurations_are_refused() {
    let server = server();
    let second = introspection(&server, "https://second.example.com");
    let refused = all(&server).introspection(second);
    assert!(matches!(
        refused,
        Err(ConfigError::SecondIntrospection { .. })
    ));
    for name in [ISSUER, BOTH, OPAQUE] {
        let is_refused = |result: Result<PerIssuer, ConfigError>| matches!(result, Err(ConfigError::DuplicateIssuer(known)) if known == name);
        assert!(is_refused(all(&server).jwt(jwt(name))));
        let both = Hybrid::new(jwt(name), introspection(&server, name)).unwrap();
        assert!(is_refused(all(&server).hybrid(both)));
        let same = introspection(&server, name);
        assert!(is_refused(all(&server).introspection(same)));
    }
}
