//! Which private keys are accepted.

use sender_constraint::ConfigError;
use sender_constraint::client_auth::{ClientKey, PrivateKeyJwt};
use sender_constraint::error::PrivateKeyError;
use sender_constraint::jose::Algorithm;
use serde_json::{Value, json};

use crate::common::{Key, private_keys};

fn refused(jwk: &Value) -> PrivateKeyError {
    match ClientKey::from_jwk(&jwk.to_string()).unwrap_err() {
        ConfigError::PrivateKey(error) => error,
        other => panic!("{other}"),
    }
}

fn jwk(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn algorithm_follows_from_the_key() {
    let algorithm = |json: &str| ClientKey::from_jwk(json).unwrap().algorithm();
    assert_eq!(algorithm(&private_keys::p256()), Algorithm::Es256);
    assert_eq!(algorithm(&private_keys::ed25519()), Algorithm::EdDsa);
    assert_eq!(
        algorithm(&private_keys::rsa().to_string()),
        Algorithm::Ps256
    );
    let mut named = jwk(&private_keys::ed25519());
    named["alg"] = json!("Ed25519");
    assert_eq!(algorithm(&named.to_string()), Algorithm::Ed25519);
}

#[test]
fn pem_of_each_format_is_read() {
    for (pem, algorithm) in [
        (private_keys::p256_pem(), Algorithm::Es256),
        (private_keys::p256_sec1_pem(), Algorithm::Es256),
        (private_keys::ed25519_pem(), Algorithm::EdDsa),
        (private_keys::rsa_pem(), Algorithm::Ps256),
        (private_keys::rsa_pkcs1_pem(), Algorithm::Ps256),
    ] {
        assert_eq!(ClientKey::from_pem(&pem).unwrap().algorithm(), algorithm);
        // Other blocks, as OpenSSL writes them, and Windows line breaks.
        let noisy = format!(
            "{}{}",
            private_keys::pem("EC PARAMETERS", &[6, 1, 0]),
            pem.replace('\n', "\r\n")
        );
        assert_eq!(ClientKey::from_pem(&noisy).unwrap().algorithm(), algorithm);
    }
}

#[test]
fn pem_that_is_no_single_usable_key_is_refused() {
    let refused = |pem: &str| match ClientKey::from_pem(pem).unwrap_err() {
        ConfigError::PrivateKey(error) => error,
        other => panic!("{other}"),
    };
    let good = private_keys::p256_pem();
    assert_eq!(refused(""), PrivateKeyError::NoPrivateKey);
    assert_eq!(
        refused(&private_keys::pem("CERTIFICATE", &[0x30, 0])),
        PrivateKeyError::NoPrivateKey
    );
    assert_eq!(
        refused(&format!("{good}{good}")),
        PrivateKeyError::NoPrivateKey
    );
    assert_eq!(
        refused(good.split("-----END").next().unwrap()),
        PrivateKeyError::NoPrivateKey
    );
    assert_eq!(
        refused(&private_keys::pem("ENCRYPTED PRIVATE KEY", &[0x30, 0])),
        PrivateKeyError::Encrypted
    );
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----";
    assert_eq!(refused(old), PrivateKeyError::Encrypted);
    for der in [&[][..], &[0x30, 0], &[0x30, 0x82, 0xff, 0xff], &[0; 200]] {
        for label in ["PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"] {
            let error = refused(&private_keys::pem(label, der));
            assert_eq!(error, PrivateKeyError::Encoding, "{label}");
        }
    }
    let p384 = p384::SecretKey::from_slice(&[4; 48]).unwrap();
    let der = p384::pkcs8::EncodePrivateKey::to_pkcs8_der(&p384).unwrap();
    let p384 = private_keys::pem("PRIVATE KEY", der.as_bytes());
    assert_eq!(refused(&p384), PrivateKeyError::Type);
}

#[test]
fn jwk_that_cannot_sign_is_refused() {
    let p256 = || jwk(&private_keys::p256());
    let change = |name: &str, value: Value| {
        let mut jwk = p256();
        jwk[name] = value;
        refused(&jwk)
    };
    let public = Key::from_seed("ES256", 3).jwk();
    assert_eq!(refused(&public), PrivateKeyError::Missing("d"));
    assert_eq!(refused(&json!({})), PrivateKeyError::Missing("kty"));
    assert_eq!(refused(&json!([])), PrivateKeyError::Malformed);
    assert_eq!(change("crv", json!("P-384")), PrivateKeyError::Type);
    assert_eq!(change("kty", json!("oct")), PrivateKeyError::Type);
    assert_eq!(change("use", json!("enc")), PrivateKeyError::Purpose);
    assert_eq!(
        change("key_ops", json!(["verify"])),
        PrivateKeyError::Purpose
    );
    assert_eq!(change("alg", json!("ES384")), PrivateKeyError::Purpose);
    assert_eq!(change("d", json!("AA")), PrivateKeyError::Encoding);
    assert_eq!(change("d", json!("*")), PrivateKeyError::Encoding);
    let zero = "A".repeat(43);
    assert_eq!(change("d", json!(zero)), PrivateKeyError::Mismatch);
    // The private part of another key.
    let other = Key::from_seed("ES256", 4);
    let d = crate::common::encode(other.secret_bytes().unwrap());
    assert_eq!(change("d", json!(d)), PrivateKeyError::Mismatch);
    let mut ed25519 = jwk(&private_keys::ed25519());
    ed25519["d"] = json!(d);
    assert_eq!(refused(&ed25519), PrivateKeyError::Mismatch);
}

#[test]
fn rsa_keys_have_a_size_and_all_their_numbers() {
    assert!(matches!(
        refused(&private_keys::rsa_of(1024)),
        PrivateKeyError::Key(_)
    ));
    for name in ["n", "e", "d", "p", "q", "dp", "dq", "qi"] {
        let mut jwk = private_keys::rsa();
        jwk.as_object_mut().unwrap().remove(name);
        assert_eq!(refused(&jwk), PrivateKeyError::Missing(name));
    }
    let mut jwk = private_keys::rsa();
    jwk["oth"] = json!([]);
    assert_eq!(refused(&jwk), PrivateKeyError::Type);
    let mut mixed = private_keys::rsa();
    mixed["d"] = private_keys::rsa_of(2048)["d"].clone();
    assert_eq!(refused(&mixed), PrivateKeyError::Mismatch);
}

#[test]
fn alg_of_a_key_is_that_of_its_type() {
    let ed25519 = || jwk(&private_keys::ed25519());
    for (mut jwk, alg, is_usable) in [
        (private_keys::rsa(), "PS256", true),
        (private_keys::rsa(), "RS256", false),
        (private_keys::rsa(), "EdDSA", false),
        (ed25519(), "EdDSA", true),
        (ed25519(), "Ed25519", true),
        (ed25519(), "PS256", false),
        (jwk(&private_keys::p256()), "ES256", true),
        (jwk(&private_keys::p256()), "EdDSA", false),
    ] {
        jwk["alg"] = json!(alg);
        if is_usable {
            let _ = ClientKey::from_jwk(&jwk.to_string()).expect(alg);
        } else {
            assert_eq!(refused(&jwk), PrivateKeyError::Purpose, "{alg}");
        }
    }
}

#[test]
fn private_keys_are_never_shown() {
    let jwk = private_keys::p256();
    let d = self::jwk(&jwk)["d"].as_str().unwrap().to_owned();
    let method = PrivateKeyJwt::from_jwk("client", &jwk).unwrap();
    let bytes = format!("{:?}", Key::from_seed("ES256", 3).secret_bytes().unwrap());
    for shown in [format!("{method:?}"), format!("{method:#?}")] {
        assert!(!shown.contains(&d) && !shown.contains(&bytes), "{shown}");
    }
    let mut broken = self::jwk(&jwk);
    broken["x"] = json!("AA");
    let shown = ClientKey::from_jwk(&broken.to_string()).unwrap_err();
    assert!(!format!("{shown} {shown:?}").contains(&d));
}
