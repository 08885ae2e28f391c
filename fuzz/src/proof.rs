//! Proofs of any header and claims, signed by the client's key: what passes is what an independent reader finds good, and
//! a guard with tables of its senders has the same verdict.

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sender_constraint_testing::{SigningKey, sign_compact};
use sha2::Digest as _;

use crate::edits::Edits;
use crate::json::strict_object;
use crate::mutation::{Mutation, mutate};
use crate::world::{CLIENT, GUARD, NOW, WITH_TABLES, present, proof, token};
use crate::{htu_reference, input};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    header: Edits<'a>,
    claims: Edits<'a>,
    is_signed_by_another: (bool, bool),
    is_changed: (bool, bool),
    mutations: Vec<Mutation>,
}

/// Checks the verdicts on one proof.
pub fn check(bytes: &[u8]) {
    let Some((header, claims, proof)) = input::<Input<'_>>(bytes).and_then(|input| input.texts())
    else {
        return;
    };
    let verdict = present(&GUARD, &TOKEN, &proof).map_err(|rejection| rejection.kind());
    let same = present(&WITH_TABLES, &TOKEN, &proof).map_err(|rejection| rejection.kind());
    assert_eq!(
        verdict.as_ref().err(),
        same.as_ref().err(),
        "{header} {claims}"
    );
    if verdict.is_ok() {
        check_accepted(&header, &claims);
    }
}

fn check_accepted(header: &str, claims: &str) {
    let header = strict_object(header).expect("a header");
    let claims = strict_object(claims).expect("claims");
    let is_type = header["typ"].as_str().is_some_and(|typ| {
        let typ = typ.to_ascii_lowercase();
        typ == "dpop+jwt" || typ == "application/dpop+jwt"
    });
    assert!(
        is_type && header["alg"] == "ES256" && header.get("crit").is_none(),
        "{header}"
    );
    let jwk = &header["jwk"];
    let good = CLIENT.key().jwk();
    let is_key = ["kty", "crv", "x", "y"]
        .iter()
        .all(|name| jwk[*name] == good[*name]);
    assert!(is_key && jwk.get("d").is_none(), "{header}");
    assert_eq!(claims["htm"], "GET");
    let target = claims["htu"].as_str().and_then(htu_reference::normal);
    assert_eq!(
        target.as_deref(),
        Some("https://rs.example.com/a"),
        "{claims}"
    );
    assert_eq!(
        claims["ath"],
        URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(&*TOKEN))
    );
    assert!(claims["jti"].as_str().is_some_and(|jti| !jti.is_empty()));
    let issued = claims["iat"].as_f64().expect("a time");
    let difference = issued - NOW as f64;
    assert!((-300.0..=60.0).contains(&difference), "{claims}");
}

impl Input<'_> {
    /// Header, claims, and the compact form.
    fn texts(&self) -> Option<(String, String, String)> {
        let good = proof(&TOKEN);
        let header = self.header.apply(&good.header)?;
        let claims = self.claims.apply(&good.claims)?;
        let key = if self.is_signed_by_another == (true, true) {
            &*OTHER
        } else {
            CLIENT.key()
        };
        let mut compact = sign_compact(key, &header, &claims);
        if self.is_changed == (true, true) {
            let changed = mutate(compact.as_bytes(), &self.mutations);
            let is_visible = changed.iter().all(|byte| (0x20..0x7f).contains(byte));
            compact = String::from_utf8(changed).ok().filter(|_| is_visible)?;
        }
        let (header, claims) = read(&compact).unwrap_or((header, claims));
        Some((header, claims, compact))
    }
}

/// The texts of header and claims that a JWS has.
pub(crate) fn read(compact: &str) -> Option<(String, String)> {
    let mut parts = compact
        .split('.')
        .map(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let mut text = || String::from_utf8(parts.next()??).ok();
    Some((text()?, text()?))
}

static TOKEN: LazyLock<String> = LazyLock::new(|| token().sign());
static OTHER: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_seed("ES256", 7));
