//! Proofs generated in advance by a script that could use a client's key for a moment (RFC 9449 sections 11.2 and 11.3).

use super::world::{
    assert_challenged, issue, issue_at, on_clock_skew, required, send, send_nonce, with,
};
use crate::common::*;
use sender_constraint::proof::Nonces;

/// Of proofs for every minute of an hour, those are of use that have the nonce of the present.
#[tokio::test]
async fn thr_08_proofs_generated_in_advance_are_worthless_once_their_nonce_has_expired() {
    let world = required();
    let token = world.token().claim("exp", NOW + 100_000).sign();
    let nonce = issue(&world);
    let minutes = (0..60).map(|minute| NOW + 60 * minute);
    let generated: Vec<_> = minutes
        .map(|iat| (iat, world.proof(&token).claim("iat", iat)))
        .map(|(iat, proof)| (iat, proof.claim("nonce", nonce.as_str()).sign()))
        .collect();
    for (iat, proof) in &generated[2..] {
        world.clock.set(*iat);
        let answer = world.present(&token, proof).await;
        assert_challenged(&answer, "proof_nonce_expired");
    }
    assert_eq!(world.calls(), 0);
}

/// What the documentation says of this mode: it admits clients, and stops no attack.
#[tokio::test]
async fn thr_08_on_clock_skew_they_are_accepted_at_their_time_without_a_nonce() {
    let world = on_clock_skew();
    let token = world.token().claim("exp", NOW + 100_000).sign();
    let generated = world.proof(&token).claim("iat", NOW + 3600).sign();
    world.clock.set(NOW + 3600);
    world.present(&token, &generated).await.assert_passed();
}

#[tokio::test]
async fn thr_09_a_client_that_had_a_nonce_cannot_leave_it_out() {
    let world = required();
    send_nonce(&world, &issue(&world), NOW)
        .await
        .assert_passed();
    let answer = send(&world, |proof| proof).await;
    assert_challenged(&answer, "proof_nonce_missing");
    // Not by another instance either, which has never seen the client.
    let answer = send(&required(), |proof| proof).await;
    assert_challenged(&answer, "proof_nonce_missing");
}

#[tokio::test]
async fn thr_10_a_nonce_cannot_be_made_for_another_time() {
    let world = required();
    let now = issue(&world);
    // The 8 characters of a hint and a later time, with the MAC of the present.
    let later = issue_at(&world, NOW + 60);
    let forged = format!("{}{}", &later[..8], &now[8..]);
    world.clock.set(NOW + 60);
    let answer = send_nonce(&world, &forged, NOW).await;
    assert_challenged(&answer, "proof_nonce_unknown");
    // A random secret of another process.
    let other = with(Nonces::required(
        sender_constraint::proof::NonceSecrets::random().unwrap(),
    ));
    let answer = send_nonce(&world, &issue_at(&other, NOW + 60), NOW).await;
    assert_challenged(&answer, "proof_nonce_unknown");
}
