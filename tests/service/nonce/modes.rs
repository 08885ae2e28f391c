//! When a proof needs a nonce, and what a valid one replaces (DPOP-43 to DPOP-47, DPOP-53).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sender_constraint::Guard;
use sender_constraint::future::MaybeReady;
use sender_constraint::proof::{Dpop, Nonces};
use sender_constraint::time::Timestamp;
use sender_constraint::token::{AccessToken, PresentedToken, TokenError, TokenVerifier};
use serde_json::{Value, json};

use super::world::{
    assert_challenged, at_origin, issue, issue_at, nonce_of, on_clock_skew, required, secrets,
    send, send_nonce, with,
};
use crate::common::*;

const HOUR: u64 = 3600;

#[tokio::test]
async fn dpop_44_46_a_proof_without_nonce_is_refused_and_one_retry_suffices() {
    let world = required();
    for _ in 0..2 {
        let answer = send(&world, |proof| proof).await;
        assert_challenged(&answer, "proof_nonce_missing");
        assert_eq!(answer.status(), 401);
        let nonce = nonce_of(&answer);
        send_nonce(&world, &nonce, NOW).await.assert_passed();
    }
    // Nothing remembers who received one: the next proof needs one too.
    let answer = send(&world, |proof| proof).await;
    assert_challenged(&answer, "proof_nonce_missing");
    assert_eq!(world.calls(), 2);
}

#[tokio::test]
async fn dpop_43_with_a_nonce_the_clock_of_the_client_does_not_matter() {
    for world in [required(), on_clock_skew()] {
        let nonce = issue(&world);
        for iat in [0, NOW - 2 * HOUR, NOW, NOW + 2 * HOUR, (1 << 53) - 1] {
            send_nonce(&world, &nonce, iat).await.assert_passed();
            // Its own times, by the same clock.
            let answer = send(&world, |proof| {
                let proof = proof.claim("nonce", nonce.as_str()).claim("iat", iat);
                proof.claim("exp", iat + 1).claim("nbf", iat)
            });
            answer.await.assert_passed();
        }
    }
}

#[tokio::test]
async fn dpop_43_times_of_a_proof_that_contradict_each_other_are_refused_with_a_nonce_too() {
    for world in [required(), on_clock_skew()] {
        let nonce = issue(&world);
        for iat in [NOW - 2 * HOUR, NOW, NOW + 2 * HOUR] {
            for (claim, time, kind) in [
                ("exp", iat - 10, "proof_expired"),
                ("nbf", iat + 11, "proof_not_yet_valid"),
            ] {
                let change = |proof: Proof| proof.claim("iat", iat).claim(claim, time);
                // A nonce does not help, so the client is not sent for one.
                let without = send(&world, change).await;
                without.assert_refused("PROOF", kind);
                let with = send(&world, |proof| change(proof).claim("nonce", nonce.as_str()));
                with.await.assert_refused("PROOF", kind);
            }
            let answer = send(&world, |proof| {
                let proof = proof.claim("nonce", nonce.as_str()).claim("iat", iat);
                proof.claim("exp", iat - 9).claim("nbf", iat + 10)
            });
            answer.await.assert_passed();
        }
    }
}

#[tokio::test]
async fn dpop_43_iat_is_required_and_well_formed_with_a_nonce_too() {
    for world in [required(), on_clock_skew()] {
        let nonce = issue(&world);
        for (iat, kind) in [
            (Value::Null, "proof_missing_claim"),
            (json!("now"), "proof_payload"),
            (json!(-1), "proof_payload"),
        ] {
            let answer = send(&world, |proof| {
                proof.claim("nonce", nonce.as_str()).claim("iat", iat)
            });
            answer.await.assert_refused("PROOF", kind);
        }
    }
}

