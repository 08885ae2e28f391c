//! Signing keys: ES256, EdDSA and PS256.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair,
    Ed25519KeyPair, KeyPair as _, ParsedPublicKey, RSA_PSS_2048_8192_SHA256, RSA_PSS_SHA256,
    RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sender_constraint::Digest;

/// A key pair and what is known of it in public.
pub struct Key {
    pub alg: &'static str,
    /// In the order of RFC 7638, without blanks: what is hashed is what is sent.
    pub jwk: String,
    pair: Pair,
}

enum Pair {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(Box<RsaKeyPair>),
}

impl Key {
    pub fn es256() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let point = pair.public_key().as_ref();
        let (x, y) = (encode(&point[1..33]), encode(&point[33..]));
        Self {
            alg: "ES256",
            jwk: format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#),
            pair: Pair::P256(pair),
        }
    }

    pub fn eddsa() -> Self {
        let pair = Ed25519KeyPair::generate().expect("a key");
        let x = encode(pair.public_key());
        Self {
            alg: "EdDSA",
            jwk: format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#),
            pair: Pair::Ed25519(pair),
        }
    }

    pub fn ps256() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        // RSAPublicKey of 2048 bits with exponent 65537: the modulus stands at a known place.
        let n = encode(&pair.public_key().as_ref()[9..265]);
        Self {
            alg: "PS256",
            jwk: format!(r#"{{"e":"AQAB","kty":"RSA","n":"{n}"}}"#),
            pair: Pair::Rsa(Box::new(pair)),
        }
    }

    /// RFC 7638.
    pub fn thumbprint(&self) -> String {
        Digest::sha256(self.jwk.as_bytes()).to_string()
    }

    /// A JWK set with this key only.
    pub fn jwks(&self) -> String {
        let jwk = self.jwk.trim_end_matches('}');
        let alg = self.alg;
        format!(r#"{{"keys":[{jwk},"alg":"{alg}","kid":"k1","use":"sig"}}]}}"#)
    }

    /// A compact JWS.
    pub fn sign(&self, header: &str, claims: &str) -> String {
        let input = format!("{}.{}", encode(header), encode(claims));
        let signature = encode(self.signature(input.as_bytes()));
        format!("{input}.{signature}")
    }

    /// The public key as the floor of every measurement has it: parsed before.
    pub fn parsed(&self) -> ParsedPublicKey {
        match &self.pair {
            Pair::P256(pair) => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key()),
            Pair::Ed25519(pair) => ParsedPublicKey::new(&ED25519, pair.public_key()),
            Pair::Rsa(pair) => ParsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, pair.public_key()),
        }
        .expect("a public key")
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::P256(pair) => {
                let signature = pair.sign(&random, message).expect("a signature");
                signature.as_ref().to_vec()
            }
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PSS_SHA256, &random, message, &mut signature)
                    .expect("a signature");
                signature
            }
        }
    }
}

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
