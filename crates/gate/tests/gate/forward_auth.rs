//! The forward-auth service, with the authorization requests of nginx, Caddy, Traefik and Envoy.

use super::world::{Answer, World};

const NGINX: &str = "proxy = \"nginx\"\ntrusted_peers = [\"127.0.0.1\"]";
const TRAEFIK: &str = "proxy = \"traefik\"\ntrusted_peers = [\"127.0.0.0/8\"]";
const ENVOY: &str = "proxy = \"envoy\"\npath_prefix = \"/auth\"\ntrusted_peers = [\"127.0.0.1\"]";

/// A subrequest of nginx for an original request, with the credentials of a client.
async fn from_nginx(world: &World, method: &str, uri: &str, credentials: &str) -> Answer {
    let request = format!(
        "GET /auth HTTP/1.0\r\nHost: gate\r\nX-Original-Method: {method}\r\nX-Original-URI: {uri}\r\n{credentials}\r\n"
    );
    world.exchange(&request).await
}

#[tokio::test]
async fn an_honest_request_is_answered_with_the_identity() {
    let world = World::forward_auth(NGINX).await;
    let credentials = world.credentials("POST", "/a%2Fb");
    let answer = from_nginx(&world, "POST", "/a%2Fb?c=d", &credentials).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.field("x-auth-subject"), Some("alice"));
    assert_eq!(answer.field("x-auth-client-id"), Some("app"));
    assert_eq!(answer.field("x-auth-scope"), Some("read write"));
    assert_eq!(answer.field("cache-control"), Some("no-store"));
    let jkt = world.client.key().thumbprint();
    assert_eq!(answer.field("x-auth-jkt"), Some(jkt.as_str()));
    // Once.
    let again = from_nginx(&world, "POST", "/a%2Fb", &credentials).await;
    assert_eq!(again.status, 401);
    assert_eq!(again.field("x-auth-subject"), None);
}

#[tokio::test]
async fn a_refusal_has_the_whole_challenge() {
    let world = World::forward_auth(NGINX).await;
    let answer = from_nginx(&world, "GET", "/", "").await;
    assert_eq!(answer.status, 401);
    assert!(
        answer
            .field("www-authenticate")
            .unwrap()
            .starts_with("DPoP algs=")
    );
    let other = world.credentials("GET", "/other");
    let answer = from_nginx(&world, "GET", "/", &other).await;
    assert_eq!(answer.status, 401);
    assert!(
        answer.head.contains("error=\"invalid_dpop_proof\""),
        "{answer:?}"
    );
}

#[tokio::test]
async fn the_original_method_and_path_count() {
    let world = World::forward_auth(NGINX).await;
    for (method, uri, proven) in [
        ("POST", "/", ("GET", "/")),
        ("OPTIONS", "/", ("GET", "/")),
        ("GET", "/a%2Fb", ("GET", "/a/b")),
        ("GET", "/a/%2e%2e/b", ("GET", "/b")),
        ("GET", "//a", ("GET", "/a")),
        ("GET", "/auth", ("GET", "/")),
    ] {
        let credentials = world.credentials(proven.0, proven.1);
        let overriding = format!("{credentials}X-HTTP-Method-Override: {}\r\n", proven.0);
        let answer = from_nginx(&world, method, uri, &overriding).await;
        assert!(
            [400, 401, 403].contains(&answer.status),
            "{method} {uri}: {answer:?}"
        );
    }
    let preflight = "Origin: https://app.example.com\r\nAccess-Control-Request-Method: DELETE\r\n";
    assert_eq!(
        from_nginx(&world, "OPTIONS", "/", preflight).await.status,
        401
    );
}

#[tokio::test]
async fn the_original_is_there_exactly_once() {
    let world = World::forward_auth(NGINX).await;
    let decide = async |lines: &str| {
        let credentials = world.credentials("GET", "/");
        let request = format!("GET /auth HTTP/1.0\r\nHost: gate\r\n{lines}{credentials}\r\n");
        world.exchange(&request).await.status
    };
    let (method, uri) = ("X-Original-Method: GET\r\n", "X-Original-URI: /\r\n");
    assert_eq!(decide(&format!("{method}{uri}")).await, 200);
    for lines in [
        method.to_owned(),
        uri.to_owned(),
        format!("{method}{method}{uri}"),
        format!("{method}{uri}{uri}"),
        format!("{method}X_Original_URI: /\r\n"),
    ] {
        assert_eq!(decide(&lines).await, 500, "{lines}");
    }
}

