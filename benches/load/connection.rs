//! One connection with one request on its way at a time.
//!
//! Bytes as they were prepared go out and the head of the answer comes in: an HTTP client would take its own share of
//! the processor that the server needs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use indicatif::ProgressBar;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::report::{End, Report};
use crate::target::Target;

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

struct Answer {
    /// The status, and the reason if the server gives one.
    verdict: String,
    closes: bool,
}

async fn exchange(stream: &mut TcpStream, request: &[u8]) -> Result<Answer, String> {
    stream.write_all(request).await.map_err(broken)?;
    let mut answer = Vec::with_capacity(1024);
    let mut length = None;
    loop {
        if stream.read_buf(&mut answer).await.map_err(broken)? == 0 {
            return Err("the server closed the connection within an answer".to_owned());
        }
        if answer.len() > MAX_ANSWER_BYTES {
            return Err(format!("an answer of more than {MAX_ANSWER_BYTES} bytes"));
        }
        length = match length {
            None => whole_length(&answer)?,
            known => known,
        };
        if length.is_some_and(|length| answer.len() >= length) {
            break;
        }
    }
    Ok(read(&String::from_utf8_lossy(&answer)))
}

/// Of head and body, once the head is there.
fn whole_length(answer: &[u8]) -> Result<Option<usize>, String> {
    let Some(head) = answer.windows(4).position(|part| part == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(answer.get(..head).unwrap_or_default()).to_lowercase();
    let field = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name).map(str::trim))
    };
    let body = match field("content-length:") {
        Some(length) => length
            .parse()
            .map_err(|_| "a bad content-length".to_owned())?,
        None if field("transfer-encoding:").is_some() => {
            return Err("answers without content-length are not for this".to_owned());
        }
        None => 0,
    };
    Ok(Some(head + 4 + body))
}

fn read(answer: &str) -> Answer {
    let status = answer.split(' ').nth(1).unwrap_or("(no status)");
    let fields = || answer.lines().skip(1).take_while(|line| !line.is_empty());
    let has = |name: &str, value: &str| {
        fields().any(|line| {
            let line = line.to_lowercase();
            line.starts_with(name) && line.contains(value)
        })
    };
    // What the server lets its clients know of the reason (RFC 6750 section 3.1).
    let reason = fields().find_map(|line| line.split("error=\"").nth(1)?.split('"').next());
    let kind = fields().find_map(|line| line.strip_prefix("x-refusal: "));
    let reason = kind
        .or(reason)
        .map_or(String::new(), |reason| format!(" {reason}"));
    Answer {
        verdict: format!("{status}{reason}"),
        closes: has("connection:", "close"),
    }
}

fn broken(error: std::io::Error) -> String {
    format!("the connection broke: {error}")
}

const MAX_ANSWER_BYTES: usize = 1024 * 1024;
