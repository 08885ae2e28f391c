//! The parsers that are public, or reached by documents of an authorization server.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use sender_constraint::Digest;
use sender_constraint::error::Excerpt;
use sender_constraint::jose::Algorithm;
use sender_constraint::keys::{KeyHint, KeySet};
use sender_constraint::uri::NormalizedUri;
use serde_json::{Value, json};

use super::strategies::{any_host, any_json, any_target, config, mutate, mutations};
use crate::common::*;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn normal_form_is_normal(uri in prop_oneof![any_uri(), any_target(), ".{0,60}", "https?://\\PC{0,30}"]) {
        let Ok(normal) = NormalizedUri::parse(&uri) else {
            return Ok(());
        };
        let text = normal.as_str();
        assert_eq!(NormalizedUri::parse(text).as_ref(), Ok(&normal), "{uri}");
        assert!(text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}?#@".contains(&byte) || byte == b'@'), "{text}");
        assert_eq!(format!("{}{}", normal.origin(), normal.path()), text);
        let origin = normal.origin();
        assert_eq!(origin, origin.to_ascii_lowercase());
        let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")).unwrap();
        assert!(authority.starts_with(normal.host()) && !normal.host().is_empty());
        assert!(!authority.contains(['/', '?', '#', '@', '%']), "{text}");
        assert!(!origin.starts_with("https://") || !origin.ends_with(":443"));
        assert!(!origin.starts_with("http://") || !origin.ends_with(":80"));
        let path = normal.path();
        assert!(path.starts_with('/') && !path.contains(['?', '#']), "{text}");
        assert!(!path.split('/').any(|segment| segment == "." || segment == ".."), "{text}");
        for (at, _) in path.match_indices('%') {
            let digits = &path[at + 1..at + 3];
            let octet = u8::from_str_radix(digits, 16).unwrap();
            assert!(!octet.is_ascii_alphanumeric() && !b"-._~".contains(&octet), "{text}");
            assert_eq!(digits, digits.to_ascii_uppercase());
        }
    }

    #[test]
    fn spellings_of_one_uri_have_one_normal_form(
        path in "/[a-z0-9/~_-]{0,12}", choices in vec(0..4_u8, 64), port in select(vec!["", ":", ":443", ":0443"]),
        tail in select(vec!["", "?", "?x=%zz", "#", "#f", "?a#b"]), dots in select(vec!["", "/.", "/b/.."]),
    ) {
        let spelled = respell("https://rs.example.com", &choices, false);
        let whole = format!("{spelled}{port}{dots}{}{tail}", respell(&path, &choices, true));
        let expected = format!("https://rs.example.com{path}");
        let normal = NormalizedUri::parse(&whole).map(|uri| uri.to_string());
        assert_eq!(normal, Ok(expected), "{whole}");
    }

    #[test]
    fn other_paths_have_other_normal_forms(one in "/[a-zA-Z0-9/;:@!$&'()*+,=-]{0,12}", other in "/[a-zA-Z0-9/;:@!$&'()*+,=-]{0,12}") {
        let normal = |path: &str| NormalizedUri::parse(&format!("{ORIGIN}{path}")).unwrap();
        assert_eq!(normal(&one) == normal(&other), one == other);
        assert_eq!(normal(&one).path(), one);
    }

    #[test]
    fn key_set_of_any_bytes_is_read_or_refused(bytes in vec(any::<u8>(), 0..200), json in any_json()) {
        let key = Key::from_seed("ES256", 0).published("k1");
        drop(KeySet::from_json(&bytes));
        drop(KeySet::from_json(json.to_string().as_bytes()));
        let set = json!({"keys": [key, json]}).to_string();
        let set = KeySet::from_json(set.as_bytes()).unwrap();
        assert_eq!(set.len() + set.skipped().len(), 2);
        assert_eq!(set.matching(&KeyHint::new(Some("k1"), Algorithm::Es256)).len(), 1);
    }

    #[test]
    fn changed_key_set_never_has_the_key_under_the_same_thumbprint(mutations in mutations()) {
        let key = Key::from_seed("ES256", 0);
        let json = json!({"keys": [key.jwk()]}).to_string();
        let changed = mutate(&json, &mutations);
        let is_same = serde_json::from_slice::<Value>(&changed)
            .is_ok_and(|value| value["keys"][0]["x"] == key.jwk()["x"] && value["keys"][0]["y"] == key.jwk()["y"]);
        let Ok(set) = KeySet::from_json(&changed) else {
            return Ok(());
        };
        for found in set.matching(&KeyHint::new(None, Algorithm::Es256)) {
            assert_eq!(found.thumbprint().to_string() == key.thumbprint(), is_same);
        }
    }

    #[test]
    fn digest_has_one_spelling(text in prop_oneof!["[A-Za-z0-9_-]{42,44}", ".{0,50}", "[A-Za-z0-9+/]{43}=?"]) {
        if let Some(digest) = Digest::from_base64url(&text) {
            assert_eq!(digest.to_string(), text);
        }
        let digest = Digest::sha256(text.as_bytes());
        assert_eq!(Digest::from_base64url(&digest.to_string()), Some(digest));
    }

    #[test]
    fn excerpt_of_any_text_is_one_short_line(text in prop_oneof!["(?s).{0,300}", "\\PC{0,300}"]) {
        let shown = Excerpt::new(&text).to_string();
        assert!(shown.starts_with('"') && shown.ends_with('"'));
        assert!(!shown.chars().any(char::is_control), "{shown}");
        assert!(shown.len() < 1300, "{}", shown.len());
        let inner = &shown[1..shown.len() - 1];
        assert!(!inner.replace("\\\\", "").replace("\\\"", "").contains('"'), "{shown}");
    }
}

