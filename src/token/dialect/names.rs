//! The names of the ready-made dialects, for command lines and configuration files.

use std::str::FromStr;

use super::rules::Dialect;
use crate::excerpt::Excerpt;

impl Dialect {
    /// The names of the ready-made dialects.
    pub const NAMES: [&str; 9] = [
        "rfc9068", "auth0", "authlete", "cognito", "entra-id", "keycloak", "okta", "ory", "zitadel",
    ];

    /// The ready-made dialect with this [name](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "rfc9068" => Some(Self::rfc9068()),
            "auth0" => Some(Self::auth0()),
            "authlete" => Some(Self::authlete()),
            "cognito" => Some(Self::cognito()),
            "entra-id" => Some(Self::entra_id()),
            "keycloak" => Some(Self::keycloak()),
            "okta" => Some(Self::okta()),
            "ory" => Some(Self::ory()),
            "zitadel" => Some(Self::zitadel()),
            _ => None,
        }
    }
}

/// Not the name of a ready-made dialect.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0} is not a dialect; expected one of {names}", names = Dialect::NAMES.join(", "))]
pub struct UnknownDialect(Excerpt);

/// Reads the [name](Dialect::name).
///
/// ```
/// use sender_constraint::token::Dialect;
///
/// assert_eq!("okta".parse(), Ok(Dialect::okta()));
/// assert!("Okta".parse::<Dialect>().is_err());
/// ```
impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(name: &str) -> Result<Self, UnknownDialect> {
        Self::from_name(name).ok_or_else(|| UnknownDialect(Excerpt::new(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_that_of_its_dialect() {
        for name in Dialect::NAMES {
            let dialect = Dialect::from_name(name);
            assert_eq!(dialect.as_ref().map(Dialect::name), Some(name));
        }
        let error = "Okta".parse::<Dialect>().unwrap_err().to_string();
        let expected = "\"Okta\" is not a dialect; expected one of rfc9068, auth0, ";
        assert!(error.starts_with(expected), "{error}");
        for name in ["", "untyped", "KEYCLOAK", "keycloak "] {
            assert_eq!(Dialect::from_name(name), None, "{name}");
        }
    }
}
