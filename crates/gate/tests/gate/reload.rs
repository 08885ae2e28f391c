//! A configuration that is read again while requests are under way.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::world::{ORIGIN, World};

#[tokio::test]
async fn a_changed_setting_takes_effect_and_a_used_proof_stays_used() {
    let world = World::proxy().await;
    let request = world.request("GET", "/", "", "");
    assert_eq!(world.exchange(&request).await.status, 200);
    world
        .change(
            "[tokens]",
            "[dpop]\nclock_skew_seconds = 5\n[public]\npaths = [\"/health\"]\n[tokens]",
        )
        .await
        .unwrap();
    assert_eq!(
        world
            .exchange("GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            .await
            .status,
        200
    );
    assert_eq!(world.exchange(&request).await.status, 401);
    assert_eq!(world.send("GET", "/", "").await.status, 200);
}

#[tokio::test]
async fn a_broken_file_changes_nothing() {
    let world = World::proxy().await;
    for (from, to, expected) in [
        (
            "mode = \"proxy\"",
            "mode = \"poxy\"",
            "`mode`: came \"poxy\", expected one of proxy, forward-auth",
        ),
        (
            "[tokens]",
            "[tokens",
            "line 11: unclosed table, expected `]`",
        ),
        (
            "[tokens]",
            "[replay]\ncapacity = 1000\n[tokens]",
            "`replay.capacity`: `[replay]` cannot change while serving",
        ),
        (
            "[tokens]",
            "[dpop]\nmax_age_seconds = 61\n[tokens]",
            "`dpop.max_age_seconds`: cannot grow while serving",
        ),
        (
            "[tokens]",
            "[dpop]\nclock_skew_seconds = 11\n[tokens]",
            "`dpop.clock_skew_seconds`: cannot grow while serving",
        ),
        (
            "listen = \"127.0.0.1:0\"",
            "listen = \"127.0.0.1:1\"",
            "`listen`: cannot change while serving: restart",
        ),
    ] {
        let error = world.change(from, to).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert_eq!(world.send("GET", "/", "").await.status, 200);
        world.change(to, from).await.unwrap();
    }
}

#[tokio::test]
async fn a_request_under_way_ends_as_it_began() {
    let world = World::proxy().await;
    let mut stream = TcpStream::connect(world.gate.address()).await.unwrap();
    let request = world.request(
        "POST",
        "/",
        "Content-Length: 6\r\nExpect: 100-continue\r\n",
        "",
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    // The guard has accepted it.
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).await.unwrap();
    world
        .change(&world.upstream.url.clone(), "http://127.0.0.1:1")
        .await
        .unwrap();
    assert_eq!(world.send("GET", "/", "").await.status, 502);
    stream.write_all(b"abcdef").await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
}

#[tokio::test]
async fn keys_in_a_file_are_read_again() {
    let world = World::proxy().await;
    let other = sender_constraint_testing::Issuer::new(super::world::ISSUER);
    std::fs::write(world.folder.join("jwks.json"), other.jwks().to_string()).unwrap();
    assert_eq!(world.send("GET", "/", "").await.status, 200);
    world.gate.reload([]).await.unwrap();
    assert_eq!(world.send("GET", "/", "").await.status, 401);
    let token = other.token(ORIGIN).bound_to(world.client.key()).sign();
    let proof = world
        .client
        .proof("GET", &format!("{ORIGIN}/"), &token)
        .sign();
    let request = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: DPoP {token}\r\nDPoP: {proof}\r\n\r\n"
    );
    assert_eq!(world.exchange(&request).await.status, 200);
}
