//! Where plain http is accepted: on loopback, and beyond it only by a setting that says insecure.

use crate::common::{AUDIENCE, ISSUER, Key, MintToken as _, ORIGIN, Token, World};
use crate::remote::{Net, issuer_key};
use sender_constraint::client_auth::TlsClientAuth;
use sender_constraint::error::UrlError;
use sender_constraint::http_client::UrlSource;
use sender_constraint::keys::{RemoteKeys, RemoteKeysBuilder, StaticKeys};
use sender_constraint::proof::Dpop;
use sender_constraint::token::{Introspection, Issuer, JwtVerifier};
use sender_constraint::token_endpoint::ClientAssertions;
use sender_constraint::{ConfigError, Guard};
use serde_json::json;

const LOOPBACK: [&str; 7] = [
    "http://localhost:8080",
    "http://LOCALHOST",
    "http://api.localhost:3000",
    "http://127.0.0.1:1",
    "http://127.255.255.254",
    "http://[::1]:80",
    "http://[0:0:0:0:0:0:0:1]",
];

/// Accepted by the insecure settings only.
const PRIVATE: [&str; 8] = [
    "http://keycloak:8080",
    "http://as.example.com",
    "http://localhost.evil.test",
    "http://127.0.0.1.evil.test",
    "http://10.0.0.1",
    "http://192.168.1.1:8080",
    "http://[fd12::1]",
    "http://[::ffff:127.0.0.1]",
];

/// Refused whatever the setting.
const PUBLIC: [&str; 6] = [
    "http://1.1.1.1",
    "http://[2606:4700::1111]",
    "http://[::ffff:1.1.1.1]",
    "http://169.254.169.254",
    "http://[::ffff:169.254.169.254]",
    "http://100.64.0.1",
];

type Reader = fn(&str) -> Result<(), ConfigError>;

/// Everything that reads a URL from the configuration, and its insecure counterpart.
const READERS: [(&str, Reader, Reader); 4] = [
    (
        "origin",
        |url| Dpop::new(url).map(drop),
        |url| Dpop::over_insecure_http(url).map(drop),
    ),
    (
        "issuer",
        |url| Issuer::new(url, keys()).map(drop),
        |url| Issuer::over_insecure_http(url, keys()).map(drop),
    ),
    (
        "issuer of keys",
        |url| for_issuer(url).lazy().map(drop),
        |url| for_issuer(url).allow_insecure_http().lazy().map(drop),
    ),
    (
        "keys",
        |url| at(url).lazy().map(drop),
        |url| at(url).allow_insecure_http().lazy().map(drop),
    ),
];

#[test]
fn key_09_loopback_is_the_same_for_origins_issuers_and_keys() {
    for (what, reader, insecure) in READERS {
        for url in LOOPBACK {
            assert_eq!(reader(url), Ok(()), "{what} {url}");
            assert_eq!(insecure(url), Ok(()), "{what} {url}");
        }
        for url in PRIVATE.iter().chain(&PUBLIC) {
            let error = reader(url).expect_err(url);
            assert_eq!(reason(&error), UrlError::PlainHttp, "{what} {url}");
        }
        for (url, normal) in [
            ("http://127.1:80", "`http://127.0.0.1`"),
            ("http://2130706433:8080", "`http://127.0.0.1:8080`"),
            ("http://0x7f.0.0.1", "`http://127.0.0.1`"),
            ("http://127.0.0.1.", "`http://127.0.0.1`"),
        ] {
            for read in [reader, insecure] {
                let error = read(url).expect_err(url);
                assert_eq!(reason(&error), UrlError::NotCanonical, "{what} {url}");
                assert!(error.to_string().contains(normal), "{error}");
            }
        }
        for url in [
            "http://localhost.",
            "http://.localhost",
            "http://a..localhost",
        ] {
            assert!(reader(url).is_err(), "{what} {url}");
        }
    }
}

#[test]
fn key_09_plain_http_to_a_private_network_needs_the_setting_and_public_addresses_never_pass() {
    for (what, _, insecure) in &READERS[1..] {
        for url in PRIVATE {
            assert_eq!(insecure(url), Ok(()), "{what} {url}");
        }
        for url in PUBLIC {
            let error = insecure(url).expect_err(url);
            assert_eq!(reason(&error), UrlError::PublicHttp, "{what} {url}");
        }
        for url in ["https://1.1.1.1", "https://as.example.com"] {
            assert_eq!(insecure(url), Ok(()), "{what} {url}");
        }
        let error = insecure("ftp://as.example.com").unwrap_err();
        assert_eq!(reason(&error), UrlError::Scheme, "{what}");
    }
}

