//! The reference of a token to its status: the claim `status.status_list` (draft-ietf-oauth-status-list, "Referenced
//! Token in JOSE").

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::token::Claims;

/// Where the status of a token is.
#[derive(Debug, Deserialize, Eq, PartialEq)]
pub(super) struct StatusReference<'a> {
    pub(super) idx: u64,
    #[serde(borrow)]
    pub(super) uri: Cow<'a, str>,
}

/// A `status_list` that cannot be read.
pub(super) struct Malformed;

impl<'a> StatusReference<'a> {
    /// The reference in the claims; `None` if they have no `status.status_list`.
    pub(super) fn of(claims: &'a Claims) -> Result<Option<Self>, Malformed> {
        let Ok(WithStatus { status }) = serde_json::from_slice(claims.json()) else {
            return Err(Malformed);
        };
        // A `status` of another type is a claim of the issuer's own.
        let mechanisms = status.map(|status| serde_json::from_str(status.get()));
        let Some(Ok(Mechanisms { status_list })) = mechanisms else {
            return Ok(None);
        };
        let Some(status_list) = status_list else {
            return Ok(None);
        };
        let reference: Self = serde_json::from_str(status_list.get()).map_err(|_| Malformed)?;
        if reference.uri.len() > MAX_URI_BYTES {
            return Err(Malformed);
        }
        Ok(Some(reference))
    }
}

#[derive(Deserialize)]
struct WithStatus<'a> {
    #[serde(borrow, default)]
    status: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Mechanisms<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    status_list: Option<&'a RawValue>,
}

/// A `null` is malformed, not absent.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}

const MAX_URI_BYTES: usize = 2000;
