//! What an error shows: no value that may be a secret, and nothing that would act on a terminal.

use std::net::SocketAddr;

use sender_constraint::config::ValueForm;

/// The reason, with only the length of the value of the setting if the value may be a secret.
pub(super) fn concealed(setting: &str, value: &str, reason: &str) -> String {
    // An IPv6 address begins as a list of JSON does.
    if value.parse::<SocketAddr>().is_ok() {
        return reason.to_owned();
    }
    let value = value.strip_prefix("unix:").unwrap_or(value);
    form_of(setting).conceal(value, reason)
}

/// By the last part of the name.
fn form_of(setting: &str) -> ValueForm {
    match setting.rsplit('.').next().unwrap_or_default() {
        "ca" | "certificate" | "client_ca" | "client_certificate" | "client_key" | "deny_file"
        | "exceptions_file" | "key" | "listen" | "secret_file" => ValueForm::Path,
        "jwks" => ValueForm::PathOrUrl,
        "audience" | "audiences" | "endpoint" | "issuer" | "name" | "origin" | "origins"
        | "path_prefix" | "paths" | "prefixes" | "redis" | "resource_metadata" | "url" => {
            ValueForm::Url
        }
        _ => ValueForm::Text,
    }
}

/// The beginning of what an error says, without characters that would act on a terminal.
pub(super) fn shortened(text: &str, limit: usize) -> String {
    let mut shortened = String::new();
    for character in text.chars().take(limit) {
        if character.is_control() {
            shortened.extend(character.escape_default());
        } else {
            shortened.push(character);
        }
    }
    if text.chars().nth(limit).is_some() {
        shortened.push_str("...");
    }
    shortened
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_where_one_is_expected() {
        let of = |setting: &str, value: &str| concealed(setting, value, value) == value;
        for (setting, value) in [
            ("listen", "[2001:db8::1]:8443"),
            ("admin.listen", "unix:/run/sender-constraint/socket"),
            ("tls.key", "/etc/sender-constraint/certificates/key.pem"),
            ("issuer.jwks", "https://as.example.com/realms/main/keys"),
            ("upstream.url", "http://orders.internal.example.com:3000"),
            ("nonce.mode", "a-text-of-24-characters."),
        ] {
            assert!(of(setting, value), "{setting}");
        }
        assert!(!of(
            "listen",
            "unix:kq8Yc0lJv1cZcGqN0v0h3n6vSg3o0rC9xTqI2m8uXhE"
        ));
        assert!(!of("nonce.mode", "a-text-of-25-characters.."));
        assert!(!of(
            "upstream.host",
            "https://as.example.com/realms/main/keys"
        ));
    }

    #[test]
    fn an_error_has_a_largest_size() {
        assert_eq!(shortened("abc", 3), "abc");
        assert_eq!(shortened("abcd", 3), "abc...");
        assert_eq!(shortened("a\n\u{1b}\u{e9}", 9), "a\\n\\u{1b}\u{e9}");
    }
}
