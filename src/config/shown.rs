//! Which texts errors show: no secret that is in the place of another value.

use url::Url;

use super::value_form::ValueForm as Form;

/// The text in quotes, or only its length.
pub(super) fn shown(text: &str) -> String {
    shown_as(text, Form::Text)
}

pub(super) fn shown_as(text: &str, form: Form) -> String {
    if is_shown(text, form) {
        format!("{text:?}")
    } else {
        length_of(text)
    }
}

/// Whether an error may have the text: it is short, or an address of this form, and looks like no secret.
pub(super) fn is_shown(text: &str, form: Form) -> bool {
    let length = text.chars().count();
    let is_address = length <= MAX_ADDRESS;
    let is_fitting = match form {
        Form::Path => is_address && is_path(text),
        Form::PathOrUrl => is_address && (is_url(text) || is_path(text)),
        Form::Text => length <= MAX_SHOWN,
        Form::Url => length <= MAX_SHOWN || (is_address && (is_url(text) || is_url_path(text))),
    };
    is_fitting && !is_like_a_secret(text)
}

/// In place of a text that is not shown.
pub(super) fn length_of(text: &str) -> String {
    format!("{BEFORE}{}{AFTER}", text.chars().count())
}

/// The text with each [`length_of`] without the quotes of a value.
pub(super) fn without_quotes(text: &str) -> String {
    let mut parts = text.split(QUOTED);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at_checked(digits).unwrap_or_default();
        match rest.strip_prefix(AFTER).and_then(|it| it.strip_prefix('"')) {
            Some(rest) if digits > 0 => {
                plain.push_str(&format!("{BEFORE}{number}{AFTER}{rest}"));
            }
            _ => plain.push_str(&format!("{QUOTED}{part}")),
        }
    }
    plain
}

/// A JWK, a key file, user information, or a JWT.
fn is_like_a_secret(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
        || text.contains("-----BEGIN")
        || has_user_information(text)
        || text.split(is_separator).any(is_like_a_jwt)
}

/// Whether no name of an API is written so. Unlike [`is_like_a_secret`], this leaves host names with long labels, and an `@`
/// before which there is no password.
pub(super) fn is_no_audience(text: &str) -> bool {
    let is_long = |part: &str| part.len() >= MIN_JWT_PART;
    let is_jwt = |part: &str| {
        let parts: Vec<_> = part.split('.').collect();
        (part.starts_with("eyJ") && is_long(part))
            || (parts.len() == 3 && parts.iter().all(|part| is_long(part)))
    };
    text.trim_start().starts_with(['{', '['])
        || text.contains("-----BEGIN")
        || has_password(text)
        || text.split(is_separator).any(is_jwt)
}

/// In user information, also where the scheme is missing; or a user of a URL, which may be a token.
fn has_password(text: &str) -> bool {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let authority = rest.split(['/', '?', '#', '\\']).next();
    let user = authority.and_then(|authority| authority.rsplit_once('@'));
    user.is_some_and(|(user, _)| !scheme.is_empty() || user.contains(':'))
}

/// Before the host, also where the scheme is missing.
fn has_user_information(text: &str) -> bool {
    let parsed = Url::parse(text).ok().filter(Url::has_host);
    if parsed.is_some_and(|url| !url.username().is_empty() || url.password().is_some()) {
        return true;
    }
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next();
    authority.is_some_and(|authority| authority.contains('@'))
}

/// No letter of a JWT.
const fn is_separator(each: char) -> bool {
    !matches!(each, '.' | '-' | '_' | '0'..='9' | 'a'..='z' | 'A'..='Z')
}

/// Three base64url parts, the first two longer than usual labels of a host, or the beginning of a JOSE header.
fn is_like_a_jwt(text: &str) -> bool {
    let parts: Vec<_> = text.split('.').collect();
    let is_long = |part: &&str| part.len() >= MIN_JWT_PART;
    text.starts_with("eyJ") || (parts.len() == 3 && parts.iter().take(2).all(is_long))
}

fn is_url(text: &str) -> bool {
    let has_scheme = text.contains("://");
    has_scheme && Url::parse(text.trim()).is_ok_and(|url| url.has_host())
}

/// A path prefix, or an origin without its scheme.
fn is_url_path(text: &str) -> bool {
    text.starts_with('/') && is_path(text)
}

/// Where a file may be: an absolute path, one relative to a folder that it names, or the name of a file.
fn is_path(text: &str) -> bool {
    let is_plain = |each: char| each.is_alphanumeric() || "/\\._-~: +,()@#".contains(each);
    if text.is_empty() || !text.chars().all(is_plain) {
        return false;
    }
    let is_rooted = text.starts_with(['/', '.', '~']) || text.get(1..3) == Some(":\\");
    let name = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.len());
    let has_extension = extension.is_some_and(|length| (1..=MAX_EXTENSION).contains(&length));
    is_rooted || has_extension || text.chars().count() <= MAX_SHOWN
}

const BEFORE: &str = "a text of ";
const QUOTED: &str = "\"a text of ";
const AFTER: &str = " characters";

/// In characters; a secret for nonces has 43.
const MAX_SHOWN: usize = 24;
/// Of a URL or a path, in characters.
const MAX_ADDRESS: usize = 256;
/// Of header and payload of a JWT; the label of a host is rarely as long.
const MIN_JWT_PART: usize = 16;
/// Of the name of a file, such as `jsonl`.
const MAX_EXTENSION: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shown_up_to_its_limit() {
        assert_eq!(
            shown(&"a".repeat(MAX_SHOWN)),
            format!("{:?}", "a".repeat(24))
        );
        assert_eq!(shown(&"a".repeat(MAX_SHOWN + 1)), "a text of 25 characters");
        let of = |length: usize| format!("/{}", "a".repeat(length - 1));
        for form in [Form::Path, Form::PathOrUrl, Form::Url] {
            assert!(is_shown(&of(MAX_ADDRESS), form), "{form:?}");
            assert!(!is_shown(&of(MAX_ADDRESS + 1), form), "{form:?}");
        }
        let jwt = |length: usize| format!("{0}.{0}.a", "b".repeat(length));
        assert!(!is_like_a_secret(&jwt(MIN_JWT_PART - 1)));
        assert!(is_like_a_secret(&jwt(MIN_JWT_PART)));
    }

    #[test]
    fn addresses_are_shown() {
        for (text, form) in [
            ("https://as.example.com/realms/main", Form::Url),
            ("http://as.example.com:8080?a", Form::Url),
            ("/services/accounts/version-1", Form::Url),
            ("https://as.example.com/keys/published", Form::PathOrUrl),
            ("/run/secrets/nonces-of-accounts", Form::Path),
            ("../configuration/denied-clients.toml", Form::Path),
            ("configuration/denied-clients.toml", Form::Path),
            ("C:\\Program Files\\sender\\denied", Form::Path),
            ("nonces", Form::Path),
        ] {
            assert!(is_shown(text, form), "{text}");
        }
    }

    #[test]
    fn quotes_are_only_those_of_a_length() {
        for (text, expected) in [
            (
                "b \"a text of 43 characters\" c",
                "b a text of 43 characters c",
            ),
            ("\"a text of 4 characters\"", "a text of 4 characters"),
            ("\"a text of it\"", "\"a text of it\""),
            (
                "\"a text of 4 characters and\"",
                "\"a text of 4 characters and\"",
            ),
            ("none", "none"),
        ] {
            assert_eq!(without_quotes(text), expected);
        }
    }
}
