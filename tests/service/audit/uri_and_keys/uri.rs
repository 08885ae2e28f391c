//! The path and the host of a request, and `htu`.

use http::{HeaderValue, Uri, Version};
use sender_constraint::ConfigError;
use sender_constraint::proof::Dpop;

use crate::common::{Answer, ORIGIN, World, request};

// Browsers and node send brackets as they are (WHATWG URL), other clients encode them; both are the client's word.
#[tokio::test]
async fn d7_brackets_in_a_path_are_compared_as_they_were_sent() {
    let world = World::new();
    for path in ["/a[", "/a]", "/a[0]", "/[a]/b", "/a%5B0%5d"] {
        let htu = format!("https://rs.example.com{path}");
        request_path(&world, path, &htu).await.assert_passed();
        let answer = request_path(&world, "/a", &htu).await;
        answer.assert_refused("PROOF", "proof_target_uri");
    }
    for (path, other) in [("/a[0]", "/a%5B0%5D"), ("/a%5B0%5D", "/a[0]")] {
        let htu = format!("https://rs.example.com{other}");
        let answer = request_path(&world, path, &htu).await;
        answer.assert_refused("PROOF", "proof_target_uri");
    }
    for path in ["/a|", "/a^", "/a{", "/a}", "/a\"", "/a\\"] {
        let htu = format!("https://rs.example.com{path}");
        let answer = request_path(&world, path, &htu).await;
        answer.assert_refused("REQ", "request_illegal_path");
        let answer = request_path(&world, "/a", &htu).await;
        answer.assert_refused("PROOF", "proof_target_uri_form");
    }
}

#[tokio::test]
async fn d7_brackets_elsewhere_in_htu_are_legal_or_dropped() {
    let world = World::new();
    for htu in [
        "https://rs.example.com/a?b[0]=1",
        "https://rs.example.com/a#[b]",
    ] {
        request_path(&world, "/a", htu).await.assert_passed();
    }
    let world = World::with_dpop(|_| Dpop::new("https://[2001:db8::1]").unwrap());
    let answer = request_path(&world, "/a", "https://[2001:DB8::1]/a").await;
    answer.assert_passed();
}

#[test]
fn d7_path_prefix_does_not_begin_with_two_slashes() {
    let set = |prefix: &str| Dpop::new(ORIGIN).unwrap().path_prefix(prefix).err();
    for prefix in ["//evil", "//evil.example/a", "///a"] {
        let error = set(prefix).unwrap();
        assert_eq!(error, ConfigError::PathPrefix(prefix.to_owned()));
        assert!(
            error.to_string().contains("begin with exactly one `/`"),
            "{error}"
        );
    }
    for prefix in ["/evil", "/a//b"] {
        assert_eq!(set(prefix), None);
    }
}

#[tokio::test]
async fn n6_bare_prefix_is_named_with_and_without_its_slash() {
    let world = World::with_dpop(|dpop| dpop.path_prefix("/svc1").unwrap());
    for htu in [
        "https://rs.example.com/svc1/",
        "https://rs.example.com/svc1",
        "https://rs.example.com/svc%31?a=/",
        "HTTPS://rs.example.com/x/../svc1",
    ] {
        request_path(&world, "/", htu).await.assert_passed();
    }
    for (path, htu) in [
        ("/", "https://rs.example.com/"),
        ("/", "https://rs.example.com"),
        ("/", "https://rs.example.com/svc"),
        ("/", "https://rs.example.com/svc1//"),
        ("/", "https://evil.example/svc1"),
        ("//", "https://rs.example.com/svc1/"),
        ("//", "https://rs.example.com/svc1"),
        ("/a/", "https://rs.example.com/svc1/a"),
        ("/a", "https://rs.example.com/svc1"),
    ] {
        let answer = request_path(&world, path, htu).await;
        answer.assert_refused("PROOF", "proof_target_uri");
    }
    // Without a prefix there is one name: an empty path is `/`.
    let world = World::new();
    let answer = request_path(&world, "/", "https://rs.example.com").await;
    answer.assert_passed();
}

