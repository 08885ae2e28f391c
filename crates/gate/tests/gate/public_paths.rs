//! Paths that the configuration excepts from the check.

use serde_json::Value;

use super::world::World;

#[tokio::test]
async fn public_paths_are_exact() {
    let world =
        World::proxy_with("[public]\npaths = [\"/health\"]\nprefixes = [\"/static/\"]").await;
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    for path in ["/health", "/health?a=b", "/static/", "/static/a/b.css"] {
        let received = world.exchange(&get(path)).await.received();
        assert_eq!(received["headers"]["x-auth-subject"], Value::Null);
    }
    for path in [
        "/health/",
        "/health/a",
        "/Health",
        "//health",
        "/healt%68",
        "/static",
        "/static/../a",
        "/static/%2e%2e/a",
        "/static/..%2fa",
        "/static//a",
        "/static/a%5c..",
        "/static/a;/../b",
        "/static/.",
        "/staticx",
        "/%73tatic/a",
    ] {
        let answer = world.exchange(&get(path)).await;
        assert!([400, 401].contains(&answer.status), "{path}: {answer:?}");
    }
    assert_eq!(world.upstream.requests(), 4);
}

#[tokio::test]
async fn thr_49_a_public_path_forwards_no_identity_and_no_credentials() {
    let world = World::proxy_with("[public]\npaths = [\"/\"]").await;
    let lines = "X-Auth-Subject: root\r\nX_Auth_Token: root\r\nClient-Cert: :cm9vdA==:\r\n";
    let received = world.send("GET", "/", lines).await.received();
    assert!(!received.to_string().contains("root"), "{received}");
    for name in ["authorization", "dpop", "x-auth-subject", "client-cert"] {
        assert_eq!(received["headers"][name], Value::Null, "{name}");
    }
}
