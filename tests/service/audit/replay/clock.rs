//! A clock that ran ahead and was set right: no outage afterwards, and no replay ever.

use sender_constraint::Guard;
use sender_constraint::keys::RemoteKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::replay::{Insertion, MemoryStore, ReplayError, ReplayStore as _};
use sender_constraint::token::JwtVerifier;

use super::{Random, at, digest, insert};
use crate::common::*;
use crate::remote::{Net, issuer_key, settle};

/// The clock runs an hour ahead, an attacker inserts into each shard twice, then the clock is set right.
#[tokio::test]
async fn a4_a_clock_that_ran_ahead_refuses_nobody_once_it_is_right() {
    for window in [MemoryStore::default(), MemoryStore::new(1024).unwrap()] {
        let count = window.capacity().min(64_000) / 16;
        for number in 0..count {
            let answer = insert(&window, &format!("early {number}"), 0, 70).await;
            assert_eq!(answer, Ok(Insertion::Fresh));
        }
        for ahead in [HOUR, HOUR + 80] {
            for number in 0..count / 4 {
                let name = format!("ahead {ahead} {number}");
                let answer = insert(&window, &name, ahead, ahead + 70).await;
                assert_eq!(answer, Ok(Insertion::Fresh));
            }
        }
        for number in 0..count {
            let name = format!("honest {number}");
            let answer = insert(&window, &name, 160, 230).await;
            assert_eq!(answer, Ok(Insertion::Fresh), "{number}");
        }
        // What was accepted before the clock ran ahead was dropped, but cannot be replayed.
        for number in 0..count {
            let answer = insert(&window, &format!("early {number}"), 70, 70).await;
            assert_eq!(answer, Err(ReplayError::ClockSetBack));
        }
        // The time comes to which the clock was ahead: not one of those proofs passes again.
        for ahead in [HOUR, HOUR + 80] {
            for number in 0..count / 4 {
                for now in [ahead - 10, ahead, ahead + 70] {
                    let name = format!("ahead {ahead} {number}");
                    let answer = insert(&window, &name, now, ahead + 70).await;
                    assert_eq!(answer, Err(ReplayError::ClockSetBack));
                }
            }
            let answer = insert(&window, &format!("other {ahead}"), ahead + 5, ahead + 75).await;
            assert_eq!(answer, Ok(Insertion::Fresh));
        }
    }
}

/// Entries of a clock that ran ahead do not keep their seats until that time comes.
#[tokio::test]
async fn a4_entries_of_a_fast_clock_do_not_fill_the_window() {
    for ahead in [65, 100, 131, 150, 250, HOUR, 30 * 24 * HOUR] {
        let window = MemoryStore::new(1024)
            .unwrap()
            .share_per_principal(1024)
            .unwrap();
        for second in 0..200 {
            insert_some(&window, 5, second).await;
        }
        for name in 0..3 {
            let answer = insert(&window, &name.to_string(), 200 + ahead, 270 + ahead).await;
            assert_eq!(answer, Ok(Insertion::Fresh));
        }
        for second in 215..1000 {
            // At the time to which the clock was ahead, some are refused.
            if !(200 + ahead..=270 + ahead).contains(&(second + 70)) {
                insert_some(&window, 3, second).await;
            }
        }
    }
}

/// Proofs of both times in one generation: those of the right time are kept.
#[tokio::test]
async fn a4_a_clock_that_was_ahead_by_a_minute_refuses_nobody() {
    let window = MemoryStore::new(1024).unwrap();
    insert_some(&window, 2, 0).await;
    let answer = insert(&window, "ahead", 64, 134).await;
    assert_eq!(answer, Ok(Insertion::Fresh));
    insert_some(&window, 3, 1).await;
    for number in 0..2 {
        let answer = insert(&window, &format!("0 {number}"), 1, 70).await;
        assert_eq!(answer, Ok(Insertion::Replayed));
    }
    for second in 2..300 {
        if second != 64 {
            insert_some(&window, 1, second).await;
        }
    }
}

/// However long the clock is ahead, and however often somebody inserts meanwhile.
#[tokio::test]
async fn a4_a_long_time_ahead_is_forgiven_as_well() {
    for pause in [71, 80, 150, 500] {
        let window = MemoryStore::new(1024).unwrap();
        for second in 0..200 {
            insert_some(&window, 1, second).await;
        }
        for round in 0..100 {
            insert_some(&window, 1, 200 + 24 * HOUR + round * pause).await;
        }
        insert_some(&window, 100, 200 + 100 * pause).await;
    }
}

