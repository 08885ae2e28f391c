//! Errors without values that may be secrets.

use super::guard_config::GuardConfig;
use super::names::Key;
use super::reasons::without as without_text;
use super::setting_error::SettingReason;
use super::shown::{is_shown, length_of};
use super::value_form::ValueForm as Form;
use crate::config_error::ConfigError;

impl GuardConfig {
    /// The reason, with only the length of the value if the value may be a secret.
    pub(super) fn concealed(&self, key: Key, reason: SettingReason) -> SettingReason {
        let form = form_of(key);
        let Some(value) = self.value_of(key).filter(|it| !is_shown(it, form)) else {
            return reason;
        };
        match reason {
            _ if value.is_empty() && matches!(form, Form::Path | Form::PathOrUrl) => {
                SettingReason::Value {
                    came: "an empty text".to_owned(),
                    expected: "the path of a file",
                }
            }
            SettingReason::File { reason, .. } => SettingReason::File {
                path: length_of(value),
                reason,
            },
            SettingReason::Refused(error) => SettingReason::Refused(without(error, value)),
            other => other,
        }
    }

    /// The text of the setting, if it has one.
    pub(super) fn value_of(&self, key: Key) -> Option<&str> {
        let element = |list: &'static str, texts| (list == key.name()).then_some(texts);
        let lists: [(_, &[String]); 3] = [
            ("origins", &self.origins),
            ("tokens.audiences", &self.tokens.audiences),
            (
                "policy.ignore_confirmation_members",
                &self.policy.ignore_confirmation_members,
            ),
        ];
        let forwarded = self.forwarded.as_ref();
        let forwarded =
            forwarded.map(|it| ("forwarded.trusted_peers", it.trusted_peers.as_slice()));
        let mtls = self.mtls.as_ref();
        let mtls = mtls.map(|it| ("mtls.trusted_peers", it.trusted_peers.as_slice()));
        let mut lists = lists.into_iter().chain(forwarded).chain(mtls);
        if let Some(texts) = lists.find_map(|(name, texts)| element(name, texts)) {
            return texts.get(key.number()?).map(String::as_str);
        }
        let issuer = self.issuers.get(key.issuer().unwrap_or_default());
        let policy = &self.policy;
        match key.name() {
            "issuer.name" => issuer.map(|it| it.name.as_str()),
            "issuer.jwks" => issuer?.jwks.as_deref(),
            "mtls.header" => self.mtls.as_ref()?.header.as_deref(),
            "nonce.secret_file" => self.nonce.secret_file.as_deref(),
            "origin" => self.origin.as_deref(),
            "path_prefix" => self.path_prefix.as_deref(),
            "policy.deny_file" => policy.deny_file.as_deref(),
            "policy.exceptions_file" => policy.exceptions_file.as_deref(),
            "policy.realm" => policy.realm.as_deref(),
            "policy.resource_metadata" => policy.resource_metadata.as_deref(),
            "tokens.ca" => self.tokens.ca.as_deref(),
            _ => None,
        }
    }
}

fn form_of(key: Key) -> Form {
    match key.name() {
        "issuer.jwks" => Form::PathOrUrl,
        "nonce.secret_file" | "policy.deny_file" | "policy.exceptions_file" | "tokens.ca" => {
            Form::Path
        }
        "issuer.name"
        | "origin"
        | "origins"
        | "path_prefix"
        | "policy.resource_metadata"
        | "tokens.audiences" => Form::Url,
        _ => Form::Text,
    }
}

/// The error with only the length of the value.
fn without(error: ConfigError, hidden: &str) -> ConfigError {
    let length = length_of(hidden);
    let plain = |reason: String| without_text(&reason, hidden);
    match error {
        ConfigError::Audience(_) => ConfigError::Audience(length),
        ConfigError::CertificateHeader(_) => ConfigError::CertificateHeader(length),
        ConfigError::ChallengeText { parameter, .. } => ConfigError::ChallengeText {
            parameter,
            value: length,
        },
        ConfigError::DuplicateIssuer(_) => ConfigError::DuplicateIssuer(length),
        ConfigError::File { line, reason, .. } => ConfigError::File {
            reason: plain(reason),
            path: length,
            line,
        },
        ConfigError::Issuer { reason, .. } => ConfigError::Issuer {
            value: length,
            reason,
        },
        ConfigError::Network(_) => ConfigError::Network(length),
        ConfigError::NoKey { skipped, .. } => ConfigError::NoKey {
            origin: length,
            skipped,
        },
        ConfigError::Origin { reason, .. } => ConfigError::Origin {
            value: length,
            reason,
        },
        ConfigError::PathPrefix(_) => ConfigError::PathPrefix(length),
        ConfigError::SameHost { first, .. } => ConfigError::SameHost {
            first: plain(first),
            second: length,
        },
        ConfigError::UnreachableKeys { reason, .. } => ConfigError::UnreachableKeys {
            reason: plain(reason),
            origin: length,
        },
        ConfigError::UnreadableKeys { reason, .. } => ConfigError::UnreadableKeys {
            reason: plain(reason),
            origin: length,
        },
        ConfigError::Url { reason, .. } => ConfigError::Url {
            value: length,
            reason,
        },
        other => other,
    }
}
