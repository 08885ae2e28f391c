//! Thousands of connections on which nothing is sent.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::client::Target;

#[derive(Clone, Copy, Default)]
pub(crate) struct Held {
    /// As many as `--idle` and `ulimit -n` permit.
    pub(crate) planned: u64,
    pub(crate) opened: u64,
    /// Those that the program had not closed at the end.
    pub(crate) kept: u64,
    pub(crate) time: Duration,
}

/// Opens `count` connections, holds them, and closes them.
pub(crate) async fn hold(target: &Target, count: u64, time: Duration) -> Held {
    let mut streams: Vec<TcpStream> = Vec::new();
    let mut left = count;
    while left > 0 {
        let mut connecting = JoinSet::new();
        for _ in 0..left.min(AT_ONCE) {
            let target = target.clone();
            connecting.spawn(async move { target.connect().await });
        }
        left = left.saturating_sub(AT_ONCE);
        streams.extend(connecting.join_all().await.into_iter().flatten());
        sleep(PAUSE).await;
    }
    sleep(time).await;
    let is_open = |stream: &&TcpStream| {
        let read = stream.try_read(&mut [0]);
        read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    };
    Held {
        planned: count,
        opened: u64::try_from(streams.len()).unwrap_or(u64::MAX),
        kept: u64::try_from(streams.iter().filter(is_open).count()).unwrap_or(u64::MAX),
        time,
    }
}

const AT_ONCE: u64 = 100;
const PAUSE: Duration = Duration::from_millis(20);
