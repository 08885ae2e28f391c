//! Strict base64url (RFC 7515 section 2): no padding, no line breaks, zero trailing bits.
//!
//! Every value has exactly one encoding, so a signed text cannot be re-encoded into a second one that is also accepted.

use base64::Engine;
#[cfg(feature = "http-client")]
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Decodes into a new vector.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Decodes into `buffer` and returns the part that was written; `None` also if the result does not fit.
pub(crate) fn decode_into<'b>(text: &[u8], buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let length = URL_SAFE_NO_PAD.decode_slice(text, buffer).ok()?;
    buffer.get(..length)
}

/// Decodes onto the stack if the result fits, otherwise into `heap`.
pub(crate) fn decode_onto<'b>(
    text: &[u8],
    stack: &'b mut [u8],
    heap: &'b mut Vec<u8>,
) -> Option<&'b [u8]> {
    if base64::decoded_len_estimate(text.len()) <= stack.len() {
        return decode_into(text, stack);
    }
    *heap = decode(text)?;
    Some(heap)
}

/// Decodes exactly `N` bytes.
pub(crate) fn decode_array<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut array = [0; N];
    (URL_SAFE_NO_PAD.decode_slice(text, &mut array).ok()? == N).then_some(array)
}

/// Encodes 32 bytes as 43 characters.
pub(super) fn encode(bytes: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Encodes any bytes: for nonces, and for a JWS that this server signs.
pub(crate) fn encode_bytes(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Encodes with the other alphabet and padding, for the scheme Basic (RFC 7617 section 2).
#[cfg(feature = "http-client")]
pub(crate) fn encode_basic(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dpop_18_one_value_has_one_spelling() {
        assert_eq!(decode(b"AQ"), Some(vec![1]));
        assert_eq!(decode_array::<1>(b"AQ"), Some([1]));
        for refused in [
            "AQ==", "AQ=", "AR", "A", "A Q", "AQ\n", "+w", "/w", "AQ%3D", "é",
        ] {
            assert_eq!(decode(refused.as_bytes()), None, "{refused}");
            assert_eq!(decode_array::<1>(refused.as_bytes()), None, "{refused}");
            assert_eq!(
                decode_into(refused.as_bytes(), &mut [0; 8]),
                None,
                "{refused}"
            );
        }
        assert_eq!(decode_array::<2>(b"AQ"), None);
        assert_eq!(decode_into(b"AQID", &mut [0; 2]), None);
    }
}
