//! Requests through the reverse proxy, one at a time.

use serde_json::Value;

use super::world::World;

#[tokio::test]
async fn http_21_an_honest_request_arrives_without_its_credentials() {
    let world = World::proxy().await;
    let received = world
        .send("GET", "/accounts?page=2&b=%2F", "X-Own: 1\r\n")
        .await
        .received();
    assert_eq!(received["method"], "GET");
    assert_eq!(received["uri"], "/accounts?page=2&b=%2F");
    let headers = &received["headers"];
    assert_eq!(headers["x-own"], "1");
    for name in ["authorization", "dpop", "connection"] {
        assert_eq!(headers[name], Value::Null, "{name}");
    }
    assert_eq!(
        headers["host"],
        world.upstream.url.trim_start_matches("http://")
    );
}

#[tokio::test]
async fn a_request_without_credentials_does_not_arrive() {
    let world = World::proxy().await;
    for method in ["GET", "POST", "OPTIONS", "HEAD", "PURGE"] {
        let request = format!("{method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        let answer = world.exchange(&request).await;
        assert_eq!(answer.status, 401, "{method}");
        assert!(
            answer
                .field("www-authenticate")
                .unwrap()
                .starts_with("DPoP ")
        );
    }
    let preflight = "OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: https://app.example.com\r\n\
                     Access-Control-Request-Method: DELETE\r\nConnection: close\r\n\r\n";
    assert_eq!(world.exchange(preflight).await.status, 401);
    assert_eq!(world.upstream.requests(), 0);
}

#[tokio::test]
async fn a_proof_is_accepted_once() {
    let world = World::proxy().await;
    let request = world.request("GET", "/", "", "");
    assert_eq!(world.exchange(&request).await.status, 200);
    assert_eq!(world.exchange(&request).await.status, 401);
    assert_eq!(world.upstream.requests(), 1);
}

#[tokio::test]
async fn the_method_is_that_of_the_request_line() {
    let world = World::proxy().await;
    let headers =
        "X-HTTP-Method-Override: DELETE\r\nX-HTTP-Method: DELETE\r\nX-Method-Override: DELETE\r\n";
    let received = world
        .send("POST", "/", &format!("{headers}Content-Length: 0\r\n"))
        .await
        .received();
    assert_eq!(received["method"], "POST");
    assert!(
        !received["headers"].to_string().contains("DELETE"),
        "{received}"
    );
    // A proof for the method that an override would select.
    let request = world
        .request("DELETE", "/", headers, "")
        .replacen("DELETE", "POST", 1);
    assert_eq!(world.exchange(&request).await.status, 401);
}

#[tokio::test]
async fn the_path_is_forwarded_as_it_was_proven() {
    let world = World::proxy().await;
    for path in [
        "//accounts",
        "/a%2Fb",
        "/a;b=c",
        "/a%20b",
        "/%41",
        "/a/",
        "/a//b?c=%00",
    ] {
        let received = world.send("GET", path, "").await.received();
        assert_eq!(received["uri"], path);
    }
    // A router could resolve these, and serve another resource than the proof names.
    for path in ["/a/../b", "/a/%2e%2e/b", "/a/%2E./b", "/./a", "/a%00"] {
        let answer = world.send("GET", path, "").await;
        assert!([400, 401].contains(&answer.status), "{path}: {answer:?}");
    }
    // A proof for one spelling of another resource.
    for (proven, sent) in [("/a/b", "/a%2Fb"), ("/a", "//a"), ("/a", "/a/")] {
        let request = world
            .request("GET", proven, "", "")
            .replacen(proven, sent, 1);
        assert_eq!(world.exchange(&request).await.status, 401, "{sent}");
    }
    assert_eq!(world.upstream.requests(), 7);
}

#[tokio::test]
async fn the_target_can_be_a_whole_url() {
    let world = World::proxy().await;
    let absolute = |host: &str| {
        let request = world.request("GET", "/a", "", "");
        request.replacen("GET /a", &format!("GET http://{host}/a"), 1)
    };
    let received = world
        .exchange(&absolute("api.example.com"))
        .await
        .received();
    assert_eq!(received["uri"], "/a");
    // The host that a client names selects nothing: the upstream and its `Host` are configured.
    let received = world.exchange(&absolute("evil.example")).await.received();
    assert!(!received.to_string().contains("evil"), "{received}");
    assert_eq!(received["headers"]["x-forwarded-host"], "api.example.com");
}

#[tokio::test]
async fn a_request_has_exactly_one_host() {
    let world = World::proxy().await;
    let request = world.request("GET", "/", "", "");
    let host = "Host: api.example.com\r\n";
    assert_eq!(world.exchange(&request.replace(host, "")).await.status, 400);
    let twice = request.replace(host, &host.repeat(2));
    assert_eq!(world.exchange(&twice).await.status, 400);
    let other = request.replace(host, "Host: evil.example\r\n");
    let received = world.exchange(&other).await.received();
    assert!(!received.to_string().contains("evil"), "{received}");
}

#[tokio::test]
async fn tunnels_and_traces_are_refused() {
    let world = World::proxy().await;
    let connect = "CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\n\r\n";
    assert_eq!(world.exchange(connect).await.status, 501);
    assert_eq!(world.send("TRACE", "/", "").await.status, 405);
    assert_eq!(world.send("OPTIONS", "*", "").await.status, 401);
    assert_eq!(world.upstream.requests(), 0);
}

#[tokio::test]
async fn repeated_credentials_are_refused() {
    let world = World::proxy().await;
    let credentials = world.credentials("GET", "/");
    let answer = world.send("GET", "/", &credentials).await;
    assert_eq!(answer.status, 400);
    assert_eq!(world.upstream.requests(), 0);
}

#[tokio::test]
async fn http_21_credentials_are_forwarded_by_settings_only() {
    let world = World::proxy_with("credentials = \"bearer\"").await;
    let headers = world.send("GET", "/", "").await.received()["headers"].clone();
    assert!(
        headers["authorization"]
            .as_str()
            .unwrap()
            .starts_with("Bearer ey")
    );
    assert_eq!(headers["dpop"], Value::Null);
    let world = World::proxy_with("credentials = \"keep\"").await;
    let headers = world.send("GET", "/", "").await.received()["headers"].clone();
    assert!(
        headers["authorization"]
            .as_str()
            .unwrap()
            .starts_with("DPoP ey")
    );
    assert!(headers["dpop"].as_str().unwrap().starts_with("ey"));
}

#[tokio::test]
async fn responses_without_a_body_keep_their_framing() {
    let world = World::proxy().await;
    let full = world.send("GET", "/", "").await;
    let head = world.send("HEAD", "/", "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    let length = |text: Option<&str>| text.map(|it| it.parse::<usize>().unwrap());
    // One letter more in the name of the method.
    let expected = length(full.field("content-length")).map(|length| length + 1);
    assert_eq!(length(head.field("content-length")), expected);
    for (path, status) in [("/no-content", 204), ("/not-modified", 304)] {
        let answer = world.send("GET", path, "").await;
        assert_eq!((answer.status, answer.body.as_str()), (status, ""));
        assert_ne!(answer.field("transfer-encoding"), Some("chunked"));
    }
}

#[tokio::test]
async fn a_request_from_early_data_is_refused() {
    let world = World::proxy().await;
    assert_eq!(
        world.send("GET", "/", "Early-Data: 1\r\n").await.status,
        425
    );
}
