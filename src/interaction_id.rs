//! `x-fapi-interaction-id`: one identifier for a request in the logs of client and server (FAPI 2.0 implementation
//! advice).

use std::fmt;

use http::{HeaderMap, HeaderValue};

use crate::cors::FAPI_INTERACTION_ID;
use crate::crypto::random;

/// A UUID (RFC 9562 section 4): that of the client, or a random one.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct InteractionId(HeaderValue);

impl InteractionId {
    /// The identifier that the client sent; `None` unless there is exactly one, and it is a UUID.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut lines = headers.get_all(FAPI_INTERACTION_ID).iter();
        let only = lines.next().filter(|_| lines.next().is_none())?;
        is_uuid(only.as_bytes()).then(|| Self(only.clone()))
    }

    /// The identifier that the client sent, or a random one, which then replaces what the client sent. `None` if the
    /// system has no random bytes.
    pub(crate) fn settle(headers: &mut HeaderMap) -> Option<Self> {
        if let Some(sent) = Self::of(headers) {
            return Some(sent);
        }
        headers.remove(FAPI_INTERACTION_ID);
        let generated = Self::generate()?;
        generated.set(headers);
        Some(generated)
    }

    /// Sets the header, exactly one.
    pub(crate) fn set(&self, headers: &mut HeaderMap) {
        headers.insert(FAPI_INTERACTION_ID, self.0.clone());
    }

    pub(crate) fn as_str(&self) -> &str {
        // A UUID is ASCII: this never falls back.
        self.0.to_str().unwrap_or_default()
    }

    /// A version 4 UUID (RFC 9562 section 5.4).
    pub(crate) fn generate() -> Option<Self> {
        let random = u128::from_be_bytes(random()?);
        let versioned = (random & !VERSION_AND_VARIANT) | VERSION_4_VARIANT_10;
        let hex = format!("{versioned:032x}");
        let (mut text, mut rest) = (String::with_capacity(UUID_LENGTH), hex.as_str());
        for length in [8, 4, 4, 4] {
            let (group, others) = rest.split_at_checked(length)?;
            text.push_str(group);
            text.push('-');
            rest = others;
        }
        text.push_str(rest);
        HeaderValue::from_str(&text).ok().map(Self)
    }
}

impl fmt::Debug for InteractionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// 8-4-4-4-12 hexadecimal digits, of any version and case.
fn is_uuid(text: &[u8]) -> bool {
    text.len() == UUID_LENGTH
        && text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

const UUID_LENGTH: usize = 36;
const VERSION_AND_VARIANT: u128 = 0xf000_c000_0000_0000_0000;
const VERSION_4_VARIANT_10: u128 = 0x4000_8000_0000_0000_0000;
