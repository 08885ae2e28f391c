//! Tables that disagree with the plain verifier: no valid proof is refused, few forged ones are accepted, and all
//! tables are dropped.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use tracing::Level;

use super::super::verifier::Tables;
use super::log::Log;
use super::scripted::{Scripted, Watched, always, heard, make_due};
use super::senders::Client;

#[test]
fn table_that_always_refuses_is_overruled_at_once() {
    let log = Log::listen();
    let watch = Watched::tables(|_| always(false));
    let (client, other) = (Client::es256(1), Client::eddsa(2));
    watch.build_for(&client);
    watch.build_for(&other);
    assert!(!watch.tables.verifies(&client.sender, b"m", &[7; 64]));
    assert!(!watch.tables.are_abandoned(), "they agreed");
    for client in [&client, &other] {
        for message in [b"a", b"b"] {
            let signature = client.sign(message);
            assert!(watch.tables.verifies(&client.sender, message, &signature));
            assert_eq!(watch.tables.held(), (0, 0));
        }
    }
    assert!(watch.tables.are_abandoned());
    let event = log.only_event();
    assert_eq!(event.level, Level::ERROR);
    assert_eq!(event.text("accepted_by_table"), "false");
}

#[test]
fn table_that_always_accepts_is_found_out_by_the_sample() {
    let log = Log::listen();
    let watch = Watched::tables(|_| always(true));
    let (client, other) = (Client::es256(1), Client::eddsa(2));
    watch.build_for(&client);
    watch.build_for(&other);
    let refused = (0..20_000_u32).position(|number| {
        let forged = forged(number);
        !watch.tables.verifies(&client.sender, b"m", &forged)
    });
    assert!(refused.is_some(), "it is never re-verified");
    assert!(watch.tables.are_abandoned());
    assert_eq!(watch.tables.held(), (0, 0));
    for client in [&client, &other] {
        for number in 0..100 {
            let forged = forged(number);
            assert!(!watch.tables.verifies(&client.sender, b"m", &forged));
        }
        assert!(
            watch
                .tables
                .verifies(&client.sender, b"m", &client.sign(b"m"))
        );
    }
    let event = log.only_event();
    assert_eq!(event.level, Level::ERROR);
    assert_eq!(event.text("accepted_by_table"), "true");
}

/// For example a signature of zeros, which some verifiers have accepted for every key.
#[test]
fn signature_that_is_accepted_for_all_messages_is_found_out() {
    let log = Log::listen();
    let watch = Watched::tables(|_| always(true));
    let client = Client::es256(1);
    watch.build_for(&client);
    let is_refused = |number: u32| {
        let message = number.to_be_bytes();
        !watch.tables.verifies(&client.sender, &message, &[0; 64])
    };
    assert!((0..20_000).any(is_refused), "it is never re-verified");
    assert!(watch.tables.are_abandoned());
    assert_eq!(log.only_event().level, Level::ERROR);
}

/// Tables are fast because most acceptances are not re-verified; which ones are cannot be predicted.
#[test]
fn about_one_of_256_acceptances_is_asked_again_and_not_the_same_for_all() {
    let client = Client::es256(1);
    let waits: Vec<u32> = (0..30)
        .map(|_| {
            let watch = Watched::tables(|_| always(true));
            watch.build_for(&client);
            let is_believed = |number: &u32| {
                watch
                    .tables
                    .verifies(&client.sender, b"m", &forged(*number))
            };
            (0..20_000)
                .find(|number| !is_believed(number))
                .expect("detected")
        })
        .collect();
    let mean = waits.iter().sum::<u32>() / 30;
    // The mean is 256, plus or minus 47.
    assert!((60..700).contains(&mean), "{waits:?}");
}

/// Another table disagreed while this one was verifying: its acceptance is re-verified, and the event is logged once.
#[test]
fn table_is_not_believed_once_another_disagreed() {
    let log = Log::listen();
    let all: Arc<OnceLock<Tables>> = Arc::default();
    let (faulty, other) = (Client::es256(1), Client::es256(2));
    let refuses = faulty.sender.key.point();
    let (seen, sender, signature) = (
        Arc::clone(&all),
        Arc::clone(&faulty.sender),
        faulty.sign(b"good"),
    );
    let watch = Watched::tables(move |key| {
        if key.point() == refuses {
            return always(false);
        }
        let (seen, sender) = (Arc::clone(&seen), Arc::clone(&sender));
        Scripted::table(move |_: &[u8]| {
            let tables = seen.get().expect("set before it is called");
            tables.verifies(&sender, b"good", &signature)
        })
    });
    assert!(all.set(watch.tables.clone()).is_ok());
    watch.build_for(&faulty);
    watch.build_for(&other);
    assert!(!watch.tables.verifies(&other.sender, b"m", &[7; 64]));
    assert!(watch.tables.are_abandoned());
    assert_eq!(log.only_event().text("accepted_by_table"), "false");
}

#[test]
fn nothing_is_built_any_more_once_a_table_disagreed() {
    let count = Arc::new(AtomicUsize::new(0));
    let numbers = Arc::clone(&count);
    let watch = Watched::guarded_tables(move |_| {
        let number = numbers.fetch_add(1, Ordering::SeqCst);
        always(number > 0)
    });
    let faulty = Client::es256(1);
    watch.permits.send(()).expect("a builder");
    watch.build_for(&faulty);
    heard(&watch.began);
    // One build is under way and one is pending when the first table disagrees.
    make_due(&watch.tables, &Client::es256(2));
    heard(&watch.began);
    make_due(&watch.tables, &Client::es256(3));
    assert!(
        watch
            .tables
            .verifies(&faulty.sender, b"m", &faulty.sign(b"m"))
    );
    watch.permits.send(()).expect("a builder");
    heard(&watch.ended);
    for number in 1..10 {
        make_due(&watch.tables, &Client::es256(number));
    }
    assert_eq!((watch.builds.count(), watch.tables.held()), (2, (0, 0)));
}

fn forged(number: u32) -> [u8; 64] {
    let mut signature = [1; 64];
    signature[..4].copy_from_slice(&number.to_be_bytes());
    signature
}
