//! The header fields of the original request. Whether a field was repeated must not be lost.

use http::header::{AUTHORIZATION, HOST, HeaderName};
use http::{HeaderMap, HeaderValue};

use super::check_error::CheckError;
use super::messages::{Field, Fields, HttpRequest};

/// The fields of the request, with its host, and without the pseudo-headers, which must say the same as the message.
pub(super) fn fields_of(request: &HttpRequest, limit: usize) -> Result<HeaderMap, CheckError> {
    let (fields, form) = match &request.header_map {
        None => (&request.headers, Form::Joined),
        Some(Fields { headers }) if request.headers.is_empty() => (headers, Form::Raw),
        Some(_) => return Err(CheckError::Contradictory("http.headers")),
    };
    if fields.len() > limit.saturating_add(PSEUDO_HEADERS) {
        return Err(CheckError::TooManyFields { limit });
    }
    let mut headers = HeaderMap::new();
    for field in fields {
        match stated_besides(request, &field.key) {
            Some((name, stated)) if value(field)? != stated.as_bytes() => {
                return Err(CheckError::Contradictory(name));
            }
            None if !field.key.starts_with(':') => add(&mut headers, field, form)?,
            _ => {}
        }
    }
    if headers.len() > limit {
        return Err(CheckError::TooManyFields { limit });
    }
    let host = HeaderValue::from_str(&request.host);
    let host = host.map_err(|_| CheckError::Malformed("http.host"))?;
    headers.insert(HOST, host);
    Ok(headers)
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Form {
    /// The values of repeated fields are joined by commas.
    Joined,
    Raw,
}

/// What the message itself has in a member of its own.
fn stated_besides<'a>(request: &'a HttpRequest, key: &str) -> Option<(&'static str, &'a str)> {
    match key.to_ascii_lowercase().as_str() {
        ":authority" | "host" => Some(("http.host", &request.host)),
        ":method" => Some(("http.method", &request.method)),
        ":path" => Some(("http.path", &request.path)),
        ":scheme" => Some(("http.scheme", &request.scheme)),
        _ => None,
    }
}

fn add(headers: &mut HeaderMap, field: &Field, form: Form) -> Result<(), CheckError> {
    let malformed = || CheckError::Malformed("http.headers");
    let name = HeaderName::from_bytes(field.key.as_bytes()).map_err(|_| malformed())?;
    let value = value(field)?;
    // Neither value of a single field has a comma (RFC 9110 section 11.2, RFC 7515 section 7.1). As separate lines, they are
    // refused as repeated.
    let is_joined = form == Form::Joined && (name == AUTHORIZATION || name == DPOP);
    for line in value.splitn(2, |byte| is_joined && *byte == b',') {
        let line = HeaderValue::from_bytes(line).map_err(|_| malformed())?;
        headers.append(name.clone(), line);
    }
    Ok(())
}

/// With `encode_raw_headers`, the value is in `raw_value`.
fn value(field: &Field) -> Result<&[u8], CheckError> {
    match (field.value.as_bytes(), field.raw_value.as_slice()) {
        (value, []) | ([], value) => Ok(value),
        _ => Err(CheckError::Contradictory("http.headers")),
    }
}

pub(super) const DPOP: HeaderName = HeaderName::from_static("dpop");
/// `:authority`, `:method`, `:path`, `:protocol`, `:scheme`; Envoy has no others.
const PSEUDO_HEADERS: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn field(key: &str, value: &str) -> Field {
        let (key, value) = (key.to_owned(), value.to_owned());
        Field {
            key,
            value,
            raw_value: Vec::new(),
        }
    }

    fn joined(fields: &[(&str, &str)]) -> HttpRequest {
        HttpRequest {
            method: "GET".into(),
            path: "/a".into(),
            host: "api.example.com".into(),
            scheme: "https".into(),
            headers: fields
                .iter()
                .map(|(key, value)| field(key, value))
                .collect(),
            header_map: None,
        }
    }

    fn raw(fields: &[(&str, &str)]) -> HttpRequest {
        let mut request = joined(fields);
        let mut headers = std::mem::take(&mut request.headers);
        for field in &mut headers {
            field.raw_value = std::mem::take(&mut field.value).into_bytes();
        }
        request.header_map = Some(Fields { headers });
        request
    }

    fn count(request: &HttpRequest, name: &str) -> usize {
        fields_of(request, 100)
            .unwrap()
            .get_all(name)
            .iter()
            .count()
    }

    #[test]
    fn a_repeated_credential_stays_repeated() {
        for name in ["authorization", "dpop"] {
            assert_eq!(count(&joined(&[(name, "a")]), name), 1);
            assert_eq!(count(&joined(&[(name, "a,b")]), name), 2);
            assert_eq!(count(&joined(&[(name, "a,")]), name), 2);
            assert_eq!(count(&joined(&[(name, "a"), (name, "b")]), name), 2);
            let upper = name.to_ascii_uppercase();
            assert_eq!(count(&joined(&[(name, "a"), (&upper, "b")]), name), 2);
            assert_eq!(count(&raw(&[(name, "a")]), name), 1);
            assert_eq!(count(&raw(&[(name, "a"), (name, "a")]), name), 2);
        }
        assert_eq!(count(&joined(&[("accept", "a,b")]), "accept"), 1);
    }

    #[test]
    fn pseudo_headers_and_members_say_the_same() {
        for (key, stated, other) in [
            (":authority", "api.example.com", "other.example.com"),
            (":method", "GET", "POST"),
            (":path", "/a", "/b"),
            (":scheme", "https", "http"),
            ("host", "api.example.com", "other.example.com"),
            ("Host", "api.example.com", "other.example.com"),
        ] {
            for form in [joined, raw] {
                let headers = fields_of(&form(&[(key, stated)]), 100).unwrap();
                assert_eq!(
                    (headers.len(), &headers[HOST]),
                    (1, &HeaderValue::from_static("api.example.com"))
                );
                let error = fields_of(&form(&[(key, stated), (key, other)]), 100);
                assert!(matches!(error, Err(CheckError::Contradictory(_))), "{key}");
            }
        }
    }

    #[test]
    fn a_value_or_a_list_is_there_once() {
        let mut both = raw(&[("a", "1")]);
        both.headers = joined(&[("a", "1")]).headers;
        assert!(matches!(
            fields_of(&both, 100),
            Err(CheckError::Contradictory(_))
        ));
        let mut both = raw(&[("a", "1")]);
        both.header_map.as_mut().unwrap().headers[0].value = "1".into();
        assert!(matches!(
            fields_of(&both, 100),
            Err(CheckError::Contradictory(_))
        ));
    }

    #[test]
    fn malformed_fields_are_refused() {
        for (key, value) in [("", "a"), ("a b", "a"), ("a", "a\r\nb: c"), ("a", "\0")] {
            for form in [joined, raw] {
                let error = fields_of(&form(&[(key, value)]), 100);
                assert!(matches!(error, Err(CheckError::Malformed(_))), "{key:?}");
            }
        }
    }

    #[test]
    fn the_number_of_fields_has_a_limit() {
        let names: Vec<_> = (0..4).map(|number| format!("x-{number}")).collect();
        let fields: Vec<_> = names.iter().map(|name| (name.as_str(), "a")).collect();
        assert!(fields_of(&joined(&fields[..3]), 3).is_ok());
        let error = fields_of(&joined(&fields), 3);
        assert!(matches!(error, Err(CheckError::TooManyFields { limit: 3 })));
    }
}
