//! The `cnf` claim (RFC 7800 section 3): the key or certificate that a token is bound to.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::de::MapAccess;

use crate::crypto::Digest;
use crate::excerpt::Excerpt;
use crate::jose::{Object, Reader};

/// The members of `cnf`. Every one of them must hold; an unknown member cannot.
///
/// ```
/// use sender_constraint::token::AccessToken;
///
/// // In a verifier of your own, from claims that it has verified.
/// let claims = br#"{"iss":"https://as.example.com","cnf":{"jkt":"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}}"#;
/// let token = AccessToken::from_verified_claims(claims)?;
/// assert!(!token.confirmation().is_unbound());
/// # Ok::<(), sender_constraint::token::TokenError>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Confirmation {
    /// Thumbprint of the proof key (RFC 9449 section 6.1).
    pub jkt: Option<Digest>,
    /// SHA-256 thumbprint of the client's certificate (RFC 8705 section 3.1).
    pub x5t_s256: Option<Digest>,
    /// Names of the other members.
    pub unknown: BTreeSet<String>,
}

impl Confirmation {
    /// No `cnf` at all: anyone who holds the token may use it.
    #[must_use]
    pub const fn unbound() -> Self {
        Self {
            jkt: None,
            x5t_s256: None,
            unknown: BTreeSet::new(),
        }
    }

    /// Whether the token has no confirmation.
    #[must_use]
    pub fn is_unbound(&self) -> bool {
        self.jkt.is_none() && self.x5t_s256.is_none() && self.unknown.is_empty()
    }
}

/// Why a `cnf` claim cannot be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfirmationError {
    /// A digest that is not 43 characters of strict base64url.
    #[error("`{member}` is {found}, not the base64url of 32 bytes")]
    Digest {
        /// The member's name.
        member: &'static str,
        /// The member's value.
        found: Excerpt,
    },
    /// An empty object: bound, but to nothing that a sender could prove.
    #[error("it has no members")]
    Empty,
    /// More than eight members.
    #[error("it has more than 8 members")]
    TooMany,
}

/// `cnf` as it appears in the token.
#[derive(Debug, Default)]
pub(super) struct RawConfirmation<'a> {
    jkt: Option<Cow<'a, str>>,
    x5t_s256: Option<Cow<'a, str>>,
    unknown: Vec<String>,
}

impl<'de> Object<'de> for RawConfirmation<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, A>,
    ) -> Result<bool, A::Error> {
        match name {
            "jkt" => reader.text("cnf.jkt", &mut self.jkt),
            "x5t#S256" => reader.text("cnf.x5t#S256", &mut self.x5t_s256),
            other => {
                self.unknown.push(other.to_owned());
                Ok(false)
            }
        }
    }
}

impl RawConfirmation<'_> {
    pub(super) fn parse(self) -> Result<Confirmation, ConfirmationError> {
        if self.unknown.len() > MAX_UNKNOWN {
            return Err(ConfirmationError::TooMany);
        }
        let confirmation = Confirmation {
            jkt: digest("jkt", self.jkt)?,
            x5t_s256: digest("x5t#S256", self.x5t_s256)?,
            unknown: self.unknown.into_iter().collect(),
        };
        if confirmation.is_unbound() {
            return Err(ConfirmationError::Empty);
        }
        Ok(confirmation)
    }
}

fn digest(
    member: &'static str,
    text: Option<Cow<'_, str>>,
) -> Result<Option<Digest>, ConfirmationError> {
    let read = |text: Cow<'_, str>| {
        Digest::from_base64url(&text).ok_or_else(|| ConfirmationError::Digest {
            member,
            found: Excerpt::new(&text),
        })
    };
    text.map(read).transpose()
}

const MAX_UNKNOWN: usize = 8;
