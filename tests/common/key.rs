//! Signing keys of every algorithm, made in code. Not the crate's own verifiers: the signers of p256, p384,
//! p521, ed25519-dalek and rsa.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::Signer as _;
use rsa::RsaPrivateKey;
use rsa::sha2::{Sha256, Sha384, Sha512};
use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _, Signer as _};
use rsa::traits::PublicKeyParts as _;
use rsa::{pkcs1v15, pss};
use serde_json::{Value, json};
use sha2::Digest as _;

/// A key pair and the one algorithm that it signs with.
#[derive(Clone)]
pub struct Key {
    pub alg: String,
    secret: Secret,
}

#[derive(Clone)]
enum Secret {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
    Rsa(RsaPrivateKey),
}

/// Key generation takes a moment: one pair of RSA keys for each test program.
static RSA: LazyLock<[RsaPrivateKey; 2]> = LazyLock::new(|| {
    let new = || RsaPrivateKey::new(&mut rand_core::OsRng, 2048).expect("a key");
    [new(), new()]
});

impl Key {
    /// The key number `seed` for `alg`; different numbers are different keys (for RSA: odd and even ones).
    pub fn new(alg: &str, seed: u8) -> Self {
        let seed = seed.wrapping_add(1);
        let secret = match alg {
            "ES256" => Secret::P256(p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap()),
            "ES384" => Secret::P384(p384::ecdsa::SigningKey::from_slice(&[seed; 48]).unwrap()),
            "ES512" => {
                let mut scalar = [seed; 66];
                scalar[0] = 0;
                Secret::P521(p521::ecdsa::SigningKey::from_slice(&scalar).unwrap())
            }
            "EdDSA" | "Ed25519" => {
                Secret::Ed25519(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
            }
            _ => Secret::Rsa(RSA[usize::from(seed % 2)].clone()),
        };
        Self {
            alg: alg.to_owned(),
            secret,
        }
    }

    /// The same key under another algorithm name.
    pub fn with_alg(&self, alg: &str) -> Self {
        Self {
            alg: alg.to_owned(),
            secret: self.secret.clone(),
        }
    }

    /// The public JWK.
    pub fn jwk(&self) -> Value {
        let b64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let ec = |crv: &str, sec1: &[u8]| {
            let (x, y) = sec1[1..].split_at((sec1.len() - 1) / 2);
            json!({"kty": "EC", "crv": crv, "x": b64(x), "y": b64(y)})
        };
        match &self.secret {
            Secret::P256(key) => ec("P-256", key.verifying_key().to_sec1_point(false).as_bytes()),
            Secret::P384(key) => ec("P-384", key.verifying_key().to_sec1_point(false).as_bytes()),
            Secret::P521(key) => ec("P-521", key.verifying_key().to_sec1_point(false).as_bytes()),
            Secret::Ed25519(key) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": b64(key.verifying_key().as_bytes())})
            }
            Secret::Rsa(key) => {
                json!({"kty": "RSA", "n": b64(&key.n().to_bytes_be()), "e": b64(&key.e().to_bytes_be())})
            }
        }
    }

    /// The JWK with `kid`, `use` and `alg`, as a key set has it.
    pub fn published(&self, kid: &str) -> Value {
        let mut jwk = self.jwk();
        jwk["kid"] = kid.into();
        jwk["use"] = "sig".into();
        jwk["alg"] = self.alg.clone().into();
        jwk
    }

    /// RFC 7638, computed apart from the crate.
    pub fn thumbprint(&self) -> String {
        let jwk = self.jwk();
        let members: &[&str] = match jwk["kty"].as_str().unwrap() {
            "EC" => &["crv", "kty", "x", "y"],
            "OKP" => &["crv", "kty", "x"],
            _ => &["e", "kty", "n"],
        };
        let text: Vec<_> = members
            .iter()
            .map(|name| format!("\"{name}\":{}", jwk[name]))
            .collect();
        let digest = sha2::Sha256::digest(format!("{{{}}}", text.join(",")));
        URL_SAFE_NO_PAD.encode(digest)
    }

    /// The raw signature over `message`.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.secret {
            Secret::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
            Secret::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
            Secret::P521(key) => {
                let signature: p521::ecdsa::Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
            Secret::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
            Secret::Rsa(key) => sign_rsa(key, &self.alg, message),
        }
    }
}

fn sign_rsa(key: &RsaPrivateKey, alg: &str, message: &[u8]) -> Vec<u8> {
    let key = key.clone();
    let random = &mut rand_core::OsRng;
    match alg {
        "PS384" => pss::SigningKey::<Sha384>::new(key)
            .sign_with_rng(random, message)
            .to_vec(),
        "PS512" => pss::SigningKey::<Sha512>::new(key)
            .sign_with_rng(random, message)
            .to_vec(),
        "RS256" => pkcs1v15::SigningKey::<Sha256>::new(key)
            .sign(message)
            .to_vec(),
        "RS384" => pkcs1v15::SigningKey::<Sha384>::new(key)
            .sign(message)
            .to_vec(),
        "RS512" => pkcs1v15::SigningKey::<Sha512>::new(key)
            .sign(message)
            .to_vec(),
        _ => pss::SigningKey::<Sha256>::new(key)
            .sign_with_rng(random, message)
            .to_vec(),
    }
}
