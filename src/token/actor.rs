//! The `act` claim (RFC 8693 section 4.1): who acts on behalf of the subject.

use serde_json::{Map, Value};

use super::error::TokenError;
use super::members::{Members, wrong_type};

/// A party that acts, or acted before, on behalf of the token's subject.
///
/// Only the first actor of [`Claims::actors`](super::Claims::actors), the current one, is for access control; those
/// before it are informational (RFC 8693 section 4.1).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Actor {
    subject: Option<Box<str>>,
    client_id: Option<Box<str>>,
    issuer: Option<Box<str>>,
}

impl Actor {
    /// `sub` of the actor. Unique within one issuer only: [`Self::issuer`], or the token's if that is `None`.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// `client_id` of the actor.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// `iss` of the actor: who issued its identifiers.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The chain in `act`, the current actor first; empty without `act`.
    pub(super) fn chain(members: &Members, dialect: &str) -> Result<Box<[Self]>, TokenError> {
        let mut actors = Vec::new();
        let mut next = members.get("act");
        while let Some(act) = next {
            let act = act.as_object();
            let act = act.ok_or_else(|| wrong_type("act", "an object", dialect))?;
            if actors.len() == MAX_ACTORS {
                return Err(wrong_type("act", "a chain of at most 8 actors", dialect));
            }
            actors.push(Self::new(act, dialect)?);
            next = act.get("act");
        }
        Ok(actors.into())
    }

    fn new(act: &Map<String, Value>, dialect: &str) -> Result<Self, TokenError> {
        let text = |name| match act.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str().into())),
            Some(_) => Err(wrong_type(
                "act",
                "an object with strings in `sub`, `client_id` and `iss`",
                dialect,
            )),
        };
        Ok(Self {
            subject: text("sub")?,
            client_id: text("client_id")?,
            issuer: text("iss")?,
        })
    }

    /// The approximate memory beyond that of the claims as JSON.
    pub(super) const WEIGHT: usize = 96;
}

const MAX_ACTORS: usize = 8;
