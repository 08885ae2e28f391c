//! What the value of a setting is, which decides what errors show of it.

/// What the value of a setting is: errors show an address that is longer than other texts.
///
/// For a program that has settings beside those of [`GuardConfig`](super::GuardConfig), and shows no value that may be a
/// secret in the wrong place, by the rule of [`SettingError`](super::SettingError).
///
/// ```
/// use sender_constraint::config::ValueForm;
///
/// assert_eq!(ValueForm::Text.shown("skew"), "\"skew\"");
/// let secret = "kq8Yc0lJv1cZcGqN0v0h3n6vSg3o0rC9xTqI2m8uXhE";
/// assert_eq!(ValueForm::Path.shown(secret), "a text of 43 characters");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ValueForm {
    /// The path of a file.
    Path,
    /// A path or a URL.
    PathOrUrl,
    /// Any other text.
    Text,
    /// A URL, or a part of one.
    Url,
}
