//! How the value of a setting is written, at the end of an error.

use super::names::{Key, Names};
use super::setting_error::SettingReason;
use crate::config_error::ConfigError;
use crate::url_error::UrlError;

/// How to write the value, if the error shows that the notation is wrong; otherwise empty.
pub(super) fn advice(
    key: Key,
    value: Option<&str>,
    reason: &SettingReason,
    names: &Names,
) -> &'static str {
    let is_variable = matches!(names, Names::Variables(_));
    let is_joined = value.is_some_and(|value| value.contains([',', ';']));
    if is_variable && is_list(key) && (is_joined || is_of_a_list(reason)) {
        return "; elements of the list are separated by spaces";
    }
    match reason {
        SettingReason::Refused(error) if is_no_url(error) => example(key),
        SettingReason::Refused(ConfigError::PathPrefix(_)) => ", such as `/v1`",
        _ => "",
    }
}

/// The variable of an origin has one or several.
fn is_list(key: Key) -> bool {
    let name = key.name();
    LISTS.contains(&name) || name == "origin"
}

const fn is_of_a_list(reason: &SettingReason) -> bool {
    matches!(
        reason,
        SettingReason::Choice { .. } | SettingReason::Missing(_)
    )
}

const fn is_no_url(error: &ConfigError) -> bool {
    matches!(
        error,
        ConfigError::Issuer {
            reason: UrlError::Malformed | UrlError::Scheme,
            ..
        } | ConfigError::Origin {
            reason: UrlError::Malformed | UrlError::Scheme,
            ..
        } | ConfigError::Url {
            reason: UrlError::Malformed | UrlError::Scheme,
            ..
        }
    )
}

fn example(key: Key) -> &'static str {
    match key.name() {
        "issuer.name" => "; expected one such as https://as.example.com",
        "issuer.jwks" => {
            "; expected one such as https://as.example.com/jwks, or the path of a file"
        }
        "origin" | "origins" => "; expected one such as https://api.example.com",
        "policy.resource_metadata" => {
            "; expected one such as https://api.example.com/.well-known/oauth-protected-resource"
        }
        _ => "",
    }
}

const LISTS: [&str; 7] = [
    "dpop.algorithms",
    "forwarded.trusted_peers",
    "issuer.algorithms",
    "mtls.trusted_peers",
    "origins",
    "policy.ignore_confirmation_members",
    "tokens.audiences",
];
