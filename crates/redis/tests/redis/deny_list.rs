//! The shared deny-list: at every instance within a second, through restarts and outages.

use std::time::{Duration, Instant, SystemTime};

use sender_constraint::proof::Dpop;
use sender_constraint::revocation::{DenyError, Entry};
use sender_constraint::time::Timestamp;
use sender_constraint::token::JwtVerifier;
use sender_constraint::{Digest, Guard};
use sender_constraint_redis::{RedisDenyList, Servers, WriteError};
use sender_constraint_testing::{Client, FixedClock, Issuer};

use super::layouts::cluster;
use super::server::{Server, eventually, free_port};

const ISSUER: &str = "https://as.example.com";
const API: &str = "https://api.example.com";

/// With time for a machine that is busy.
async fn list(servers: Servers) -> RedisDenyList {
    let builder = RedisDenyList::builder(servers).timeout(Duration::from_secs(5));
    builder.unwrap().connect().await.unwrap()
}

async fn until_both_have(lists: [&RedisDenyList; 2], entry: &Entry) {
    eventually("both instances have the entry", || async {
        lists.iter().all(|list| list.contains(entry))
    })
    .await;
}

fn client(name: &str) -> Entry {
    Entry::client(ISSUER, name)
}

fn in_seconds(seconds: u64) -> Timestamp {
    Timestamp::from(SystemTime::now()).saturating_add(Duration::from_secs(seconds))
}

