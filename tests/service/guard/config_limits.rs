//! Spans, sizes, algorithms and key sets that cannot be served are refused before serving.

use sender_constraint::jose::Algorithm;
use std::time::Duration;

use super::config_verdict::{accept, assert_refused, keys};
use crate::common::*;
use sender_constraint::ConfigError;
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::replay::MemoryStore;
use sender_constraint::token::{Issuer, JwtVerifier};
use serde_json::{Value, json};

#[test]
fn dpop_40_time_windows_have_limits() {
    let dpop = || Dpop::new(ORIGIN).unwrap();
    let s = Duration::from_secs;
    for (age, skew) in [(1, 0), (300, 60)] {
        accept(dpop().max_age(s(age)));
        accept(dpop().clock_skew(s(skew)));
    }
    for (past, shown) in [
        (Duration::ZERO, "is 0 s,"),
        (Duration::from_millis(999), "is 999 ms,"),
        (s(301), "is 301 s,"),
        (Duration::from_millis(301_500), "is 301.5 s,"),
        (Duration::MAX, " s,"),
    ] {
        let expected = ConfigError::Duration {
            setting: "the maximum age of proofs",
            value: past,
            least: s(1),
            most: s(300),
        };
        assert_refused(
            dpop().max_age(past),
            expected,
            &["from 1 s to 300 s", shown],
        );
    }
    let expected = ConfigError::Duration {
        setting: "the clock skew of proofs",
        value: s(61),
        least: s(0),
        most: s(60),
    };
    assert_refused(
        dpop().clock_skew(s(61)),
        expected,
        &["is 61 s,", "from 0 s to 60 s"],
    );
}

#[test]
fn leeway_has_a_limit() {
    let verifier = || JwtVerifier::new(ISSUER, AUDIENCE, keys()).unwrap();
    accept(verifier().leeway(Duration::ZERO));
    accept(verifier().leeway(Duration::from_secs(300)));
    let expected = ConfigError::Duration {
        setting: "the leeway for access tokens",
        value: Duration::from_secs(301),
        least: Duration::ZERO,
        most: Duration::from_secs(300),
    };
    let refused = verifier().leeway(Duration::from_secs(301));
    assert_refused(
        refused,
        expected,
        &["leeway", "is 301 s,", "from 0 s to 300 s"],
    );
}

#[test]
fn replay_window_has_limits() {
    accept(MemoryStore::new(1024));
    for value in [0, 1023, usize::MAX] {
        let expected = ConfigError::Size {
            setting: "the capacity of the replay store",
            value,
            least: 1024,
            most: 1 << 31,
        };
        let shown = [value.to_string(), "1024".to_owned()];
        assert_refused(
            MemoryStore::new(value),
            expected,
            &shown.each_ref().map(String::as_str),
        );
    }
    let window = || MemoryStore::new(1024).unwrap();
    accept(window().share_per_principal(16));
    accept(window().share_per_principal(1024));
    for value in [0, 15, 1025] {
        let expected = ConfigError::Size {
            setting: "the share of one principal",
            value,
            least: 16,
            most: 1024,
        };
        let refused = window().share_per_principal(value);
        assert_refused(refused, expected, &[&value.to_string(), "1024"]);
    }
}

#[test]
fn list_of_algorithms_is_not_empty() {
    let dpop = || Dpop::new(ORIGIN).unwrap();
    let issuer = || Issuer::new(ISSUER, keys()).unwrap();
    accept(dpop().algorithms(Algorithm::ALL));
    accept(issuer().algorithms(Algorithm::ALL));
    let expected = ConfigError::NoAlgorithm("proof");
    assert_refused(dpop().algorithms([]), expected, &["proof algorithms"]);
    let expected = ConfigError::NoAlgorithm("token");
    assert_refused(issuer().algorithms([]), expected, &["token algorithms"]);
}

#[test]
fn jose_01_algorithm_is_known_by_its_name() {
    for known in Algorithm::ALL {
        assert_eq!(known.name().parse(), Ok(known));
    }
    for name in ["", "none", "HS256", "es256", "ES256K", " ES256"] {
        let expected = ConfigError::UnknownAlgorithm(name.to_owned());
        assert_refused(name.parse::<Algorithm>(), expected, &[&format!("{name:?}")]);
    }
}

