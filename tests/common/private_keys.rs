//! Private keys of a client, as JWK and as PEM, made apart from the crate under test.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::pkcs8::EncodePrivateKey as _;
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use rsa::{BigUint, RsaPrivateKey};
use serde_json::{Value, json};

use super::{Key, encode};

/// The key of `Key::from_seed("ES256", 3)`, with a `kid`.
pub fn p256() -> String {
    with_private(&Key::from_seed("ES256", 3), "c1")
}

/// The key of `Key::from_seed("EdDSA", 3)`, with a `kid`.
pub fn ed25519() -> String {
    with_private(&Key::from_seed("EdDSA", 3), "c2")
}

/// An RSA key of 2048 bits, the same in a process.
pub fn rsa() -> Value {
    rsa_jwk(&RSA)
}

pub fn p256_pem() -> String {
    let key = p256::SecretKey::from_slice(&[4; 32]).unwrap();
    pem("PRIVATE KEY", key.to_pkcs8_der().unwrap().as_bytes())
}

pub fn p256_sec1_pem() -> String {
    let key = p256::SecretKey::from_slice(&[4; 32]).unwrap();
    pem("EC PRIVATE KEY", &key.to_sec1_der().unwrap())
}

pub fn ed25519_pem() -> String {
    let head = [
        0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
    ];
    pem("PRIVATE KEY", &[&head[..], &[4; 32]].concat())
}

pub fn rsa_pem() -> String {
    let der = rsa::pkcs8::EncodePrivateKey::to_pkcs8_der(&*RSA).unwrap();
    pem("PRIVATE KEY", der.as_bytes())
}

pub fn rsa_pkcs1_pem() -> String {
    pem("RSA PRIVATE KEY", RSA.to_pkcs1_der().unwrap().as_bytes())
}

pub fn rsa_of(bits: usize) -> Value {
    rsa_jwk(&RsaPrivateKey::new(&mut rand_core::OsRng, bits).unwrap())
}

pub fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).collect();
    let lines = lines.join(&b'\n');
    let lines = String::from_utf8(lines).unwrap();
    format!("-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n")
}

fn with_private(key: &Key, kid: &str) -> String {
    let mut jwk = key.jwk();
    jwk["d"] = encode(key.secret_bytes().unwrap()).into();
    jwk["kid"] = kid.into();
    jwk.to_string()
}

fn rsa_jwk(key: &RsaPrivateKey) -> Value {
    let number = |number: &BigUint| encode(number.to_bytes_be());
    let [p, q] = key.primes() else {
        panic!("two primes")
    };
    let qinv = key.crt_coefficient().unwrap();
    json!({
        "kty": "RSA",
        "kid": "c3",
        "n": number(key.n()),
        "e": number(key.e()),
        "d": number(key.d()),
        "p": number(p),
        "q": number(q),
        "dp": number(key.dp().unwrap()),
        "dq": number(key.dq().unwrap()),
        "qi": number(&qinv),
    })
}

static RSA: LazyLock<RsaPrivateKey> =
    LazyLock::new(|| RsaPrivateKey::new(&mut rand_core::OsRng, 2048).unwrap());
