//! JWTs that are verified here and introspected (INT-16), and what is asked for them.

use std::sync::Arc;

use sender_constraint::client_auth::PrivateKeyJwt;
use sender_constraint::future::MaybeReady;
use sender_constraint::keys::{KeyHint, KeySource, StaticKeys, VerificationKey};
use sender_constraint::proof::Dpop;
use sender_constraint::time::Timestamp;
use sender_constraint::token::{
    Dialect, Hybrid, Introspection, Issuer, IssuerPattern, JwtVerifier, Marker, PerIssuer,
    TenantIssuers,
};
use sender_constraint::{ConfigError, Guard, Unavailable};
use serde_json::{Value, json};

use crate::common::*;

struct Both {
    world: World,
    server: AuthorizationServer,
}

impl Both {
    fn answering(reply: &Value) -> Self {
        Self::with(reply, jwt())
    }

    fn with(reply: &Value, jwt: JwtVerifier) -> Self {
        let server = AuthorizationServer::answering(reply);
        let clock = TestClock::at(NOW);
        let tokens = Hybrid::new(jwt, introspection(&server, ISSUER)).unwrap();
        let guard = Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap());
        let guard = guard.clock(clock.clone());
        let world = World::around(issuer(), clock, guard);
        Self { world, server }
    }

    async fn present(&self, token: &Token) -> Answer {
        let token = token.sign();
        let proof = self.world.proof(&token).sign();
        self.world.present(&token, &proof).await
    }
}

fn issuer() -> Key {
    Key::from_seed("ES256", 0)
}

fn client() -> Key {
    Key::from_seed("ES256", 1)
}

fn keys() -> StaticKeys {
    let set = json!({"keys": [issuer().published("k1")]});
    StaticKeys::from_json(&set.to_string()).unwrap()
}

fn jwt() -> JwtVerifier {
    JwtVerifier::new(ISSUER, AUDIENCE, keys()).unwrap()
}

fn introspection(server: &AuthorizationServer, issuer: &str) -> Introspection {
    let method = PrivateKeyJwt::from_jwk("rs", &private_keys::p256()).unwrap();
    let tokens = Introspection::new(issuer, AUDIENCE, method, server.clone()).unwrap();
    tokens.clock(TestClock::at(NOW))
}

#[tokio::test]
async fn int_16_token_must_pass_both() {
    let both = Both::answering(&answer(&client()));
    let token = both.world.token();
    for _ in 0..2 {
        let passed = both.present(&token).await;
        passed.assert_passed();
        // The claims are those of the JWT.
        assert_eq!(claims(passed.access())["active"], Value::Null);
    }
    assert_eq!(both.server.calls().len(), 1);
    let both = Both::answering(&json!({"active": false}));
    let revoked = both.present(&both.world.token()).await;
    revoked.assert_refused("TOK(DPoP)", "token_inactive");
    let both = Both::answering(&answer(&client()));
    both.server.disconnect();
    let unknown = both.present(&both.world.token()).await;
    unknown.assert_refused("INFRA", "unavailable_introspection");
}

#[tokio::test]
async fn int_16_token_that_does_not_verify_here_is_not_introspected() {
    let both = Both::answering(&answer(&client()));
    let forged = both.world.token().signed_by(&Key::from_seed("ES256", 8));
    let forged = both.present(&forged).await;
    forged.assert_refused("TOK(DPoP)", "token_signature");
    let foreign = both.world.token().claim("iss", "https://other.example.com");
    let foreign = both.present(&foreign).await;
    foreign.assert_refused("TOK(DPoP)", "token_issuer");
    let opaque = Proof::new(&client(), "opaque").sign();
    let opaque = both.world.present("opaque", &opaque).await;
    opaque.assert_refused("TOK(DPoP)", "token_not_a_jws");
    assert!(both.server.requests().is_empty());
}

#[tokio::test]
async fn int_16_response_about_another_token_is_refused() {
    let mut other_key = answer(&Key::from_seed("ES256", 9));
    let mut other_token = answer(&client());
    other_token["jti"] = json!("another");
    for reply in [&other_key, &other_token] {
        let both = Both::answering(reply);
        let refused = both.present(&both.world.token()).await;
        refused.assert_refused("TOK(DPoP)", "token_contradiction");
    }
    // A bound answer to an unbound token.
    other_key["token_type"] = json!("Bearer");
    let both = Both::answering(&other_key);
    let unbound = Token::unbound(&both.world.issuer).sign();
    let refused = both.world.present_bearer(&unbound).await;
    refused.assert_refused("TOK(Bearer)", "token_contradiction");
}

