//! Which senders are due for a table, and the thread that builds it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tracing::Level;

use super::super::builder::{BuildTables, MAX_PENDING};
use super::super::cache::{TableCache, Verifies};
use super::super::verifier::Tables;
use super::log::Log;
use super::scripted::{AFTER, BUDGET, Scripted, Watched, always, heard, make_due, until};
use super::senders::Client;
use crate::crypto::PreparedKey;
use crate::proof::Dpop;

#[test]
fn table_is_built_at_the_threshold_and_not_before() {
    let watch = Watched::tables(|_| always(true));
    let (early, due) = (Client::es256(1), Client::es256(2));
    for _ in 1..AFTER {
        watch.tables.accepted(&early.sender);
    }
    // Requests are served in order: a table for `early` would be built by now.
    watch.build_for(&due);
    assert_eq!(watch.builds.count(), 1);
    watch.tables.accepted(&early.sender);
    watch.holds(2);
    assert_eq!(watch.builds.count(), 2);
}

#[test]
fn without_settings_nothing_is_made() {
    let (tables, client) = (Tables::default(), Client::es256(1));
    for _ in 0..100 {
        make_due(&tables, &client);
    }
    assert_eq!(tables.held(), (0, 0));
    assert!(!tables.are_abandoned());
    assert!(tables.verifies(&client.sender, b"m", &client.sign(b"m")));
    assert!(!tables.verifies(&client.sender, b"n", &client.sign(b"m")));
}

#[test]
fn evicted_table_is_built_again() {
    let watch = Watched::tables(|_| {
        Some(Arc::new(Scripted {
            answer: |_: &[u8]| true,
            bytes: BUDGET - 300,
        }))
    });
    let clients = [Client::es256(1), Client::es256(2)];
    for round in 1..=6 {
        watch.build_for(&clients[round % 2]);
        until(|| !watch.has(&clients[(round + 1) % 2]));
        watch.holds(1);
        assert_eq!(watch.builds.count(), round);
    }
}

#[test]
fn key_without_a_table_is_tried_once() {
    let hopeless = Client::es256(1);
    let point = hopeless.sender.key.point();
    let watch = Watched::tables(move |key| (key.point() != point).then(|| always(true)).flatten());
    make_due(&watch.tables, &hopeless);
    watch.build_for(&Client::es256(2));
    for _ in 0..10 {
        make_due(&watch.tables, &hopeless);
    }
    watch.build_for(&Client::es256(3));
    watch.holds(2);
    assert_eq!(watch.builds.count(), 3);
}

#[test]
fn two_spellings_of_one_key_share_a_table() {
    let watch = Watched::guarded_tables(|_| always(true));
    let (one, same, other) = (Client::es256(1), Client::es256(1), Client::es256(2));
    for client in [&one, &same, &other] {
        make_due(&watch.tables, client);
        watch.permits.send(()).expect("a builder");
    }
    watch.holds(2);
    assert_eq!(watch.builds.count(), 2);
}

#[test]
fn request_that_finds_no_room_is_made_again_later() {
    let watch = Watched::guarded_tables(|_| always(true));
    // One build is under way, and then the queue is full.
    make_due(&watch.tables, &Client::es256(0));
    heard(&watch.began);
    for number in 1..=MAX_PENDING {
        let number = u16::try_from(number).expect("few");
        make_due(&watch.tables, &Client::es256(number));
    }
    let late = Client::es256(1000);
    make_due(&watch.tables, &late);
    // And one for the late client.
    for _ in 0..MAX_PENDING + 2 {
        watch.permits.send(()).expect("a builder");
    }
    watch.holds(MAX_PENDING + 1);
    assert_eq!(watch.builds.count(), MAX_PENDING + 1);
    watch.build_for(&late);
    watch.holds(MAX_PENDING + 2);
}

#[test]
fn sender_with_a_table_takes_no_room_from_others() {
    let watch = Watched::guarded_tables(|_| always(true));
    let (served, busy, waiting) = (Client::es256(1), Client::es256(2), Client::es256(3));
    watch.permits.send(()).expect("a builder");
    watch.build_for(&served);
    heard(&watch.began);
    make_due(&watch.tables, &busy);
    heard(&watch.began);
    for _ in 0..=MAX_PENDING {
        make_due(&watch.tables, &served);
    }
    make_due(&watch.tables, &waiting);
    watch.permits.send(()).expect("a builder");
    watch.permits.send(()).expect("a builder");
    watch.holds(3);
}

#[test]
fn thread_ends_with_the_last_clone() {
    let watch = Watched::tables(|_| always(true));
    let client = Client::es256(1);
    watch.build_for(&client);
    let mut first = Dpop::new("https://rs.example.com").expect("an origin");
    first.tables = watch.tables;
    let last = first.clone();
    drop(first);
    make_due(&last.tables, &Client::es256(2));
    until(|| last.tables.held().0 == 2);
    drop(last);
    heard(&watch.ended);
}

#[test]
fn thread_builds_nothing_for_nobody() {
    let watch = Watched::guarded_tables(|_| always(true));
    make_due(&watch.tables, &Client::es256(1));
    heard(&watch.began);
    make_due(&watch.tables, &Client::es256(2));
    drop(watch.tables);
    drop(watch.permits);
    heard(&watch.ended);
    assert_eq!(watch.builds.count(), 1);
}

#[test]
fn without_a_thread_there_are_no_tables_and_one_warning() {
    let log = Log::listen();
    let threadless = Arc::new(Threadless::default());
    let tables = Tables::built_by(
        Arc::<Threadless>::clone(&threadless),
        Arc::new(TableCache::new(BUDGET)),
        AFTER,
    );
    let client = Client::es256(1);
    for _ in 0..10 {
        make_due(&tables, &client);
    }
    assert_eq!(threadless.starts.load(Ordering::SeqCst), 1);
    assert!(!threadless.is_used.load(Ordering::SeqCst));
    assert_eq!(tables.held(), (0, 0));
    assert!(tables.verifies(&client.sender, b"m", &client.sign(b"m")));
    assert_eq!(log.only_event().level, Level::WARN);
}

#[test]
fn thread_that_panicked_is_told_once_and_changes_no_verdict() {
    let log = Log::listen();
    let watch = Watched::tables(|_| panic!("what a build should never do"));
    let client = Client::es256(1);
    make_due(&watch.tables, &client);
    let is_told = || {
        make_due(&watch.tables, &client);
        !log.events().is_empty()
    };
    until(is_told);
    make_due(&watch.tables, &client);
    assert_eq!(log.only_event().level, Level::WARN);
    assert!(
        watch
            .tables
            .verifies(&client.sender, b"m", &client.sign(b"m"))
    );
}

/// Fails to start a thread.
#[derive(Default)]
struct Threadless {
    starts: AtomicUsize,
    is_used: AtomicBool,
}

impl BuildTables for Threadless {
    fn build(&self, _key: &PreparedKey) -> Option<Arc<dyn Verifies>> {
        self.is_used.store(true, Ordering::SeqCst);
        None
    }

    fn start(&self, _work: Box<dyn FnOnce() + Send>) -> io::Result<()> {
        self.starts.fetch_add(1, Ordering::SeqCst);
        Err(io::Error::other("no threads"))
    }
}
