//! A proof names the path as the client sent it, before routers and gateways (DPOP-24, 25, 27 and 31).

use crate::common::*;
use http::{HeaderValue, Method, Request, Uri, Version};
use sender_constraint::ConfigError;
use sender_constraint::proof::Dpop;

#[cfg(feature = "axum")]
#[tokio::test]
async fn dpop_24_path_is_the_one_before_nesting() {
    use axum::Router;
    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt as _;

    let world = World::new();
    let inner = Router::new()
        .route("/a", get(|| async { "served" }))
        .layer(world.guard.layer());
    let app = Router::new().nest("/api", inner);
    for (htu, status) in [
        ("https://rs.example.com/api/a", 200),
        ("https://rs.example.com/a", 401),
    ] {
        let request = proven(&world, "GET", "/api/a", htu).map(|()| Body::empty());
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{htu}");
    }
}

#[tokio::test]
async fn dpop_25_prefix_that_a_gateway_strips() {
    let world = World::with_dpop(|dpop| dpop.path_prefix("/svc1").unwrap());
    let send = async |htu: &str| world.send(proven(&world, "GET", "/a", htu)).await;
    send("https://rs.example.com/svc1/a").await.assert_passed();
    send("https://rs.example.com/svc%31/a")
        .await
        .assert_passed();
    send("https://rs.example.com/a")
        .await
        .assert_refused("PROOF", "proof_target_uri");
    send("https://rs.example.com/svc1")
        .await
        .assert_refused("PROOF", "proof_target_uri");
}

#[test]
fn dpop_25_prefix_is_checked_at_start() {
    let set = |prefix: &str| Dpop::new(ORIGIN).unwrap().path_prefix(prefix).err();
    for prefix in [
        "",
        "/",
        "svc1",
        "/svc1/",
        "/../a",
        "/a/%2e%2E/b",
        "/a?b",
        "/a#b",
        "/%zz",
        "/a b",
        "@evil",
        ":8443/a",
    ] {
        assert_eq!(
            set(prefix),
            Some(ConfigError::PathPrefix(prefix.to_owned()))
        );
    }
    for prefix in ["/svc1", "/v1/svc1", "/%7Euser", "/a//b"] {
        assert_eq!(set(prefix), None);
    }
}

#[tokio::test]
async fn dpop_27_refuses_dot_segments_in_the_request() {
    let world = World::new();
    let admin = async |path: &str| {
        world
            .send(proven(&world, "GET", path, "https://rs.example.com/admin"))
            .await
    };
    admin("/admin").await.assert_passed();
    for path in [
        "/public/../admin",
        "/public/%2e%2e/admin",
        "/public/.%2E/admin",
        "/./admin",
        "/%2e/admin",
        "/admin/.",
        "/admin/x/..",
        "/../admin",
    ] {
        admin(path)
            .await
            .assert_refused("REQ", "request_illegal_path");
    }
    for path in ["/a/...", "/a/.hidden", "/a..b", "/a/%252e%252e/b"] {
        let htu = format!("https://rs.example.com{path}");
        world
            .send(proven(&world, "GET", path, &htu))
            .await
            .assert_passed();
    }
}

#[tokio::test]
async fn dpop_27_refuses_characters_that_no_uri_has() {
    let world = World::new();
    for path in [
        "/a\\b", "/a|b", "/a^b", "/a{b}", "/a\"b", "/a%00b", "/a%zz", "/a%", "/a%4",
    ] {
        let request = proven(&world, "GET", path, "https://rs.example.com/a");
        world
            .send(request)
            .await
            .assert_refused("REQ", "request_illegal_path");
    }
}

#[tokio::test]
async fn dpop_27_bounds_the_path() {
    let world = World::new();
    for (length, outcome, kind) in [
        (8192, "PROOF", "proof_target_uri"),
        (8193, "REQ", "request_path_too_long"),
    ] {
        let path = format!("/{}", "a".repeat(length - 1));
        let request = proven(&world, "GET", &path, "https://rs.example.com/a");
        world.send(request).await.assert_refused(outcome, kind);
    }
}

