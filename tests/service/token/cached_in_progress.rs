//! Which requests join a call in progress of `Cached`, after purges and clients that disconnect.

use sender_constraint::token::Cached;
use tokio::task::JoinHandle;

use super::cached::{Outcome, Server, verify};

fn request(tokens: &Cached, token: &'static str) -> JoinHandle<Outcome> {
    let tokens = tokens.clone();
    tokio::spawn(async move { verify(&tokens, token, 0).await })
}

/// Lets all requests run until they wait.
async fn until_all_wait() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn call_from_before_a_purge_ends_and_the_later_one_can_be_joined() {
    let server = Server::closed();
    let tokens = Cached::new(server.clone());
    let earlier = request(&tokens, "good");
    until_all_wait().await;
    tokens.purge();
    let later = request(&tokens, "good");
    until_all_wait().await;
    assert_eq!(server.calls(), 2);
    server.gate.add_permits(1);
    earlier.await.unwrap().unwrap();
    assert!(!later.is_finished());
    let joining = request(&tokens, "good");
    until_all_wait().await;
    assert_eq!(server.calls(), 2);
    server.gate.add_permits(1);
    later.await.unwrap().unwrap();
    joining.await.unwrap().unwrap();
}

#[tokio::test]
async fn abandoned_call_from_before_a_purge_ends_and_the_later_one_can_be_joined() {
    let server = Server::closed();
    let tokens = Cached::new(server.clone()).concurrent_calls(1).unwrap();
    let other = request(&tokens, "other");
    until_all_wait().await;
    let earlier = request(&tokens, "good");
    until_all_wait().await;
    tokens.purge();
    let later = request(&tokens, "good");
    until_all_wait().await;
    earlier.abort();
    assert!(earlier.await.unwrap_err().is_cancelled());
    assert_eq!(server.calls(), 1);
    server.gate.add_permits(1);
    other.await.unwrap().unwrap();
    until_all_wait().await;
    // Of the two calls for the token, the abandoned one was not made.
    assert_eq!(server.calls(), 2);
    let joining = request(&tokens, "good");
    until_all_wait().await;
    server.gate.add_permits(2);
    later.await.unwrap().unwrap();
    joining.await.unwrap().unwrap();
    assert_eq!(server.calls(), 2);
}
