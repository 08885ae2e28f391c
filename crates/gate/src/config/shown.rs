//! A value of the configuration in an error.

/// A short text as it came. A longer one, and a URL with a password or a name in it, may be a secret.
pub(super) fn shown(text: &str) -> String {
    let is_short = text.chars().nth(MAX_SHOWN).is_none();
    let has_userinfo = text
        .split_once("//")
        .is_some_and(|(_, rest)| rest.contains('@'));
    if is_short && !has_userinfo {
        return format!("{text:?}");
    }
    let kind = if has_userinfo {
        "a URL with a user or a password,"
    } else {
        "a text"
    };
    format!("{kind} of {} characters", text.chars().count())
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

const MAX_SHOWN: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_not_shown() {
        let longest = "a".repeat(MAX_SHOWN);
        assert_eq!(shown(&longest), format!("{longest:?}"));
        assert_eq!(
            shown(&format!("{longest}a")),
            "a text of 101 characters".to_owned()
        );
    }

    #[test]
    fn a_password_in_a_url_is_not_shown() {
        for url in [
            "http://gate:secret@a.example",
            "http://secret@a",
            "http://:sec/ret@a",
        ] {
            let expected = format!(
                "a URL with a user or a password, of {} characters",
                url.len()
            );
            assert_eq!(shown(url), expected);
        }
        assert_eq!(shown("a@b"), "\"a@b\"");
    }

    #[test]
    fn an_error_has_a_largest_size() {
        assert_eq!(shortened("abc", 3), "abc");
        assert_eq!(shortened("abcd", 3), "abc...");
        assert_eq!(shortened("a\n\u{1b}\u{e9}", 9), "a\\n\\u{1b}\u{e9}");
    }
}
