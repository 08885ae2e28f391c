//! Secrets of a fleet, replaced while requests are served (DPOP-47, DPOP-52).

use sender_constraint::proof::{NonceSecrets, Nonces};

use super::world::{assert_challenged, issue, required, secret, secrets, send_nonce, with};
use crate::common::*;

fn instance(secrets: &NonceSecrets) -> World {
    with(Nonces::required(secrets.clone()))
}

#[tokio::test]
async fn dpop_52_a_replaced_secret_verifies_until_its_nonces_expire() {
    let secrets = secrets(0);
    let world = instance(&secrets);
    let old = issue(&world);
    secrets.replace(secret(1), []).unwrap();
    let new = issue(&world);
    assert_ne!(old, new);
    for age in [0, 60, 119] {
        world.clock.set(NOW + age);
        send_nonce(&world, &old, NOW).await.assert_passed();
        send_nonce(&world, &new, NOW).await.assert_passed();
    }
    // Even a nonce that someone forges with the old secret is of no use then.
    world.clock.set(NOW + 120);
    let forged = issue_with(0, NOW + 120);
    let answer = send_nonce(&world, &forged, NOW).await;
    assert_challenged(&answer, "proof_nonce_unknown");
    // An honest client that sent none for long is not taken for a forger.
    let answer = send_nonce(&world, &old, NOW).await;
    assert_challenged(&answer, "proof_nonce_expired");
    // A clock that is set back does not bring the secret back for longer.
    world.clock.set(NOW + 10);
    let forged = issue_with(0, NOW + 10);
    send_nonce(&world, &forged, NOW).await.assert_passed();
    world.clock.set(NOW + 120);
    let answer = send_nonce(&world, &issue_with(0, NOW + 120), NOW).await;
    assert_challenged(&answer, "proof_nonce_unknown");
}

#[tokio::test]
async fn dpop_47_a_secret_that_became_known_is_forgotten_at_once() {
    let secrets = secrets(0);
    let world = instance(&secrets);
    let old = issue(&world);
    secrets.replace(secret(1), []).unwrap();
    secrets.forget_replaced();
    let answer = send_nonce(&world, &old, NOW).await;
    assert_challenged(&answer, "proof_nonce_unknown");
    let new = issue(&world);
    send_nonce(&world, &new, NOW).await.assert_passed();
}

#[tokio::test]
async fn a_fleet_replaces_its_secret_without_a_refused_request() {
    let handles = [secrets(0), secrets(0), secrets(0)];
    let instances: Vec<_> = handles.iter().map(instance).collect();
    let mut nonce = issue(&instances[0]);
    let mut second = NOW;
    let mut call_all = async |instances: &[World]| {
        for _ in 0..40 {
            second += 1;
            for world in instances {
                world.clock.set(second);
                let answer = send_nonce(world, &nonce, NOW).await;
                answer.assert_passed();
                if let Some(next) = answer.header("dpop-nonce") {
                    nonce = next.to_owned();
                }
            }
        }
    };
    call_all(&instances).await;
    for handle in &handles {
        handle.replace(secret(0), [secret(1)]).unwrap();
        call_all(&instances).await;
    }
    // One after the other: within the 120 s for which a nonce is accepted.
    for handle in &handles {
        handle.replace(secret(1), []).unwrap();
        call_all(&instances).await;
    }
    call_all(&instances).await;
    // Without the next secret, an instance refuses the nonces of those that issue with it.
    handles[0].replace(secret(2), []).unwrap();
    let answer = send_nonce(&instances[1], &issue(&instances[0]), NOW).await;
    assert_challenged(&answer, "proof_nonce_unknown");
}

#[tokio::test]
async fn a_secret_that_only_verifies_is_dropped_unless_it_is_named_again() {
    let secrets = secrets(0);
    let world = instance(&secrets);
    let next = issue_with(1, NOW);
    let answer = send_nonce(&world, &next, NOW).await;
    assert_challenged(&answer, "proof_nonce_unknown");
    secrets.replace(secret(0), [secret(1)]).unwrap();
    send_nonce(&world, &next, NOW).await.assert_passed();
    assert_eq!(issue(&world), issue_with(0, NOW));
    secrets.replace(secret(0), []).unwrap();
    let answer = send_nonce(&world, &next, NOW).await;
    assert_challenged(&answer, "proof_nonce_unknown");
}

#[tokio::test]
async fn of_replaced_secrets_the_latest_eight_are_kept() {
    let secrets = secrets(0);
    let world = instance(&secrets);
    let nonces: Vec<_> = (0..=8).map(|number| issue_with(number, NOW)).collect();
    for number in 1..=8 {
        secrets.replace(secret(number), []).unwrap();
    }
    for nonce in &nonces {
        send_nonce(&world, nonce, NOW).await.assert_passed();
    }
    secrets.replace(secret(9), []).unwrap();
    let answer = send_nonce(&world, &nonces[0], NOW).await;
    assert_challenged(&answer, "proof_nonce_unknown");
    send_nonce(&world, &nonces[1], NOW).await.assert_passed();
}

#[tokio::test]
async fn clones_of_guards_share_the_secrets() {
    let secrets = secrets(0);
    let world = instance(&secrets);
    let derived = World::around(
        world.issuer.clone(),
        world.clock.clone(),
        world.guard.to_builder().keep_credentials(),
    );
    secrets.replace(secret(1), []).unwrap();
    assert_eq!(issue(&derived), issue_with(1, NOW));
    let nonce = issue(&world);
    send_nonce(&derived, &nonce, NOW).await.assert_passed();
}

/// A nonce of another instance with this secret.
fn issue_with(number: u8, seconds: u64) -> String {
    let other = instance(&secrets(number));
    super::world::issue_at(&other, seconds)
}

#[test]
fn instances_with_the_same_secret_issue_the_same_nonces() {
    assert_eq!(issue(&required()), issue(&required()));
}
