//! The suite passes a correct store, and fails each of the wrong ones by the check that is for it.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may fail by panic"
)]

mod own_clock;
mod wrong_reply;
mod wrong_store;

use std::fmt;

use sender_constraint::replay::ReplayStore;
use sender_constraint_testing::replay_store::{Outcome, ReplayStoreSuite, StoreCheck, SuiteReport};

use wrong_reply::WrongReply;
use wrong_store::{Mistake, Store};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn correct_store_passes() {
    let report = suite(Mistake::None).entries(20_000).run().await;
    report.assert_passed();
    assert_eq!(report.skipped().count(), 0, "{report}");
    for check in StoreCheck::ALL {
        assert_eq!(report.outcome(check), Some(&Outcome::Passed));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn wrong_store_fails_by_the_check_that_is_for_its_mistake() {
    for (mistake, check, found) in [
        (
            Mistake::ForgetsAll,
            StoreCheck::Keys,
            "insert a key again: expected Ok(Replayed), found Ok(Fresh)",
        ),
        (
            Mistake::ForgetsAll,
            StoreCheck::ManyEntries,
            "found Ok(Fresh)",
        ),
        (
            Mistake::KeysByPrincipal,
            StoreCheck::Keys,
            "insert a used key for another principal",
        ),
        (
            Mistake::ShortKeys,
            StoreCheck::ManyEntries,
            "expected Ok(Fresh), found Ok(Replayed)",
        ),
        (
            Mistake::TwoSteps,
            StoreCheck::Atomic,
            "100 concurrent inserts of one key: expected 1 fresh, 99 replayed",
        ),
        (
            Mistake::DropsAtExpiry,
            StoreCheck::Expiry,
            "after 70 of its 70 s",
        ),
        (
            Mistake::DropsWithOthers,
            StoreCheck::Expiry,
            "insert the key again after",
        ),
        (
            Mistake::NeverDrops,
            StoreCheck::Expiry,
            "a second after it expired: expected Ok(Fresh)",
        ),
        (
            Mistake::SweepsByNow,
            StoreCheck::ClockSteps,
            "after the clock was set: expected Ok(Replayed) or an error, found Ok(Fresh)",
        ),
        (
            Mistake::EvictsWhenFull,
            StoreCheck::Full,
            "expected an error, found Ok(Fresh) for each",
        ),
        (
            Mistake::EvictsForOneRefused,
            StoreCheck::Full,
            "again, when the store is full",
        ),
        (
            Mistake::SaysSeenForever,
            StoreCheck::HasSeen,
            "when the `jti` is free again: expected false, found true",
        ),
        (
            Mistake::RecordsWhenLookedUp,
            StoreCheck::HasSeen,
            "which records nothing",
        ),
        (
            Mistake::FreshWhenUnreachable,
            StoreCheck::Unreachable,
            "expected Err(Unavailable), or no answer, found Ok(Fresh)",
        ),
        (
            Mistake::ReplayedWhenUnreachable,
            StoreCheck::Unreachable,
            "found Ok(Replayed)",
        ),
    ] {
        let report = only(check, suite(mistake)).entries(20_000).run().await;
        assert_fails(&report, check, found, mistake);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn connection_whose_replies_are_off_by_one_fails() {
    let report = ReplayStoreSuite::new(WrongReply::default)
        .entries(100)
        .run()
        .await;
    let found = "was dropped: expected";
    assert_fails(&report, StoreCheck::DroppedInserts, found, "off by one");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checks_that_lack_a_store_or_are_excluded_are_skipped_with_a_reason() {
    let suite = ReplayStoreSuite::new(|| Store::new(Mistake::ForgetsAll));
    let suite = StoreCheck::ALL
        .into_iter()
        .filter(|check| !matches!(check, StoreCheck::Full | StoreCheck::Unreachable))
        .fold(suite, |suite, check| suite.skip(check, "not now"));
    let report = suite.run().await;
    report.assert_passed();
    assert_eq!(report.skipped().count(), StoreCheck::ALL.len());
    let text = report.to_string();
    for line in [
        "full: no store: call `full`",
        "unreachable: no store: call `unreachable`",
        "atomic: not now",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[should_panic(
    expected = "FAILED   keys: insert a key again: expected Ok(Replayed), found Ok(Fresh)"
)]
async fn report_of_a_failure_panics_with_what_was_expected() {
    suite(Mistake::ForgetsAll)
        .entries(100)
        .run()
        .await
        .assert_passed();
}

#[tokio::test]
#[should_panic(expected = "multi_thread")]
async fn runtime_of_one_thread_is_refused() {
    let _ = suite(Mistake::None).run().await;
}

/// A store that holds 300 proofs, and one that is unreachable.
fn suite(mistake: Mistake) -> ReplayStoreSuite {
    ReplayStoreSuite::new(move || Store::new(mistake))
        .full(300, move || Store::new(mistake).for_proofs(300))
        .unreachable(move || Store::new(mistake).unreachable())
}

fn only(check: StoreCheck, suite: ReplayStoreSuite) -> ReplayStoreSuite {
    let others = StoreCheck::ALL.into_iter().filter(|other| *other != check);
    others.fold(suite, |suite, other| suite.skip(other, "another test"))
}

fn assert_fails(report: &SuiteReport, check: StoreCheck, found: &str, what: impl fmt::Debug) {
    let Some(Outcome::Failed(failed)) = report.outcome(check) else {
        panic!("{what:?}: {check} did not fail\n{report}");
    };
    assert_eq!(failed.check, check);
    assert!(failed.to_string().contains(found), "{what:?}: {failed}");
}

/// Any store can be checked.
fn _accepts<S: ReplayStore + Clone + Sync>(store: S) -> ReplayStoreSuite {
    ReplayStoreSuite::new(move || store.clone())
}