/// A client can send what is malformed, and nginx relays it as it came.
#[tokio::test]
async fn a_malformed_original_is_the_fault_of_the_client() {
    for (statuses, expected) in [("401-403", (403, Some("400"))), ("all", (400, None))] {
        let world = World::forward_auth(&format!("{NGINX}\nstatuses = \"{statuses}\"")).await;
        for (method, uri) in [
            ("GET", "http://api.example.com/"),
            ("GET", "/caf\u{e9}"),
            ("GET", "*"),
            ("G(T", "/"),
        ] {
            let answer = from_nginx(&world, method, uri, "").await;
            let found = (answer.status, answer.field("x-auth-status"));
            assert_eq!(found, expected, "{method} {uri}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn only_trusted_peers_are_answered() {
    let world =
        World::forward_auth("proxy = \"nginx\"\ntrusted_peers = [\"192.0.2.1\", \"unix\"]").await;
    let credentials = world.credentials("GET", "/");
    assert_eq!(
        from_nginx(&world, "GET", "/", &credentials).await.status,
        403
    );
}

#[tokio::test]
async fn nginx_receives_statuses_that_it_relays() {
    let world = World::forward_auth(NGINX).await;
    let twice = format!("{0}{0}", world.credentials("GET", "/"));
    let answer = from_nginx(&world, "GET", "/", &twice).await;
    assert_eq!(
        (answer.status, answer.field("x-auth-status")),
        (401, Some("400")),
        "{answer:?}"
    );
    let early = format!("{}Early-Data: 1\r\n", world.credentials("GET", "/"));
    let answer = from_nginx(&world, "GET", "/", &early).await;
    assert_eq!(
        (answer.status, answer.field("x-auth-status")),
        (403, Some("425")),
        "{answer:?}"
    );
    let world = World::forward_auth(&format!("{NGINX}\nstatuses = \"all\"")).await;
    let twice = format!("{0}{0}", world.credentials("GET", "/"));
    assert_eq!(from_nginx(&world, "GET", "/", &twice).await.status, 400);
}

#[tokio::test]
async fn caddy_and_traefik_send_x_forwarded() {
    let world = World::forward_auth(TRAEFIK).await;
    let decide = async |host: &str| {
        let credentials = world.credentials("DELETE", "/a");
        let request = format!(
            "GET /auth HTTP/1.1\r\nHost: gate\r\nConnection: close\r\nX-Forwarded-Method: DELETE\r\n\
             X-Forwarded-Uri: /a?b\r\n{host}{credentials}\r\n"
        );
        world.exchange(&request).await.status
    };
    assert_eq!(decide("X-Forwarded-Host: api.example.com\r\n").await, 200);
    assert_eq!(decide("").await, 500);
    assert_eq!(
        decide("X-Forwarded-Host: a\r\nX-Forwarded-Host: a\r\n").await,
        500
    );
    // A host that is malformed, which could be read in two ways.
    assert_eq!(decide("X-Forwarded-Host: a/b\r\n").await, 400);
}

#[tokio::test]
async fn envoy_sends_the_original_below_a_prefix() {
    let world = World::forward_auth(ENVOY).await;
    let decide = async |method: &str, path: &str| {
        let credentials = world.credentials("PUT", "/a");
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{credentials}\r\n"
        );
        world.exchange(&request).await.status
    };
    assert_eq!(decide("PUT", "/auth/a?b").await, 200);
    assert_eq!(decide("GET", "/auth/a").await, 401);
    assert_eq!(decide("PUT", "/a").await, 500);
    assert_eq!(decide("PUT", "/auth*").await, 400);
    assert_eq!(decide("PUT", "/auth/../a").await, 400);
}
