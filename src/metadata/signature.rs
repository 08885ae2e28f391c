//! Signed metadata (RFC 9728 section 2.2).

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::time::Timestamp;

/// Who attests to the metadata, and how the JWT is signed.
#[derive(Clone)]
pub(super) struct Signature {
    pub(super) issuer: String,
    pub(super) signer: Signer,
}

/// Makes a JWS of claims; `None` if the backend fails.
type Signer = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

impl Signature {
    /// The JWT; `None` if the backend fails. The members do not contain it (RFC 9728 section 2.2).
    pub(super) fn over(&self, members: &Map<String, Value>, now: Timestamp) -> Option<String> {
        let mut claims = members.clone();
        claims.insert("iss".to_owned(), self.issuer.as_str().into());
        claims.insert("iat".to_owned(), now.as_unix_seconds().into());
        (self.signer)(&Value::Object(claims).to_string())
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.issuer, formatter)
    }
}