/// With few requests the times of dropped generations are far apart already.
#[tokio::test]
async fn a4_a_fast_clock_is_forgiven_where_requests_are_few() {
    let window = MemoryStore::new(1024).unwrap();
    for round in 0..=30 {
        insert_some(&window, 1, 2 * HOUR * round).await;
    }
    let now = 60 * HOUR;
    for ahead in [HOUR, HOUR + 80, HOUR + 160, HOUR + 240] {
        insert_some(&window, 1, now + ahead).await;
    }
    insert_some(&window, 100, now + 240).await;
}

/// A key that was used while the clock was ahead does not count as used now.
#[tokio::test]
async fn a4_a_jti_of_a_fast_clock_is_free_once_the_clock_is_right() {
    let window = MemoryStore::new(1024).unwrap();
    assert_eq!(
        insert(&window, "x", HOUR, HOUR + 70).await,
        Ok(Insertion::Fresh)
    );
    assert!(window.has_seen(&digest("x"), at(HOUR)));
    assert!(!window.has_seen(&digest("x"), at(0)));
    assert_eq!(insert(&window, "x", 0, 70).await, Ok(Insertion::Fresh));
    let again = insert(&window, "x", HOUR, HOUR + 70).await;
    assert_eq!(again, Err(ReplayError::ClockSetBack));
}

/// Whatever the clock does, a proof that was accepted is not accepted again while its time allows it.
#[tokio::test]
async fn a4_no_history_of_clock_steps_lets_a_replay_pass() {
    let mut replays = 0;
    for seed in 0..120 {
        let mut random = Random::new(seed);
        let window = MemoryStore::new(1024)
            .unwrap()
            .share_per_principal(1024)
            .unwrap();
        let mut accepted: Vec<(String, u64)> = Vec::new();
        let mut now = 10 * HOUR;
        for _ in 0..200 {
            let step = [3, 80, 150, 4000][random.index(4)];
            let step = random.below(step);
            now = match random.below(10) {
                0..6 => now + random.below(20),
                6 | 7 => now + step,
                8 => now.saturating_sub(step),
                // To a time at which an accepted proof could be tried again.
                _ => match accepted.get(random.index(accepted.len() + 1)) {
                    Some((_, until)) => until - random.below(80).min(*until),
                    None => now,
                },
            };
            let jti = format!("jti {}", random.below(60));
            let until = now + random.below(80);
            let is_replay = accepted.contains(&(jti.clone(), until));
            if insert(&window, &jti, now, until).await == Ok(Insertion::Fresh) {
                assert!(!is_replay, "seed {seed}: {jti} until {until} at {now}");
                accepted.push((jti, until));
            }
            for (jti, until) in &accepted {
                if (now..=now + 80).contains(until) {
                    let answer = insert(&window, jti, now, *until).await;
                    assert_ne!(answer, Ok(Insertion::Fresh), "seed {seed}: {jti} at {now}");
                    replays += 1;
                }
            }
        }
    }
    assert!(replays > 10_000, "{replays}");
}

/// `iat` was not ahead of the clock when the proof was read, but it is once the clock was set back.
#[tokio::test]
async fn a4_a_proof_that_waited_while_the_clock_was_set_back_is_refused() {
    let net = Net::serving(&[issuer_key().published("k1")]);
    let clock = TestClock::at(NOW + HOUR);
    let keys = RemoteKeys::for_issuer(ISSUER, net.clone());
    let keys = keys.clock(clock.clone()).lazy().unwrap();
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys).unwrap();
    let world = World::with_tokens(issuer_key(), tokens, |tokens| {
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    });
    world.clock.set(NOW + HOUR);
    let token = world.token().claim("exp", NOW + 2 * HOUR).sign();
    let proof = world.proof(&token).claim("iat", NOW + HOUR).sign();
    net.hold();
    let set_back = async {
        settle().await;
        clock.set(NOW);
        world.clock.set(NOW);
        net.release();
    };
    let (answer, ()) = tokio::join!(world.present(&token, &proof), set_back);
    answer.assert_refused("PROOF", "proof_issued_in_future");
}

/// So many new proofs at that second.
async fn insert_some(window: &MemoryStore, count: u64, now: u64) {
    for number in 0..count {
        let answer = insert(window, &format!("{now} {number}"), now, now + 70).await;
        assert_eq!(answer, Ok(Insertion::Fresh), "second {now}");
    }
}

const HOUR: u64 = 3600;
