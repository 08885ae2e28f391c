//! The tokens and proofs of the requirements: at `NOW`, of `ISSUER`, for `GET /a` at `ORIGIN`.

use sender_constraint::keys::StaticKeys;
use sender_constraint_testing::{Client, Issuer, Proof, SigningKey, Token};
use serde_json::{Value, json};

use super::{AUDIENCE, ISSUER, NOW, ORIGIN, TestClock};

/// Tokens by the name of their kind.
pub trait MintToken: Sized {
    /// AT0: good, and bound to nothing. Signed by issuer key `key`, `kid` `k1`.
    fn unbound(key: &SigningKey) -> Self;

    /// AT1: the same, bound to the key `client`.
    fn bound(key: &SigningKey, client: &SigningKey) -> Self;
}

impl MintToken for Token {
    fn unbound(key: &SigningKey) -> Self {
        let issuer = Issuer::new(ISSUER).with_key(key.clone());
        issuer.with_clock(TestClock::at(NOW)).token(AUDIENCE)
    }

    fn bound(key: &SigningKey, client: &SigningKey) -> Self {
        Self::unbound(key).bound_to(client)
    }
}

/// Proofs as most tests need them.
pub trait MintProof {
    /// Good for one `GET` of `/a` with `token`.
    fn new(client: &SigningKey, token: &str) -> Self;
}

impl MintProof for Proof {
    fn new(client: &SigningKey, token: &str) -> Self {
        let client = Client::with_key(client.clone()).with_clock(TestClock::at(NOW));
        client.proof("GET", &format!("{ORIGIN}/a"), token)
    }
}

/// A key set with so many keys of nobody, without `kid` and `alg`, and this key last.
pub fn keys_after(others: u8, last: Value) -> StaticKeys {
    let other = |number| SigningKey::from_seed("ES256", 100 + number).jwk();
    let mut jwks: Vec<_> = (0..others).map(other).collect();
    jwks.push(last);
    StaticKeys::from_json(&json!({"keys": jwks}).to_string()).expect("a key set")
}