#[test]
fn jose_11_key_set_without_a_usable_key_says_why() {
    let refused = |set: &Value| {
        let error = StaticKeys::from_json(&set.to_string()).unwrap_err();
        let ConfigError::NoKey { origin, skipped } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(origin, "in memory");
        (skipped.len(), error.to_string())
    };
    let (count, text) = refused(&json!({"keys": []}));
    assert_eq!(count, 0);
    assert!(text.contains("in memory"), "{text}");

    let mut private = Key::from_seed("ES256", 0).published("k1");
    private["d"] = json!("c2VjcmV0");
    let (count, text) = refused(&json!({"keys": [private]}));
    assert_eq!(count, 1);
    assert!(
        text.contains("1 skipped: \"k1\" is a private key"),
        "{text}"
    );
    assert!(!text.contains("c2VjcmV0"), "{text}");

    let useless = json!({"keys": [{"kty": "oct", "k": "c2VjcmV0"}, {"kty": "x"}, 1, 2, 3]});
    let (count, text) = refused(&useless);
    assert_eq!(count, 5);
    let shown = "5 skipped: entry 0 is a symmetric key, entry 1 has an unsupported type or curve, \"x\", \
                 entry 2 is not a JWK, entry 3 is not a JWK and 1 more";
    assert!(text.contains(shown), "{text}");
}

#[test]
fn key_set_can_be_read() {
    for json in ["", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[]} x"] {
        let error = StaticKeys::from_json(json).unwrap_err();
        let ConfigError::UnreadableKeys { origin, reason } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(origin, "in memory");
        assert!(error.to_string().contains(reason), "{error}");
    }
    let error = StaticKeys::from_file("no/such/keys.json").unwrap_err();
    assert!(
        matches!(error, ConfigError::UnreadableKeys { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("no/such/keys.json"), "{error}");
}

#[cfg(feature = "reqwest")]
#[test]
fn root_certificates_are_certificates() {
    use sender_constraint::http_client::ReqwestClient;
    for pem in [
        "",
        "no PEM",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let error = ReqwestClient::with_root_certificates(pem.as_bytes()).unwrap_err();
        assert!(matches!(error, ConfigError::HttpClient(_)), "{error:?}");
        assert!(error.to_string().contains("HTTP client"), "{error}");
    }
}

#[cfg(not(any(feature = "aws-lc-rs", feature = "rust-crypto")))]
#[test]
fn build_without_a_backend_does_not_blame_the_keys() {
    use crate::remote::Net;
    use sender_constraint::keys::{KeySet, KeySetError, RemoteKeys};
    use sender_constraint::token::{IssuerPattern, TenantIssuers};
    let key = Key::from_seed("ES256", 0).published("k1");
    let set = json!({"keys": [key]}).to_string();
    let expected = || ConfigError::UnsupportedAlgorithm("ES256");
    let shown = ["feature `aws-lc-rs` or `rust-crypto`"];
    assert_refused(StaticKeys::from_json(&set), expected(), &shown);
    let builder = RemoteKeys::for_issuer(ISSUER, Net::empty());
    assert_refused(builder.lazy(), expected(), &shown);
    let pattern = IssuerPattern::new("https://as.example.com/{tenant}").unwrap();
    let tenants = TenantIssuers::matching(pattern, |_, _| Ok(None));
    let verifier = JwtVerifier::for_tenants(tenants, AUDIENCE);
    assert_refused(verifier, expected(), &shown);
    let error = KeySet::from_json(set.as_bytes()).unwrap_err();
    assert_eq!(error, KeySetError::NoBackend);
    assert!(error.to_string().contains(shown[0]), "{error}");
}

#[cfg(not(any(feature = "aws-lc-rs", feature = "rust-crypto")))]
#[test]
fn build_without_a_backend_refuses_its_algorithms() {
    let expected = ConfigError::UnsupportedAlgorithm("ES256");
    assert_refused(
        Dpop::new(ORIGIN),
        expected,
        &["ES256", "aws-lc-rs", "rust-crypto"],
    );
}
