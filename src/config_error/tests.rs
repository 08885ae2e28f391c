//! No text for operators has a path of Rust.

use std::collections::BTreeSet;
use std::time::Duration;

use super::error::ConfigError;
use super::secrets::{NonceSecretError, SharedSecretError};
use crate::crypto::PrivateKeyError;
use crate::url_error::UrlError;

/// One of each kind, of which those with a cause have the one whose advice names functions.
fn each() -> Vec<ConfigError> {
    let text = || "a".to_owned();
    let (value, reason) = (text(), UrlError::PlainHttp);
    vec![
        ConfigError::Audience(text()),
        ConfigError::AuthorizationServer(text()),
        ConfigError::CertificateHeader(text()),
        ConfigError::ChallengeText {
            parameter: "realm",
            value: text(),
        },
        ConfigError::ClientId,
        ConfigError::DuplicateIssuer(text()),
        ConfigError::DuplicateResource(text()),
        ConfigError::DuplicateRoute(text()),
        ConfigError::Duration {
            setting: "`Require::max_age`",
            value: Duration::ZERO,
            least: Duration::ZERO,
            most: Duration::ZERO,
        },
        ConfigError::File {
            path: text(),
            line: None,
            reason: text(),
        },
        ConfigError::HttpClient(text()),
        ConfigError::HybridIssuer(text()),
        ConfigError::Issuer {
            value: value.clone(),
            reason,
        },
        ConfigError::IssuerAudience(text()),
        ConfigError::IssuerPattern(text()),
        ConfigError::KnownConfirmationMember("jkt"),
        ConfigError::Language(text()),
        ConfigError::Network(text()),
        ConfigError::NoAlgorithm("proof"),
        ConfigError::NoCertificateHeader("pem-percent"),
        ConfigError::NoKey {
            origin: text(),
            skipped: Vec::new(),
        },
        ConfigError::NoStatusListOrigin(text()),
        ConfigError::NoTrustedPeer,
        ConfigError::NonceSecret(NonceSecretError::Base64Url),
        ConfigError::NothingAccepted,
        ConfigError::OfflineAccess,
        ConfigError::Origin {
            value: value.clone(),
            reason,
        },
        ConfigError::PathPrefix(text()),
        ConfigError::PlainHttpPattern(text()),
        ConfigError::PrivateKey(PrivateKeyError::Malformed),
        ConfigError::Profile {
            profile: "Guard::fapi2",
            setting: "`Dpop::clock_skew`".to_owned(),
            rule: "a",
        },
        ConfigError::ProtectedResource {
            member: "jwks_uri",
            value: value.clone(),
            reason,
        },
        ConfigError::Repeated("dpop"),
        ConfigError::Route(text()),
        ConfigError::SameHost {
            first: text(),
            second: text(),
        },
        ConfigError::ScopeCycle(text()),
        ConfigError::SecondIntrospection {
            first: text(),
            second: text(),
        },
        ConfigError::SharedSecret {
            client_id: text(),
            reason: SharedSecretError::Ended(Duration::ZERO),
        },
        ConfigError::Size {
            setting: "`Require::scopes`",
            value: 0,
            least: 1,
            most: 2,
        },
        ConfigError::TenantsPerIssuer,
        ConfigError::Tls(text()),
        ConfigError::UnknownAlgorithm(text()),
        ConfigError::UnknownHeaderFormat(text()),
        ConfigError::UnreachableKeys {
            origin: text(),
            reason: text(),
        },
        ConfigError::UnreadableKeys {
            origin: text(),
            reason: text(),
        },
        ConfigError::UnsignedMetadata,
        ConfigError::UnsupportedAlgorithm("ES256"),
        ConfigError::UnusedMetadataUrl,
        ConfigError::Url { value, reason },
    ]
}

/// The number of variants: that of their documented texts in the file.
fn variants() -> usize {
    include_str!("error.rs").matches("\n    #[error(").count()
}

#[test]
fn no_text_for_operators_has_a_path_of_rust() {
    let errors = each();
    let kinds: BTreeSet<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(kinds.len(), variants(), "one of each kind");
    let mut with_path = 0;
    for error in errors {
        let has_path = |text: &str| {
            let mut rests = text.split("::").skip(1);
            rests.any(|rest| rest.starts_with(|first: char| first.is_alphabetic()))
        };
        with_path += usize::from(has_path(&error.to_string()));
        let text = error.in_settings();
        assert!(!has_path(&text), "{text}");
    }
    assert!(with_path > 5, "{with_path}");
}
