//! What is logged while Redis is unreachable; apart, since the subscriber is global.
#![allow(clippy::unwrap_used, reason = "a test may fail by panic")]

#[path = "common/lines.rs"]
mod lines;

use std::time::Duration;

use lines::Lines;
use sender_constraint_redis::{RedisDenyList, RedisReplayStore, Servers};

#[tokio::test]
async fn an_outage_is_an_alarm_that_shows_no_password() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(lines.clone())
        .with_ansi(false);
    tracing::subscriber::set_global_default(
        subscriber.with_max_level(tracing::Level::TRACE).finish(),
    )
    .unwrap();
    let servers = Servers::single("redis://user:secret@127.0.0.1:1").unwrap();
    let servers = servers.credentials("other-user", "other-secret");
    let store = RedisReplayStore::builder(servers.clone())
        .connect_lazy()
        .unwrap();
    let list = RedisDenyList::builder(servers).connect_lazy().unwrap();
    for _ in 0..500 {
        if lines.text().contains("deny-list cannot be read")
            && lines.text().contains("Redis cannot be used")
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let text = lines.text();
    for expected in [
        "ERROR",
        "the shared deny-list cannot be read",
        "Redis cannot be used",
        "127.0.0.1:1",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(
        !text.contains("secret") && !text.contains("user@"),
        "{text}"
    );
    let reason = list.status().failure.unwrap();
    assert!(
        reason.contains("127.0.0.1:1") && !reason.contains("secret"),
        "{reason}"
    );
    drop((store, list));
}
