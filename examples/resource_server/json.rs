//! JSON that a terminal shows as it is: printable ASCII, with everything else escaped.

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;

/// Indented, and with a line end.
pub(crate) fn pretty(value: &impl Serialize) -> String {
    let json = serde_json::to_string_pretty(value).unwrap_or_default();
    ascii(&json) + "\n"
}

/// On one line.
pub(crate) fn line(members: &[(&str, Value)]) -> String {
    let members = members
        .iter()
        .map(|(name, value)| format!("{}:{value}", Value::from(*name)));
    let members: Vec<_> = members.collect();
    ascii(&format!("{{{}}}", members.join(",")))
}

pub(crate) fn response(text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// Outside of strings JSON is ASCII, so that every other character can be escaped as in a string.
fn ascii(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if character == '\n' || (' '..='~').contains(&character) {
            escaped.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    escaped
}
