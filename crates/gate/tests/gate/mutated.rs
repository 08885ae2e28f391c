//! Requests with random changes, over a socket: nothing hidden in them reaches the upstream, and nothing panics.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::strict_upstream::{Arrived, start};
use super::world::{Answer, World};

/// A generator with the same numbers in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    fn of<'a>(&mut self, choices: &[&'a [u8]]) -> &'a [u8] {
        choices[self.below(choices.len())]
    }
}

/// Changes one to three places of `bytes`.
fn mutate(bytes: &mut Vec<u8>, inserted: &[&[u8]], random: &mut Random) {
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len());
        match random.below(4) {
            0 if at < bytes.len() => drop(bytes.remove(at)),
            1 if at < bytes.len() => bytes[at] = u8::try_from(random.below(256)).unwrap(),
            _ => {
                let inserted = random.of(inserted).to_vec();
                bytes.splice(at..at, inserted);
            }
        }
    }
}

/// Panics of this thread, which has all tasks of the gate.
fn count_panics() -> Arc<AtomicUsize> {
    let (count, thread) = (Arc::new(AtomicUsize::new(0)), std::thread::current().id());
    let counted = Arc::clone(&count);
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == thread {
            counted.fetch_add(1, Ordering::SeqCst);
        }
        before(info);
    }));
    count
}

/// A gate that forwards `/` without a check, and nothing else.
async fn world() -> (World, Arrived) {
    let (upstream, arrived) = start().await;
    let world = World::before(upstream, "[public]\npaths = [\"/\"]").await;
    (world, arrived)
}

fn assert_nothing_hidden(arrived: &Arrived, sent: &[u8]) {
    let sent = || String::from_utf8_lossy(sent).into_owned();
    assert_eq!(arrived.faults(), [""; 0], "{}", sent());
    // A query may be inserted, and is not covered by what is public.
    let others: Vec<_> = arrived.lines();
    let is_public = |line: &String| line.contains(" / ") || line.contains(" /?");
    assert!(others.iter().all(is_public), "{others:?} {}", sent());
}

const HIDDEN: &[u8] = b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

const HTTP1: [&[u8]; 4] = [
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 35\r\n\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n..",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n21\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-A\r\n\r\n3;a=b\r\nabc\r\n0\r\nX-A: 1\r\n\r\n",
];

const INSERTED: [&[u8]; 22] = [
    b"\r",
    b"\n",
    b"\r\n",
    b"\r\n\r\n",
    b"\0",
    b"\t",
    b" ",
    b":",
    b",",
    b";",
    b"\x0b",
    b"\xff",
    b"0\r\n\r\n",
    b"\r\nContent-Length: 0",
    b"\r\nContent-Length: 5\r\n",
    b"\r\nTransfer-Encoding: chunked\r\n",
    b"\r\nTransfer-Encoding:\x0bchunked\r\n",
    b"\r\nTransfer-Encoding: identity, chunked\r\n",
    b"\r\nConnection: content-length, transfer-encoding\r\n",
    b"\r\nUpgrade: h2c\r\nConnection: upgrade\r\n",
    b"\r\nExpect: 100-continue\r\n",
    HIDDEN,
];

#[tokio::test]
async fn mutated_http1_requests_smuggle_nothing() {
    let (world, arrived) = world().await;
    let (panics, mut random) = (count_panics(), Random(0x9E37_79B9_7F4A_7C15));
    for _ in 0..600 {
        let mut sent = random.of(&HTTP1).to_vec();
        mutate(&mut sent, &INSERTED, &mut random);
        let mut stream = TcpStream::connect(world.gate.address()).await.unwrap();
        // The gate may have refused it, and closed.
        drop(stream.write_all(&sent).await);
        drop(stream.shutdown().await);
        let mut received = Vec::new();
        let read = timeout(Duration::from_secs(10), stream.read_to_end(&mut received));
        drop(read.await.expect("an end"));
        let received = String::from_utf8_lossy(&received);
        let is_failed = received.contains("HTTP/1.1 5") && !received.contains("HTTP/1.1 501");
        assert!(!is_failed, "{received} {}", String::from_utf8_lossy(&sent));
        assert_nothing_hidden(&arrived, &sent);
    }
    assert!(arrived.lines().len() > 100, "{}", arrived.lines().len());
    assert_alive(&world, &panics).await;
}

