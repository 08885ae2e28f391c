//! Attacks that hold a connection for half a minute.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::attacker::Attacker;
use super::outcome::Outcome;
use crate::client::{Fault, Target, proof};

impl Attacker {
    /// Of a valid request.
    pub(super) async fn slow_head(&self) -> Outcome {
        let target = &self.targets.accounts;
        let (token, proof) = self.valid("GET", target);
        let request = target.wire(&token, &proof);
        if let Ok(mut stream) = target.connect().await {
            drip(&mut stream, &request).await;
        }
        Outcome::UNANSWERED
    }

    /// Of a valid request.
    pub(super) async fn slow_body(&self) -> Outcome {
        let target = &self.targets.upload;
        let (token, proof) = self.valid("POST", target);
        let head = target.wire_with("POST", "content-length: 1000\r\n", &token, &proof);
        if let Ok(mut stream) = target.connect().await
            && stream.write_all(&head).await.is_ok()
        {
            drip(&mut stream, &[b's'; 1000]).await;
        }
        Outcome::UNANSWERED
    }

    /// Many bad requests in one write, whose answers are read at the end.
    pub(super) async fn slow_reader(&self) -> Outcome {
        let target = &self.targets.accounts;
        let token = self.thief.token(&self.issuer);
        let proof = proof(&self.thief.key, &token, "GET", &target.uri(), Fault::Uri);
        let requests = target.wire(&token, &proof).repeat(300);
        let Ok(mut stream) = target.connect().await else {
            return Outcome::UNANSWERED;
        };
        // Not all of it may be taken.
        drop(timeout(Duration::from_secs(2), stream.write_all(&requests)).await);
        sleep(HELD).await;
        count(&answers(&mut stream).await)
    }

    /// With a valid token and proof.
    pub(super) async fn slow_download(&self) -> Outcome {
        let target = &self.targets.large;
        let (token, proof) = self.valid("GET", target);
        let request = target.wire(&token, &proof);
        let Ok(mut stream) = connect_and_write(target, &request).await else {
            return Outcome::UNANSWERED;
        };
        let mut received = 0;
        let mut part = [0; 1024];
        for _ in 0..HELD.as_secs() {
            match timeout(Duration::from_secs(1), stream.read(&mut part)).await {
                Ok(Ok(0) | Err(_)) => break,
                Ok(Ok(length)) => {
                    received += length;
                    sleep(Duration::from_secs(1)).await;
                }
                Err(_) => {}
            }
        }
        Outcome {
            granted: u64::from(received > 0),
            unanswered: u64::from(received == 0),
            ..Outcome::default()
        }
    }

    pub(super) async fn half_open(&self) -> Outcome {
        let stream = connect_and_write(&self.targets.accounts, b"GET /acc").await;
        sleep(HELD).await;
        drop(stream);
        Outcome::UNANSWERED
    }
}

/// Until the other side closes, for as long as connections are held.
async fn drip(stream: &mut TcpStream, bytes: &[u8]) {
    let seconds = usize::try_from(HELD.as_secs()).unwrap_or(usize::MAX);
    for byte in bytes.iter().take(seconds) {
        if stream.write_all(&[*byte]).await.is_err() {
            return;
        }
        sleep(Duration::from_secs(1)).await;
    }
}

async fn connect_and_write(target: &Target, bytes: &[u8]) -> Result<TcpStream, String> {
    let mut stream = target.connect().await?;
    let written = stream.write_all(bytes).await;
    written.map_err(|error| error.to_string())?;
    Ok(stream)
}

/// What has arrived, up to a second without more.
async fn answers(stream: &mut TcpStream) -> String {
    let mut answers = Vec::new();
    while let Ok(Ok(length)) = timeout(Duration::from_secs(1), stream.read_buf(&mut answers)).await
    {
        if length == 0 || answers.len() > MAX_ANSWERS {
            break;
        }
    }
    String::from_utf8_lossy(&answers).into_owned()
}

fn count(answers: &str) -> Outcome {
    let of = |status: &str| {
        let count = answers.matches(&format!("HTTP/1.1 {status}")).count();
        u64::try_from(count).unwrap_or(u64::MAX)
    };
    Outcome {
        refused: of("4"),
        unanswered: u64::from(answers.is_empty()),
        granted: 0,
        wrong: of("2") + of("500"),
    }
}

pub(super) const HELD: Duration = Duration::from_secs(30);
const MAX_ANSWERS: usize = 4 * 1024 * 1024;
