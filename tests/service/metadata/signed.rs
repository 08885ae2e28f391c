//! Signed metadata, verified by another library (RFC 9728 section 2.2).

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use sender_constraint::client_auth::ClientKey;
use serde_json::Value;

use super::{accounts, document};
use crate::common::*;

const SIGNER: &str = "https://rs.example.com/accounts";

#[test]
fn prm_09_signed_metadata_has_the_members_and_not_itself() {
    let key = ClientKey::from_jwk(&private_keys::p256()).unwrap();
    let resource = accounts().name("Accounts").sign(SIGNER, key);
    let mut document = document(|builder| builder.protected_resource(resource));
    let members = document.as_object_mut().unwrap();
    let signed = members.remove("signed_metadata").unwrap();
    let jwt = signed.as_str().unwrap();
    let header = jsonwebtoken::decode_header(jwt).unwrap();
    assert_eq!(header.alg, Algorithm::ES256);
    assert_eq!(header.kid.as_deref(), Some("c1"));
    assert_eq!(header.typ, None);
    let public = Key::from_seed("ES256", 3).jwk();
    let public = serde_json::from_value(public).unwrap();
    let mut validation = Validation::new(header.alg);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.set_issuer(&[SIGNER]);
    let key = DecodingKey::from_jwk(&public).unwrap();
    let mut claims = jsonwebtoken::decode::<Value>(jwt, &key, &validation)
        .unwrap()
        .claims;
    let claims = claims.as_object_mut().unwrap();
    assert_eq!(claims.remove("iss").unwrap(), SIGNER);
    assert_eq!(claims.remove("iat").unwrap(), NOW);
    assert_eq!(claims, members);
}

#[test]
fn prm_09_metadata_without_a_key_is_not_signed() {
    let document = document(|builder| builder.protected_resource(accounts()));
    assert!(document.get("signed_metadata").is_none());
}