#[tokio::test]
async fn dpop_43_on_clock_skew_a_proof_within_the_window_needs_no_nonce() {
    let world = on_clock_skew();
    for iat in [NOW - 60, NOW, NOW + 10] {
        let answer = send(&world, |proof| proof.claim("iat", iat)).await;
        answer.assert_passed();
        assert_eq!(answer.header("dpop-nonce"), None);
    }
    for iat in [0, NOW - 61, NOW + 11, NOW + 2 * HOUR] {
        let answer = send(&world, |proof| proof.claim("iat", iat)).await;
        assert_challenged(&answer, "proof_nonce_missing_on_skew");
        let nonce = nonce_of(&answer);
        send_nonce(&world, &nonce, iat).await.assert_passed();
    }
    // `exp` and `nbf` by the client's clock.
    for (claim, time) in [("exp", NOW - 10), ("nbf", NOW + 11)] {
        let change = |proof: Proof| match claim {
            "exp" => proof.claim("iat", NOW - 30).claim("exp", time),
            _ => proof.claim("iat", NOW + 5).claim("nbf", time),
        };
        let answer = send(&world, change).await;
        assert_challenged(&answer, "proof_nonce_missing_on_skew");
        let nonce = nonce_of(&answer);
        let answer = send(&world, |proof| change(proof).claim("nonce", nonce.as_str()));
        answer.await.assert_passed();
    }
}

#[tokio::test]
async fn dpop_45_a_wrong_nonce_is_refused_in_both_modes() {
    for world in [required(), on_clock_skew()] {
        let good = issue(&world);
        let with_last = |last: char| format!("{}{last}", &good[..31]);
        let forged = with_last(if good.ends_with('A') { 'B' } else { 'A' });
        for (nonce, kind) in [
            (json!(""), "proof_nonce_malformed"),
            (json!(1), "proof_nonce_malformed"),
            (Value::Array(vec![json!(good)]), "proof_nonce_malformed"),
            (json!(with_last('=')), "proof_nonce_malformed"),
            (json!(good[..31]), "proof_nonce_malformed"),
            (json!(format!("{good}A")), "proof_nonce_malformed"),
            (json!("a".repeat(4000)), "proof_nonce_malformed"),
            (json!(forged), "proof_nonce_unknown"),
            (json!("A".repeat(32)), "proof_nonce_unknown"),
        ] {
            let answer = send(&world, |proof| proof.claim("nonce", nonce.clone())).await;
            assert_challenged(&answer, kind);
            assert_ne!(json!(nonce_of(&answer)), nonce);
        }
        send_nonce(&world, &good, NOW).await.assert_passed();
    }
}

#[tokio::test]
async fn dpop_47_53_nonces_of_another_secret_or_origin_are_refused() {
    let world = required();
    for other in [
        with(Nonces::required(secrets(1))),
        at_origin("https://other.example.com", Nonces::required(secrets(0))),
        at_origin("https://rs.example.com:8443", Nonces::required(secrets(0))),
    ] {
        let answer = send_nonce(&world, &issue(&other), NOW).await;
        assert_challenged(&answer, "proof_nonce_unknown");
    }
    // Another instance of the same server.
    let same = required();
    let nonce = issue(&same);
    send_nonce(&world, &nonce, NOW).await.assert_passed();
    // A gateway's services share the origin: a client keeps one nonce for it.
    let below = World::with_dpop(|dpop| {
        let dpop = dpop.path_prefix("/svc").unwrap();
        dpop.nonces(Nonces::required(secrets(0)))
    });
    assert_eq!(issue(&below), issue(&world));
}

#[tokio::test]
async fn dpop_46_mode_off_ignores_the_claim() {
    let world = World::new();
    for nonce in [json!("n"), json!(""), json!(1), json!({"a": [1]})] {
        let answer = send(&world, |proof| proof.claim("nonce", nonce)).await;
        answer.assert_passed();
        assert_eq!(answer.header("dpop-nonce"), None);
    }
    let nonce = issue(&required());
    let answer = send_nonce(&world, &nonce, NOW - 61).await;
    answer.assert_refused("PROOF", "proof_issued_too_long_ago");
    assert_eq!(answer.header("dpop-nonce"), None);
}

