//! RSA keys of 2048 bits: generating one takes a moment, so a process has two.

use std::sync::LazyLock;

use rsa::sha2::{Sha256, Sha384, Sha512};
use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _, Signer as _};
use rsa::traits::PublicKeyParts as _;
use rsa::{RsaPrivateKey, pkcs1v15, pss};
use serde_json::{Value, json};

use crate::encoding::encode;

/// The even or the odd one.
pub(crate) fn key(seed: u8) -> RsaPrivateKey {
    let [even, odd] = &*KEYS;
    if seed.is_multiple_of(2) { even } else { odd }.clone()
}

pub(crate) fn jwk(key: &RsaPrivateKey) -> Value {
    let (n, e) = (encode(key.n().to_bytes_be()), encode(key.e().to_bytes_be()));
    json!({"kty": "RSA", "n": n, "e": e})
}

pub(crate) fn sign(key: &RsaPrivateKey, alg: &str, message: &[u8]) -> Vec<u8> {
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

static KEYS: LazyLock<[RsaPrivateKey; 2]> = LazyLock::new(|| {
    let new = || RsaPrivateKey::new(&mut rand_core::OsRng, 2048).expect("a key");
    [new(), new()]
});