#[tokio::test]
async fn n6_proof_by_either_name_is_one_use() {
    let world = World::with_dpop(|dpop| dpop.path_prefix("/svc1").unwrap());
    let token = world.token().sign();
    let send = async |htu: &str| {
        let proof = world.proof(&token).claim("htu", htu).claim("jti", "one");
        let mut request = request(&format!("DPoP {token}"), &proof.sign());
        *request.uri_mut() = Uri::from_static("/");
        world.send(request).await
    };
    send("https://rs.example.com/svc1").await.assert_passed();
    for htu in [
        "https://rs.example.com/svc1/",
        "https://rs.example.com/svc1",
    ] {
        let answer = send(htu).await;
        answer.assert_refused("PROOF", "proof_replayed");
    }
}

#[tokio::test]
async fn n9_unusual_host_does_not_refuse_over_http_1() {
    let world = World::new();
    for host in [
        "rs.example.com.",
        "rs.example.com.:443",
        "RS.Example.Com.:",
        "10.0.0.7.",
        "[fe80::1%25eth0]",
        "[FE80::1%25en%2D0]:8443",
        "[fe80::1%eth0]",
    ] {
        let answer = with_host(&world, Version::HTTP_11, "/a", host).await;
        answer.assert_passed();
    }
    for host in [
        ".",
        "rs.example.com..",
        "rs.example.com./a",
        "rs.example.com.?",
        "rs.example.com.#",
        "u@rs.example.com.",
        "rs.example.com. ",
        "rs example.com.",
        "rs.example.com.:0",
        "rs.example.com.:44x",
        "r\u{e9}.example.com.",
        "[fe80::1%25]",
        "[fe80::1%]",
        "[fe80::1%25eth0",
        "[fe80::1%25eth0]x",
        "[fe80::1%25eth0]:0",
        "[fe80::1%25a]b]",
        "[fe80::1%25eth0@]",
        "[fe80::1%25e/h]",
        "[fe80::1%25%zz]",
        "[fe80%25eth0]",
        "[192.0.2.1%25eth0]",
    ] {
        let answer = with_host(&world, Version::HTTP_11, "/a", host).await;
        let seen = (answer.outcome(), answer.kind());
        assert_eq!(seen, ("REQ".to_owned(), "request_illegal_host"), "{host}");
    }
}

#[tokio::test]
async fn n9_unusual_hosts_conflict_unless_they_are_the_same_text() {
    let world = World::new();
    let dotted = "https://rs.example.com./a";
    let usual = "https://rs.example.com/a";
    for (target, host) in [(dotted, "rs.example.com."), (dotted, "RS.example.com.")] {
        let answer = with_host(&world, Version::HTTP_2, target, host).await;
        answer.assert_passed();
    }
    for (target, host) in [
        (dotted, "rs.example.com"),
        (usual, "rs.example.com."),
        (dotted, "evil.example."),
        (usual, "[fe80::1%25eth0]"),
        ("https://[fe80::1]/a", "[fe80::1%25eth0]"),
    ] {
        let answer = with_host(&world, Version::HTTP_2, target, host).await;
        answer.assert_refused("REQ", "request_host_conflict");
    }
}

/// A good request for `/a` of the origin, sent to this target with this `Host`.
async fn with_host(world: &World, version: Version, target: &str, host: &str) -> Answer {
    let mut request = world.good_request();
    *request.version_mut() = version;
    *request.uri_mut() = target.parse::<Uri>().unwrap();
    let host = HeaderValue::from_bytes(host.as_bytes()).unwrap();
    request.headers_mut().insert("host", host);
    world.send(request).await
}

/// A request for this path with a proof of this `htu`.
async fn request_path(world: &World, path: &str, htu: &str) -> Answer {
    let token = world.token().sign();
    let proof = world.proof(&token).claim("htu", htu).sign();
    let mut request = request(&format!("DPoP {token}"), &proof);
    *request.uri_mut() = path.parse::<Uri>().unwrap();
    world.send(request).await
}