#[tokio::test]
async fn int_16_response_with_the_same_jti_is_about_the_token() {
    let mut same = answer(&client());
    same["jti"] = json!("t-1");
    let both = Both::answering(&same);
    let token = both.world.token().claim("jti", "t-1");
    both.present(&token).await.assert_passed();
}

#[tokio::test]
async fn int_16_response_without_confirmation_does_not_unbind_the_token() {
    let mut silent = answer(&client());
    silent.as_object_mut().unwrap().remove("cnf");
    silent["token_type"] = json!("Bearer");
    let both = Both::answering(&silent);
    both.present(&both.world.token()).await.assert_passed();
    let token = both.world.token().sign();
    let refused = both.world.present_bearer(&token).await;
    refused.assert_refused("TOK(Bearer)", "binding_bound_token_as_bearer");
}

/// Keys that are fetched for each token.
#[derive(Debug)]
struct Fetched(StaticKeys);

impl KeySource for Fetched {
    fn find<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>> {
        MaybeReady::pending(async move {
            tokio::task::yield_now().await;
            self.0.find(hint, now).await
        })
    }

    fn is_current(&self, _key: &VerificationKey, _now: Timestamp) -> bool {
        false
    }
}

#[tokio::test]
async fn int_16_token_must_pass_both_when_its_key_is_fetched() {
    let other_key = answer(&Key::from_seed("ES256", 9));
    for (reply, is_accepted) in [(answer(&client()), true), (other_key, false)] {
        let jwt = JwtVerifier::new(ISSUER, AUDIENCE, Fetched(keys())).unwrap();
        let both = Both::with(&reply, jwt);
        let answer = both.present(&both.world.token()).await;
        if is_accepted {
            answer.assert_passed();
        } else {
            answer.assert_refused("TOK(DPoP)", "token_contradiction");
        }
    }
}

#[test]
fn both_are_for_one_issuer() {
    let server = AuthorizationServer::answering(&json!({}));
    let other = introspection(&server, "https://other.example.com");
    let refused = Hybrid::new(jwt(), other);
    assert!(matches!(refused, Err(ConfigError::HybridIssuer(_))));
    let partner = Issuer::new("https://other.example.com", keys()).unwrap();
    let several = jwt().add_issuer(partner).unwrap();
    let refused = Hybrid::new(several, introspection(&server, ISSUER));
    assert!(matches!(refused, Err(ConfigError::HybridIssuer(_))));
    // Their tokens would be sent to the endpoint of another issuer.
    let refused = Hybrid::new(with_tenants(), introspection(&server, ISSUER));
    assert!(matches!(refused, Err(ConfigError::HybridIssuer(_))));
    let refused = PerIssuer::new().jwt(with_tenants());
    assert_eq!(refused.unwrap_err(), ConfigError::TenantsPerIssuer);
}

fn with_tenants() -> JwtVerifier {
    let pattern = IssuerPattern::new("https://login.example.com/{tenant}").unwrap();
    let tenants = TenantIssuers::matching(pattern, |_, _| Ok(None));
    jwt().add_tenants(tenants).unwrap()
}

/// Keycloak 26.7 describes the key in `cnf`, in the JWT and in the response.
#[tokio::test]
async fn member_that_a_dialect_accepts_is_accepted_in_the_response_too() {
    let key = client().thumbprint();
    for (reported, is_accepted) in [
        (json!({"jkt": key, "kc-jkt-type": "DPoP"}), true),
        (json!({"jkt": key}), true),
        (json!({"jkt": key, "kc-jkt-type": "other"}), false),
    ] {
        let mut reply = answer(&client());
        reply["cnf"] = reported;
        let dialect = Dialect::custom("own", Marker::header_type());
        let dialect = dialect.accept_confirmation_member("kc-jkt-type", "DPoP");
        let issuer_of = Issuer::new(ISSUER, keys()).unwrap().dialect(dialect);
        let jwt = JwtVerifier::for_issuer(issuer_of, AUDIENCE).unwrap();
        let both = Both::with(&reply, jwt);
        let cnf = json!({"jkt": key, "kc-jkt-type": "DPoP"});
        let token = Token::bound(&issuer(), &client()).claim("cnf", cnf);
        let answer = both.present(&token).await;
        if is_accepted {
            answer.assert_passed();
        } else {
            answer.assert_refused("TOK(DPoP)", "token_contradiction");
        }
    }
}
