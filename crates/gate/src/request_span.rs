//! The span of a request, which every event about it has: the method and the path of the request that is checked.

use http::{Method, Uri};
use tracing::{Span, field};

/// The span of a proxied request, with its method and path.
pub(crate) fn of(method: &Method, uri: &Uri) -> Span {
    let span = of_authorization_request();
    record_in(&span, method, uri);
    span
}

/// The span of an authorization request; [`record`] adds method and path of the original request.
pub(crate) fn of_authorization_request() -> Span {
    tracing::info_span!("request", method = field::Empty, path = field::Empty)
}

/// Records the request that is checked in the current span, which is that of [`of_authorization_request`].
pub(crate) fn record(method: &Method, uri: &Uri) {
    record_in(&Span::current(), method, uri);
}

/// Not the query, where some clients put a token.
fn record_in(span: &Span, method: &Method, uri: &Uri) {
    span.record("method", field::display(printable(method.as_str())));
    span.record("path", field::display(printable(uri.path())));
}

/// The beginning of `text` in printable ASCII, with everything else escaped.
fn printable(text: &str) -> String {
    let mut printable = String::new();
    for character in text.chars().take(MAX_LOGGED) {
        printable.extend(character.escape_default());
    }
    if text.len() > MAX_LOGGED {
        printable.push_str("...");
    }
    printable
}

const MAX_LOGGED: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_is_cut() {
        let longest = "a".repeat(MAX_LOGGED);
        assert_eq!(printable(&longest), longest);
        assert_eq!(printable(&format!("{longest}a")), format!("{longest}..."));
        assert_eq!(printable("\u{e9}\n"), "\\u{e9}\\n");
    }
}
