//! Timestamps that are 10 s ahead pass, and those over 60 s ahead do not.

use std::time::Duration;

use sender_constraint::proof::{NonceSecrets, Nonces};
use sender_constraint::token::JwtVerifier;

use super::*;

#[tokio::test]
async fn fapi_10_iat_of_proofs() {
    let widest = |dpop: Dpop| dpop.clock_skew(Duration::from_secs(60)).unwrap();
    let narrowest = |dpop: Dpop| dpop.clock_skew(Duration::from_secs(10)).unwrap();
    for (dpop, ahead, outcome) in [
        (narrowest(dpop()), 10, "OK"),
        (narrowest(dpop()), 11, "PROOF"),
        (widest(dpop()), 10, "OK"),
        (widest(dpop()), 60, "OK"),
        (widest(dpop()), 61, "PROOF"),
    ] {
        let world = World::of(Key::from_seed("ES256", 0), |tokens| {
            Guard::fapi2(tokens).dpop(dpop)
        });
        let token = world.token().sign();
        let proof = world.proof(&token).claim("iat", NOW + ahead).sign();
        let answer = world.present(&token, &proof).await;
        assert_eq!(answer.outcome(), outcome, "{ahead}");
    }
}

/// A nonce limits the age of a proof, but does not excuse its timestamp.
#[tokio::test]
async fn fapi_10_iat_of_proofs_with_a_nonce() {
    let nonces = Nonces::required(NonceSecrets::random().unwrap());
    let world = World::of(Key::from_seed("ES256", 0), |tokens| {
        Guard::fapi2(tokens).dpop(dpop().nonces(nonces))
    });
    let token = world.token().sign();
    for (offset, outcome) in [(-3600, "PROOF"), (0, "OK"), (10, "OK"), (3600, "PROOF")] {
        let answer = world.present(&token, &world.proof(&token).sign()).await;
        let nonce = answer.header("dpop-nonce").unwrap();
        let proof = world.proof(&token).claim("nonce", nonce);
        let proof = proof.claim("iat", NOW.cast_signed() + offset).sign();
        let answer = world.present(&token, &proof).await;
        assert_eq!(answer.outcome(), outcome, "{offset}");
    }
}

#[tokio::test]
async fn fapi_10_iat_and_nbf_of_tokens() {
    for leeway in [10, 30, 60] {
        for claim in ["iat", "nbf"] {
            for (ahead, outcome) in [(10, "OK"), (61, "TOK(DPoP)")] {
                let world = World::of(Key::from_seed("ES256", 0), |tokens: JwtVerifier| {
                    let tokens = tokens.leeway(Duration::from_secs(leeway)).unwrap();
                    Guard::fapi2(tokens).dpop(dpop())
                });
                let token = world.token().claim(claim, NOW + ahead).sign();
                let answer = world.present_token(&token).await;
                assert_eq!(
                    answer.outcome(),
                    outcome,
                    "{claim} {ahead}, leeway {leeway}"
                );
            }
        }
    }
}

fn dpop() -> Dpop {
    Dpop::new(ORIGIN).unwrap()
}
