//! A compact JWS with its parts decoded (RFC 7515 section 5.2 steps 2 to 7); nothing is verified.

use super::jws::Compact;
use crate::crypto::decode;

/// Header and payload, decoded; the signature is decoded when it is needed.
pub(crate) struct DecodedJws<'a> {
    compact: Compact<'a>,
    pub(crate) header: Vec<u8>,
    pub(crate) payload: Vec<u8>,
}

impl<'a> DecodedJws<'a> {
    /// `None` if the text is not a compact JWS.
    pub(crate) fn new(text: &'a [u8]) -> Option<Self> {
        let compact = Compact::parse(text)?;
        Some(Self {
            header: decode(compact.header())?,
            payload: decode(compact.payload())?,
            compact,
        })
    }

    /// What the signature covers.
    pub(crate) fn signing_input(&self) -> &'a [u8] {
        self.compact.signing_input()
    }

    /// The signature, unless it is not base64url of a possible signature length.
    pub(crate) fn signature(&self) -> Option<Vec<u8>> {
        decode(self.compact.signature()).filter(|decoded| decoded.len() <= MAX_SIGNATURE_BYTES)
    }
}

/// The signature length of an 8192-bit RSA key.
const MAX_SIGNATURE_BYTES: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    #[test]
    fn a_signature_has_a_limit() {
        let signature = |length| {
            let text = format!("YQ.Yg.{}", URL_SAFE_NO_PAD.encode(vec![1; length]));
            let jws = DecodedJws::new(text.as_bytes()).expect("three parts");
            jws.signature().map(|decoded| decoded.len())
        };
        assert_eq!(signature(1024), Some(1024));
        assert_eq!(signature(1025), None);
    }
}
