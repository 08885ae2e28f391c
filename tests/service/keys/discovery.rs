//! Where the keys of an issuer come from: its metadata, and nothing that a token or another server names
//! (RFC 8414 section 3, OpenID Connect Discovery section 4).

use sender_constraint::error::UrlError;
use std::time::Duration;

use crate::common::{ISSUER, Key};
use crate::remote::{JWKS, METADATA, Net, OPENID_METADATA, Remote, issuer_key, settle};
use http::StatusCode;
use sender_constraint::ConfigError;
use sender_constraint::http_client::UrlSource;
use sender_constraint::keys::RemoteKeys;
use serde_json::json;

#[tokio::test]
async fn key_01_metadata_of_rfc_8414_is_asked_first() {
    let remote = Remote::connected().await;
    let expected = [METADATA, JWKS].map(|url| (url.to_owned(), UrlSource::Configured));
    assert_eq!(remote.net.requests(), expected);
    let answer = remote.world.present_bearer(&remote.good_token()).await;
    answer.assert_passed();
    assert_eq!(remote.net.requests().len(), 2);
}

#[tokio::test]
async fn key_01_openid_metadata_is_asked_next() {
    let net = Net::serving(&[issuer_key().published("k1")]);
    net.answer(METADATA, StatusCode::NOT_FOUND, "{}", None);
    net.put(
        OPENID_METADATA,
        &json!({"issuer": ISSUER, "jwks_uri": JWKS}),
    );
    RemoteKeys::for_issuer(ISSUER, net.clone())
        .fetch()
        .await
        .unwrap();
    let asked: Vec<_> = net.requests().into_iter().map(|(url, _)| url).collect();
    assert_eq!(asked, [METADATA, OPENID_METADATA, JWKS]);
}

#[tokio::test]
async fn key_01_path_of_the_issuer_stands_where_each_standard_puts_it() {
    for issuer in [
        "https://as.example.com/tenant",
        "https://as.example.com/tenant/",
    ] {
        let net = Net::empty();
        let error = RemoteKeys::for_issuer(issuer, net.clone()).fetch().await;
        assert!(matches!(error, Err(ConfigError::UnreachableKeys { .. })));
        let asked: Vec<_> = net.requests().into_iter().map(|(url, _)| url).collect();
        let expected = [
            "https://as.example.com/.well-known/oauth-authorization-server/tenant",
            "https://as.example.com/tenant/.well-known/openid-configuration",
        ];
        assert_eq!(asked, expected);
    }
}

#[tokio::test]
async fn key_01_refuses_the_metadata_of_another_issuer() {
    for (name, difference) in [
        ("https://evil.test", None),
        ("https://as.example.com/", Some("the final `/`")),
        ("https://AS.example.com", Some("the letter case")),
        ("http://as.example.com", Some("the scheme")),
        ("https://as.example.com:8443", Some("the port")),
        ("", None),
    ] {
        let net = Net::serving(&[issuer_key().published("k1")]);
        net.put(METADATA, &json!({"issuer": name, "jwks_uri": JWKS}));
        let error = RemoteKeys::for_issuer(ISSUER, net.clone()).fetch().await;
        let error = error.unwrap_err();
        assert!(
            matches!(error, ConfigError::UnreadableKeys { .. }),
            "{error}"
        );
        let text = error.to_string();
        assert!(text.contains("metadata of issuer"), "{text}");
        let hint = difference.map(|it| format!("; it differs from {ISSUER:?} only in {it}"));
        match hint {
            Some(hint) => assert!(text.contains(&hint), "{text}"),
            None => assert!(!text.contains("differs"), "{text}"),
        }
        assert_eq!(net.fetches(), 0, "{name}");
    }
}

