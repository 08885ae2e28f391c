//! Health, apart from what clients reach.

use sender_constraint_gate::Running;

use super::world::{Answer, World, exchange, folder};

async fn get(address: &str, path: &str) -> u16 {
    let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    Answer::of(&exchange(address, request.as_bytes()).await).status
}

#[tokio::test]
async fn health_is_served_on_an_address_of_its_own() {
    let world = World::proxy_with("[admin]\nlisten = \"127.0.0.1:0\"").await;
    let admin = world.gate.admin_address().unwrap();
    assert_eq!(get(admin, "/live").await, 200);
    assert_eq!(get(admin, "/ready").await, 200);
    assert_eq!(get(admin, "/jwks").await, 200);
    assert_eq!(get(admin, "/").await, 404);
    let post = "POST /live HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(
        Answer::of(&exchange(admin, post.as_bytes()).await).status,
        405
    );
    for path in ["/live", "/ready", "/jwks"] {
        assert_eq!(get(world.gate.address(), path).await, 401, "{path}");
    }
}

#[tokio::test]
async fn a_gate_without_keys_is_not_ready() {
    let folder = folder();
    let config = folder.join("gate.toml");
    let text = "listen = \"127.0.0.1:0\"\norigin = \"https://api.example.com\"\nmode = \"proxy\"\n\
        [upstream]\nurl = \"http://127.0.0.1:1\"\n[[issuer]]\nname = \"http://127.0.0.1:1\"\n\
        [tokens]\naudiences = [\"https://api.example.com\"]\nstart_without_keys = true\n\
        [admin]\nlisten = \"127.0.0.1:0\"\n";
    std::fs::write(&config, text).unwrap();
    let gate = Running::start(&config, []).await.unwrap();
    let admin = gate.admin_address().unwrap();
    assert_eq!(get(admin, "/live").await, 200);
    assert_eq!(get(admin, "/ready").await, 503);
    drop(std::fs::remove_dir_all(folder));
}
