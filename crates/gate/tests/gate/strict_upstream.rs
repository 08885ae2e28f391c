//! An upstream that reads HTTP/1.1 to the letter, and records what a reader less strict could take for something else.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::upstream::Upstream;

/// The request lines that arrived, and what was wrong with their messages.
#[derive(Clone, Default)]
pub(crate) struct Arrived(Arc<Mutex<(Vec<String>, Vec<String>)>>);

impl Arrived {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().0.clone()
    }

    pub(crate) fn faults(&self) -> Vec<String> {
        self.0.lock().unwrap().1.clone()
    }
}

/// Starts one until the runtime of the test ends.
pub(crate) async fn start() -> (Upstream, Arrived) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (upstream, arrived) = (Upstream::at(&listener), Arrived::default());
    let recorded = arrived.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream, recorded.clone()));
        }
    });
    (upstream, arrived)
}

async fn serve(mut stream: TcpStream, arrived: Arrived) {
    let mut bytes = Vec::new();
    loop {
        match message(&bytes) {
            Ok(Some((line, length))) => {
                arrived.0.lock().unwrap().0.push(line);
                bytes.drain(..length);
                let response = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
                if stream.write_all(response).await.is_err() {
                    return;
                }
            }
            Ok(None) => match stream.read_buf(&mut bytes).await {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            },
            Err(fault) => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let fault = format!("{fault}: {text:?}");
                arrived.0.lock().unwrap().1.push(fault);
                return;
            }
        }
    }
}

/// The request line and the length of the message that `bytes` begins with, once it is complete.
fn message(bytes: &[u8]) -> Result<Option<(String, usize)>, String> {
    let Some(end) = bytes.windows(4).position(|it| it == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let line = lines.next().unwrap_or_default().to_owned();
    if head.contains('\0') || head.replace("\r\n", "").contains(['\r', '\n']) {
        return Err("a control character in the head".to_owned());
    }
    let parts: Vec<_> = line.split(' ').collect();
    if !matches!(parts[..], [_, target, "HTTP/1.1"] if target.starts_with('/')) {
        return Err("a malformed request line".to_owned());
    }
    let (mut lengths, mut codings) = (Vec::new(), Vec::new());
    for field in lines {
        let Some((name, value)) = field.split_once(':') else {
            return Err(format!("a line without a name {field:?}"));
        };
        if name.is_empty() || name.contains([' ', '\t']) {
            return Err(format!("a malformed name {name:?}"));
        }
        match name.to_ascii_lowercase().as_str() {
            "content-length" => lengths.push(value.trim().to_owned()),
            "transfer-encoding" => codings.push(value.trim().to_owned()),
            _ => {}
        }
    }
    let body = end + 4;
    let length = match (&lengths[..], &codings[..]) {
        ([], []) => Some(0),
        ([length], []) => {
            let is_number = !length.is_empty() && length.bytes().all(|it| it.is_ascii_digit());
            let length = length.parse::<usize>().ok().filter(|_| is_number);
            let length = length.ok_or_else(|| "a malformed length".to_owned())?;
            (bytes.len() - body >= length).then_some(length)
        }
        ([], [coding]) if coding == "chunked" => chunks(&bytes[body..])?,
        _ => return Err(format!("two framings {lengths:?} {codings:?}")),
    };
    Ok(length.map(|length| (line, body + length)))
}

/// The length of a chunked body, once it is complete.
fn chunks(bytes: &[u8]) -> Result<Option<usize>, String> {
    let mut at = 0;
    loop {
        let line = |at: usize| bytes[at..].windows(2).position(|it| it == b"\r\n");
        let Some(end) = line(at) else { return Ok(None) };
        let size = std::str::from_utf8(&bytes[at..at + end]).unwrap_or("?");
        let is_size = !size.is_empty() && size.bytes().all(|it| it.is_ascii_hexdigit());
        let size = usize::from_str_radix(size, 16).ok().filter(|_| is_size);
        let size = size.ok_or_else(|| "a malformed chunk".to_owned())?;
        at += end + 2;
        if size == 0 {
            // Trailers, up to an empty line.
            while let Some(end) = line(at) {
                at += end + 2;
                if end == 0 {
                    return Ok(Some(at));
                }
            }
            return Ok(None);
        }
        match bytes.get(at + size..at + size + 2) {
            None => return Ok(None),
            Some(b"\r\n") => at += size + 2,
            Some(_) => return Err("a chunk of another length".to_owned()),
        }
    }
}

#[test]
fn every_fault_is_found() {
    let head = |lines: &str| format!("POST / HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
    let chunked = head("Transfer-Encoding: chunked\r\n");
    assert_eq!(message(head("").as_bytes()).unwrap().unwrap().1, 28);
    let whole = format!("{chunked}3\r\nabc\r\n0\r\nX-A: 1\r\n\r\nGET");
    let (_, length) = message(whole.as_bytes()).unwrap().unwrap();
    assert_eq!(&whole[length..], "GET");
    for faulty in [
        head("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"),
        head("Content-Length: 0\r\nContent-Length: 0\r\n"),
        head("Content-Length: +1\r\n"),
        head("Transfer-Encoding: gzip, chunked\r\n"),
        head("X-A: 1\nX-B: 1\r\n"),
        head("X-A : 1\r\n"),
        head("X-A\r\n"),
        head("").replace("1.1", "1.0"),
        head("").replace(" / ", "  "),
        format!("{chunked}4\r\nabc\r\n0\r\n\r\n"),
        format!("{chunked}3;a\r\nabc\r\n0\r\n\r\n"),
    ] {
        assert!(message(faulty.as_bytes()).is_err(), "{faulty:?}");
    }
}
