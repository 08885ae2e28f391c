//! What the log tells about keys: where they come from, what is skipped, and why a fetch failed.

use crate::common::*;
use crate::events::{Event, Log};
use crate::remote::{JWKS, METADATA, Net, Remote, issuer_key, settle};
use http::StatusCode;
use sender_constraint::keys::{RemoteKeys, StaticKeys};
use sender_constraint::token::Issuer;
use serde_json::{Value, json};
use tracing::Level;

#[tokio::test]
async fn key_03_first_fetch_is_an_info_event_and_later_ones_are_debug_events() {
    let log = Log::listen();
    let remote = Remote::connected().await;
    let event = log.only_event();
    assert_eq!(event.level, Level::INFO);
    assert_eq!(event.text("message"), "the key set was fetched");
    assert_source(&event);
    assert_eq!(event.text("keys"), "1");
    assert_eq!(event.text("algorithms"), "ES256");

    let log = Log::listen();
    remote.advance(15 * 60);
    drop(remote.keys.status());
    settle().await;
    let event = log.only_event();
    assert_eq!(event.level, Level::DEBUG);
    assert_source(&event);
}

#[tokio::test]
async fn key_06_failed_fetch_is_a_warning_with_issuer_url_and_reason() {
    let remote = Remote::connected().await;
    let log = Log::listen();
    remote.net.answer(JWKS, StatusCode::BAD_GATEWAY, "", None);
    remote.advance(15 * 60);
    drop(remote.keys.status());
    settle().await;
    let event = log.only_event();
    assert_eq!(event.level, Level::WARN);
    assert_source(&event);
    assert!(event.text("reason").ends_with("status 502"), "{event:?}");

    let log = Log::listen();
    remote.net.remove(METADATA);
    remote.advance(2);
    drop(remote.keys.status());
    settle().await;
    let [metadata, set] = &log.events()[..] else {
        panic!("{:?}", log.events());
    };
    assert_source(metadata);
    assert!(metadata.text("message").contains("the known URL is used"));
    assert!(metadata.text("reason").contains(METADATA), "{metadata:?}");
    assert_source(set);
}

#[tokio::test]
async fn key_06_set_that_lost_its_keys_is_an_error_event_until_a_second_fetch_confirms_it() {
    let remote = Remote::connected().await;
    remote.net.publish(&[]);
    let message = "the key set no longer has a usable key; the last good set is used until a second fetch confirms it";
    for (wait, level, message) in [
        (15 * 60, Level::ERROR, message),
        (2, Level::WARN, "the key set has no usable key"),
    ] {
        let log = Log::listen();
        remote.advance(wait);
        drop(remote.keys.status());
        settle().await;
        let event = log.only_event();
        assert_eq!((event.level, event.text("message")), (level, message));
        assert_source(&event);
    }
}

#[tokio::test]
async fn jose_11_skipped_keys_are_one_warning_until_they_change() {
    let log = Log::listen();
    let remote = Remote::later(Net::serving(&[issuer_key().published("k1"), private("k2")]));
    let refresh = async || {
        drop(remote.keys.status());
        settle().await;
        remote.advance(15 * 60);
    };
    refresh().await;
    let event = only_warning(&log);
    assert_source(&event);
    let reason = "1 skipped: \"k2\" is a private key";
    assert_eq!(event.text("reason"), reason);

    let log = Log::listen();
    refresh().await;
    assert_eq!(warnings(&log).len(), 0, "{:?}", log.events());
    let keys = [issuer_key().published("k1"), private("k3")];
    remote.net.publish(&keys);
    refresh().await;
    assert!(only_warning(&log).text("reason").contains("k3"));
    let log = Log::listen();
    remote.net.publish(&[issuer_key().published("k1")]);
    refresh().await;
    assert_eq!(warnings(&log).len(), 0, "{:?}", log.events());
}

#[test]
fn jose_11_static_set_that_is_used_in_part_is_one_warning() {
    let log = Log::listen();
    let set = |keys: &[Value]| json!({"keys": keys}).to_string();
    let good = issuer_key().published("k1");
    StaticKeys::from_json(&set(std::slice::from_ref(&good))).unwrap();
    assert_eq!(log.events().len(), 0);
    StaticKeys::from_json(&set(&[good, private("k2")])).unwrap();
    let event = log.only_event();
    assert_eq!(event.level, Level::WARN);
    assert_eq!(event.text("source"), "in memory");
    assert_eq!(event.text("reason"), "1 skipped: \"k2\" is a private key");
}

#[test]
fn key_09_insecure_http_is_one_warning_for_each_setting() {
    let log = Log::listen();
    let name = "http://keycloak:8080/realms/x";
    let keys =
        || StaticKeys::from_json(&json!({"keys": [issuer_key().published("k1")]}).to_string());
    for url in ["https://as.example.com", "http://localhost:8080"] {
        drop(Issuer::over_insecure_http(url, keys().unwrap()).unwrap());
        let builder = RemoteKeys::for_issuer(url, Net::empty()).allow_insecure_http();
        builder.lazy().unwrap();
    }
    assert_eq!(log.events().len(), 0);
    drop(Issuer::over_insecure_http(name, keys().unwrap()).unwrap());
    let event = log.only_event();
    assert_eq!((event.level, event.text("issuer")), (Level::WARN, name));

    let log = Log::listen();
    let builder = RemoteKeys::for_issuer(name, Net::empty()).allow_insecure_http();
    builder.lazy().unwrap();
    assert_eq!(log.only_event().text("issuer"), name);

    let log = Log::listen();
    let url = format!("{name}/certs?secret=1");
    let builder = RemoteKeys::from_jwks_uri(&url, Net::empty()).allow_insecure_http();
    builder.lazy().unwrap();
    assert_eq!(log.only_event().text("url"), format!("{name}/certs?***"));

    let log = Log::listen();
    let builder = RemoteKeys::for_issuer(ISSUER, Net::empty()).metadata_url(&url);
    builder.allow_insecure_http().lazy().unwrap();
    let event = log.only_event();
    assert_eq!(event.level, Level::WARN);
    assert_eq!(event.text("url"), format!("{name}/certs?***"));
}

fn private(kid: &str) -> Value {
    let mut jwk = Key::from_seed("ES256", 5).published(kid);
    jwk["d"] = json!("c2VjcmV0");
    jwk
}

#[track_caller]
fn assert_source(event: &Event) {
    assert_eq!((event.text("issuer"), event.text("url")), (ISSUER, JWKS));
}

fn warnings(log: &Log) -> Vec<Event> {
    let events = log.events().into_iter();
    events.filter(|event| event.level == Level::WARN).collect()
}

#[track_caller]
fn only_warning(log: &Log) -> Event {
    let mut warnings = warnings(log);
    assert_eq!(warnings.len(), 1, "{:?}", log.events());
    warnings.remove(0)
}
