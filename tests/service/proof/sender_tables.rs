//! Tables for senders seen often, through the guarded service: they change how long a verdict takes, and no verdict.

use crate::common::*;
use sender_constraint::jose::Algorithm;
use sender_constraint::proof::{Dpop, SenderTables};
use sender_constraint::replay::MemoryStore;
use sender_constraint::{ConfigError, Guard};

#[tokio::test]
async fn verdicts_on_es256_stay_while_a_table_comes() {
    verdicts_stay(Key::from_seed("ES256", 1), Key::from_seed("ES256", 2)).await;
}

#[tokio::test]
async fn verdicts_on_eddsa_stay_while_a_table_comes() {
    verdicts_stay(Key::from_seed("EdDSA", 1), Key::from_seed("EdDSA", 2)).await;
}

#[tokio::test]
async fn verdicts_on_ed25519_stay_while_a_table_comes() {
    verdicts_stay(Key::from_seed("Ed25519", 1), Key::from_seed("Ed25519", 2)).await;
}

/// Round after round until the table is there, and for some rounds with it.
async fn verdicts_stay(client: Key, other: Key) {
    let (dpop, world) = world(3);
    let token = Token::bound(&world.issuer, &client).sign();
    let mut rounds_with_table = 0;
    for _ in 0..20_000 {
        check_verdicts(&world, &token, &client, &other).await;
        rounds_with_table += dpop.sender_table_stats().tables;
        if rounds_with_table == 20 {
            break;
        }
    }
    assert_eq!(rounds_with_table, 20);
    // Of so many, some are all but sure to be asked again.
    for _ in 0..2000 {
        let proof = Proof::new(&client, &token).sign();
        world.present(&token, &proof).await.assert_passed();
    }
    let used = dpop.sender_table_stats();
    assert_eq!((used.tables, used.abandoned), (1, false));
}

async fn check_verdicts(world: &World, token: &str, client: &Key, other: &Key) {
    let good = Proof::new(client, token).sign();
    for forged in [flipped(&good), by(other, &Proof::new(client, token))] {
        world
            .present(token, &forged)
            .await
            .assert_refused("PROOF", "proof_signature");
    }
    let of_other = Proof::new(other, token).sign();
    let answer = world.present(token, &of_other).await;
    answer.assert_refused("TOK(DPoP)", "binding_key_mismatch");
    world.present(token, &good).await.assert_passed();
    world
        .present(token, &good)
        .await
        .assert_refused("PROOF", "proof_replayed");
}

#[tokio::test]
async fn only_accepted_proofs_of_valid_tokens_count() {
    let (dpop, world) = world(2);
    let quiet = Key::from_seed("ES256", 1);
    let token = Token::bound(&world.issuer, &quiet).sign();
    let good = Proof::new(&quiet, &token).sign();
    world.present(&token, &good).await.assert_passed();
    let expired = Token::bound(&world.issuer, &quiet).claim("exp", NOW - 3600);
    let expired = expired.sign();
    for _ in 0..10 {
        let replayed = world.present(&token, &good).await;
        replayed.assert_refused("PROOF", "proof_replayed");
        let forged = flipped(&Proof::new(&quiet, &token).sign());
        let forged = world.present(&token, &forged).await;
        forged.assert_refused("PROOF", "proof_signature");
        let late = Proof::new(&quiet, &expired).sign();
        let late = world.present(&expired, &late).await;
        late.assert_refused("TOK(DPoP)", "token_expired");
    }
    // Tables are built in turn: one of the quiet client would be there before.
    come_until(&dpop, &world, &Key::from_seed("ES256", 2), 1).await;
    assert_eq!(dpop.sender_table_stats().tables, 1);
    world
        .present(&token, &Proof::new(&quiet, &token).sign())
        .await
        .assert_passed();
    come_until(&dpop, &world, &Key::from_seed("ES256", 3), 3).await;
}

#[tokio::test]
async fn other_algorithms_have_no_tables() {
    let (dpop, world) = world(1);
    for alg in ["ES384", "ES512", "PS256", "RS256"] {
        let client = Key::from_seed(alg, 1);
        let token = Token::bound(&world.issuer, &client).sign();
        for _ in 0..5 {
            let proof = Proof::new(&client, &token).sign();
            world.present(&token, &proof).await.assert_passed();
            let forged = flipped(&Proof::new(&client, &token).sign());
            world
                .present(&token, &forged)
                .await
                .assert_refused("PROOF", "proof_signature");
        }
    }
    come_until(&dpop, &world, &Key::from_seed("ES256", 1), 1).await;
    assert_eq!(dpop.sender_table_stats().tables, 1);
}

