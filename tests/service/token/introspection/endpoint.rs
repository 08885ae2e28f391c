//! Where the endpoint is: configured, or from the metadata.

use sender_constraint::ConfigError;
use sender_constraint::client_auth::TlsClientAuth;
use sender_constraint::http_client::UrlSource;
use sender_constraint::token::{PresentedToken, TokenVerifier as _};
use serde_json::json;

use super::*;
use crate::common::{ENDPOINT, form_of};

#[tokio::test]
async fn metadata_is_read_with_the_first_token_and_after_twelve_hours() {
    let asked = Asked::new();
    assert!(asked.server.requests().is_empty());
    for (hours, reads) in [(0, 1), (12, 1), (13, 2)] {
        asked.world.clock.set(NOW + hours * 3600);
        let mut later = answer(&client());
        later["exp"] = json!(NOW + 100 * 3600);
        asked.answered(&later).await.assert_passed();
        assert_eq!(reads_of(&asked), reads, "after {hours} h");
    }
}

#[tokio::test]
async fn many_first_tokens_read_the_metadata_once() {
    let asked = Asked::new();
    let server = asked.server.clone();
    let tokens = tokens(&server).clock(asked.world.clock.clone());
    let now = sender_constraint::time::Timestamp::from_unix_seconds(NOW);
    let calls: Vec<_> = (0..50)
        .map(|nth| {
            let tokens = tokens.clone();
            tokio::spawn(async move {
                let token = format!("token-{nth}");
                tokens
                    .verify(PresentedToken::new(&token), now)
                    .await
                    .is_ok()
            })
        })
        .collect();
    for call in calls {
        assert!(call.await.unwrap());
    }
    assert_eq!((server.calls().len(), reads_of(&asked)), (50, 1));
}

#[tokio::test]
async fn endpoint_that_moved_is_found_after_a_failure() {
    let asked = Asked::new();
    asked.present("1").await.assert_passed();
    asked.server.respond(404, "", "");
    asked.present("2").await;
    let moved = "https://as.example.com/v2/introspect";
    asked.server.publish(Some(
        json!({"issuer": ISSUER, "introspection_endpoint": moved}),
    ));
    asked.answered(&answer(&client())).await.assert_passed();
    assert_eq!(asked.server.last_call().url, moved);
}

#[tokio::test]
async fn known_endpoint_is_used_while_the_metadata_is_unavailable() {
    let asked = Asked::new();
    asked.present("1").await.assert_passed();
    asked.server.publish(None);
    let mut later = answer(&client());
    later["exp"] = json!(NOW + 100 * 3600);
    asked.world.clock.set(NOW + 24 * 3600);
    asked.answered(&later).await.assert_passed();
    asked.world.clock.set(NOW + 25 * 3600);
    let refused = asked.answered(&later).await;
    refused.assert_refused("INFRA", "unavailable_introspection");
}

#[tokio::test(start_paused = true)]
async fn known_endpoint_is_used_while_the_metadata_hangs() {
    let asked = Asked::new();
    asked.present("1").await.assert_passed();
    asked.server.respond(404, "", "");
    asked.present("2").await;
    asked.server.hang_metadata();
    asked.server.answer(&answer(&client()));
    for (token, seconds, reads) in [("3", 0, 2), ("4", 29, 2), ("5", 30, 3), ("6", 59, 3)] {
        asked.world.clock.set(NOW + seconds);
        asked.present(token).await.assert_passed();
        assert_eq!(reads_of(&asked), reads, "no second read for 30 s: {token}");
    }
    // The clock was set back behind the failed read.
    asked.world.clock.set(NOW + 20);
    asked.present("7").await.assert_passed();
    assert_eq!(reads_of(&asked), 4);
}

#[tokio::test]
async fn known_endpoint_is_too_old_even_shortly_after_a_failed_read() {
    let asked = Asked::new();
    asked.present("1").await.assert_passed();
    asked.server.publish(None);
    let mut later = answer(&client());
    later["exp"] = json!(NOW + 100 * 3600);
    asked.server.answer(&later);
    asked.world.clock.set(NOW + 24 * 3600);
    asked.present("2").await.assert_passed();
    asked.world.clock.set(NOW + 24 * 3600 + 1);
    let refused = asked.present("3").await;
    refused.assert_refused("INFRA", "unavailable_introspection");
}

