//! One client's share of the replay window: counted by who the token names, fairly among many.

use std::time::Duration;

use crate::common::*;
use sender_constraint::replay::{Insertion, MemoryStore, ReplayError, ReplayStore as _, UsedProof};
use sender_constraint::time::Timestamp;
use sender_constraint::{ConfigError, Digest};

#[tokio::test]
async fn dpop_60_keys_are_free_so_a_client_is_who_the_token_names() {
    let window = MemoryStore::new(1024)
        .unwrap()
        .share_per_principal(64)
        .unwrap();
    let world = World::with_dpop(|dpop| dpop.replay_store(window));
    let mut passed = 0;
    for number in 0..70 {
        let key = Key::from_seed("ES256", 100 + number % 5);
        let token = Token::bound(&world.issuer, &key).sign();
        let proof = Proof::new(&key, &token).sign();
        let answer = world.present(&token, &proof).await;
        match answer.outcome().as_str() {
            "OK" => passed += 1,
            _ => answer.assert_refused("429", "replay_principal_share_used"),
        }
    }
    assert_eq!(passed, 64);
    let other = world.token().claim("sub", "bob").sign();
    world
        .present(&other, &world.proof(&other).sign())
        .await
        .assert_passed();
}

#[tokio::test]
async fn dpop_60_the_smallest_share_refuses_nobody_for_the_proofs_of_others() {
    let window = MemoryStore::new(262_144)
        .unwrap()
        .share_per_principal(4096)
        .unwrap();
    let now = Timestamp::from_unix_seconds(NOW);
    let until = now.saturating_add(Duration::from_secs(70));
    for number in 0..200_000_u32 {
        let key = Digest::sha256(&number.to_be_bytes());
        let client = Digest::sha256(&[&number.to_be_bytes()[..], b"client"].concat());
        let proof = UsedProof::new(key, client, until, now);
        assert_eq!(
            window.insert(&proof).await,
            Ok(Insertion::Fresh),
            "{number}"
        );
    }
    let busy = Digest::sha256(b"busy");
    let mut count = 0;
    let refusal = loop {
        let key = Digest::sha256(format!("busy {count}").as_bytes());
        match window.insert(&UsedProof::new(key, busy, until, now)).await {
            Ok(_) => count += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(refusal, ReplayError::PrincipalShareUsed { share: 4096 });
    assert!((2048..=4096).contains(&count), "{count}");
}

#[test]
fn a_share_too_fine_to_count_is_refused() {
    let share = |proofs| {
        MemoryStore::new(262_144)
            .unwrap()
            .share_per_principal(proofs)
            .map(drop)
    };
    assert_eq!(share(4096), Ok(()));
    assert!(matches!(
        share(4095),
        Err(ConfigError::Size { value: 4095, .. })
    ));
    assert_eq!(share(262_144), Ok(()));
    assert!(matches!(
        share(262_145),
        Err(ConfigError::Size { value: 262_145, .. })
    ));
}
