//! Small pieces of JSON and base64url.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::elliptic_curve::Generate as _;
use serde_json::Value;

/// Unpadded base64url (RFC 4648 section 5).
#[must_use]
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A member of an object; null removes it.
pub(crate) fn set(object: &mut Value, name: &str, value: Value) {
    let object = object.as_object_mut().expect("an object");
    if value.is_null() {
        object.remove(name);
    } else {
        object.insert(name.to_owned(), value);
    }
}

/// An identifier that no other token and no other proof has.
pub(crate) fn unique() -> String {
    encode(<[u8; 16]>::generate())
}
