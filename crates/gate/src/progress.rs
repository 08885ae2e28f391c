//! The progress of a body, and the time since its reader last requested data.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The state of a body that one side sends and the other one reads, for limits on the time of each.
///
/// A body by itself can limit only its sender: it is polled only where its reader takes more.
#[derive(Clone, Debug)]
pub(crate) struct Progress(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    waiting: Waiting,
    failure: Option<Failure>,
}

/// For which side the transfer waits.
#[derive(Clone, Copy, Debug)]
enum Waiting {
    /// The reader has had the last part, or the whole body, since then.
    Reader(Instant),
    Sender,
}

/// Why the sender of a body did not complete it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Failure {
    /// Nothing came within the limit.
    Idle,
    /// Its framing is malformed, or its end is missing.
    Malformed,
}

impl Progress {
    /// Of a body whose reader has to begin.
    pub(crate) fn of_reader() -> Self {
        Self::new(Waiting::Reader(Instant::now()))
    }

    /// Of a body whose sender has to begin.
    pub(crate) fn of_sender() -> Self {
        Self::new(Waiting::Sender)
    }

    fn new(waiting: Waiting) -> Self {
        let state = State {
            waiting,
            failure: None,
        };
        Self(Arc::new(Mutex::new(state)))
    }

    /// The reader has received a part or the end, and has to act.
    pub(crate) fn wait_for_reader(&self) {
        self.state().waiting = Waiting::Reader(Instant::now());
    }

    /// The reader has asked for more than has come.
    pub(crate) fn wait_for_sender(&self) {
        self.state().waiting = Waiting::Sender;
    }

    /// The sender did not complete the body.
    pub(crate) fn fail(&self, failure: Failure) {
        self.state().failure = Some(failure);
    }

    /// Why the body is incomplete, if that is the fault of its sender.
    pub(crate) fn failure(&self) -> Option<Failure> {
        self.state().failure
    }

    /// Completes when the transfer has waited for the reader for `limit`.
    pub(crate) async fn stalled(&self, limit: Duration) {
        loop {
            let now = Instant::now();
            let waiting = self.state().waiting;
            let since = match waiting {
                Waiting::Reader(since) => since,
                // If it waits for the reader from now on, the limit is not over earlier.
                Waiting::Sender => now,
            };
            if now.duration_since(since) >= limit {
                return;
            }
            sleep_until(since + limit).await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{sleep, timeout};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn the_time_of_the_sender_does_not_count() {
        let (progress, start) = (Progress::of_sender(), Instant::now());
        let transfer = async {
            sleep(10 * LIMIT).await;
            progress.wait_for_reader();
        };
        tokio::join!(transfer, progress.stalled(LIMIT));
        assert_eq!(start.elapsed(), 11 * LIMIT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_takes_more_in_time_goes_on() {
        let progress = Progress::of_reader();
        let reads = async {
            for _ in 0..10 {
                sleep(LIMIT - Duration::from_secs(1)).await;
                progress.wait_for_reader();
            }
        };
        tokio::select! {
            biased;
            () = progress.stalled(LIMIT) => panic!("the reader took each part in time"),
            () = reads => {}
        }
        let early = timeout(LIMIT - Duration::from_secs(1), progress.stalled(LIMIT)).await;
        assert!(early.is_err());
        let late = timeout(Duration::from_secs(1), progress.stalled(LIMIT)).await;
        assert!(late.is_ok());
    }
}