async fn assert_alive(world: &World, panics: &AtomicUsize) {
    assert_eq!(panics.load(Ordering::SeqCst), 0);
    let honest = world.request("GET", "/honest", "", "");
    let received = super::world::exchange(world.gate.address(), honest.as_bytes()).await;
    assert_eq!(Answer::of(&received).status, 200);
}

/// A field that is in no table of HPACK (RFC 7541 section 6.2.2).
fn field(name: &[u8], value: &[u8]) -> Vec<u8> {
    let length = |text: &[u8]| u8::try_from(text.len().min(126)).unwrap();
    [&[0, length(name)], name, &[length(value)], value].concat()
}

/// RFC 9113 section 4.1
fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags, 0, 0, 0, stream], payload].concat()
}

/// Whether a response, a reset or the end of the connection came.
fn has_end(mut frames: &[u8]) -> bool {
    while let [a, b, c, kind, _, _, _, _, _, rest @ ..] = frames {
        if [1, 3, 7].contains(kind) {
            return true;
        }
        let length = usize::try_from(u32::from_be_bytes([0, *a, *b, *c])).unwrap();
        frames = rest.get(length..).unwrap_or_default();
    }
    false
}

/// A request with a body, with these fields changed or added.
fn http2_request(random: &mut Random) -> Vec<u8> {
    let mut fields: Vec<(Vec<u8>, Vec<u8>)> = [
        (&b":method"[..], &b"POST"[..]),
        (b":scheme", b"https"),
        (b":authority", b"a"),
        (b":path", b"/"),
        (b"content-length", b"33"),
    ]
    .map(|(name, value)| (name.to_vec(), value.to_vec()))
    .to_vec();
    for _ in 0..random.below(3) {
        let at = random.below(fields.len());
        match random.below(4) {
            0 => drop(fields.remove(at)),
            1 => mutate(&mut fields[at].1, &INSERTED, random),
            2 => mutate(&mut fields[at].0, &INSERTED, random),
            _ => fields.push((
                random.of(&NAMES).to_vec(),
                random
                    .of(&[b"chunked", b"0", b"33", b"a\r\nX-A: 1", b"close", HIDDEN])
                    .to_vec(),
            )),
        }
    }
    let block: Vec<u8> = fields
        .iter()
        .flat_map(|(name, value)| field(name, value))
        .collect();
    let mut frames = [frame(1, 4, 1, &block), frame(0, 1, 1, HIDDEN)].concat();
    if random.below(3) == 0 {
        mutate(
            &mut frames,
            &[b"\0", b"\xff", HIDDEN, &frame(1, 5, 3, &block)],
            random,
        );
    }
    [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        &frame(4, 0, 0, b"")[..],
        &frames,
    ]
    .concat()
}

const NAMES: [&[u8]; 10] = [
    b"transfer-encoding",
    b"content-length",
    b"connection",
    b"upgrade",
    b"host",
    b"te",
    b"x\r\nhost",
    b"X-Upper",
    b":path",
    b":protocol",
];

#[tokio::test]
async fn mutated_http2_requests_smuggle_nothing() {
    let (world, arrived) = world().await;
    let (panics, mut random) = (count_panics(), Random(0xD1B5_4A32_D192_ED03));
    for _ in 0..400 {
        let sent = http2_request(&mut random);
        let mut stream = TcpStream::connect(world.gate.address()).await.unwrap();
        drop(stream.write_all(&sent).await);
        // Until the gate has responded, or closed; a frame may be incomplete.
        let mut received = Vec::new();
        let responded = async {
            while !has_end(&received) {
                if stream.read_buf(&mut received).await.unwrap_or(0) == 0 {
                    return;
                }
            }
        };
        drop(timeout(Duration::from_millis(20), responded).await);
        drop(stream);
        assert_nothing_hidden(&arrived, &sent);
    }
    assert!(arrived.lines().len() > 50, "{}", arrived.lines().len());
    assert_alive(&world, &panics).await;
}
