//! One connection with one request on its way at a time.
//!
//! Bytes as they were prepared go out and the head of the answer comes in: an HTTP client would take its own share of
//! the processor that the server needs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use indicatif::ProgressBar;
use tokio::sync::watch;

use crate::client::{Target, exchange};
use crate::report::{End, Report};

pub(crate) struct Driver {
    pub(crate) target: Target,
    pub(crate) requests: Arc<Vec<Vec<u8>>>,
    /// The request that comes next, shared by all connections.
    pub(crate) next: Arc<AtomicUsize>,
    pub(crate) progress: ProgressBar,
    /// Why the run is over, once it is.
    pub(crate) end: watch::Receiver<Option<End>>,
}

impl Driver {
    /// Until the requests or the run are at their end. The answer that is awaited then is not counted.
    pub(crate) async fn drive(mut self) -> Report {
        let (mut report, mut end) = (Report::default(), self.end.clone());
        tokio::select! {
            sent = self.send(&mut report) => {
                if let Err(trouble) = sent {
                    report.count_trouble(trouble);
                }
            }
            _ = end.wait_for(Option::is_some) => {}
        }
        report
    }

    async fn send(&mut self, report: &mut Report) -> Result<(), String> {
        let mut stream = self.target.connect().await?;
        while let Some(request) = self.requests.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            let start = Instant::now();
            let answer = exchange(&mut stream, request).await?;
            report.count(start.elapsed(), &answer.verdict);
            self.progress.inc(1);
            if answer.closes {
                stream = self.target.connect().await?;
            }
        }
        Ok(())
    }
}
