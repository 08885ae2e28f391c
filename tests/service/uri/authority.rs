//! A proof names the configured origin, never what the request says of its host (DPOP-23 and DPOP-26).

use crate::common::*;
use http::{HeaderValue, Request, Uri, Version};
use sender_constraint::ConfigError;
use sender_constraint::error::UrlError;
use sender_constraint::proof::Dpop;

#[tokio::test]
async fn dpop_23_host_is_not_believed() {
    let world = World::new();
    for host in [
        "rs.example.com",
        "evil.example",
        "10.0.0.7:8080",
        "[2001:db8::1]:8443",
        "localhost",
        "",
    ] {
        let ours = "https://rs.example.com/a";
        send(&world, "/a", ours, &[host]).await.assert_passed();
        let theirs = format!("https://{host}/a");
        if theirs != ours {
            let answer = send(&world, "/a", &theirs, &[host]).await;
            assert_eq!(answer.outcome(), "PROOF", "{host}");
        }
    }
}

#[tokio::test]
async fn dpop_23_forwarded_headers_are_not_believed() {
    let world = World::new();
    for (name, value) in [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-prefix", "/b"),
        ("x-original-url", "/b"),
        ("forwarded", "host=evil.example;proto=http"),
    ] {
        let mut good = world.good_request();
        good.headers_mut().insert(name, value.parse().unwrap());
        world.send(good).await.assert_passed();
    }
    let mut request = proven(&world, "/a", "https://evil.example/a");
    let evil = HeaderValue::from_static("evil.example");
    request.headers_mut().insert("x-forwarded-host", evil);
    world
        .send(request)
        .await
        .assert_refused("PROOF", "proof_target_uri");
}

#[tokio::test]
async fn dpop_23_refuses_host_that_moves_the_path() {
    let world = World::new();
    let intended = "https://rs.example.com/intended";
    send(&world, "/intended", intended, &["rs.example.com"])
        .await
        .assert_passed();
    for host in ["rs.example.com/intended?", "rs.example.com/intended#"] {
        let answer = send(&world, "/other", intended, &[host]).await;
        answer.assert_refused("REQ", "request_illegal_host");
    }
}

#[tokio::test]
async fn dpop_23_refuses_what_is_no_host() {
    let world = World::new();
    for host in [
        "user@rs.example.com",
        "rs.example.com:99999",
        "rs.example.com:0",
        "rs.example.com:44x",
        "[::1",
        "[::1]x",
        "rs..example.com",
        ".example.com",
        "a b",
        "a,b",
        "a\\b",
        "%zz",
        "a%2fb",
        "-a.example",
        "0x7f.1",
        "1.2.3",
        "\u{e9}",
    ] {
        let answer = send(&world, "/a", "https://rs.example.com/a", &[host]).await;
        assert_eq!(
            (answer.outcome().as_str(), answer.kind()),
            ("REQ", "request_illegal_host"),
            "{host}"
        );
    }
}

#[tokio::test]
async fn dpop_23_refuses_two_hosts() {
    let world = World::new();
    let htu = "https://rs.example.com/a";
    send(&world, "/a", htu, &["rs.example.com"])
        .await
        .assert_passed();
    for hosts in [["rs.example.com", "evil.example"], ["rs.example.com"; 2]] {
        send(&world, "/a", htu, &hosts)
            .await
            .assert_refused("REQ", "request_repeated_host");
    }
}

#[test]
fn dpop_23_origin_is_checked_at_start() {
    for (origin, fault) in [
        ("http://rs.example.com", UrlError::PlainHttp),
        ("https://rs.example.com/api", UrlError::Path),
        ("https://rs.example.com?", UrlError::QueryOrFragment),
        ("https://rs.example.com#a", UrlError::QueryOrFragment),
        ("https://user@rs.example.com", UrlError::UserInfo),
        ("rs.example.com", UrlError::Malformed),
        ("https://rs.example.com:0", UrlError::Malformed),
        ("", UrlError::Malformed),
    ] {
        // No user information and no query reaches the operator's log.
        let value = origin.replace("user@", "***@").replace("#a", "#***");
        let error = Dpop::new(origin).unwrap_err();
        assert_eq!(
            error,
            ConfigError::Origin {
                value,
                reason: fault
            }
        );
    }
    for origin in [
        "https://rs.example.com/",
        "HTTPS://RS.example.com:443",
        "http://localhost:3000",
        "http://127.0.0.1",
        "http://[::1]:80",
    ] {
        assert!(Dpop::new(origin).is_ok(), "{origin}");
    }
    assert!(Dpop::over_insecure_http("http://rs.example.com").is_ok());
}

#[tokio::test]
async fn dpop_26_http_2_host_must_be_the_authority() {
    let world = World::new();
    let send = async |version, authority: &str, hosts: &[&str]| {
        let target = format!("https://{authority}/a");
        let mut request = with_hosts(proven(&world, &target, "https://rs.example.com/a"), hosts);
        *request.version_mut() = version;
        world.send(request).await
    };
    for version in [Version::HTTP_2, Version::HTTP_3] {
        send(version, "rs.example.com", &[]).await.assert_passed();
        send(version, "rs.example.com", &["rs.example.com"])
            .await
            .assert_passed();
        send(version, "rs.example.com", &["RS.example.com"])
            .await
            .assert_passed();
        for other in ["evil.example", "rs.example.com:8443"] {
            let answer = send(version, "rs.example.com", &[other]).await;
            answer.assert_refused("REQ", "request_host_conflict");
        }
        send(version, "u@rs.example.com", &[])
            .await
            .assert_refused("REQ", "request_illegal_host");
    }
}

#[tokio::test]
async fn dpop_26_default_port_makes_no_other_host() {
    // RFC 9113 section 8.3.1: the two are compared after scheme-based normalisation.
    let world = World::new();
    for (authority, host) in [
        ("rs.example.com", "rs.example.com:443"),
        ("rs.example.com:443", "rs.example.com"),
    ] {
        let target = format!("https://{authority}/a");
        let mut request = with_hosts(proven(&world, &target, "https://rs.example.com/a"), &[host]);
        *request.version_mut() = Version::HTTP_2;
        world.send(request).await.assert_passed();
    }
}

#[tokio::test]
async fn dpop_26_absolute_form_wins_over_host() {
    // RFC 9112 section 3.2.2: the server ignores `Host` then; and neither of them is the origin.
    let world = World::new();
    let target = "http://inner.example/a";
    let request = with_hosts(
        proven(&world, target, "https://rs.example.com/a"),
        &["other.example"],
    );
    world.send(request).await.assert_passed();
    let request = with_hosts(proven(&world, target, target), &["other.example"]);
    world
        .send(request)
        .await
        .assert_refused("PROOF", "proof_target_uri");
}

/// A request with a good token and a proof of this `htu`.
fn proven(world: &World, target: &str, htu: &str) -> Request<()> {
    let token = world.token().sign();
    let proof = world.proof(&token).claim("htu", htu).sign();
    let mut request = request(&format!("DPoP {token}"), &proof);
    *request.uri_mut() = target.parse::<Uri>().unwrap();
    request
}

fn with_hosts(mut request: Request<()>, hosts: &[&str]) -> Request<()> {
    for host in hosts {
        let host = HeaderValue::from_bytes(host.as_bytes()).unwrap();
        request.headers_mut().append("host", host);
    }
    request
}

async fn send(world: &World, path: &str, htu: &str, hosts: &[&str]) -> Answer {
    world
        .send(with_hosts(proven(world, path, htu), hosts))
        .await
}
