//! The claims of a verified token by name, for those that only some issuers use (RFC 7519 section 4).

use serde_json::{Map, Value};

use super::error::TokenError;
use crate::excerpt::Excerpt;
use crate::jose::JsonError;

/// All members of the payload. The payload was parsed before, by the strict parser that refuses repeated members.
#[derive(Debug)]
pub(super) struct Members(Map<String, Value>);

impl Members {
    pub(super) fn parse(json: &[u8]) -> Result<Self, TokenError> {
        let members = serde_json::from_slice(json);
        let members = members.map_err(|_| TokenError::Payload(JsonError::Syntax))?;
        Ok(Self(members))
    }

    /// The claim, whatever its value.
    pub(super) fn get(&self, claim: &str) -> Option<&Value> {
        self.0.get(claim)
    }

    /// The claim's value; `None` if it is absent or null.
    pub(super) fn value(&self, claim: &str) -> Option<&Value> {
        self.get(claim).filter(|value| !value.is_null())
    }

    /// Whether the claim has a value other than null and the empty string.
    pub(super) fn has(&self, claim: &str) -> bool {
        self.value(claim).is_some_and(|value| value != "")
    }

    /// The claim's value, which must be a string; `None` also if it is empty.
    pub(super) fn text(&self, claim: &str, dialect: &str) -> Result<Option<&str>, TokenError> {
        let text = self.value(claim).map(|value| {
            let text = value.as_str();
            text.ok_or_else(|| wrong_type(claim, "a string", dialect))
        });
        Ok(text.transpose()?.filter(|text| !text.is_empty()))
    }
}

/// The strings of an array; `None` if an element is something else, or if it is not an array.
pub(super) fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

pub(super) fn wrong_type(claim: &str, expected: &'static str, dialect: &str) -> TokenError {
    TokenError::ClaimType {
        claim: Excerpt::new(claim),
        expected,
        dialect: dialect.to_owned(),
    }
}
