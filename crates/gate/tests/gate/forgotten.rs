//! What a reload says about settings that the new file does not have, and how a known secret is forgotten.

use super::world::{ORIGIN, World, folder};

const FIRST: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";
const NEXT: &str = "AgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICE";

/// The status of a request whose proof has this nonce.
async fn send(world: &World, nonce: &str) -> u16 {
    let token = world.token();
    let proof = world.client.proof("GET", &format!("{ORIGIN}/"), &token);
    let proof = proof.claim("nonce", nonce).sign();
    let request = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: DPoP {token}\r\nDPoP: {proof}\r\n\r\n"
    );
    world.exchange(&request).await.status
}

#[tokio::test]
async fn a_replaced_secret_is_forgotten_where_a_setting_says_so() {
    let folder = folder();
    let file = folder.join("nonces");
    std::fs::write(&file, FIRST).unwrap();
    let on = format!(
        "[nonce]\nmode = \"required\"\nsecret_file = \"{}\"",
        file.display()
    );
    let world = World::proxy_with(&on).await;
    let refused = world.send("GET", "/", "").await;
    let first = refused.field("dpop-nonce").unwrap().to_owned();
    assert_eq!(send(&world, &first).await, 200);
    std::fs::write(&file, NEXT).unwrap();
    world
        .change(&on, &format!("{on}\nforget_replaced = true"))
        .await
        .unwrap();
    assert_eq!(send(&world, &first).await, 401);
    let refused = world.send("GET", "/", "").await;
    assert_eq!(
        send(&world, refused.field("dpop-nonce").unwrap()).await,
        200
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_setting_that_was_removed_has_no_line() {
    for (given, setting) in [
        ("[dpop]\nmax_age_seconds = 30", "dpop.max_age_seconds"),
        ("[dpop]\nclock_skew_seconds = 5", "dpop.clock_skew_seconds"),
        ("[replay]\ncapacity = 2000", "replay.capacity"),
        (
            "[replay]\nchecked_by_gateway_only = true",
            "replay.checked_by_gateway_only",
        ),
    ] {
        let world = World::proxy_with(given).await;
        let error = world.change(given, "").await.unwrap_err().to_string();
        assert!(
            error.contains(&format!("gate.toml: `{setting}`: ")),
            "{error}"
        );
    }
}
