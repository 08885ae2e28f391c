//! HTTP/1.1 by hand: bytes as they were prepared go out, and one answer comes in.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub(crate) struct Answer {
    /// The status, and the reason if the server gives one.
    pub(crate) verdict: String,
    pub(crate) closes: bool,
}

pub(crate) async fn exchange(stream: &mut TcpStream, request: &[u8]) -> Result<Answer, String> {
    stream.write_all(request).await.map_err(broken)?;
    read_answer(stream).await
}

pub(crate) async fn read_answer(stream: &mut TcpStream) -> Result<Answer, String> {
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

pub(crate) fn broken(error: std::io::Error) -> String {
    format!("the connection broke: {error}")
}

const MAX_ANSWER_BYTES: usize = 1024 * 1024;
