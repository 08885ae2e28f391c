//! Access tokens of any header and claims, signed by the issuer's key: what passes is what an independent reader and the
//! crate `jsonwebtoken` find good.

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use jsonwebtoken::{Algorithm, DecodingKey};
use sender_constraint::Guard;
use sender_constraint_testing::{SigningKey, sign_compact};
use serde_json::Value;

use crate::edits::Edits;
use crate::input;
use crate::json::strict_object;
use crate::mutation::{Mutation, mutate};
use crate::proof::read;
use crate::world::{
    CLIENT, GUARD, ISSUER, ISSUING, NOW, ORIGIN, dpop, guard, keycloak_verifier, present, proof,
    token,
};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    header: Edits<'a>,
    claims: Edits<'a>,
    is_keycloak: bool,
    is_signed_by_another: (bool, bool),
    is_changed: (bool, bool),
    mutations: Vec<Mutation>,
}

/// Checks the verdict on one token.
pub fn check(bytes: &[u8]) {
    let Some(input) = input::<Input<'_>>(bytes) else {
        return;
    };
    let Some(compact) = input.compact() else {
        return;
    };
    let guard = if input.is_keycloak {
        &*KEYCLOAK
    } else {
        &*GUARD
    };
    let proof = proof(&compact).sign();
    if present(guard, &compact, &proof).is_ok() {
        check_accepted(&compact, input.is_keycloak);
    }
}

fn check_accepted(compact: &str, is_keycloak: bool) {
    let (header, claims) = read(compact).expect("a JWS");
    let header = strict_object(&header).expect("a header");
    let claims = strict_object(&claims).expect("claims");
    assert_eq!(header["alg"], "ES256");
    assert!(header.get("crit").is_none(), "{header}");
    if !is_keycloak {
        let typ = header["typ"].as_str().map(str::to_ascii_lowercase);
        assert!(
            matches!(typ.as_deref(), Some("at+jwt" | "application/at+jwt")),
            "{header}"
        );
    }
    assert_eq!(claims["iss"], ISSUER);
    let audience = &claims["aud"];
    let is_for_us = audience == ORIGIN
        || audience
            .as_array()
            .is_some_and(|all| all.contains(&Value::from(ORIGIN)));
    assert!(is_for_us, "{claims}");
    assert!(
        claims["exp"]
            .as_f64()
            .is_some_and(|end| end + LEEWAY >= NOW as f64),
        "{claims}"
    );
    assert!(claims.get("nbf").is_none_or(|start| {
        start
            .as_f64()
            .is_some_and(|start| start - LEEWAY <= NOW as f64)
    }));
    assert_eq!(claims["cnf"]["jkt"], CLIENT.key().thumbprint());
    // Its reader of headers is stricter about members that nobody uses, so it verifies the signature alone.
    let (message, signature) = compact.rsplit_once('.').expect("a signature");
    let oracle =
        jsonwebtoken::crypto::verify(signature, message.as_bytes(), &ORACLE_KEY, Algorithm::ES256);
    assert!(matches!(oracle, Ok(true)), "{oracle:?}: {compact}");
}

impl Input<'_> {
    fn compact(&self) -> Option<String> {
        let good = token();
        let header = self.header.apply(&good.header)?;
        let claims = self.claims.apply(&good.claims)?;
        let key = if self.is_signed_by_another == (true, true) {
            &*OTHER
        } else {
            ISSUING.key()
        };
        let compact = sign_compact(key, &header, &claims);
        if self.is_changed != (true, true) {
            return Some(compact);
        }
        let changed = mutate(compact.as_bytes(), &self.mutations);
        let is_visible = changed.iter().all(|byte| (0x21..0x7f).contains(byte));
        String::from_utf8(changed).ok().filter(|_| is_visible)
    }
}

static KEYCLOAK: LazyLock<Guard> = LazyLock::new(|| guard(keycloak_verifier(), dpop()));
static OTHER: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_seed("ES256", 7));
static ORACLE_KEY: LazyLock<DecodingKey> = LazyLock::new(|| {
    let jwk = ISSUING.key().jwk();
    let (x, y) = (jwk["x"].as_str().expect("x"), jwk["y"].as_str().expect("y"));
    DecodingKey::from_ec_components(x, y).expect("a key")
});
/// No guard accepts more.
const LEEWAY: f64 = 60.0;
