//! Signing keys, made in code.

use std::fmt;

use ed25519_dalek::Signer as _;
use p256::elliptic_curve::Generate as _;
use serde_json::{Value, json};
use sha2::Digest as _;

use crate::encoding::encode;
#[cfg(feature = "all-algorithms")]
use crate::rsa_keys;

/// A key pair, and the algorithm that it signs with.
///
/// ```
/// use sender_constraint_testing::SigningKey;
///
/// let key = SigningKey::es256();
/// assert_eq!(key.jwk()["crv"], "P-256");
/// assert_ne!(key.thumbprint(), SigningKey::es256().thumbprint());
/// ```
#[derive(Clone)]
pub struct SigningKey {
    alg: String,
    secret: Secret,
}

#[derive(Clone)]
enum Secret {
    P256(p256::ecdsa::SigningKey),
    #[cfg(feature = "all-algorithms")]
    P384(p384::ecdsa::SigningKey),
    #[cfg(feature = "all-algorithms")]
    P521(p521::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
    #[cfg(feature = "all-algorithms")]
    Rsa(rsa::RsaPrivateKey),
}

impl SigningKey {
    /// A new key for ES256.
    #[must_use]
    pub fn es256() -> Self {
        Self {
            alg: "ES256".to_owned(),
            secret: Secret::P256(p256::ecdsa::SigningKey::generate()),
        }
    }

    /// A new key for EdDSA, on Ed25519.
    #[must_use]
    pub fn eddsa() -> Self {
        let secret = ed25519_dalek::SigningKey::from_bytes(&<[u8; 32]>::generate());
        Self {
            alg: "EdDSA".to_owned(),
            secret: Secret::Ed25519(secret),
        }
    }

    /// Key number `seed` for `alg`: the same in every run. Of RSA keys there are two in a process, which are new in every
    /// run.
    ///
    /// # Panics
    ///
    /// For an algorithm that is not asymmetric, or that needs the feature `all-algorithms`.
    #[must_use]
    pub fn from_seed(alg: &str, seed: u8) -> Self {
        let seed = seed.wrapping_add(1);
        let secret = match alg {
            "ES256" => {
                let key = p256::ecdsa::SigningKey::from_slice(&[seed; 32]);
                Secret::P256(key.expect("a scalar"))
            }
            "EdDSA" | "Ed25519" => {
                Secret::Ed25519(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
            }
            other => other_algorithm(other, seed),
        };
        Self {
            alg: alg.to_owned(),
            secret,
        }
    }

    /// The same key under another algorithm name.
    #[must_use]
    pub fn with_alg(&self, alg: &str) -> Self {
        Self {
            alg: alg.to_owned(),
            secret: self.secret.clone(),
        }
    }

    /// The name of the algorithm (RFC 7518 section 3.1).
    #[must_use]
    pub fn alg(&self) -> &str {
        &self.alg
    }

    /// The public JWK (RFC 7517).
    #[must_use]
    pub fn jwk(&self) -> Value {
        match &self.secret {
            Secret::P256(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                ec_jwk("P-256", point.as_bytes())
            }
            #[cfg(feature = "all-algorithms")]
            Secret::P384(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                ec_jwk("P-384", point.as_bytes())
            }
            #[cfg(feature = "all-algorithms")]
            Secret::P521(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                ec_jwk("P-521", point.as_bytes())
            }
            Secret::Ed25519(key) => {
                let x = encode(key.verifying_key().as_bytes());
                json!({"kty": "OKP", "crv": "Ed25519", "x": x})
            }
            #[cfg(feature = "all-algorithms")]
            Secret::Rsa(key) => rsa_keys::jwk(key),
        }
    }

    /// The public JWK with `kid`, `use` and `alg`, as a key set has it.
    #[must_use]
    pub fn published(&self, kid: &str) -> Value {
        let mut jwk = self.jwk();
        for (name, value) in [("kid", kid), ("use", "sig"), ("alg", &self.alg)] {
            crate::encoding::set(&mut jwk, name, value.into());
        }
        jwk
    }

    /// The SHA-256 thumbprint (RFC 7638), computed apart from the crate under test.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        let jwk = self.jwk();
        let members: &[&str] = match jwk.get("kty").and_then(Value::as_str) {
            Some("EC") => &["crv", "kty", "x", "y"],
            Some("OKP") => &["crv", "kty", "x"],
            _ => &["e", "kty", "n"],
        };
        let text: Vec<_> = members
            .iter()
            .map(|name| format!("\"{name}\":{}", jwk.get(name).unwrap_or(&Value::Null)))
            .collect();
        encode(sha2::Sha256::digest(format!("{{{}}}", text.join(","))))
    }

    /// The raw signature over `message` (RFC 7518 section 3).
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.secret {
            Secret::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
            #[cfg(feature = "all-algorithms")]
            Secret::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
            #[cfg(feature = "all-algorithms")]
            Secret::P521(key) => {
                let signature: p521::ecdsa::Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
            Secret::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
            #[cfg(feature = "all-algorithms")]
            Secret::Rsa(key) => rsa_keys::sign(key, &self.alg, message),
        }
    }

    /// The private scalar or seed of a P-256 or Ed25519 key: what belongs in no request.
    #[must_use]
    pub fn secret_bytes(&self) -> Option<Vec<u8>> {
        match &self.secret {
            Secret::P256(key) => Some(key.to_bytes().to_vec()),
            Secret::Ed25519(key) => Some(key.to_bytes().to_vec()),
            #[cfg(feature = "all-algorithms")]
            _ => None,
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SigningKey")
            .field("alg", &self.alg)
            .field("thumbprint", &self.thumbprint())
            .finish_non_exhaustive()
    }
}

fn ec_jwk(crv: &str, sec1: &[u8]) -> Value {
    let (_uncompressed, coordinates) = sec1.split_at(1);
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    json!({"kty": "EC", "crv": crv, "x": encode(x), "y": encode(y)})
}

#[cfg(feature = "all-algorithms")]
fn other_algorithm(alg: &str, seed: u8) -> Secret {
    match alg {
        "ES384" => {
            let key = p384::ecdsa::SigningKey::from_slice(&[seed; 48]);
            Secret::P384(key.expect("a scalar"))
        }
        "ES512" => {
            // Below the order of the curve.
            let scalar = [&[0][..], &[seed; 65]].concat();
            let key = p521::ecdsa::SigningKey::from_slice(&scalar);
            Secret::P521(key.expect("a scalar"))
        }
        _ => Secret::Rsa(rsa_keys::key(seed)),
    }
}

#[cfg(not(feature = "all-algorithms"))]
fn other_algorithm(alg: &str, _seed: u8) -> Secret {
    panic!("{alg} needs the feature `all-algorithms`")
}