/// Readers that accept plain http on loopback only.
const STRICT_READERS: &[(&str, Reader)] = &[
    ("issuer of introspection", |url| {
        introspection(url).map(drop)
    }),
    ("introspection endpoint", |url| {
        introspection(ISSUER)?.endpoint(url).map(drop)
    }),
    ("audience of assertions", |url| {
        ClientAssertions::new(url).map(drop)
    }),
    #[cfg(feature = "status-lists")]
    ("issuer of status lists", |url| lists_of(url, ISSUER)),
    #[cfg(feature = "status-lists")]
    ("origin of status lists", |url| lists_of(ISSUER, url)),
];

#[test]
fn key_09_error_without_a_setting_names_none() {
    for (what, reader) in STRICT_READERS {
        for url in LOOPBACK {
            assert_eq!(reader(url), Ok(()), "{what} {url}");
        }
        for url in PRIVATE.iter().chain(&PUBLIC) {
            let error = reader(url).expect_err(url);
            assert_eq!(reason(&error), UrlError::NotHttps, "{what} {url}");
            let text = error.to_string();
            assert!(
                text.ends_with("(plain http is accepted for loopback only)"),
                "{text}"
            );
        }
    }
}

fn introspection(issuer: &str) -> Result<Introspection, ConfigError> {
    let client = TlsClientAuth::new("app")?;
    Introspection::new(issuer, AUDIENCE, client, Net::empty())
}

#[cfg(feature = "status-lists")]
fn lists_of(issuer: &str, origin: &str) -> Result<(), ConfigError> {
    let lists = sender_constraint::revocation::StatusLists::new(Net::empty());
    lists.add_issuer(issuer, keys(), [origin]).map(drop)
}

#[test]
fn key_09_hint_names_the_setting_for_the_kind_of_url() {
    let text = |index: usize| {
        READERS[index].1("http://keycloak:8080")
            .unwrap_err()
            .to_string()
    };
    for (index, setting) in [
        (0, "`Dpop::over_insecure_http`"),
        (
            1,
            "`Issuer::over_insecure_http` and `RemoteKeysBuilder::allow_insecure_http`",
        ),
        (
            2,
            "`Issuer::over_insecure_http` and `RemoteKeysBuilder::allow_insecure_http`",
        ),
        (
            3,
            "configure insecure http with `RemoteKeysBuilder::allow_insecure_http`",
        ),
    ] {
        let text = text(index);
        assert!(text.ends_with(setting), "{text}");
        assert_eq!(index == 0, text.contains("Dpop"), "{text}");
    }
}

#[test]
fn key_09_texts_name_punycode_and_spaces() {
    for (what, reader, _) in READERS {
        let text = reader("https://m\u{fc}nchen.example:8443")
            .unwrap_err()
            .to_string();
        assert!(
            text.contains("punycode: write `https://xn--mnchen-3ya.example:8443`"),
            "{what}: {text}"
        );
        for url in [" https://as.example.com", "https://as.example.com\t"] {
            let text = reader(url).unwrap_err().to_string();
            assert!(
                text.contains("begins or ends with white space"),
                "{what}: {text}"
            );
        }
    }
}

#[tokio::test]
async fn key_09_issuer_and_keys_in_a_private_network() {
    let name = "http://keycloak:8080/realms/x";
    let net = Net::empty();
    let metadata = "http://keycloak:8080/.well-known/oauth-authorization-server/realms/x";
    let jwks = "http://keycloak:8080/realms/x/certs";
    net.put(metadata, &json!({"issuer": name, "jwks_uri": jwks}));
    net.put(jwks, &json!({"keys": [issuer_key().published("k1")]}));
    let keys = RemoteKeys::for_issuer(name, net.clone()).allow_insecure_http();
    let issuer = Issuer::over_insecure_http(name, keys.fetch().await.unwrap()).unwrap();
    let asked = net.requests().into_iter().map(|(_, source)| source);
    assert!(
        asked
            .into_iter()
            .all(|source| source == UrlSource::Configured)
    );
    let tokens = JwtVerifier::for_issuer(issuer, AUDIENCE).unwrap();
    let world = World::with_tokens(issuer_key(), tokens, |tokens| {
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    });
    let token = Token::bound(&issuer_key(), &world.client).claim("iss", name);
    let token = token.sign();
    let proof = world.proof(&token).sign();
    world.present(&token, &proof).await.assert_passed();
}

