//! Values and reasons of errors, without texts that may be secrets.

use super::shown::{is_shown, length_of, shown_as};
use super::value_form::ValueForm;
use crate::url_error::redacted;

impl ValueForm {
    /// The value in quotes, or only its length if it may be a secret.
    #[must_use]
    pub fn shown(self, value: &str) -> String {
        shown_as(value, self)
    }

    /// The reason, with only the length of `value` in its place if the value may be a secret. An empty value is none.
    ///
    /// Finds the value also in lower case, as names of headers are. This does not find a part of the value.
    ///
    /// ```
    /// use sender_constraint::config::ValueForm;
    ///
    /// let secret = "kq8Yc0lJv1cZcGqN0v0h3n6vSg3o0rC9xTqI2m8uXhE";
    /// let reason = format!("{secret:?}: No such file or directory");
    /// assert_eq!(
    ///     ValueForm::Path.conceal(secret, &reason),
    ///     "a text of 43 characters: No such file or directory"
    /// );
    /// ```
    #[must_use]
    pub fn conceal(self, value: &str, reason: &str) -> String {
        if is_shown(value, self) {
            reason.to_owned()
        } else {
            without(reason, value)
        }
    }
}

/// The reason with only the length of `hidden`, as errors write it: with or without quotes, and without the query of a URL.
pub(super) fn without(reason: &str, hidden: &str) -> String {
    let length = length_of(hidden);
    let texts = [
        hidden.to_owned(),
        redacted(hidden),
        hidden.to_ascii_lowercase(),
        hidden.trim().to_owned(),
    ];
    let texts = texts.iter().filter(|text| !text.is_empty());
    texts.fold(reason.to_owned(), |reason, text| {
        let quoted = format!("{text:?}");
        let escaped = quoted.trim_matches('"');
        let escaped = if escaped.is_empty() { text } else { escaped };
        let reason = reason.replace(&quoted, &length);
        reason.replace(escaped, &length).replace(text, &length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "kq8Yc0lJv1cZcGqN0v0h3n6vSg3o0rC9xTqI2m8uXhE";

    #[test]
    fn a_value_is_concealed_however_it_is_written() {
        for (value, came) in [
            (SECRET.to_owned(), format!("came {SECRET}")),
            (SECRET.to_owned(), format!("came {SECRET:?}")),
            (format!(" {SECRET} "), format!("came {SECRET:?}")),
            (
                "{\"k\":\"kq8\"}".to_owned(),
                format!("came {:?}", "{\"k\":\"kq8\"}"),
            ),
            (
                SECRET.to_owned(),
                format!("came {:?}", SECRET.to_ascii_lowercase()),
            ),
            (format!("{SECRET}?a"), format!("came \"{SECRET}?***\"")),
        ] {
            let length = value.chars().count();
            let expected = format!("came a text of {length} characters");
            assert_eq!(ValueForm::Url.conceal(&value, &came), expected, "{value}");
        }
    }

    #[test]
    fn other_words_are_left() {
        for value in ["", "\"", " ", "skew"] {
            let reason = "expected the path of a file";
            let concealed = ValueForm::Text.conceal(value, reason);
            assert_eq!(concealed, reason, "{value:?}");
            assert_eq!(ValueForm::Path.conceal("", reason), reason);
        }
    }
}