#[tokio::test]
async fn key_07_address_at_another_host_is_the_word_of_a_document() {
    for (jwks_uri, url_source) in [
        ("https://as.example.com/keys", UrlSource::Configured),
        ("https://AS.EXAMPLE.COM/keys", UrlSource::Configured),
        ("https://cdn.example.com/keys", UrlSource::Discovered),
        ("https://169.254.169.254/latest", UrlSource::Discovered),
        (
            "https://as.example.com.evil.test/keys",
            UrlSource::Discovered,
        ),
        ("https://localhost/keys", UrlSource::Discovered),
    ] {
        let net = Net::empty();
        net.put(METADATA, &json!({"issuer": ISSUER, "jwks_uri": jwks_uri}));
        let error = RemoteKeys::for_issuer(ISSUER, net.clone()).fetch().await;
        assert!(error.is_err());
        let last = net.requests().pop().unwrap();
        assert_eq!(last, (jwks_uri.to_lowercase(), url_source));
    }
}

#[tokio::test]
async fn key_07_refuses_key_addresses_that_are_not_https() {
    for jwks_uri in [
        "http://as.example.com/keys",
        "http://localhost/keys",
        "ftp://as.example.com/keys",
        "file:///etc/passwd",
        "data:application/json,{}",
        "/keys",
        "as.example.com/keys",
        "",
    ] {
        let net = Net::empty();
        net.put(METADATA, &json!({"issuer": ISSUER, "jwks_uri": jwks_uri}));
        let error = RemoteKeys::for_issuer(ISSUER, net.clone()).fetch().await;
        let error = error.unwrap_err().to_string();
        assert!(error.contains("`jwks_uri`"), "{error}");
        assert_eq!(net.requests().len(), 1, "{jwks_uri}");
    }
}

#[tokio::test]
async fn key_07_plain_http_stays_on_the_issuers_own_loopback_host() {
    let issuer = "http://127.0.0.1:8080";
    let metadata = "http://127.0.0.1:8080/.well-known/oauth-authorization-server";
    for (jwks_uri, accepted) in [
        ("http://127.0.0.1:8080/jwks", true),
        ("http://localhost:8080/jwks", false),
        ("http://10.0.0.1/jwks", false),
    ] {
        let net = Net::empty();
        net.put(metadata, &json!({"issuer": issuer, "jwks_uri": jwks_uri}));
        net.put(jwks_uri, &json!({"keys": [issuer_key().published("k1")]}));
        let keys = RemoteKeys::for_issuer(issuer, net).fetch().await;
        assert_eq!(keys.is_ok(), accepted, "{jwks_uri}");
    }
}

#[tokio::test]
async fn key_01_keys_that_moved_are_found_again() {
    let remote = Remote::connected().await;
    let moved = "https://as.example.com/keys/new";
    remote.net.remove(JWKS);
    remote
        .net
        .put(METADATA, &json!({"issuer": ISSUER, "jwks_uri": moved}));
    let next = Key::from_seed("ES256", 5);
    remote
        .net
        .put(moved, &json!({"keys": [next.published("k2")]}));
    let token = remote.token(&next, "k2");
    let answer = remote.world.present_bearer(&token).await;
    answer.assert_refused("INFRA", "unavailable_issuer_keys");
    remote.advance(30);
    remote.world.present_bearer(&token).await.assert_passed();
}

#[tokio::test]
async fn jwt_17_issuer_that_only_a_token_names_is_never_asked() {
    let remote = Remote::connected().await;
    let asked = remote.net.requests();
    let token = remote.world.token().claim("iss", "https://evil.test");
    let token = token.header("jku", "https://evil.test/jwks").sign();
    let proof = remote.world.proof(&token).sign();
    let answer = remote.world.present(&token, &proof).await;
    answer.assert_refused("TOK(DPoP)", "token_issuer");
    settle().await;
    assert_eq!(remote.net.requests(), asked);
}

#[tokio::test]
async fn key_01_keys_without_metadata_come_from_their_address() {
    let address = "https://as.example.com/jwks?tenant=1";
    let net = Net::empty();
    net.put(address, &json!({"keys": [issuer_key().published("k1")]}));
    RemoteKeys::from_jwks_uri(address, net.clone())
        .fetch()
        .await
        .unwrap();
    assert_eq!(
        net.requests(),
        [(address.to_owned(), UrlSource::Configured)]
    );
}