#[tokio::test]
async fn metadata_that_must_not_be_used_is_an_outage() {
    for metadata in [
        json!({"issuer": "https://evil.example.com", "introspection_endpoint": ENDPOINT}),
        json!({"issuer": ISSUER}),
        json!({"issuer": ISSUER, "introspection_endpoint": "http://as.example.com/introspect"}),
        json!({"issuer": ISSUER, "introspection_endpoint": "https://user:pass@as.example.com/i"}),
        json!({"issuer": ISSUER, "introspection_endpoint": "/introspect"}),
        json!([]),
    ] {
        let asked = Asked::new();
        asked.server.publish(Some(metadata.clone()));
        let refused = asked.present(TOKEN).await;
        refused.assert_refused("INFRA", "unavailable_introspection");
        assert!(asked.server.calls().is_empty(), "{metadata}");
        let shown = refused.rejection().to_string();
        assert!(!shown.contains("pass"), "{shown}");
    }
}

#[tokio::test]
async fn key_07_endpoint_at_another_host_is_not_called_at_private_addresses() {
    let asked = Asked::new();
    asked.present(TOKEN).await.assert_passed();
    assert_eq!(asked.server.last_call().url_source, UrlSource::Configured);
    let asked = Asked::new();
    let far = "https://introspect.example.net/";
    asked.server.publish(Some(
        json!({"issuer": ISSUER, "introspection_endpoint": far}),
    ));
    asked.present(TOKEN).await.assert_passed();
    assert_eq!(asked.server.last_call().url_source, UrlSource::Discovered);
}

#[tokio::test]
async fn configured_endpoint_needs_no_metadata() {
    let asked = Asked::with(|tokens| tokens.endpoint("https://as.example.com/other").unwrap());
    asked.server.publish(None);
    asked.present(TOKEN).await.assert_passed();
    assert_eq!(asked.server.last_call().url, "https://as.example.com/other");
    assert_eq!(asked.server.requests().len(), 1);
    let server = AuthorizationServer::answering(&json!({}));
    for bad in [
        "http://as.example.com/i",
        "as.example.com",
        "https://u@as.example.com/",
    ] {
        let refused = tokens(&server).endpoint(bad);
        assert!(matches!(refused, Err(ConfigError::Url { .. })), "{bad}");
    }
}

#[tokio::test]
async fn cau_05_certificate_is_used_at_the_alias_of_the_endpoint() {
    let alias = "https://mtls.as.example.com/introspect";
    let metadata = json!({
        "issuer": ISSUER,
        "introspection_endpoint": ENDPOINT,
        "mtls_endpoint_aliases": {"introspection_endpoint": alias},
    });
    let with_key = Asked::new();
    with_key.server.publish(Some(metadata.clone()));
    with_key.present(TOKEN).await.assert_passed();
    assert_eq!(with_key.server.last_call().url, ENDPOINT);

    let server = AuthorizationServer::answering(&answer(&client()));
    let method = TlsClientAuth::new(CLIENT_ID).unwrap();
    let tokens = Introspection::new(ISSUER, AUDIENCE, method, server.clone()).unwrap();
    let clock = TestClock::at(NOW);
    let guard = Guard::builder(tokens.clock(clock.clone())).dpop(Dpop::new(ORIGIN).unwrap());
    let guard = guard.clock(clock.clone());
    let world = World::around(Key::from_seed("ES256", 0), clock, guard);
    for (metadata, url) in [
        (metadata, alias),
        (
            json!({"issuer": ISSUER, "introspection_endpoint": ENDPOINT}),
            ENDPOINT,
        ),
    ] {
        server.publish(Some(metadata));
        let token = format!("token-{}", url.len());
        let proof = Proof::new(&client(), &token).sign();
        world.present(&token, &proof).await.assert_passed();
        let call = server.last_call();
        assert_eq!(call.url, url);
        let id = ("client_id".to_owned(), CLIENT_ID.to_owned());
        assert_eq!(form_of(&call)[2..], [id]);
        // A failure makes the next call read the metadata.
        server.respond(503, "", "");
        let proof = Proof::new(&client(), "bad").sign();
        world.present("bad", &proof).await;
        server.answer(&answer(&client()));
    }
}

fn reads_of(asked: &Asked) -> usize {
    asked.server.requests().len() - asked.server.calls().len()
}
