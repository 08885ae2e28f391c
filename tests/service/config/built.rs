//! What a guard accepts that was built of settings.

use sender_constraint::config::{GuardConfig, IssuerKeys};
use sender_constraint::keys::StaticKeys;
use sender_constraint::token::JwtVerifier;

use super::{from_variables, jwks, with_variables, world};
use crate::common::*;

#[tokio::test]
async fn cfg_01_issuer_and_origin_are_enough() {
    let server = sender_constraint_testing::IssuerServer::start()
        .await
        .unwrap();
    let issuer = server.issuer();
    let variables = [("ISSUER", issuer.name()), ("ORIGIN", ORIGIN)];
    let config = from_variables(&variables).unwrap();
    let guard = config.build().await.unwrap();
    let client = sender_constraint_testing::Client::new();
    // The audience is the origin.
    let token = issuer.token(ORIGIN).bound_to(client.key()).sign();
    let head = |token: &str| {
        let proof = client.proof("GET", &format!("{ORIGIN}/"), token).sign();
        let request = http::Request::get("/")
            .header("authorization", format!("DPoP {token}"))
            .header("dpop", proof);
        request.body(()).unwrap().into_parts().0
    };
    assert!(guard.check(&mut head(&token)).await.is_ok());
    let other = issuer
        .token("https://other.example.com")
        .bound_to(client.key());
    let refused = guard.check(&mut head(&other.sign())).await.unwrap_err();
    assert_eq!(refused.kind(), "token_audience");
}

#[tokio::test]
async fn cfg_01_audiences_take_the_place_of_the_origin() {
    let jwks = jwks();
    let config = with_variables(&jwks, &[("AUDIENCE", "accounts payments")]).unwrap();
    let world = world(&config).await;
    for (audience, kind) in [
        ("accounts", None),
        ("payments", None),
        (ORIGIN, Some("token_audience")),
    ] {
        let token = world.token().claim("aud", audience).sign();
        let answer = world.present(&token, &world.proof(&token).sign()).await;
        match kind {
            None => answer.assert_passed(),
            Some(kind) => answer.assert_refused("TOK(DPoP)", kind),
        }
    }
}

#[tokio::test]
async fn cfg_02_nothing_is_loosened_by_default() {
    let jwks = jwks();
    let strict = world(&with_variables(&jwks, &[]).unwrap()).await;
    strict.send(strict.good_request()).await.assert_passed();
    let unbound = strict.unbound_token();
    let answer = strict.present_bearer(&unbound).await;
    answer.assert_refused("TOK(Bearer)", "binding_unbound_token");
    let bound = strict.token().sign();
    let answer = strict.present_bearer(&bound).await;
    assert!(!answer.status().is_success());
    let loosened = [("POLICY_ALLOW_UNBOUND_TOKENS", "true")];
    let loosened = world(&with_variables(&jwks, &loosened).unwrap()).await;
    loosened.present_bearer(&unbound).await.assert_passed();
    let answer = loosened.present_bearer(&bound).await;
    assert!(!answer.status().is_success());
}

#[tokio::test]
async fn cfg_02_settings_reach_the_guard() {
    let jwks = jwks();
    let deny = TempFile::new(&format!(
        "[[client]]\nissuer = \"{ISSUER}\"\nclient_id = \"app\"\n"
    ));
    let deny = deny_text(&deny);
    for (variable, value, kind) in [
        ("DPOP_MAX_AGE_SECONDS", "5", "proof_issued_too_long_ago"),
        ("DPOP_ALGORITHMS", "ES384 EdDSA", "proof_algorithm"),
        ("ISSUER_ALGORITHMS", "PS256", "token_algorithm"),
        ("ISSUER_DIALECT", "okta", "token_marker"),
        ("NONCE_MODE", "required", "proof_nonce_missing"),
        ("PATH_PREFIX", "/v1", "proof_target_uri"),
        ("POLICY_DENY_FILE", deny.as_str(), "revocation_denied"),
    ] {
        let world = world(&with_variables(&jwks, &[(variable, value)]).unwrap()).await;
        let token = world.token().sign();
        let proof = world.proof(&token).claim("iat", NOW - 10).sign();
        let answer = world.present(&token, &proof).await;
        assert_eq!(answer.kind(), kind, "{variable}");
    }
}

fn deny_text(file: &TempFile) -> String {
    file.path().display().to_string()
}

#[tokio::test]
async fn cfg_03_a_program_builds_parts_by_itself() {
    let jwks = jwks();
    let mut config = GuardConfig::new(ISSUER, ORIGIN);
    config.issuers[0].jwks = Some(jwks.path().display().to_string());
    let keys = config.keys().await.unwrap();
    assert!(matches!(keys.as_slice(), [IssuerKeys::File(_)]));
    assert!(config.tokens(keys).is_ok());
    let error = config.tokens([]).unwrap_err().to_string();
    assert!(
        error.starts_with("`issuer[0].jwks`: it is missing; "),
        "{error}"
    );
    // A verifier of its own needs no issuer.
    config.issuers.clear();
    let keys = StaticKeys::from_file(jwks.path()).unwrap();
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys).unwrap();
    assert!(config.builder_for(tokens).unwrap().build().is_ok());
}

#[tokio::test]
async fn cfg_03_a_service_starts_without_keys_where_it_says_so() {
    let unreachable = [("ISSUER", "http://127.0.0.1:1"), ("ORIGIN", ORIGIN)];
    let error = from_variables(&unreachable).unwrap().build().await;
    let error = error.unwrap_err().to_string();
    assert!(
        error.starts_with("environment variable SENDER_CONSTRAINT_ISSUER: the key set ")
            && error.ends_with(
                "; to start without it, and to answer 503 until it is fetched, set \
                 `SENDER_CONSTRAINT_TOKENS_START_WITHOUT_KEYS=true`"
            ),
        "{error}"
    );
    let lazy = [&unreachable[..], &[("TOKENS_START_WITHOUT_KEYS", "true")]].concat();
    assert!(from_variables(&lazy).unwrap().build().await.is_ok());
}
