//! Nonces of the gate: challenges, secrets in a file that is read again, and what a reload may not change.

use super::world::{Answer, ORIGIN, World, folder};

const FIRST: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";
const NEXT: &str = "AgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICE";

/// The lines of a request whose proof has this nonce.
fn credentials(world: &World, path: &str, nonce: &str) -> String {
    let token = world.token();
    let proof = world
        .client
        .proof("GET", &format!("{ORIGIN}{path}"), &token);
    let proof = proof.claim("nonce", nonce).sign();
    format!("Authorization: DPoP {token}\r\nDPoP: {proof}\r\n")
}

async fn send(world: &World, path: &str, nonce: &str) -> Answer {
    let lines = credentials(world, path, nonce);
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n{lines}\r\n");
    world.exchange(&request).await
}

/// The nonce of a refusal.
async fn challenged(world: &World) -> String {
    let answer = world.send("GET", "/", "").await;
    assert_eq!(answer.status, 401, "{answer:?}");
    assert!(
        answer.head.contains("error=\"use_dpop_nonce\""),
        "{answer:?}"
    );
    answer.field("dpop-nonce").unwrap().to_owned()
}

fn nonces_of(answer: &Answer) -> usize {
    answer
        .head
        .to_ascii_lowercase()
        .matches("\ndpop-nonce:")
        .count()
}

#[tokio::test]
async fn a_proof_needs_a_nonce_of_the_gate() {
    let world = World::proxy_with("[nonce]\nmode = \"required\"").await;
    let nonce = challenged(&world).await;
    assert_eq!(send(&world, "/", &nonce).await.status, 200);
    assert_eq!(send(&world, "/", "other").await.status, 401);
    let refused = world
        .exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .await;
    assert_eq!(
        (refused.status, nonces_of(&refused)),
        (401, 1),
        "{refused:?}"
    );
}

#[tokio::test]
async fn dpop_97_the_nonce_of_the_upstream_is_not_relayed() {
    let world = World::proxy_with("[nonce]\nmode = \"required\"").await;
    let nonce = challenged(&world).await;
    let answer = send(&world, "/nonce", &nonce).await;
    assert_eq!(answer.status, 200);
    assert_ne!(answer.field("dpop-nonce"), Some("upstream"));
    let unauthorized = send(&world, "/unauthorized", &nonce).await;
    assert_eq!((unauthorized.status, nonces_of(&unauthorized)), (502, 0));
}

#[tokio::test]
async fn a_wrong_clock_is_answered_with_a_nonce() {
    let world = World::proxy_with("[nonce]\nmode = \"skew\"").await;
    assert_eq!(world.send("GET", "/", "").await.status, 200);
    let token = world.token();
    let proof = world.client.proof("GET", &format!("{ORIGIN}/"), &token);
    let proof = proof.claim("iat", 1_000_000_000).sign();
    let request = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: DPoP {token}\r\nDPoP: {proof}\r\n\r\n"
    );
    let answer = world.exchange(&request).await;
    assert_eq!((answer.status, nonces_of(&answer)), (401, 1), "{answer:?}");
}

#[tokio::test]
async fn forward_auth_answers_with_one_nonce() {
    let nginx = "proxy = \"nginx\"\ntrusted_peers = [\"127.0.0.1\"]\n[nonce]\nmode = \"required\"";
    let world = World::forward_auth(nginx).await;
    let ask = async |credentials: String| {
        let request = format!(
            "GET /auth HTTP/1.0\r\nHost: gate\r\nX-Original-Method: GET\r\nX-Original-URI: /\r\n{credentials}\r\n"
        );
        world.exchange(&request).await
    };
    let refused = ask(world.credentials("GET", "/")).await;
    assert_eq!(
        (refused.status, nonces_of(&refused)),
        (401, 1),
        "{refused:?}"
    );
    let nonce = refused.field("dpop-nonce").unwrap();
    assert_eq!(ask(credentials(&world, "/", nonce)).await.status, 200);
}

#[tokio::test]
async fn a_replaced_secret_still_verifies() {
    let folder = folder();
    let file = folder.join("nonces");
    std::fs::write(&file, FIRST).unwrap();
    let settings = format!(
        "[nonce]\nmode = \"required\"\nsecret_file = \"{}\"",
        file.display()
    );
    let world = World::proxy_with(&settings).await;
    let first = challenged(&world).await;
    std::fs::write(&file, format!("{NEXT}\n")).unwrap();
    world.gate.reload([]).await.unwrap();
    assert_eq!(send(&world, "/", &first).await.status, 200);
    let next = challenged(&world).await;
    assert_eq!(send(&world, "/", &next).await.status, 200);

    // Another gate that has the next secret only accepts what is issued now, and nothing of before.
    let other = World::proxy_with(&settings).await;
    assert_eq!(send(&other, "/", &next).await.status, 200);
    assert_eq!(send(&other, "/", &first).await.status, 401);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn random_secrets_survive_a_reload() {
    let world = World::proxy_with("[nonce]\nmode = \"required\"").await;
    let nonce = challenged(&world).await;
    world.change("\"required\"", "\"skew\"").await.unwrap();
    assert_eq!(send(&world, "/", &nonce).await.status, 200);
}

#[tokio::test]
async fn a_file_without_usable_secrets_changes_nothing() {
    let folder = folder();
    let file = folder.join("nonces");
    std::fs::write(&file, FIRST).unwrap();
    let settings = format!(
        "[nonce]\nmode = \"required\"\nsecret_file = \"{}\"",
        file.display()
    );
    let world = World::proxy_with(&settings).await;
    let nonce = challenged(&world).await;
    let many = format!("{FIRST}\n").repeat(10);
    for (text, expected) in [
        ("", "it has no secret; expected one on each line"),
        ("\nhidden-secret\n", "line 2, cannot be used: "),
        (
            many.as_str(),
            "the number of nonce secrets that only verify",
        ),
    ] {
        std::fs::write(&file, text).unwrap();
        let error = world.gate.reload([]).await.unwrap_err().to_string();
        assert!(
            error.contains("`nonce.secret_file`: ") && error.contains(expected),
            "{error}"
        );
        assert!(!error.contains("hidden-secret"), "{error}");
    }
    assert_eq!(send(&world, "/", &nonce).await.status, 200);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn the_life_of_proofs_cannot_grow_by_nonces() {
    let on = "[nonce]\nmode = \"required\"\nrotation_seconds = 30";
    let world = World::proxy_with(on).await;
    for (to, expected) in [
        (
            "[nonce]\nmode = \"off\"",
            "`nonce.mode`: it cannot be switched on or off while serving",
        ),
        (
            "[nonce]\nmode = \"required\"\nrotation_seconds = 31",
            "`nonce.rotation_seconds`: cannot grow while serving",
        ),
        (
            "[nonce]\nmode = \"skew\"",
            "gate.toml: `nonce.rotation_seconds`: cannot grow while serving",
        ),
    ] {
        let error = world.change(on, to).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        let text = std::fs::read_to_string(&world.config).unwrap();
        std::fs::write(&world.config, text.replace(to, on)).unwrap();
    }
    world
        .change("rotation_seconds = 30", "rotation_seconds = 29")
        .await
        .unwrap();
    let world = World::proxy().await;
    let error = world
        .change("[tokens]", &format!("{on}\n[tokens]"))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("cannot be switched on or off"),
        "{error}"
    );
}
