//! Several public origins, and the host that a proxy in front states.

use super::world::{Answer, ORIGIN, World};

const OTHER: &str = "https://api.example.eu";

/// Replaces the single origin of the configuration while serving.
async fn with_origins(more: &str) -> World {
    let world = World::proxy_with(more).await;
    let one = format!("origin = \"{ORIGIN}\"");
    let several = format!("origins = [\"{ORIGIN}\", \"{OTHER}\"]");
    world.change(&one, &several).await.unwrap();
    world
}

/// A request whose proof is for `origin`.
async fn send(world: &World, origin: &str, lines: &str) -> Answer {
    let token = world.token();
    let proof = world.client.proof("GET", &format!("{origin}/a"), &token);
    let proof = proof.sign();
    world.exchange(&format!(
        "GET /a HTTP/1.1\r\n{lines}Connection: close\r\nAuthorization: DPoP {token}\r\nDPoP: {proof}\r\n\r\n"
    )).await
}

#[tokio::test]
async fn the_host_selects_the_origin() {
    let world = with_origins("[public]\npaths = [\"/health\"]").await;
    for (origin, host, expected) in [
        (ORIGIN, "api.example.com", 200),
        (OTHER, "API.example.eu:443", 200),
        (OTHER, "api.example.com", 401),
        (ORIGIN, "api.example.eu", 401),
        (ORIGIN, "api.example.org", 421),
    ] {
        let answer = send(&world, origin, &format!("Host: {host}\r\n")).await;
        assert_eq!(answer.status, expected, "{host}: {answer:?}");
        if expected == 200 {
            let host = origin.strip_prefix("https://").unwrap();
            assert_eq!(answer.received()["headers"]["x-forwarded-host"], host);
        }
    }
    // Also where no proof is checked.
    let public = "GET /health HTTP/1.1\r\nHost: api.example.org\r\nConnection: close\r\n\r\n";
    assert_eq!(world.exchange(public).await.status, 421);
}

#[tokio::test]
async fn a_trusted_peer_states_the_host() {
    for (fields, line) in [
        ("x-forwarded", "X-Forwarded-Host: api.example.eu\r\n"),
        (
            "rfc7239",
            "Forwarded: for=192.0.2.1;proto=https;Host=\"api.example.eu\"\r\n",
        ),
    ] {
        let settings =
            format!("[forwarded]\nfields = \"{fields}\"\ntrusted_peers = [\"127.0.0.1\"]");
        let world = with_origins(&settings).await;
        let answer = send(&world, OTHER, &format!("Host: gate\r\n{line}")).await;
        assert_eq!(
            answer.received()["headers"]["x-forwarded-host"],
            "api.example.eu"
        );
        // One element for each trusted proxy: the first is of the client.
        let (name, value) = line.trim_end().split_once(": ").unwrap();
        let appended = format!("Host: gate\r\n{name}: {value}, {value}\r\n");
        assert_eq!(send(&world, OTHER, &appended).await.status, 400);
        let missing = send(&world, OTHER, "Host: api.example.eu\r\n").await;
        assert_eq!(missing.status, 400, "{missing:?}");
    }
}

#[tokio::test]
async fn other_peers_do_not_state_the_host() {
    let settings = "[forwarded]\nfields = \"x-forwarded\"\ntrusted_peers = [\"192.0.2.1\"]";
    let world = with_origins(settings).await;
    let forged = "Host: api.example.com\r\nX-Forwarded-Host: api.example.eu\r\n";
    assert_eq!(send(&world, OTHER, forged).await.status, 401);
    let answer = send(&world, ORIGIN, forged).await;
    assert_eq!(
        answer.received()["headers"]["x-forwarded-host"],
        "api.example.com"
    );
}
