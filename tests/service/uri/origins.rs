//! Several public origins in one guard: the host of the request selects one of them, and no other (DPOP-23, 25 and 26).

use crate::common::*;
use http::{HeaderValue, Request, Uri, Version};
use sender_constraint::ConfigError;
use sender_constraint::proof::Dpop;

const EU: &str = "https://rs.example.eu";
const PORT: &str = "https://rs.example.com:8443";

#[tokio::test]
async fn dpop_23_host_selects_among_the_configured_origins() {
    let world = several();
    for (host, origin) in [
        ("rs.example.com", ORIGIN),
        ("RS.example.COM", ORIGIN),
        ("rs.example.com:443", ORIGIN),
        ("rs.example.com:", ORIGIN),
        ("rs%2Eexample.com", ORIGIN),
        ("rs.example.eu", EU),
        ("rs.example.com:8443", PORT),
        ("rs.example.com:08443", PORT),
        ("[2001:DB8::1]", "https://[2001:db8::1]"),
        ("[2001:db8:0::1]:443", "https://[2001:db8::1]"),
        ("localhost:3000", "http://localhost:3000"),
    ] {
        for other in [ORIGIN, EU, PORT, "https://[2001:db8::1]"] {
            let answer = send(&world, &[host], &format!("{other}/a")).await;
            if other == origin {
                answer.assert_passed();
            } else {
                answer.assert_refused("PROOF", "proof_target_uri");
            }
        }
    }
}

#[tokio::test]
async fn dpop_23_host_of_no_origin_is_answered_421() {
    let world = several();
    send(&world, &["rs.example.eu"], &format!("{EU}/a"))
        .await
        .assert_passed();
    for host in [
        "evil.example",
        "rs.example.com.",
        "rs.example.com.evil.example",
        "evil-rs.example.com",
        "sub.rs.example.com",
        "rs.example.com:80",
        "rs.example.eu:8443",
        "localhost",
        "localhost:3001",
        "[fe80::1%25eth0]",
        "[::ffff:127.0.0.1]",
    ] {
        for htu in [
            "https://rs.example.com/a".to_owned(),
            format!("https://{host}/a"),
        ] {
            let answer = send(&world, &[host], &htu).await;
            answer.assert_refused("421", "request_misdirected");
            assert!(answer.challenges().is_empty());
            let text = answer.rejection().to_string();
            assert!(text.contains(&format!("{host:?}")), "{text}");
        }
    }
}

#[tokio::test]
async fn dpop_23_what_is_no_host_selects_nothing() {
    let world = several();
    let htu = format!("{ORIGIN}/a");
    for host in [
        "user@rs.example.com",
        "rs.example.com/a?",
        "rs.example.com#",
        "rs.example.com,rs.example.eu",
        "rs.example.com:0",
        "rs.example.com:443x",
        "[::1",
        "\u{e9}",
    ] {
        let answer = send(&world, &[host], &htu).await;
        answer.assert_refused("REQ", "request_illegal_host");
    }
    send(&world, &["rs.example.com"; 2], &htu)
        .await
        .assert_refused("REQ", "request_repeated_host");
    for hosts in [&[][..], &[""]] {
        send(&world, hosts, &htu)
            .await
            .assert_refused("REQ", "request_missing_host");
    }
}

#[tokio::test]
async fn dpop_23_single_origin_needs_no_host() {
    let world = World::new();
    for hosts in [&[][..], &["10.0.0.7:8080"]] {
        send(&world, hosts, &format!("{ORIGIN}/a"))
            .await
            .assert_passed();
    }
}

#[tokio::test]
async fn dpop_23_proof_counts_at_the_origin_that_it_names_and_once() {
    let world = several();
    let token = world.token().sign();
    let proof = world.proof(&token).claim("htu", format!("{EU}/a")).sign();
    let to = |host| to_host(request(&format!("DPoP {token}"), &proof), &[host]);
    world
        .send(to("rs.example.com"))
        .await
        .assert_refused("PROOF", "proof_target_uri");
    world.send(to("rs.example.eu")).await.assert_passed();
    world
        .send(to("rs.example.eu"))
        .await
        .assert_refused("PROOF", "proof_replayed");
    // One `jti` at two origins: two proofs.
    for (host, origin) in [("rs.example.com", ORIGIN), ("rs.example.eu", EU)] {
        let proof = world.proof(&token).claim("jti", "same");
        let proof = proof.claim("htu", format!("{origin}/a")).sign();
        let request = request(&format!("DPoP {token}"), &proof);
        world.send(to_host(request, &[host])).await.assert_passed();
    }
}

#[tokio::test]
async fn dpop_25_each_origin_has_a_prefix_of_its_own() {
    let world = World::with_dpop(|dpop| {
        let dpop = dpop.path_prefix("/com").unwrap().also_origin(EU).unwrap();
        let dpop = dpop.path_prefix("/eu").unwrap();
        dpop.also_origin(PORT).unwrap()
    });
    for (host, htu) in [
        ("rs.example.com", "https://rs.example.com/com/a"),
        ("rs.example.eu", "https://rs.example.eu/eu/a"),
        ("rs.example.com:8443", "https://rs.example.com:8443/a"),
    ] {
        send(&world, &[host], htu).await.assert_passed();
        let bare = htu.replace("/com/", "/").replace("/eu/", "/other/");
        if bare != htu {
            send(&world, &[host], &bare)
                .await
                .assert_refused("PROOF", "proof_target_uri");
        }
    }
}