#[tokio::test]
async fn key_09_jwks_uri_over_plain_http_stays_on_a_host_that_is_configured_as_such() {
    let name = "http://keycloak:8080";
    for (jwks_uri, accepted) in [
        ("http://keycloak:8080/certs", true),
        ("http://keycloak:9000/certs", true),
        ("https://other.example.com/certs", true),
        ("http://other:8080/certs", false),
        ("http://10.0.0.1/certs", false),
        ("http://localhost/certs", false),
        ("http://169.254.169.254/latest", false),
    ] {
        let net = Net::empty();
        net.put(
            "http://keycloak:8080/.well-known/oauth-authorization-server",
            &json!({"issuer": name, "jwks_uri": jwks_uri}),
        );
        net.put(jwks_uri, &json!({"keys": [issuer_key().published("k1")]}));
        let keys = RemoteKeys::for_issuer(name, net).allow_insecure_http();
        assert_eq!(keys.fetch().await.is_ok(), accepted, "{jwks_uri}");
    }
}

#[tokio::test]
async fn key_01_metadata_at_another_url_is_still_that_of_the_issuer() {
    let inside = "http://keycloak:8080/realms/x/.well-known/openid-configuration";
    for (name, jwks_uri, accepted) in [
        (ISSUER, "http://keycloak:8080/certs", true),
        (ISSUER, "https://as.example.com/certs", true),
        (ISSUER, "http://as.example.com/certs", false),
        (ISSUER, "http://other:8080/certs", false),
        ("https://evil.test", "http://keycloak:8080/certs", false),
        (
            "http://keycloak:8080/realms/x",
            "http://keycloak:8080/certs",
            false,
        ),
    ] {
        let net = Net::empty();
        net.put(inside, &json!({"issuer": name, "jwks_uri": jwks_uri}));
        net.put(jwks_uri, &json!({"keys": [issuer_key().published("k1")]}));
        let keys = RemoteKeys::for_issuer(ISSUER, net.clone()).metadata_url(inside);
        let fetched = keys.allow_insecure_http().fetch().await;
        assert_eq!(fetched.is_ok(), accepted, "{name} {jwks_uri}");
        assert_eq!(
            net.requests()[0],
            (inside.to_owned(), UrlSource::Configured)
        );
        if accepted {
            let last = net.requests().pop().unwrap();
            assert_eq!(last, (jwks_uri.to_owned(), UrlSource::Configured));
        }
    }
}

#[test]
fn key_01_metadata_url_is_checked_at_start() {
    let with = |url: &str| for_issuer(ISSUER).metadata_url(url).lazy();
    assert!(with("https://inside.example.com/metadata?tenant=1").is_ok());
    let error = with("http://keycloak:8080/metadata").unwrap_err();
    assert_eq!(reason(&error), UrlError::PlainHttp);
    assert!(error.to_string().contains("allow_insecure_http"), "{error}");
    let error = at("https://as.example.com/jwks")
        .metadata_url(ISSUER)
        .lazy();
    assert_eq!(error.unwrap_err(), ConfigError::UnusedMetadataUrl);
}

#[tokio::test]
async fn start_without_an_answer_names_the_way_to_start_later() {
    let fetched = for_issuer(ISSUER).fetch().await;
    let error = fetched.unwrap_err();
    assert!(
        matches!(error, ConfigError::UnreachableKeys { .. }),
        "{error}"
    );
    assert!(
        error.to_string().contains("`RemoteKeysBuilder::lazy`"),
        "{error}"
    );
}

fn keys() -> StaticKeys {
    let key = Key::from_seed("ES256", 0).published("k1");
    StaticKeys::from_json(&json!({"keys": [key]}).to_string()).unwrap()
}

fn for_issuer(name: &str) -> RemoteKeysBuilder {
    RemoteKeys::for_issuer(name, Net::empty())
}

fn at(url: &str) -> RemoteKeysBuilder {
    RemoteKeys::from_jwks_uri(url, Net::empty())
}

#[track_caller]
fn reason(error: &ConfigError) -> UrlError {
    match error {
        ConfigError::Issuer { reason, .. }
        | ConfigError::Origin { reason, .. }
        | ConfigError::Url { reason, .. } => *reason,
        other => panic!("{other}"),
    }
}