#[tokio::test]
async fn a_client_whose_proof_is_broken_is_not_sent_for_a_nonce() {
    for world in [required(), on_clock_skew()] {
        let token = world.token().sign();
        let late = |proof: Proof| proof.claim("iat", NOW - 2 * HOUR);
        let broken: [(&str, Proof); 5] = [
            ("proof_method", world.proof(&token).claim("htm", "PUT")),
            (
                "proof_target_uri",
                world.proof(&token).claim("htu", "https://rs.example.com/b"),
            ),
            ("proof_access_token_hash", world.proof("other")),
            (
                "proof_missing_claim",
                world.proof(&token).claim("jti", Value::Null),
            ),
            (
                "proof_signature",
                world.proof(&token).signed_by(&Key::from_seed("ES256", 9)),
            ),
        ];
        for (kind, proof) in broken {
            let answer = world.present(&token, &late(proof).sign()).await;
            answer.assert_refused("PROOF", kind);
        }
        // The binding comes first too.
        let thief = Proof::new(&Key::from_seed("ES256", 9), &token);
        let answer = world.present(&token, &late(thief).sign()).await;
        answer.assert_refused("TOK(DPoP)", "binding_key_mismatch");
        let token = world.token().claim("exp", NOW - 100).sign();
        let proof = late(world.proof(&token)).sign();
        let answer = world.present(&token, &proof).await;
        answer.assert_refused("TOK(DPoP)", "token_expired");
    }
}

#[tokio::test]
async fn int_10_a_verifier_that_waits_is_called_after_the_nonce_was_verified() {
    for (nonces, is_called_without) in [
        (Nonces::required(secrets(0)), false),
        (Nonces::on_clock_skew(secrets(0)), true),
    ] {
        let calls = Arc::new(AtomicUsize::new(0));
        let dpop = Dpop::new(ORIGIN).unwrap().nonces(nonces);
        let world = World::of(Key::from_seed("ES256", 0), |_| {
            Guard::builder(Inactive(Arc::clone(&calls))).dpop(dpop)
        });
        let nonce = issue(&world);
        let late = world.proof("opaque").claim("iat", NOW - HOUR);
        let answer = world.present("opaque", &late.sign()).await;
        assert_eq!(answer.outcome(), "NONCE");
        let wrong = world.proof("opaque").claim("nonce", "n").sign();
        let answer = world.present("opaque", &wrong).await;
        assert_challenged(&answer, "proof_nonce_malformed");
        let without = world.proof("opaque").sign();
        world.present("opaque", &without).await;
        let expected = usize::from(is_called_without);
        assert_eq!(calls.load(Ordering::SeqCst), expected);
        let good = late.claim("nonce", nonce).sign();
        let answer = world.present("opaque", &good).await;
        answer.assert_refused("TOK(DPoP)", "token_inactive");
        assert_eq!(calls.load(Ordering::SeqCst), expected + 1);
    }
}

/// Counts its calls, and has no token.
#[derive(Debug)]
struct Inactive(Arc<AtomicUsize>);

impl TokenVerifier for Inactive {
    fn verify<'a>(
        &'a self,
        _: PresentedToken<'a>,
        _: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        MaybeReady::pending(async {
            self.0.fetch_add(1, Ordering::SeqCst);
            Err(TokenError::Inactive)
        })
    }
}

#[tokio::test]
async fn a_refused_nonce_uses_up_no_proof() {
    let world = required();
    let token = world.token().sign();
    let proof = world
        .proof(&token)
        .claim("nonce", issue_at(&world, NOW + 6));
    let proof = proof.sign();
    let answer = world.present(&token, &proof).await;
    assert_challenged(&answer, "proof_nonce_from_future");
    world.clock.advance(6);
    world.present(&token, &proof).await.assert_passed();
}

#[tokio::test]
async fn bearer_tokens_need_no_nonce() {
    let world = World::of(Key::from_seed("ES256", 0), |tokens| {
        let dpop = Dpop::new(ORIGIN).unwrap();
        let dpop = dpop.nonces(Nonces::required(secrets(0)));
        Guard::builder(tokens).dpop(dpop).allow_unbound_tokens()
    });
    let token = Token::unbound(&world.issuer).sign();
    let answer = world.present_bearer(&token).await;
    answer.assert_passed();
    assert_eq!(answer.header("dpop-nonce"), None);
}
