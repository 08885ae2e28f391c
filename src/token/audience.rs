//! An audience in the configuration.

use crate::config_error::ConfigError;

/// Refuses an audience that is a mistake of the configuration: no token would have it.
pub(super) fn checked_audience(audience: &str) -> Result<String, ConfigError> {
    if audience.is_empty() || audience.trim() != audience || is_list(audience) {
        return Err(ConfigError::Audience(audience.to_owned()));
    }
    Ok(audience.to_owned())
}

/// Several URLs, or the notation of a list or an object.
fn is_list(audience: &str) -> bool {
    let has_scheme = |part: &str| part.contains("://");
    audience.starts_with(['[', '{', '"', '\''])
        || audience.split([',', ';']).skip(1).any(has_scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_no_audience() {
        for refused in [
            "https://a.example.com,https://b.example.com",
            "https://a.example.com, https://b.example.com",
            "a;https://b.example.com",
            "[\"https://a.example.com\"]",
            "\"https://a.example.com\"",
            "'a'",
            "{\"kty\":\"EC\"}",
            "",
            " a",
        ] {
            let error = checked_audience(refused).unwrap_err();
            assert_eq!(error, ConfigError::Audience(refused.to_owned()));
        }
        for accepted in [
            "https://a.example.com/b,c",
            "a,b",
            "urn:example:a;b",
            "accounts",
        ] {
            assert!(checked_audience(accepted).is_ok(), "{accepted}");
        }
    }
}
