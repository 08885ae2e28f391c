//! Finds a configured identifier that differs from the one that came in one thing only: a hint for the operator.

use url::Url;

/// The end of a sentence that names the difference, or nothing. `found` may be a list, separated by spaces.
pub(crate) fn near_miss<K: AsRef<str>>(found: &str, configured: &[K]) -> String {
    let mut pairs = std::iter::once(found)
        .chain(found.split(' '))
        .flat_map(|found| configured.iter().map(move |known| (found, known.as_ref())));
    pairs
        .find_map(|(found, known)| Some((difference(found, known)?, known)))
        .map(|(what, known)| format!("; it differs from {known:?} only in {what}"))
        .unwrap_or_default()
}

fn difference(found: &str, known: &str) -> Option<&'static str> {
    let without_slash = |text: &str| text.strip_suffix('/').unwrap_or(text).to_owned();
    let without_scheme = |text: &str| Some(text.split_once("://")?.1.to_owned());
    // Of an excerpt, the end is unknown.
    let is_excerpt = found.ends_with("...") || known.ends_with("...");
    if found == known || is_excerpt {
        None
    } else if without_slash(found) == without_slash(known) {
        Some("the final `/`")
    } else if found.eq_ignore_ascii_case(known) {
        Some("the letter case")
    } else if found.trim() == known {
        Some("white space")
    } else if without_scheme(found).is_some_and(|rest| Some(rest) == without_scheme(known)) {
        Some("the scheme")
    } else if without_port(found).is_some_and(|rest| Some(rest) == without_port(known)) {
        Some("the port")
    } else {
        None
    }
}

fn without_port(text: &str) -> Option<Url> {
    let mut url = Url::parse(text).ok()?;
    url.set_port(None).ok()?;
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jwt_03_names_the_only_difference() {
        let known = "https://as.example.com/a";
        for (found, expected) in [
            ("https://as.example.com/a/", Some("the final `/`")),
            ("https://AS.example.com/a", Some("the letter case")),
            (" https://as.example.com/a", Some("white space")),
            ("http://as.example.com/a", Some("the scheme")),
            ("https://as.example.com:443/a", Some("the port")),
            ("https://as.example.com:8443/a", Some("the port")),
            ("https://as.example.com/a", None),
            ("http://as.example.com/a/", None),
            ("https://as.example.com/a//", None),
            ("https://as.example.com/b", None),
            ("https://as.example.com.evil.test/a", None),
            ("", None),
        ] {
            assert_eq!(difference(found, known), expected, "{found}");
        }
        assert_eq!(difference("api/", "api"), Some("the final `/`"));
        assert_eq!(
            difference("https://as.example.com/A...", "https://as.example.com/a..."),
            None
        );
        let both = ["other".to_owned(), "Api".to_owned()];
        let text = "; it differs from \"Api\" only in the letter case";
        assert_eq!(near_miss("api", &both), text);
        assert_eq!(near_miss("account api", &both), text);
        assert_eq!(near_miss("account", &both), "");
    }
}
