//! Header fields that the proxy removes, replaces or joins.

use serde_json::{Value, json};

use super::world::World;

#[tokio::test]
async fn thr_49_what_a_client_says_about_itself_is_removed() {
    let world = World::proxy().await;
    let lines = "X-Auth-Subject: root\r\nX_Auth_Subject: root\r\nX-AUTH-SCOPE: root\r\n\
                 X.Auth.Subject: root\r\nX-Auth!Jkt: root\r\nX.Forwarded.For: root\r\n\
                 X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Host: root\r\nForwarded: for=root\r\n\
                 X-Real-IP: root\r\nX-Original-URL: /root\r\nX-Rewrite-URL: /root\r\n\
                 Client-Cert: :cm9vdA==:\r\nClient_Cert: root\r\nX-Forwarded-Client-Cert: root\r\n";
    let received = world.send("GET", "/", lines).await.received();
    assert!(!received.to_string().contains("root"), "{received}");
    let headers = &received["headers"];
    assert_eq!(headers["x-auth-subject"], "alice");
    assert_eq!(headers["x-forwarded-for"], "127.0.0.1");
    assert_eq!(headers["x-forwarded-host"], "api.example.com");
    assert_eq!(headers["x-forwarded-proto"], "https");
}

#[tokio::test]
async fn thr_49_connection_cannot_name_what_the_gate_sets() {
    let world = World::proxy().await;
    let lines = "Connection: X-Auth-Subject, X-Forwarded-For, X-Own\r\nX-Own: 1\r\nKeep-Alive: 1\r\n\
                 Proxy-Connection: keep-alive\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nTE: gzip\r\n";
    let received = world.send("GET", "/", lines).await.received();
    let headers = &received["headers"];
    assert_eq!(headers["x-auth-subject"], "alice");
    assert_eq!(headers["x-forwarded-for"], "127.0.0.1");
    for name in [
        "x-own",
        "keep-alive",
        "proxy-connection",
        "upgrade",
        "http2-settings",
        "te",
    ] {
        assert_eq!(headers[name], Value::Null, "{name}");
    }
}

#[tokio::test]
async fn dpop_97_nonces_and_certificates_of_the_upstream_do_not_reach_the_client() {
    let world = World::proxy().await;
    let answer = world.send("GET", "/nonce", "").await;
    assert_eq!(answer.status, 200);
    for name in ["dpop-nonce", "client-cert", "x-private"] {
        assert_eq!(answer.field(name), None, "{name}");
    }
    assert_eq!(answer.field("set-cookie"), Some("a=b"));
    // The client cannot make a proof for the upstream.
    assert_eq!(world.send("GET", "/unauthorized", "").await.status, 502);
}

/// RFC 9110 section 7.6.3
#[tokio::test]
async fn via_has_the_protocol_of_the_client() {
    let world = World::proxy().await;
    for (version, expected) in [
        ("1.1", "1.1 edge | 1.1 sender-constraint-gate"),
        ("1.0", "1.1 edge | 1.0 sender-constraint-gate"),
    ] {
        let request = world.request("GET", "/", "Via: 1.1 edge\r\n", "");
        let request = request.replace("HTTP/1.1", &format!("HTTP/{version}"));
        let received = world.exchange(&request).await.received();
        assert_eq!(received["headers"]["via"], expected);
    }
}

#[tokio::test]
async fn cookies_arrive_as_one_line() {
    let world = World::proxy().await;
    let received = world
        .send("GET", "/", "Cookie: a=b\r\nCookie: c=d\r\n")
        .await
        .received();
    assert_eq!(received["headers"]["cookie"], json!("a=b; c=d"));
}
