//! Keys for ES256, made for this run or read from a file.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};

pub(crate) struct Key(EcdsaKeyPair);

impl Key {
    #[expect(
        clippy::expect_used,
        reason = "without random numbers there is no load"
    )]
    pub(crate) fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"))
    }

    /// As `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256` writes it.
    pub(crate) fn read(file: &str) -> Result<Self, String> {
        let at_file = |error: String| format!("{file}: {error}");
        let der = PrivatePkcs8KeyDer::from_pem_file(file);
        let der = der.map_err(|error| at_file(error.to_string()))?;
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.secret_pkcs8_der());
        let pair = pair.map_err(|error| at_file(format!("no P-256 key in PKCS#8: {error}")));
        Ok(Self(pair?))
    }

    /// The public half, its members in the order of RFC 7638.
    pub(crate) fn jwk(&self) -> Value {
        // SEC 1: 04 || x || y
        let point = self.0.public_key().as_ref().get(1..).unwrap_or_default();
        let (x, y) = point.split_at(point.len() / 2);
        json!({"crv": "P-256", "kty": "EC", "x": encode(x), "y": encode(y)})
    }

    /// A compact JWS.
    #[expect(clippy::expect_used, reason = "as above")]
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let input = format!(
            "{}.{}",
            encode(header.to_string()),
            encode(claims.to_string())
        );
        let signature = self.0.sign(&SystemRandom::new(), input.as_bytes());
        let signature = encode(signature.expect("a signature"));
        format!("{input}.{signature}")
    }
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