/// The kind of the refusal of a request of `alice`, if it is refused.
async fn refusal(list: &RedisDenyList) -> Option<&'static str> {
    let issuer = Issuer::new(ISSUER);
    let tokens = JwtVerifier::new(issuer.name(), API, issuer.keys()).unwrap();
    let guard = Guard::builder(tokens).dpop(Dpop::new(API).unwrap());
    let guard = guard.revocation(list.clone()).build().unwrap();
    let client = Client::new();
    let token = issuer.token(API).bound_to(client.key()).sign();
    let request = client.request("GET", "https://api.example.com/", &token);
    let (mut head, ()) = request.into_parts();
    guard
        .check(&mut head)
        .await
        .err()
        .map(|rejection| rejection.kind())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn an_entry_denies_at_the_other_instance_within_a_second() {
    let server = Server::start(&[]).await;
    let (one, other) = (list(server.servers()).await, list(server.servers()).await);
    assert_eq!(refusal(&other).await, None);
    one.deny(Entry::subject(ISSUER, "alice")).await.unwrap();
    let added = Instant::now();
    assert_eq!(refusal(&one).await, Some("revocation_denied"));
    while refusal(&other).await.is_none() {
        assert!(added.elapsed() < Duration::from_secs(1));
    }
    assert_eq!(refusal(&other).await, Some("revocation_denied"));
    assert!(one.lift(&Entry::subject(ISSUER, "alice")).await.unwrap());
    eventually("it is lifted at the other one", || async {
        refusal(&other).await.is_none()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn every_kind_of_entry_reaches_later_instances_and_restarts() {
    let server = Server::start(&[]).await;
    let digest = Digest::sha256(b"key");
    let before = Timestamp::from_unix_seconds(1_767_225_600);
    let entries = [
        Entry::token(ISSUER, "jti"),
        Entry::client(ISSUER, "app"),
        Entry::client(ISSUER, "old").issued_before(before),
        Entry::subject(ISSUER, "a \"quoted\"\nname").until(in_seconds(1_000)),
        Entry::subject(ISSUER, "old").issued_before(before),
        Entry::signing_key(ISSUER, "kid"),
        Entry::issuer("https://other.example.com"),
        Entry::key(digest),
        Entry::certificate(digest),
    ];
    let one = list(server.servers()).await;
    for entry in &entries {
        one.deny(entry.clone()).await.unwrap();
    }
    drop(one);
    let later = list(server.servers()).await;
    for entry in &entries {
        assert!(later.contains(entry), "{entry:?}");
        assert!(later.lift(entry).await.unwrap(), "{entry:?}");
        assert!(!later.contains(entry), "{entry:?}");
        assert!(!later.lift(entry).await.unwrap(), "{entry:?}");
    }
    assert_eq!(list(server.servers()).await.status().entries, 0);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn an_entry_is_never_shortened() {
    let server = Server::start(&[]).await;
    let one = list(server.servers()).await;
    let (early, late) = (in_seconds(1_000), in_seconds(5_000));
    for until in [late, early] {
        one.deny(client("app").until(until)).await.unwrap();
    }
    let old = |seconds| client("old").issued_before(Timestamp::from_unix_seconds(seconds));
    for seconds in [2_000, 1_000] {
        one.deny(old(seconds)).await.unwrap();
    }
    let ends: Vec<(String, f64)> = server
        .command(&["ZRANGE", "{sc:deny}:ends", "0", "-1", "WITHSCORES"])
        .await;
    let app = ends.iter().find(|(name, _)| name.contains("app")).unwrap();
    assert_eq!(
        format!("{}", app.1 / 1000.0).split('.').next().unwrap(),
        late.as_unix_seconds().to_string()
    );
    let before: Vec<String> = server.command(&["HVALS", "{sc:deny}:before"]).await;
    assert_eq!(before, ["2000"]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn an_outage_keeps_the_entries_and_is_reported() {
    let mut server = Server::start(&["--appendonly", "yes"]).await;
    let (one, other) = (list(server.servers()).await, list(server.servers()).await);
    one.deny(client("app")).await.unwrap();
    until_both_have([&one, &other], &client("app")).await;
    server.kill();
    eventually("the outage is reported", || async {
        !one.status().is_current
    })
    .await;
    assert!(one.status().failure.is_some() && one.contains(&client("app")));
    // In effect here, and the caller knows that it is not at the others.
    let error = one.deny(client("new")).await.unwrap_err();
    assert!(matches!(error, WriteError::Unconfirmed(_)), "{error}");
    assert!(one.contains(&client("new")));
    assert!(matches!(
        one.lift(&client("app")).await,
        Err(WriteError::Unconfirmed(_))
    ));
    assert!(one.contains(&client("app")));
    server.restart().await;
    eventually("the list is current again", || async {
        one.status().is_current
    })
    .await;
    assert_eq!(one.status().failure, None);
    one.deny(client("new")).await.unwrap();
    until_both_have([&one, &other], &client("new")).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_redis_that_lost_its_data_makes_nobody_forget() {
    let mut server = Server::start(&[]).await;
    let (one, other) = (list(server.servers()).await, list(server.servers()).await);
    one.deny(client("app")).await.unwrap();
    until_both_have([&one, &other], &client("app")).await;
    assert_eq!(one.status().lost_by_redis, None);
    server.restart().await;
    eventually("the loss is reported", || async {
        [&one, &other]
            .iter()
            .all(|list| list.status().lost_by_redis.is_some())
    })
    .await;
    for list in [&one, &other] {
        assert!(list.contains(&client("app")));
    }
    one.deny(client("new")).await.unwrap();
    until_both_have([&one, &other], &client("new")).await;
    assert!(other.contains(&client("app")));
    // Flushed without a new connection.
    let _: String = server.command(&["FLUSHALL"]).await;
    one.deny(client("newer")).await.unwrap();
    until_both_have([&one, &other], &client("newer")).await;
    assert!(other.contains(&client("app")) && other.contains(&client("new")));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn without_any_list_requests_are_refused() {
    let port = free_port();
    let servers = Servers::single(&format!("redis://127.0.0.1:{port}")).unwrap();
    RedisDenyList::builder(servers.clone())
        .connect()
        .await
        .unwrap_err();
    let list = RedisDenyList::builder(servers).connect_lazy().unwrap();
    assert_eq!(refusal(&list).await, Some("unavailable_revocation"));
    let server = Server::launch(port, &[]);
    eventually("the list is read", || async {
        refusal(&list).await.is_none()
    })
    .await;
    drop(server);
    assert_eq!(refusal(&list).await, None);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn the_number_of_entries_is_limited_here_and_in_redis() {
    let server = Server::start(&[]).await;
    let limited = |limit| {
        RedisDenyList::builder(server.servers())
            .max_entries(limit)
            .unwrap()
    };
    let slow = limited(1)
        .interval(Duration::from_millis(500))
        .unwrap()
        .connect()
        .await
        .unwrap();
    let one = limited(2).connect().await.unwrap();
    one.deny(client("first")).await.unwrap();
    assert_eq!(
        slow.deny(client("second")).await,
        Err(WriteError::Full { limit: 1 })
    );
    assert!(slow.contains(&client("second")));
    one.deny(client("third")).await.unwrap();
    let full = WriteError::Entry(DenyError::Full { limit: 2 });
    assert_eq!(one.deny(client("fourth")).await, Err(full));
    // One that does not fit is reported.
    eventually("it is reported", || async { slow.status().unusable > 0 }).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn entries_that_have_ended_leave_redis() {
    let server = Server::start(&[]).await;
    let clock = FixedClock::at(1_767_225_600);
    let builder = RedisDenyList::builder(server.servers()).clock(clock.clone());
    let one = builder.connect().await.unwrap();
    let short = client("short").until(Timestamp::from_unix_seconds(1_767_225_660));
    one.deny(short.clone()).await.unwrap();
    one.deny(short.issued_before(Timestamp::EPOCH))
        .await
        .unwrap();
    clock.advance(4_000);
    one.deny(client("long")).await.unwrap();
    assert_eq!(server.command::<i64>(&["ZCARD", "{sc:deny}:ends"]).await, 1);
    assert_eq!(
        server.command::<i64>(&["HLEN", "{sc:deny}:before"]).await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn an_entry_of_another_version_is_reported_and_harms_no_other_one() {
    let server = Server::start(&[]).await;
    let one = list(server.servers()).await;
    let _: i64 = server
        .command(&[
            "ZADD",
            "{sc:deny}:ends",
            "1e15",
            "{\"planet\":{\"name\":\"x\"}}",
        ])
        .await;
    let _: String = server
        .command(&["XADD", "{sc:deny}:changes", "*", "planet", "x"])
        .await;
    one.deny(client("app")).await.unwrap();
    eventually("the change is reported", || async {
        one.status().unusable > 0
    })
    .await;
    let later = list(server.servers()).await;
    assert_eq!(later.status().unusable, 1);
    assert!(later.contains(&client("app")));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn many_entries_are_read_in_pages() {
    let server = Server::start(&[]).await;
    let one = list(server.servers()).await;
    for number in 0..2_500 {
        let entry = client(&format!("app-{number}"));
        let entry = if number % 2 == 0 {
            entry
        } else {
            entry.issued_before(in_seconds(0))
        };
        one.deny(entry).await.unwrap();
    }
    let later = list(server.servers()).await;
    assert_eq!(later.status().entries, 2_500);
    assert!(later.contains(&client("app-2498")));
    assert!(later.contains(&client("app-2499").issued_before(in_seconds(0))));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_cluster_keeps_the_list_too() {
    let nodes = cluster(3).await;
    let servers = || Servers::cluster([nodes[0].url()]).unwrap();
    let (one, other) = (list(servers()).await, list(servers()).await);
    one.deny(client("app")).await.unwrap();
    until_both_have([&one, &other], &client("app")).await;
    assert!(list(servers()).await.contains(&client("app")));
    assert!(other.lift(&client("app")).await.unwrap());
    eventually("it is lifted", || async { !one.contains(&client("app")) }).await;
}