/// Each spelling of the header is a sender of its own, as if the last had been forgotten.
#[tokio::test]
async fn sender_that_is_forgotten_has_the_same_verdicts() {
    let (dpop, world) = world(1);
    let client = Key::from_seed("ES256", 1);
    come_until(&dpop, &world, &client, 1).await;
    let token = Token::bound(&world.issuer, &client).sign();
    for number in 0..50 {
        let proof = Proof::new(&client, &token).header("n", number);
        let (good, forged) = (proof.sign(), by(&Key::from_seed("ES256", 2), &proof));
        for forged in [forged, flipped(&good)] {
            world
                .present(&token, &forged)
                .await
                .assert_refused("PROOF", "proof_signature");
        }
        world.present(&token, &good).await.assert_passed();
    }
    let used = dpop.sender_table_stats();
    assert_eq!((used.tables, used.abandoned), (1, false));
}

#[tokio::test]
async fn tables_do_not_widen_the_algorithms() {
    let (dpop, wide) = world(1);
    let client = Key::from_seed("ES256", 1);
    come_until(&dpop, &wide, &client, 1).await;
    let narrow = dpop.clone().algorithms([Algorithm::EdDsa]).unwrap();
    assert_eq!(narrow.sender_table_stats().tables, 1, "clones share them");
    let narrow = World::of(Key::from_seed("ES256", 0), |tokens| {
        Guard::builder(tokens).dpop(narrow)
    });
    let token = Token::bound(&narrow.issuer, &client).sign();
    narrow
        .present(&token, &Proof::new(&client, &token).sign())
        .await
        .assert_refused("PROOF", "proof_algorithm");
}

#[tokio::test]
async fn without_the_setting_there_are_none() {
    let dpop = Dpop::new(ORIGIN).unwrap();
    let world = World::with_dpop(|_| dpop.clone());
    for _ in 0..100 {
        world.send(world.good_request()).await.assert_passed();
    }
    let used = dpop.sender_table_stats();
    assert_eq!((used.tables, used.bytes, used.abandoned), (0, 0, false));
}

#[test]
fn settings_outside_their_limits_are_refused() {
    let settings = SenderTables::default();
    for bytes in [0, (1 << 20) - 1, (1 << 31) + 1] {
        let refused = settings.memory_limit(bytes).unwrap_err();
        assert!(matches!(refused, ConfigError::Size { value, .. } if value == bytes));
    }
    for proofs in [0, 1_000_001] {
        let refused = settings.build_after(proofs).unwrap_err();
        assert!(matches!(refused, ConfigError::Size { value, .. } if value == proofs));
    }
    for bytes in [1 << 20, 1 << 31] {
        assert!(settings.memory_limit(bytes).is_ok());
    }
    for proofs in [1, 1_000_000] {
        assert!(settings.build_after(proofs).is_ok());
    }
}

/// A service whose tables are due after so many proofs, and a view of them.
fn world(after: usize) -> (Dpop, World) {
    let settings = SenderTables::default().build_after(after).unwrap();
    let dpop = Dpop::new(ORIGIN).unwrap().sender_tables(settings);
    let dpop = dpop.algorithms(Algorithm::ALL).unwrap();
    let world = World::of(Key::from_seed("ES256", 0), |tokens| {
        Guard::builder(tokens).dpop(dpop.clone())
    });
    (dpop, world)
}

/// What one counts of a sender is nothing to the other: with shared counts, the same of the two would always be due.
#[tokio::test]
async fn clones_with_tables_of_their_own_count_for_themselves() {
    let base = Dpop::new(ORIGIN).unwrap();
    let settings = SenderTables::default().build_after(2).unwrap();
    let one = base.clone().sender_tables(settings);
    let two = base
        .sender_tables(settings)
        .replay_store(MemoryStore::default());
    let client = Key::from_seed("ES256", 1);
    let guarded = |dpop: &Dpop| {
        World::of(Key::from_seed("ES256", 0), |tokens| {
            Guard::builder(tokens).dpop(dpop.clone())
        })
    };
    let worlds = [guarded(&one), guarded(&two)];
    for _ in 0..20_000 {
        for world in &worlds {
            let token = Token::bound(&world.issuer, &client).sign();
            let proof = Proof::new(&client, &token).sign();
            world.present(&token, &proof).await.assert_passed();
        }
        if one.sender_table_stats().tables == 1 && two.sender_table_stats().tables == 1 {
            return;
        }
    }
    panic!("one of them has no table");
}

/// Lets the client come until there are so many tables.
async fn come_until(dpop: &Dpop, world: &World, client: &Key, tables: usize) {
    let token = Token::bound(&world.issuer, client).sign();
    for _ in 0..20_000 {
        let proof = Proof::new(client, &token).sign();
        world.present(&token, &proof).await.assert_passed();
        if dpop.sender_table_stats().tables >= tables {
            return;
        }
    }
    panic!("no table came");
}

/// The proof with one bit of its signature turned.
fn flipped(proof: &str) -> String {
    let (rest, last) = proof.split_at(proof.len() - 10);
    let turned = if last.starts_with('A') { "B" } else { "A" };
    format!("{rest}{turned}{}", &last[1..])
}

/// What the proof says, signed by another key.
fn by(other: &Key, proof: &Proof) -> String {
    let mut forged = proof.clone();
    forged.key = other.clone();
    forged.sign()
}
