//! What distinguishes access tokens from other JWTs of the same issuer (RFC 8725 sections 3.11 and 3.12).

use std::fmt;

use serde_json::Value;

use crate::excerpt::Excerpt;
use crate::token::error::TokenError;
use crate::token::members::Members;

/// A property of access tokens that the other JWTs of the same issuer do not have: ID tokens, refresh tokens, logout
/// tokens.
///
/// A token whose header has `typ` `at+jwt` needs no other marker (RFC 9068 section 4 item 1).
///
/// ```
/// use sender_constraint::token::Marker;
///
/// let of_keycloak = Marker::claim_value("typ", ["Bearer", "DPoP"]);
/// let of_entra = Marker::claim_present(["scp", "roles"]);
/// assert_eq!(of_entra.to_string(), r#"one of the claims ["scp", "roles"]"#);
/// # drop(of_keycloak);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Marker(Kind);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Kind {
    HeaderType,
    Present(Vec<String>),
    Value { claim: String, values: Vec<String> },
}

impl Marker {
    /// `typ` `at+jwt` in the header, as RFC 9068 requires. Tokens of another type are refused.
    pub const fn header_type() -> Self {
        Self(Kind::HeaderType)
    }

    /// At least one of these claims, with a value other than null and the empty string. The issuer must not put them
    /// into its other JWTs, and must not let its users or clients add them.
    pub fn claim_present(claims: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(Kind::Present(claims.into_iter().map(Into::into).collect()))
    }

    /// A claim with one of these strings, compared byte for byte: how the issuer states what kind of token this is.
    pub fn claim_value(
        claim: impl Into<String>,
        values: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self(Kind::Value {
            claim: claim.into(),
            values: values.into_iter().map(Into::into).collect(),
        })
    }

    pub(super) fn is_header_type(&self) -> bool {
        self.0 == Kind::HeaderType
    }

    /// Refuses a token that does not have the marker. `typ` in the header is checked with the header.
    pub(super) fn check(&self, members: &Members, dialect: &str) -> Result<(), TokenError> {
        let (holds, found) = match &self.0 {
            Kind::HeaderType => return Ok(()),
            Kind::Present(claims) => (claims.iter().any(|claim| members.has(claim)), ABSENT),
            Kind::Value { claim, values } => match members.value(claim) {
                None => (false, ABSENT),
                Some(Value::String(text)) => (values.contains(text), text.as_str()),
                Some(_) => (false, "(not a string)"),
            },
        };
        if holds {
            return Ok(());
        }
        Err(TokenError::Marker {
            expected: self.to_string(),
            found: Excerpt::new(found),
            dialect: dialect.to_owned(),
        })
    }
}

/// What is expected, for the log.
impl fmt::Display for Marker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::HeaderType => formatter.write_str("`typ` \"at+jwt\" in the header"),
            Kind::Present(claims) => write!(formatter, "one of the claims {claims:?}"),
            Kind::Value { claim, values } => write!(formatter, "`{claim}` to be one of {values:?}"),
        }
    }
}

/// Refuses a token with a claim that access tokens do not have.
pub(super) fn check_absent(
    claim: &str,
    members: &Members,
    dialect: &str,
) -> Result<(), TokenError> {
    if members.get(claim).is_none() {
        return Ok(());
    }
    Err(TokenError::Marker {
        expected: format!("no claim `{claim}`"),
        found: Excerpt::new(claim),
        dialect: dialect.to_owned(),
    })
}

const ABSENT: &str = "(absent)";
