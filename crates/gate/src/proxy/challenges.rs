//! Challenges of an upstream (RFC 9110 section 11.6.1), without those of the scheme `DPoP`.

use http::HeaderValue;
use http::header::{HeaderMap, WWW_AUTHENTICATE};

use crate::malformed::is_token;

/// Removes the challenges of the scheme `DPoP` with their parameters. A line that is malformed is removed as a whole if
/// it could have one.
pub(super) fn remove_dpop(headers: &mut HeaderMap) {
    let lines: Vec<HeaderValue> = headers.get_all(WWW_AUTHENTICATE).iter().cloned().collect();
    headers.remove(WWW_AUTHENTICATE);
    // Lines are one list: the parameters of a challenge can go on in the next one.
    let mut is_dpop = false;
    for line in lines {
        if let Some(line) = kept(&line, &mut is_dpop) {
            headers.append(WWW_AUTHENTICATE, line);
        }
    }
}

/// What is left of a line. `is_dpop` says whether the last challenge before it was removed, and then whether its own
/// last one is.
fn kept(line: &HeaderValue, is_dpop: &mut bool) -> Option<HeaderValue> {
    let text = line.as_bytes();
    let mut kept = Vec::new();
    let mut is_whole = true;
    let Some(elements) = elements(text) else {
        *is_dpop = names_dpop(text);
        return (!*is_dpop).then(|| line.clone());
    };
    for element in elements {
        match Element::of(element) {
            Some(Element::Challenge(scheme)) => *is_dpop = scheme.eq_ignore_ascii_case(b"dpop"),
            Some(Element::Parameter) => {}
            None if names_dpop(text) => {
                *is_dpop = true;
                return None;
            }
            None => {}
        }
        if *is_dpop {
            is_whole = false;
        } else {
            kept.push(element);
        }
    }
    if is_whole {
        return Some(line.clone());
    }
    let kept = kept.join(&b", "[..]);
    let line = HeaderValue::from_bytes(&kept).ok();
    line.filter(|line| !line.is_empty())
}

/// The elements of a list, without those that are empty; `None` if a quoted string does not end.
fn elements(line: &[u8]) -> Option<Vec<&[u8]>> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let elements = line.split(|byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            _ => {}
        }
        *byte == b',' && !is_quoted
    });
    let elements: Vec<_> = elements.map(<[u8]>::trim_ascii).collect();
    let elements = elements.into_iter().filter(|it| !it.is_empty()).collect();
    (!is_quoted).then_some(elements)
}

/// An element of the list of challenges, which is also that of their parameters.
enum Element<'a> {
    /// The scheme of a challenge, with its first parameter, `token68`, or nothing.
    Challenge(&'a [u8]),
    Parameter,
}

impl<'a> Element<'a> {
    fn of(element: &'a [u8]) -> Option<Self> {
        if is_parameter(element) {
            return Some(Self::Parameter);
        }
        let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
        let end = element.iter().position(is_space).unwrap_or(element.len());
        let (scheme, rest) = element.split_at(end);
        let rest = rest.trim_ascii();
        let is_valid =
            is_token(scheme) && (rest.is_empty() || is_token68(rest) || is_parameter(rest));
        is_valid.then_some(Self::Challenge(scheme))
    }
}

/// `token BWS "=" BWS ( token / quoted-string )`
fn is_parameter(text: &[u8]) -> bool {
    let mut parts = text.splitn(2, |byte| *byte == b'=');
    let (Some(name), Some(value)) = (parts.next(), parts.next()) else {
        return false;
    };
    let value = value.trim_ascii_start();
    is_token(name.trim_ascii_end()) && (is_token(value) || is_quoted(value))
}

/// RFC 9110 section 5.6.4
fn is_quoted(value: &[u8]) -> bool {
    let Some(inner) = value
        .strip_prefix(b"\"")
        .and_then(|it| it.strip_suffix(b"\""))
    else {
        return false;
    };
    let mut is_escaped = false;
    let is_open = inner.iter().all(|byte| {
        let is_allowed = is_escaped || *byte != b'"';
        is_escaped = *byte == b'\\' && !is_escaped;
        is_allowed
    });
    is_open && !is_escaped
}

/// RFC 9110 section 11.2
fn is_token68(text: &[u8]) -> bool {
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    let rest = text.len().saturating_sub(padding);
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte);
    rest > 0 && text.iter().take(rest).all(is_allowed)
}

/// Whether a reader less strict than this one could find the scheme.
fn names_dpop(line: &[u8]) -> bool {
    line.windows(4)
        .any(|part| part.eq_ignore_ascii_case(b"dpop"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left<'a>(lines: &[&'a str]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            let value: &'a str = line;
            headers.append(WWW_AUTHENTICATE, value.parse().unwrap());
        }
        remove_dpop(&mut headers);
        let left = headers.get_all(WWW_AUTHENTICATE).iter();
        left.map(|line| line.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn dpop_97_other_challenges_of_the_line_stay() {
        for (line, expected) in [
            (
                "DPoP algs=\"ES256\", error=\"use_dpop_nonce\", Bearer realm=\"a, b\", scope=\"c\"",
                "Bearer realm=\"a, b\", scope=\"c\"",
            ),
            (
                "Bearer realm=\"a\" , DPoP algs=\"ES256\"",
                "Bearer realm=\"a\"",
            ),
            (
                "Negotiate YWJj==, dpop, Basic realm=x",
                "Negotiate YWJj==, Basic realm=x",
            ),
            (
                "Basic realm=\"DPoP algs=\\\"x\\\", DPoP\"",
                "Basic realm=\"DPoP algs=\\\"x\\\", DPoP\"",
            ),
            (
                "Bearer realm = \"a\",, error=\"DPoP\"",
                "Bearer realm = \"a\",, error=\"DPoP\"",
            ),
            ("DPoPx algs=\"ES256\"", "DPoPx algs=\"ES256\""),
            // Malformed, but without the scheme.
            ("Basic realm=a b", "Basic realm=a b"),
            ("Basic realm=\"a", "Basic realm=\"a"),
        ] {
            assert_eq!(left(&[line]), [expected], "{line}");
        }
    }

    #[test]
    fn dpop_97_no_spelling_of_the_scheme_passes() {
        for line in [
            "DPoP",
            "dpop,",
            ",DPOP algs=\"ES256\"",
            "DPoP\talgs=\"ES256\"",
            "DPoP  algs=ES256 , error = \"use_dpop_nonce\"",
            "DPoP YWJj",
            "DPoP realm=\"a, Bearer realm=\\\"b\\\"\"",
            // Malformed: what a client makes of it is unknown.
            "Basic realm=\"a, DPoP",
            "Basic realm=\"a\" DPoP algs=\"ES256\"",
            "Bearer realm=a b, DPoP",
            "DPoP=\"a\" Bearer",
        ] {
            assert!(left(&[line]).is_empty(), "{line}: {:?}", left(&[line]));
        }
    }

    #[test]
    fn dpop_97_parameters_in_the_next_line_go_with_their_challenge() {
        let lines = [
            "DPoP algs=\"ES256\"",
            "error=\"use_dpop_nonce\", Bearer realm=\"a\"",
            "scope=\"b\"",
        ];
        assert_eq!(left(&lines), ["Bearer realm=\"a\"", "scope=\"b\""]);
    }
}
