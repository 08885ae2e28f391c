//! `private_key_jwt` (RFC 7523), decoded by the crate `jsonwebtoken`.

use jsonwebtoken::{DecodingKey, Validation};
use sender_constraint::ConfigError;
use sender_constraint::client_auth::{ClientKey, PrivateKeyJwt};
use serde_json::{Value, json};

use super::{CLIENT_ID, request};
use crate::common::{ISSUER, Key, NOW, form_of, private_keys};

/// Header and claims of the assertion, verified with this public key by another library.
async fn assertion(method: PrivateKeyJwt, public: &Value) -> (Value, Value) {
    let request = request(method, NOW).await.unwrap();
    let form = form_of(&request);
    let value = |name: &str| {
        let mut all = form.iter().filter(|(each, _)| each == name);
        let found = all.next().expect(name).1.clone();
        assert!(all.next().is_none(), "{name} twice");
        found
    };
    assert_eq!(
        value("client_assertion_type"),
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    let jwt = value("client_assertion");
    let header = jsonwebtoken::decode_header(&jwt).unwrap();
    let mut validation = Validation::new(header.alg);
    validation.set_audience(&[ISSUER]);
    validation.validate_exp = false;
    let public = serde_json::from_value(public.clone()).unwrap();
    let key = DecodingKey::from_jwk(&public).unwrap();
    let claims = jsonwebtoken::decode::<Value>(&jwt, &key, &validation).unwrap();
    (serde_json::to_value(&header).unwrap(), claims.claims)
}

#[tokio::test]
async fn cau_01_02_03_assertion_has_the_claims_of_the_rfc() {
    let public = Key::from_seed("ES256", 3).jwk();
    let method = PrivateKeyJwt::from_jwk(CLIENT_ID, &private_keys::p256()).unwrap();
    let (header, claims) = assertion(method, &public).await;
    assert_eq!(header["typ"], "client-authentication+jwt");
    assert_eq!(header["kid"], "c1");
    assert_eq!(header["alg"], "ES256");
    let jti = claims["jti"].as_str().unwrap();
    assert_eq!(jti.len(), 22);
    let expected = json!({
        "iss": CLIENT_ID,
        "sub": CLIENT_ID,
        "aud": ISSUER,
        "iat": NOW,
        "exp": NOW + 60,
        "jti": jti,
    });
    assert_eq!(claims, expected);
}

#[tokio::test]
async fn cau_01_each_algorithm_and_format_signs() {
    let mut rsa = private_keys::rsa();
    let numbers = ["d", "p", "q", "dp", "dq", "qi"];
    let method = PrivateKeyJwt::from_jwk(CLIENT_ID, &rsa.to_string()).unwrap();
    for name in numbers {
        rsa.as_object_mut().unwrap().remove(name);
    }
    let p256 = Key::from_seed("ES256", 3).jwk();
    let from_pem = |pem: &str| PrivateKeyJwt::from_pem(CLIENT_ID, pem).unwrap();
    for (method, public, alg) in [
        (method, rsa.clone(), "PS256"),
        (from_pem(&private_keys::rsa_pem()), rsa.clone(), "PS256"),
        (from_pem(&private_keys::rsa_pkcs1_pem()), rsa, "PS256"),
        (from_pem(&private_keys::p256_pem()), p256.clone(), "ES256"),
        (from_pem(&private_keys::p256_sec1_pem()), p256, "ES256"),
        (
            from_pem(&private_keys::ed25519_pem()),
            Key::from_seed("EdDSA", 3).jwk(),
            "EdDSA",
        ),
    ] {
        let (header, claims) = assertion(method, &public).await;
        assert_eq!(header["alg"], alg);
        assert_eq!(claims["sub"], CLIENT_ID);
    }
}

#[tokio::test]
async fn cau_03_type_can_be_the_generic_one() {
    let public = Key::from_seed("ES256", 3).jwk();
    let method = PrivateKeyJwt::from_jwk(CLIENT_ID, &private_keys::p256()).unwrap();
    let (header, _) = assertion(method.use_generic_type(), &public).await;
    assert_eq!(header["typ"], "JWT");
}

#[tokio::test]
async fn cau_04_each_request_has_a_new_assertion() {
    let public = Key::from_seed("ES256", 3).jwk();
    let method = PrivateKeyJwt::from_jwk(CLIENT_ID, &private_keys::p256()).unwrap();
    let (_, one) = assertion(method.clone(), &public).await;
    let (_, other) = assertion(method, &public).await;
    assert_ne!(one["jti"], other["jti"]);
}

#[tokio::test]
async fn cau_07_key_is_replaced_in_all_clones() {
    let method = PrivateKeyJwt::from_jwk(CLIENT_ID, &private_keys::p256()).unwrap();
    let rotation = method.clone();
    let key = ClientKey::from_pem(&private_keys::ed25519_pem()).unwrap();
    rotation.replace_key(key.key_id("next"));
    let (header, _) = assertion(method, &Key::from_seed("EdDSA", 3).jwk()).await;
    assert_eq!(
        (&header["alg"], &header["kid"]),
        (&json!("EdDSA"), &json!("next"))
    );
}

#[test]
fn client_identifier_is_not_empty() {
    let refused = PrivateKeyJwt::from_jwk("", &private_keys::p256());
    assert_eq!(refused.unwrap_err(), ConfigError::ClientId);
}