#[tokio::test]
async fn start_fails_when_no_key_can_be_had() {
    let net = Net::serving(&[]);
    let error = RemoteKeys::for_issuer(ISSUER, net.clone()).fetch().await;
    assert!(matches!(error, Err(ConfigError::NoKey { skipped, .. }) if skipped.is_empty()));
    net.publish(&[json!({"kty": "oct", "k": "AQ"})]);
    let error = RemoteKeys::for_issuer(ISSUER, net.clone()).fetch().await;
    assert!(matches!(error, Err(ConfigError::NoKey { skipped, .. }) if skipped.len() == 1));
    let good = json!({"keys": [issuer_key().published("k1")]}).to_string();
    for (status, body) in [
        (StatusCode::OK, "<html>"),
        (StatusCode::OK, "{}"),
        (StatusCode::FOUND, good.as_str()),
        (StatusCode::NOT_FOUND, good.as_str()),
        (StatusCode::INTERNAL_SERVER_ERROR, good.as_str()),
    ] {
        net.answer(JWKS, status, body, None);
        let keys = RemoteKeys::for_issuer(ISSUER, net.clone()).fetch().await;
        let error = keys.unwrap_err();
        let is_away = matches!(error, ConfigError::UnreachableKeys { .. });
        assert_eq!(is_away, status.is_server_error(), "{error}");
        let is_unreadable = matches!(error, ConfigError::UnreadableKeys { .. });
        assert!(is_away || is_unreadable, "{error}");
    }
    net.answer(JWKS, StatusCode::OK, &good, None);
    let keys = RemoteKeys::for_issuer(ISSUER, net).fetch().await;
    assert!(keys.is_ok());
}

#[test]
fn addresses_and_spans_are_checked_without_asking_anybody() {
    let net = Net::empty();
    let issuer = |name: &str| RemoteKeys::for_issuer(name, net.clone()).lazy();
    let at = |name: &str| RemoteKeys::from_jwks_uri(name, net.clone()).lazy();
    assert!(issuer(ISSUER).is_ok() && at(JWKS).is_ok());
    for (text, shown, reason) in [
        ("http://as.example.com", None, UrlError::PlainHttp),
        ("as.example.com", None, UrlError::Malformed),
        (
            "https://a:b@as.example.com",
            Some("https://***@as.example.com"),
            UrlError::UserInfo,
        ),
    ] {
        let value = shown.unwrap_or(text).to_owned();
        let error = at(text).unwrap_err();
        assert_eq!(
            error,
            ConfigError::Url {
                value: value.clone(),
                reason
            }
        );
        assert_eq!(
            issuer(text).unwrap_err(),
            ConfigError::Issuer { value, reason }
        );
    }
    let spans = |cool_down, staleness| {
        let builder = RemoteKeys::for_issuer(ISSUER, net.clone());
        let builder = builder.cool_down(Duration::from_secs(cool_down));
        builder.max_staleness(Duration::from_secs(staleness)).lazy()
    };
    for (cool_down, staleness) in [(1, 600), (600, 7 * 86_400)] {
        assert!(spans(cool_down, staleness).is_ok());
    }
    for (cool_down, staleness) in [(0, 600), (601, 600), (1, 599), (1, 7 * 86_400 + 1)] {
        let error = spans(cool_down, staleness).unwrap_err();
        assert!(matches!(error, ConfigError::Duration { .. }), "{error}");
    }
    assert_eq!(net.requests(), []);
}

#[tokio::test]
async fn key_01_document_is_that_of_a_200_only() {
    let set = json!({"keys": [issuer_key().published("k1")]}).to_string();
    for status in [StatusCode::CREATED, StatusCode::PARTIAL_CONTENT] {
        let net = Net::serving(&[issuer_key().published("k1")]);
        net.answer(JWKS, status, &set, None);
        let error = RemoteKeys::for_issuer(ISSUER, net).fetch().await;
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains(&format!("status {}", status.as_u16())),
            "{error}"
        );
    }
}