#[tokio::test]
async fn dpop_31_target_without_path_names_nothing() {
    let world = World::new();
    let htu = "https://rs.example.com/";
    world
        .send(proven(&world, "OPTIONS", "/", htu))
        .await
        .assert_passed();
    for (method, target) in [("OPTIONS", "*"), ("CONNECT", "rs.example.com:443")] {
        let request = proven(&world, method, target, htu);
        world
            .send(request)
            .await
            .assert_refused("PROOF", "proof_no_target_path");
    }
}

#[tokio::test]
async fn dpop_31_web_socket_is_named_by_https() {
    let world = World::new();
    let upgrade = async |htu: &str| {
        let mut request = proven(&world, "GET", "/chat", htu);
        let websocket = HeaderValue::from_static("websocket");
        request.headers_mut().insert("upgrade", websocket);
        world.send(request).await
    };
    upgrade("https://rs.example.com/chat").await.assert_passed();
    upgrade("wss://rs.example.com/chat")
        .await
        .assert_refused("PROOF", "proof_target_uri_form");
}

#[tokio::test]
async fn dpop_31_websocket_schemes_are_accepted_on_demand_and_in_handshakes() {
    let world = World::with_dpop(Dpop::accept_websocket_schemes);
    let get = async |upgrade: &str, htu: &str| {
        let mut request = proven(&world, "GET", "/chat", htu);
        let upgrade = HeaderValue::from_str(upgrade).unwrap();
        request.headers_mut().insert("upgrade", upgrade);
        world.send(request).await
    };
    let connect = async |htu: &str| {
        let mut request = proven(&world, "CONNECT", "https://rs.example.com/chat", htu);
        *request.version_mut() = Version::HTTP_2;
        world.send(request).await
    };
    for htu in [
        "wss://rs.example.com/chat",
        "WSS://rs.example.com:443/chat?x#y",
        "https://rs.example.com/chat",
    ] {
        get("websocket", htu).await.assert_passed();
        get("h2c, WebSocket", htu).await.assert_passed();
        connect(htu).await.assert_passed();
    }
    for htu in [
        "ws://rs.example.com/chat",
        "wss://rs.example.com:80/chat",
        "wss://rs.example.com/other",
        "wss://evil.example/chat",
    ] {
        get("websocket", htu)
            .await
            .assert_refused("PROOF", "proof_target_uri");
        connect(htu)
            .await
            .assert_refused("PROOF", "proof_target_uri");
    }
    for upgrade in ["h2c", "websocketx"] {
        get(upgrade, "wss://rs.example.com/chat")
            .await
            .assert_refused("PROOF", "proof_target_uri_form");
    }
    let token = world.token().sign();
    for (htu, is_accepted) in [
        ("wss://rs.example.com/a", true),
        ("https://rs.example.com/a", false),
    ] {
        // Another spelling is not another proof.
        let proof = world.proof(&token).claim("jti", "one").claim("htu", htu);
        let mut request = request(&format!("DPoP {token}"), &proof.sign());
        let upgrade = HeaderValue::from_static("websocket");
        request.headers_mut().insert("upgrade", upgrade);
        let answer = world.send(request).await;
        match is_accepted {
            true => answer.assert_passed(),
            false => answer.assert_refused("PROOF", "proof_replayed"),
        }
    }
}

#[tokio::test]
async fn dpop_31_extended_connect_has_its_own_path() {
    let world = World::new();
    let connect = async |htu: &str| {
        let mut request = proven(&world, "CONNECT", "https://rs.example.com/chat", htu);
        *request.version_mut() = Version::HTTP_2;
        world.send(request).await
    };
    connect("https://rs.example.com/chat").await.assert_passed();
    connect("https://rs.example.com/other")
        .await
        .assert_refused("PROOF", "proof_target_uri");
}

/// A request with a good token and a proof of this `htu`.
fn proven(world: &World, method: &str, target: &str, htu: &str) -> Request<()> {
    let token = world.token().sign();
    let proof = world
        .proof(&token)
        .claim("htm", method)
        .claim("htu", htu)
        .sign();
    let mut request = request(&format!("DPoP {token}"), &proof);
    *request.method_mut() = Method::from_bytes(method.as_bytes()).unwrap();
    *request.uri_mut() = target.parse::<Uri>().unwrap();
    request
}
