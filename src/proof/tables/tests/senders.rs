//! Clients that sign, and their parsed keys.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::Signer as _;

use crate::crypto::Digest;
use crate::jose::{Algorithm, AlgorithmList};
use crate::proof::proof_key::ProofKey;

pub(super) struct Client {
    pub(super) sender: Arc<ProofKey>,
    /// The header of its proofs, as sent.
    header: String,
    secret: Secret,
}

enum Secret {
    P256(p256::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
}

impl Client {
    /// Client number `number`, with ES256.
    pub(super) fn es256(number: u16) -> Self {
        let mut scalar = [1; 32];
        scalar[..2].copy_from_slice(&number.to_be_bytes());
        let secret = p256::ecdsa::SigningKey::from_slice(&scalar).expect("a key");
        let point = secret.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        let (x, y) = (encode(x), encode(y));
        let jwk = format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"}}"#);
        Self::new("ES256", &jwk, Secret::P256(secret))
    }

    /// Client number `number`, with EdDSA.
    pub(super) fn eddsa(number: u8) -> Self {
        let secret = ed25519_dalek::SigningKey::from_bytes(&[number; 32]);
        let x = encode(secret.verifying_key().as_bytes());
        let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#);
        Self::new("EdDSA", &jwk, Secret::Ed25519(secret))
    }

    fn new(alg: &str, jwk: &str, secret: Secret) -> Self {
        let header = encode(format!(r#"{{"typ":"dpop+jwt","alg":"{alg}","jwk":{jwk}}}"#));
        let allowed = AlgorithmList::new("proof", Algorithm::PROOF_DEFAULT).expect("a backend");
        let sender = ProofKey::parse(header.as_bytes(), &allowed).expect("a sender");
        Self {
            sender: Arc::new(sender),
            header,
            secret,
        }
    }

    /// Proof number `number` for one `GET` of `/a` with the token `token`, at `now`.
    pub(super) fn proof(&self, number: u32, now: u64) -> String {
        let ath = Digest::sha256(b"token");
        let claims = format!(
            r#"{{"jti":"{number}","htm":"GET","htu":"https://rs.example.com/a","iat":{now},"ath":"{ath}"}}"#
        );
        let input = format!("{}.{}", self.header, encode(claims));
        let signature = encode(self.sign(input.as_bytes()));
        format!("{input}.{signature}")
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        match &self.secret {
            Secret::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_bytes().into()
            }
            Secret::Ed25519(key) => key.sign(message).to_bytes(),
        }
    }
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