#[tokio::test]
async fn dpop_26_authority_selects_and_a_different_host_is_refused() {
    let world = several();
    let send = async |version, target: &str, hosts: &[&str], htu: &str| {
        let mut request = to_host(proven(&world, htu), hosts);
        *request.uri_mut() = target.parse::<Uri>().unwrap();
        *request.version_mut() = version;
        world.send(request).await
    };
    let (com, eu) = ("https://rs.example.com/a", "https://rs.example.eu/a");
    for version in [Version::HTTP_2, Version::HTTP_3] {
        for hosts in [&[][..], &["rs.example.eu"], &["RS.example.eu:443"]] {
            send(version, eu, hosts, eu).await.assert_passed();
        }
        let answer = send(version, eu, &["rs.example.com"], eu).await;
        answer.assert_refused("REQ", "request_host_conflict");
        send(version, eu, &[], com)
            .await
            .assert_refused("PROOF", "proof_target_uri");
        send(version, "https://evil.example/a", &[], com)
            .await
            .assert_refused("421", "request_misdirected");
        // RFC 9113 section 8.3.1: a request that was HTTP/1.1 may have `Host` alone.
        send(version, "/a", &["rs.example.eu"], eu)
            .await
            .assert_passed();
    }
    // RFC 9112 section 3.2.2 lets a server ignore `Host` then, but the service might read it.
    let http_11 = Version::HTTP_11;
    for (target, htu) in [(eu, eu), (eu, com), ("https://evil.example/a", com)] {
        send(http_11, target, &["rs.example.com"], htu)
            .await
            .assert_refused("REQ", "request_host_conflict");
    }
    send(http_11, eu, &["RS.example.eu:443"], eu)
        .await
        .assert_passed();
    send(http_11, eu, &["rs.example.eu"], com)
        .await
        .assert_refused("PROOF", "proof_target_uri");
    send(http_11, "https://evil.example/a", &["evil.example"], com)
        .await
        .assert_refused("421", "request_misdirected");
}

#[test]
fn dpop_23_origins_that_one_host_names_are_refused() {
    for (first, second) in [
        (ORIGIN, ORIGIN),
        (ORIGIN, "HTTPS://RS.example.com:443/"),
        ("https://localhost", "http://localhost"),
        ("https://localhost", "http://localhost:443"),
        ("https://localhost:80", "http://localhost"),
        ("https://[::1]:3000", "http://[::1]:3000"),
    ] {
        let refused = Dpop::new(first).unwrap().also_origin(second).unwrap_err();
        assert!(
            matches!(refused, ConfigError::SameHost { .. }),
            "{first} {second}: {refused}"
        );
    }
    for (first, second) in [
        ("https://localhost", "http://localhost:3000"),
        ("https://[::1]", "https://[::2]"),
        (ORIGIN, PORT),
    ] {
        assert!(Dpop::new(first).unwrap().also_origin(second).is_ok());
    }
}

#[test]
fn dpop_23_further_origins_are_checked_like_the_first() {
    let dpop = || Dpop::new(ORIGIN).unwrap();
    for origin in [
        "http://rs.example.eu",
        "https://*.example.com",
        "",
        "https://a/b",
    ] {
        let refused = dpop().also_origin(origin).unwrap_err();
        assert!(matches!(refused, ConfigError::Origin { .. }), "{refused}");
    }
    assert!(
        dpop()
            .also_over_insecure_http("http://rs.example.eu")
            .is_ok()
    );
}

#[test]
fn dpop_23_bounds_the_number_of_origins() {
    let mut dpop = Dpop::new(ORIGIN).unwrap();
    for nth in 1..1000 {
        dpop = dpop
            .also_origin(&format!("https://t{nth}.example.com"))
            .unwrap();
    }
    let refused = dpop.also_origin(EU).unwrap_err();
    assert_eq!(
        refused,
        ConfigError::Size {
            setting: "the number of origins",
            value: 1001,
            least: 1,
            most: 1000
        }
    );
}

/// A guard of five origins.
fn several() -> World {
    World::with_dpop(|dpop| {
        let origins = [EU, PORT, "https://[2001:db8::1]", "http://localhost:3000"];
        origins
            .into_iter()
            .fold(dpop, |dpop, origin| dpop.also_origin(origin).unwrap())
    })
}

async fn send(world: &World, hosts: &[&str], htu: &str) -> Answer {
    world.send(to_host(proven(world, htu), hosts)).await
}

/// `GET /a` with a good token and a proof of this `htu`.
fn proven(world: &World, htu: &str) -> Request<()> {
    let token = world.token().sign();
    let proof = world.proof(&token).claim("htu", htu).sign();
    request(&format!("DPoP {token}"), &proof)
}

fn to_host(mut request: Request<()>, hosts: &[&str]) -> Request<()> {
    for host in hosts {
        let host = HeaderValue::from_bytes(host.as_bytes()).unwrap();
        request.headers_mut().append("host", host);
    }
    request
}