#[cfg(feature = "http-client")]
proptest! {
    #![proptest_config(config())]

    #[test]
    fn metadata_of_any_bytes_is_refused(bytes in vec(any::<u8>(), 0..200), json in any_json(), status in 100..600_u16) {
        assert_no_keys(&bytes, status);
        assert_no_keys(json.to_string().as_bytes(), 200);
        assert_no_keys(json!({"issuer": ISSUER, "jwks_uri": json}).to_string().as_bytes(), 200);
    }

    #[test]
    fn metadata_never_leads_to_plain_http(target in prop_oneof![any_uri(), any_target()]) {
        let metadata = json!({"issuer": ISSUER, "jwks_uri": target}).to_string();
        for url in assert_no_keys(metadata.as_bytes(), 200) {
            assert!(url.starts_with("https://"), "{url}");
        }
    }
}

/// What an issuer with this metadata makes the client fetch; none of it is a key set.
#[cfg(feature = "http-client")]
fn assert_no_keys(metadata: &[u8], status: u16) -> Vec<String> {
    use http::StatusCode;
    use sender_constraint::future::MaybeReady;
    use sender_constraint::http_client::{
        HttpClient, HttpError, IncomingResponse, OutgoingRequest,
    };
    use sender_constraint::keys::RemoteKeys;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Debug)]
    struct Told(StatusCode, Vec<u8>, Arc<Mutex<Vec<String>>>);

    impl HttpClient for Told {
        fn send<'a>(
            &'a self,
            fetch: &'a OutgoingRequest,
        ) -> MaybeReady<'a, Result<IncomingResponse, HttpError>> {
            self.2.lock().unwrap().push(fetch.url.clone());
            MaybeReady::ready(Ok(IncomingResponse::new(
                self.0,
                http::HeaderMap::new(),
                self.1.clone(),
            )))
        }
    }

    let status = StatusCode::from_u16(status).unwrap();
    let client = Told(status, metadata.to_vec(), Arc::default());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let connect = RemoteKeys::for_issuer(ISSUER, client.clone()).fetch();
    let connected = runtime.unwrap().block_on(connect);
    assert!(connected.is_err());
    client.2.lock().unwrap().clone()
}

/// URIs that are nearly good.
fn any_uri() -> impl Strategy<Value = String> {
    let scheme = select(vec![
        "https://", "http://", "HTTPS://", "hTTp://", "wss://", "https:/", "//", "https:",
    ]);
    let host = any_host().prop_map(|host| String::from_utf8_lossy(&host).into_owned());
    let path = any_target();
    (scheme, host, path).prop_map(|(scheme, host, path)| format!("{scheme}{host}{path}"))
}

/// The same text with other cases, or with unreserved characters encoded.
fn respell(text: &str, choices: &[u8], is_path: bool) -> String {
    let mut spelled = String::new();
    for (character, choice) in text.chars().zip(choices.iter().cycle()) {
        let is_unreserved = character.is_ascii_alphanumeric() || "-._~".contains(character);
        match choice {
            1 if !is_path => spelled.push(character.to_ascii_uppercase()),
            2 if is_path && is_unreserved => {
                spelled.push_str(&format!("%{:02X}", u32::from(character)));
            }
            3 if is_path && is_unreserved => {
                spelled.push_str(&format!("%{:02x}", u32::from(character)));
            }
            _ => spelled.push(character),
        }
    }
    spelled
}
