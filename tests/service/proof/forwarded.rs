//! The host that a trusted proxy states selects among the configured origins (DPOP-23 and 25, FWD-02 to 09 for hosts).

mod schemes;
mod texts;

use crate::common::*;
use http::{HeaderName, HeaderValue, Request, Version};
use sender_constraint::ConfigError;
use sender_constraint::cert::{Peer, TrustedPeers};
use sender_constraint::proof::ForwardedHost;

const EU: &str = "https://rs.example.eu";
const PORT: &str = "https://rs.example.com:8443";
const V6: &str = "https://[2001:db8::1]:8443";
const PROXY: &str = "10.0.0.7";
const STRANGER: &str = "192.0.2.9";

#[tokio::test]
async fn dpop_23_forwarded_host_of_a_trusted_peer_selects() {
    let world = rfc7239();
    for (value, origin) in [
        ("host=rs.example.com", ORIGIN),
        ("host=rs.example.eu;proto=https", EU),
        ("for=192.0.2.1;host=RS.example.EU;proto=HTTPS;by=_x", EU),
        (r#"host="rs.example.com:8443""#, PORT),
        (r#"host="rs.example.com:443""#, ORIGIN),
        (r#"Host="[2001:DB8::1]:8443";for="[::1]:80""#, V6),
        ("host=rs.example.eu;proto=wss", EU),
    ] {
        for other in [ORIGIN, EU, PORT, V6] {
            let answer = send(&world, PROXY, &[("forwarded", value)], other).await;
            if other == origin {
                answer.assert_passed();
            } else {
                answer.assert_refused("PROOF", "proof_target_uri");
            }
        }
    }
    let world = x_forwarded();
    for (fields, origin) in [
        (&[("x-forwarded-host", "rs.example.eu")][..], EU),
        (&[("x-forwarded-host", "rs.example.com:8443")], PORT),
        (
            &[
                ("x-forwarded-host", " rs.example.eu "),
                ("x-forwarded-proto", "https"),
            ],
            EU,
        ),
    ] {
        send(&world, PROXY, fields, origin).await.assert_passed();
        send(&world, PROXY, fields, ORIGIN)
            .await
            .assert_refused("PROOF", "proof_target_uri");
    }
}

#[tokio::test]
async fn dpop_23_forwarded_host_beyond_the_origins_is_answered_421() {
    let world = rfc7239();
    for host in [
        "evil.example",
        "rs.example.com.evil.example",
        "rs.example.com:80",
        "[::ffff:10.0.0.7]",
        "10.0.0.7",
    ] {
        let value = format!("host=\"{host}\"");
        let answer = send(&world, PROXY, &[("forwarded", &value)], ORIGIN).await;
        answer.assert_refused("421", "request_misdirected");
    }
    let world = World::with_dpop(|dpop| dpop.forwarded_host(ForwardedHost::rfc7239(proxies())));
    // With a single origin too: the proxy says that the request was for another one.
    send(&world, PROXY, &[("forwarded", "host=evil.example")], ORIGIN)
        .await
        .assert_refused("421", "request_misdirected");
    send(
        &world,
        PROXY,
        &[("forwarded", "host=rs.example.com")],
        ORIGIN,
    )
    .await
    .assert_passed();
}

#[tokio::test]
async fn fwd_02_forwarded_host_of_a_stranger_is_ignored() {
    for world in [rfc7239(), x_forwarded()] {
        let forged = [
            ("forwarded", "host=rs.example.eu"),
            ("x-forwarded-host", "rs.example.eu"),
        ];
        send(&world, STRANGER, &forged, ORIGIN)
            .await
            .assert_passed();
        send(&world, STRANGER, &forged, EU)
            .await
            .assert_refused("PROOF", "proof_target_uri");
        let malformed = [("forwarded", ",;\""), ("x-forwarded-host", "a,b")];
        send(&world, STRANGER, &malformed, ORIGIN)
            .await
            .assert_passed();
    }
}

#[tokio::test]
async fn fwd_02_forwarded_host_of_an_unknown_peer_is_a_mistake_of_the_set_up() {
    let world = rfc7239();
    let mut request = from(
        &world,
        PROXY,
        &[("forwarded", "host=rs.example.com")],
        ORIGIN,
    );
    request.extensions_mut().clear();
    let answer = world.send(request).await;
    answer.assert_refused("500", "forwarded_unknown_peer");
    let mut request = from(&world, PROXY, &[], ORIGIN);
    request.extensions_mut().clear();
    world.send(request).await.assert_passed();
}

#[tokio::test]
async fn fwd_04_only_the_configured_family_is_read() {
    let other = [("x-forwarded-host", "rs.example.com")];
    send(&rfc7239(), PROXY, &other, ORIGIN)
        .await
        .assert_refused("400", "forwarded_missing");
    let other = [("forwarded", "host=rs.example.com")];
    send(&x_forwarded(), PROXY, &other, ORIGIN)
        .await
        .assert_refused("400", "forwarded_missing");
    let both = [
        ("forwarded", "host=rs.example.eu"),
        ("x-forwarded-host", "rs.example.com"),
    ];
    send(&rfc7239(), PROXY, &both, EU).await.assert_passed();
    send(&x_forwarded(), PROXY, &both, ORIGIN)
        .await
        .assert_passed();
}

/// `Connection: x-forwarded-host` makes some proxies omit their own field (RFC 9110 section 7.6.1).
#[tokio::test]
async fn fwd_06_missing_field_of_a_trusted_peer_is_refused() {
    for world in [rfc7239(), x_forwarded()] {
        let answer = send(&world, PROXY, &[("connection", "x-forwarded-host")], ORIGIN).await;
        answer.assert_refused("400", "forwarded_missing");
        assert!(answer.challenges().is_empty());
    }
}

#[tokio::test]
async fn fwd_05_repeated_fields_are_refused() {
    for (world, good) in [
        (rfc7239(), ("forwarded", "host=rs.example.com")),
        (x_forwarded(), ("x-forwarded-host", "rs.example.com")),
    ] {
        send(&world, PROXY, &[good], ORIGIN).await.assert_passed();
        send(&world, PROXY, &[good, good], ORIGIN)
            .await
            .assert_refused("400", "forwarded_repeated");
    }
    let world = x_forwarded();
    let proto = ("x-forwarded-proto", "https");
    let host = ("x-forwarded-host", "rs.example.com");
    send(&world, PROXY, &[host, proto, proto], ORIGIN)
        .await
        .assert_refused("400", "forwarded_repeated");
}

#[tokio::test]
async fn fwd_06_malformed_forwarded_is_refused() {
    let world = rfc7239();
    for (value, kind) in [
        ("", "forwarded_syntax"),
        ("host", "forwarded_syntax"),
        ("host=rs.example.com;", "forwarded_syntax"),
        ("host=rs.example.com:443", "forwarded_syntax"),
        ("host=[2001:db8::1]", "forwarded_syntax"),
        (r#"host="rs.example.com"#, "forwarded_syntax"),
        (r#"host="rs.example.com"evil"#, "forwarded_syntax"),
        ("host=rs.example.com\u{e9}", "forwarded_syntax"),
        (
            r#"host="evil.example\";host=rs.example.com"#,
            "forwarded_syntax",
        ),
        (
            "host=evil.example;host=rs.example.com",
            "forwarded_duplicate",
        ),
        (
            r#"host="rs.example.com";HOST="evil""#,
            "forwarded_duplicate",
        ),
        (
            "proto=https;proto=http;host=rs.example.com",
            "forwarded_duplicate",
        ),
        ("for=192.0.2.1;proto=https", "forwarded_host_missing"),
        (
            "host=rs.example.com, host=evil.example",
            "forwarded_elements",
        ),
        (
            "host=evil.example,host=rs.example.com",
            "forwarded_elements",
        ),
        ("for=a, host=rs.example.com", "forwarded_elements"),
        (
            r#"for="a,b";host=evil.example, host=rs.example.com"#,
            "forwarded_elements",
        ),
        (r#"host="""#, "forwarded_illegal_host"),
        (r#"host="user@rs.example.com""#, "forwarded_illegal_host"),
        (r#"host="rs.example.com/a?""#, "forwarded_illegal_host"),
        (r#"host="rs.example.com#""#, "forwarded_illegal_host"),
        (
            r#"host="rs.example.com, evil.example""#,
            "forwarded_illegal_host",
        ),
        (r#"host="rs\.example.com""#, "forwarded_illegal_host"),
        (r#"host="rs%2Eexample.com""#, "forwarded_illegal_host"),
        ("host=rs%2Eexample.com", "forwarded_illegal_host"),
        ("host=rs.example.com.", "forwarded_illegal_host"),
        ("host=rs..example.com", "forwarded_illegal_host"),
        (r#"host="rs.example.com:0443x""#, "forwarded_illegal_host"),
        (r#"host="rs.example.com:0""#, "forwarded_illegal_host"),
        (r#"host="[::1""#, "forwarded_illegal_host"),
        (r#"host="[fe80::1%25eth0]""#, "forwarded_illegal_host"),
        ("host=0x7f.1", "forwarded_illegal_host"),
        (r#"host="https://rs.example.com""#, "forwarded_illegal_host"),
        ("host=rs.example.com;proto=http", "forwarded_scheme"),
        ("host=rs.example.com;proto=ftp", "forwarded_scheme"),
    ] {
        let answer = send(&world, PROXY, &[("forwarded", value)], ORIGIN).await;
        assert_eq!(answer.kind(), kind, "{value}");
        answer.assert_refused("400", kind);
        assert!(answer.challenges().is_empty());
    }
}

#[tokio::test]
async fn fwd_06_malformed_x_forwarded_is_refused() {
    let world = x_forwarded();
    for (host, proto, kind) in [
        ("", "https", "forwarded_illegal_host"),
        ("\"rs.example.com\"", "https", "forwarded_illegal_host"),
        ("rs.example.com/a?", "https", "forwarded_illegal_host"),
        ("https://rs.example.com", "https", "forwarded_illegal_host"),
        ("user@rs.example.com", "https", "forwarded_illegal_host"),
        ("rs.example.com.", "https", "forwarded_illegal_host"),
        (
            "rs.example.com;rs.example.eu",
            "https",
            "forwarded_illegal_host",
        ),
        (
            "rs.example.com rs.example.eu",
            "https",
            "forwarded_illegal_host",
        ),
        ("rs.example.com\u{e9}", "https", "forwarded_syntax"),
        ("rs.example.com,evil.example", "https", "forwarded_elements"),
        (
            "evil.example, rs.example.com",
            "https",
            "forwarded_elements",
        ),
        ("rs.example.com,", "https", "forwarded_elements"),
        (",rs.example.com", "https", "forwarded_elements"),
        ("rs.example.com", "http", "forwarded_scheme"),
        ("rs.example.com", "", "forwarded_scheme"),
        ("rs.example.com", "https, http", "forwarded_elements"),
        ("rs.example.com", "https,https", "forwarded_elements"),
    ] {
        let fields = [("x-forwarded-host", host), ("x-forwarded-proto", proto)];
        let answer = send(&world, PROXY, &fields, ORIGIN).await;
        assert_eq!(answer.kind(), kind, "{host} {proto}");
        answer.assert_refused("400", kind);
    }
}

#[tokio::test]
async fn fwd_07_as_many_elements_as_trusted_hops() {
    let rfc7239 = world(ForwardedHost::rfc7239(proxies()).trusted_hops(2).unwrap());
    let x_forwarded = world(
        ForwardedHost::x_forwarded(proxies())
            .trusted_hops(2)
            .unwrap(),
    );
    for (fields, kind) in [
        (
            ["host=rs.example.eu, host=inner", "rs.example.eu, inner"],
            "",
        ),
        (
            ["host=rs.example.eu,for=inner", "rs.example.eu,inner:80"],
            "",
        ),
        (
            ["host=rs.example.eu", "rs.example.eu"],
            "forwarded_elements",
        ),
        (
            [
                "host=evil, host=rs.example.eu, host=inner",
                "evil, rs.example.eu, inner",
            ],
            "forwarded_elements",
        ),
    ] {
        for (world, name, value) in [
            (&rfc7239, "forwarded", fields[0]),
            (&x_forwarded, "x-forwarded-host", fields[1]),
        ] {
            let answer = send(world, PROXY, &[(name, value)], EU).await;
            match kind {
                "" => answer.assert_passed(),
                kind => answer.assert_refused("400", kind),
            }
        }
    }
    for (hops, is_accepted) in [(0, false), (1, true), (10, true), (11, false)] {
        let set = ForwardedHost::rfc7239(proxies()).trusted_hops(hops);
        assert_eq!(set.is_ok(), is_accepted, "{hops}");
        assert!(!matches!(set, Err(error) if !matches!(error, ConfigError::Size { .. })));
    }
}

#[tokio::test]
async fn fwd_08_and_09_service_behind_sees_only_what_was_read() {
    let forged = [
        ("forwarded", "host=rs.example.com"),
        ("x-forwarded-host", "rs.example.com"),
        ("x_forwarded_host", "evil.example"),
        ("x-forwarded_host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-port", "443"),
        ("x-forwarded-prefix", "/evil"),
        ("x-forwarded-for", "192.0.2.1"),
    ];
    for (world, peer, left) in [
        (rfc7239(), PROXY, &["forwarded", "x-forwarded-for"][..]),
        (
            x_forwarded(),
            PROXY,
            &["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"],
        ),
        (rfc7239(), STRANGER, &["x-forwarded-for"]),
        (x_forwarded(), STRANGER, &["x-forwarded-for"]),
    ] {
        let answer = send(&world, peer, &forged, ORIGIN).await;
        answer.assert_passed();
        let mut seen: Vec<_> = answer.inner_headers().iter().map(String::as_str).collect();
        seen.retain(|name| *name != "host");
        seen.sort_unstable();
        assert_eq!(seen, left);
    }
}

#[tokio::test]
async fn fwd_08_alias_is_not_read_as_the_forwarded_host() {
    let alias = [("x_forwarded_host", "rs.example.com")];
    send(&x_forwarded(), PROXY, &alias, ORIGIN)
        .await
        .assert_refused("400", "forwarded_missing");
}

#[tokio::test]
async fn fwd_11_forwarded_fields_have_a_limit() {
    let world = rfc7239();
    for (length, kind) in [(4096, ""), (4097, "forwarded_too_long")] {
        let value = "host=rs.example.com;x=";
        let value = format!("{value}{}", "a".repeat(length - value.len()));
        let answer = send(&world, PROXY, &[("forwarded", &value)], ORIGIN).await;
        match kind {
            "" => answer.assert_passed(),
            kind => answer.assert_refused("400", kind),
        }
    }
}

#[tokio::test]
async fn dpop_23_port_is_read_on_demand() {
    let host = ("x-forwarded-host", "rs.example.com");
    let with_port = ("x-forwarded-host", "rs.example.com:8443");
    let port = ("x-forwarded-port", "8443");
    send(&x_forwarded(), PROXY, &[host, port], ORIGIN)
        .await
        .assert_passed();
    let world = world(ForwardedHost::x_forwarded(proxies()).read_port());
    for (fields, origin) in [
        ([host, port], PORT),
        ([with_port, port], PORT),
        ([host, ("x-forwarded-port", "443")], ORIGIN),
    ] {
        send(&world, PROXY, &fields, origin).await.assert_passed();
    }
    for (fields, kind) in [
        (&[host][..], "forwarded_missing"),
        (
            &[with_port, ("x-forwarded-port", "443")],
            "forwarded_port_conflict",
        ),
        (&[host, ("x-forwarded-port", "")], "forwarded_illegal_port"),
        (&[host, ("x-forwarded-port", "0")], "forwarded_illegal_port"),
        (
            &[host, ("x-forwarded-port", "+443")],
            "forwarded_illegal_port",
        ),
        (
            &[host, ("x-forwarded-port", "65536")],
            "forwarded_illegal_port",
        ),
        (
            &[host, ("x-forwarded-port", "443,8443")],
            "forwarded_illegal_port",
        ),
        (&[host, port, port], "forwarded_repeated"),
    ] {
        send(&world, PROXY, fields, ORIGIN)
            .await
            .assert_refused("400", kind);
    }
}

#[tokio::test]
async fn dpop_25_forwarded_prefix_is_read_on_demand() {
    let host = ("x-forwarded-host", "rs.example.com");
    let prefix = |prefix| [host, ("x-forwarded-prefix", prefix)];
    let to = |path: &str| format!("{ORIGIN}{path}");
    // Not read unless that is configured.
    send_for(&x_forwarded(), PROXY, &prefix("/svc1"), &to("/svc1/a"))
        .await
        .assert_refused("PROOF", "proof_target_uri");
    let world = world(ForwardedHost::x_forwarded(proxies()).read_prefix());
    for (value, htu) in [
        ("/svc1", "/svc1/a"),
        ("/v1/svc%31", "/v1/svc1/a"),
        ("/", "/a"),
        ("", "/a"),
    ] {
        send_for(&world, PROXY, &prefix(value), &to(htu))
            .await
            .assert_passed();
        send_for(&world, PROXY, &prefix(value), &to("/other/a"))
            .await
            .assert_refused("PROOF", "proof_target_uri");
    }
    for value in [
        "svc1",
        "/svc1/",
        "//evil",
        "/../a",
        "/a/%2e%2e",
        "/a?b",
        "/a#b",
        "/a b",
        "/a, /b",
        "@evil",
        ":8443",
        "https://evil/",
        "/%zz",
    ] {
        let refused = send_for(&world, PROXY, &prefix(value), &to("/svc1/a")).await;
        assert_eq!(refused.outcome(), "400", "{value}");
        assert_eq!(refused.kind(), "forwarded_illegal_prefix", "{value}");
    }
    send_for(&world, PROXY, &[host], &to("/a"))
        .await
        .assert_refused("400", "forwarded_missing");
    let stranger = send_for(&world, STRANGER, &prefix("/svc1"), &to("/svc1/a")).await;
    stranger.assert_refused("PROOF", "proof_target_uri");
}

#[tokio::test]
async fn dpop_26_hosts_of_the_request_are_checked_behind_a_proxy_too() {
    let world = rfc7239();
    let fields = [("forwarded", "host=rs.example.com")];
    let mut illegal = from(&world, PROXY, &fields, ORIGIN);
    let host = HeaderValue::from_static("inner/a?");
    illegal.headers_mut().insert("host", host);
    world
        .send(illegal)
        .await
        .assert_refused("REQ", "request_illegal_host");
    let mut conflict = from(&world, PROXY, &fields, ORIGIN);
    *conflict.version_mut() = Version::HTTP_2;
    *conflict.uri_mut() = "https://inner/a".parse().unwrap();
    world
        .send(conflict)
        .await
        .assert_refused("REQ", "request_host_conflict");
}

fn proxies() -> TrustedPeers {
    TrustedPeers::networks([PROXY]).unwrap()
}

fn rfc7239() -> World {
    world(ForwardedHost::rfc7239(proxies()))
}

fn x_forwarded() -> World {
    world(ForwardedHost::x_forwarded(proxies()))
}

/// A guard of four origins.
fn world(source: ForwardedHost) -> World {
    World::with_dpop(|dpop| {
        let dpop = [EU, PORT, V6]
            .into_iter()
            .fold(dpop, |dpop, origin| dpop.also_origin(origin).unwrap());
        dpop.forwarded_host(source)
    })
}

async fn send(world: &World, peer: &str, fields: &[(&str, &str)], origin: &str) -> Answer {
    world.send(from(world, peer, fields, origin)).await
}

async fn send_for(world: &World, peer: &str, fields: &[(&str, &str)], htu: &str) -> Answer {
    world.send(for_uri(world, peer, fields, htu)).await
}

fn from(world: &World, peer: &str, fields: &[(&str, &str)], origin: &str) -> Request<()> {
    for_uri(world, peer, fields, &format!("{origin}/a"))
}

/// `GET /a` from this peer, for `Host: rs.example.com`, with a proof of this `htu`.
fn for_uri(world: &World, peer: &str, fields: &[(&str, &str)], htu: &str) -> Request<()> {
    let token = world.token().sign();
    let proof = world.proof(&token).claim("htu", htu).sign();
    let mut request = request(&format!("DPoP {token}"), &proof);
    let host = HeaderValue::from_static("rs.example.com");
    request.headers_mut().insert("host", host);
    for (name, value) in fields {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        request.headers_mut().append(name, value);
    }
    let peer = Peer::tcp((peer.parse::<std::net::IpAddr>().unwrap(), 1).into());
    request.extensions_mut().insert(peer);
    request
}
