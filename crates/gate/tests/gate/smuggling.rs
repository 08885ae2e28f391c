//! Requests whose end two readers could find in different places (RFC 9112 section 11.2).

use super::world::{World, exchange};

/// Sends bytes; returns the statuses of all responses, and how many requests reached the upstream.
async fn sent(world: &World, request: &str) -> (Vec<u16>, usize) {
    let before = world.upstream.requests();
    let bytes = exchange(world.gate.address(), request.as_bytes()).await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let statuses = text.split("HTTP/1.1 ").skip(1);
    let statuses = statuses.filter_map(|rest| rest.get(..3)?.parse().ok());
    (statuses.collect(), world.upstream.requests() - before)
}

/// An honest request that keeps the connection open, with these lines and this body.
fn request(world: &World, lines: &str, body: &str) -> String {
    world
        .request("POST", "/", lines, body)
        .replace("Connection: close\r\n", "")
}

const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

#[tokio::test]
async fn the_honest_form_passes() {
    let world = World::proxy().await;
    let lines = "connection: close\r\nContent-Length: 3\r\n";
    assert_eq!(
        sent(&world, &request(&world, lines, "abc")).await,
        (vec![200], 1)
    );
}

#[tokio::test]
async fn malformed_framing_is_refused() {
    let world = World::proxy().await;
    for lines in [
        "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Content-Length: 3, 4\r\n",
        "Content-Length: +3\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 3a\r\n",
        "Content-Length: 0x3\r\n",
        "Content-Length : 3\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "X-A: 1\r\n Transfer-Encoding: chunked\r\n",
        "X-A: 1\r\n\tfolded\r\n",
        "X-A: 1\rTransfer-Encoding: chunked\r\n",
        "X-A\r\n",
        "X A: 1\r\n",
        ": 1\r\n",
        "X-A: a\0b\r\n",
    ] {
        let (statuses, arrived) =
            sent(&world, &request(&world, lines, &format!("abc{HIDDEN}"))).await;
        assert_eq!((statuses.as_slice(), arrived), (&[400][..], 0), "{lines:?}");
    }
}

#[tokio::test]
async fn malformed_request_lines_are_refused() {
    let world = World::proxy().await;
    let honest = request(&world, "Content-Length: 0\r\n", "");
    for (from, to) in [
        ("POST / HTTP/1.1", "POST  / HTTP/1.1"),
        ("POST / HTTP/1.1", "POST /\tHTTP/1.1"),
        ("POST / HTTP/1.1", "POST / a HTTP/1.1"),
        ("POST / HTTP/1.1", "POST / HTTP/1.1 "),
        ("POST / HTTP/1.1", "POST / HTTP/1.2"),
        ("POST / HTTP/1.1", " POST / HTTP/1.1"),
        ("POST / HTTP/1.1", "P(ST / HTTP/1.1"),
        ("POST / HTTP/1.1", "POST \\ HTTP/1.1"),
        ("POST / HTTP/1.1\r\n", "POST / HTTP/1.1\r"),
    ] {
        let (statuses, arrived) = sent(&world, &honest.replacen(from, to, 1)).await;
        assert_eq!(arrived, 0, "{to:?}");
        assert!(
            statuses.iter().all(|status| *status == 400),
            "{to:?}: {statuses:?}"
        );
    }
}

/// RFC 9112 section 6.3: `Transfer-Encoding` counts, `Content-Length` is removed, and the connection ends. What follows
/// is never read as a request, and the upstream receives one framing only.
#[tokio::test]
async fn two_framings_end_the_connection() {
    let world = World::proxy().await;
    for lines in [
        "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 6\r\nContent-Length: 7\r\n",
    ] {
        let text = request(&world, lines, &format!("3\r\nabc\r\n0\r\n\r\n{HIDDEN}"));
        let bytes = exchange(world.gate.address(), text.as_bytes()).await;
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{lines:?}: {text}");
        assert!(text.contains("\"body\":\"abc\""), "{text}");
        assert!(text.contains("\"transfer-encoding\":\"chunked\""), "{text}");
        assert!(!text.contains("\"content-length\""), "{text}");
    }
}

#[tokio::test]
async fn an_old_version_cannot_be_chunked() {
    let world = World::proxy().await;
    let text = request(
        &world,
        "Transfer-Encoding: chunked\r\n",
        &format!("0\r\n\r\n{HIDDEN}"),
    );
    let (statuses, arrived) = sent(&world, &text.replacen("HTTP/1.1", "HTTP/1.0", 1)).await;
    assert_eq!((statuses.as_slice(), arrived), (&[400][..], 0));
}

#[tokio::test]
async fn malformed_chunks_end_the_request() {
    let world = World::proxy().await;
    for body in [
        "3\r\nabcd\r\n0\r\n\r\n",
        "g\r\nabc\r\n0\r\n\r\n",
        "3\nabc\n0\n\n",
        "-3\r\nabc\r\n0\r\n\r\n",
        "fffffffffffffffff\r\nabc\r\n0\r\n\r\n",
    ] {
        let text = request(
            &world,
            "Transfer-Encoding: chunked\r\n",
            &format!("{body}{HIDDEN}"),
        );
        let bytes = exchange(world.gate.address(), text.as_bytes()).await;
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{body:?}: {text}");
        assert!(text.starts_with("HTTP/1.1 400"), "{body:?}: {text}");
    }
}

/// RFC 9112 sections 6.1 and 7: hyper decodes `chunked` only, and the upstream would not know of another coding.
#[tokio::test]
async fn other_transfer_codings_are_refused() {
    let world = World::proxy().await;
    for (lines, expected) in [
        ("Transfer-Encoding: gzip, chunked\r\n", 501),
        (
            "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
            501,
        ),
        ("Transfer-Encoding: chunked, chunked\r\n", 400),
        (
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            400,
        ),
        ("Transfer-Encoding: (, chunked\r\n", 400),
    ] {
        let body = format!("3\r\nabc\r\n0\r\n\r\n{HIDDEN}");
        let found = sent(&world, &request(&world, lines, &body)).await;
        assert_eq!(found, (vec![expected], 0), "{lines:?}");
    }
}

/// A refused request whose body was not read ends its connection, or the body is skipped: it is never a request.
#[tokio::test]
async fn the_body_of_a_refused_request_is_not_a_request() {
    let world = World::proxy_with("[public]\npaths = [\"/hidden\"]").await;
    let length = HIDDEN.len();
    let refused = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{HIDDEN}");
    let half = format!("{refused}GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let (statuses, arrived) = sent(&world, &half).await;
    assert!(statuses.iter().all(|status| *status == 401), "{statuses:?}");
    assert_eq!(arrived, 0);
}

#[tokio::test]
async fn an_upgrade_with_a_body_is_no_upgrade() {
    let world = World::proxy().await;
    let lines = format!(
        "Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: {}\r\n",
        HIDDEN.len()
    );
    let text = world.request("GET", "/", &lines, HIDDEN);
    let bytes = exchange(world.gate.address(), text.as_bytes()).await;
    let text = String::from_utf8_lossy(&bytes);
    assert_eq!(text.matches("HTTP/1.1 200").count(), 1, "{text}");
    assert!(!text.contains("\"upgrade\""), "{text}");
}
